/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a terminal can show, and whether there is one. */
#ifndef HMMBENCH_TERMINAL_H
#define HMMBENCH_TERMINAL_H

#include <stdbool.h>

/* Is the descriptor a terminal that knows control sequences: no "dumb" one, and TERM is set? */
bool terminal_has_sequences(int fd);

/* And are colours wanted: NO_COLOR is not set, or empty? */
bool terminal_has_colour(int fd);

/* Its columns; `otherwise` where it is none, or does not say. */
int terminal_columns(int fd, int otherwise);

#endif
