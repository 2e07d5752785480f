/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running kernel's log from a moment on, /dev/kmsg, as a console would show it.
 */
#ifndef HMMBENCH_KERNEL_LOG_H
#define HMMBENCH_KERNEL_LOG_H

#include <stddef.h>

#include "common/error.h"
#include "lab/console.h"

struct kernel_log {
	int fd;
	int file_fd;		/* a copy of what came */
	size_t bytes;		/* of the copy */
};

/* From now on. The copy goes into a new file. */
int kernel_log_open(const char *copy, struct kernel_log *log, struct error *error);
/* Hands what has come since to the scanner. 0 or -errno: it can no longer be read. */
int kernel_log_take(struct kernel_log *log, struct console_scanner *scanner);
void kernel_log_close(struct kernel_log *log);

/*
 * A record of /dev/kmsg ("6,339,5140900,-;text\n KEY=value") as a console line with its
 * stamp and a newline. The length, 0 for what is none. Pure.
 */
size_t kernel_log_line(const char *record, size_t record_bytes, char *line, size_t bytes);

#endif
