/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figure safety: its pairs, and how many samples they are of (figure_safety_counts.c). */
#ifndef HMMBENCH_FIGURE_SAFETY_H
#define HMMBENCH_FIGURE_SAFETY_H

#include "report/figure.h"

/* A cell of race and the cell of contend that asks for the other half. */
struct safety_pair {
	uint32_t window, unregister; /* results */
};

/* The halves under one alternative: hits, and unregisters that met an exit. Borrowed. */
const struct arm_summary *safety_window(const struct report *report, const struct safety_pair *pair,
					enum comparison_arm arm);
const struct arm_summary *safety_wait(const struct report *report, const struct safety_pair *pair,
				      enum comparison_arm arm);

#define SAFETY_COUNTS_BYTES 160
/* "n = 40 hits, 26 to 31 unregisters": of each of the pairs. */
void safety_counts(const struct report *report, const struct safety_pair *pairs, uint32_t count,
		   enum comparison_arm arm, char *text, size_t bytes);
/* The figure's note, with a warning where a p99 is all but a maximum. */
const char *safety_note(const struct report *report, const struct safety_pair *pairs,
			uint32_t count);
/* Adds what the figure is, and both counts, to its caption. */
void safety_caption(const struct report *report, const struct safety_pair *pairs, uint32_t count,
		    struct figure *figure);

#endif
