/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What --help prints, wrapped to a width. Texts are written as they read on a wide terminal:
 * paragraphs that begin with two blanks, and options that begin with a dash, with what they do
 * from HELP_COLUMN on; the lines of one are put together and broken anew.
 */
#ifndef HMMBENCH_HELP_H
#define HMMBENCH_HELP_H

#include <stddef.h>
#include <stdio.h>

#define HELP_COLUMN 23 /* where it is said what an option does */
#define HELP_WIDTH  80 /* of what is no terminal */

/* The width of what is on standard output, at most HELP_WIDTH. */
size_t help_width(void);

/* "Usage: hmmbench NAME ...", "   or: hmmbench NAME ..." for each line of `arguments`. */
void help_usage(FILE *file, size_t width, const char *name, const char *arguments);

/* `head`, and what it stands for from `column` on; "" and 0: a paragraph. */
void help_entry(FILE *file, size_t width, const char *head, size_t column, const char *text);

/* A command's options, as struct command has them. -ENOMEM or 0. */
int help_options(FILE *file, size_t width, const char *text);

#endif
