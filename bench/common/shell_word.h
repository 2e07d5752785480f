/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that are printed for people to copy into a shell. */
#ifndef HMMBENCH_SHELL_WORD_H
#define HMMBENCH_SHELL_WORD_H

#include <stdio.h>

/* Writes a word as a POSIX shell reads it back: as it is where it is plain, else in quotes. */
void shell_word_write(FILE *file, const char *word);

#endif
