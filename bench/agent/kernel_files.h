/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says in files of /proc and /sys, as JSON. A file that is not there,
 * or says nothing of the kind asked for, is JSON null. Every result is a new reference.
 */
#ifndef HMMBENCH_KERNEL_FILES_H
#define HMMBENCH_KERNEL_FILES_H

#include <jansson.h>
#include <stddef.h>

/*
 * A file without a size known before it is read: whole, or its first `limit` bytes.
 * malloc'ed, with a NUL behind it. NULL and errno on failure; *bytes may be NULL.
 */
char *kernel_file_read(const char *path, size_t limit, size_t *bytes);
#define KERNEL_FILE_LIMIT (4u << 20) /* enough for all that the kernel says of itself */

/* Text as JSON; bytes that are no UTF-8 become '?'. NULL becomes null. */
json_t *json_text(const char *text);

/* The first line of a file. */
json_t *kernel_file_line(const char *path);

/* The number a file begins with. */
json_t *kernel_file_number(const char *path);

/* The words of the first line, as an array. */
json_t *kernel_file_words(const char *path);

/* The choice in brackets: "never" of "always madvise [never]"; else the whole line. */
json_t *kernel_file_choice(const char *path);

/* Behind "KEY\t: " or "KEY: " in the first line that begins with KEY. */
json_t *kernel_file_field(const char *path, const char *key);

#endif
