/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram of latencies for a terminal: bins on a logarithmic scale with edges that read
 * well, a line each.
 *
 * Edges are preferred numbers: 1, 3, 10, 20 or 40 to a decade, the finest series whose bins are
 * no more than asked for (Renard series, ISO 3:1973; 3 to a decade are the usual 1-2-5). Where
 * the values lie so close that even finer ones fit, steps of the second or third digit.
 */
#ifndef HMMBENCH_HISTOGRAM_H
#define HMMBENCH_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/text_table.h"

struct histogram_bin {
	double low_ns, high_ns; /* from, and below */
	uint64_t count;
};

struct histogram {
	struct histogram_bin *bins; /* owned; with the smallest value's first, the largest's last */
	size_t count;
};

#define HISTOGRAM_BINS 16 /* at most, that fit a screen beside others */

/*
 * Of values in ascending order. Those of 0 ns have a bin of their own, [0, 1), beside the
 * `bins_max` (at least 1) of the others; a range of more decades gets a bin a decade all the
 * same. No values: no bins. -ENOMEM.
 */
int histogram_make(const uint64_t *sorted, size_t count, size_t bins_max,
		   struct histogram *histogram);
void histogram_free(struct histogram *histogram);

/*
 * A line for each bin: its lower edge, a bar as long as its count (in eighths of a column where
 * the style has UTF-8, else of '#'), the count. A bin with a value has a bar. Lines fit the
 * style's width, 80 without one.
 */
void histogram_print(const struct histogram *histogram, const struct text_style *style, FILE *file);

#endif
