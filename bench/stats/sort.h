/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sorting, ascending. Latencies are integers of few significant bytes: a radix sort
 * takes a few passes over them where a comparison sort takes log2(n).
 *
 * Source: Knuth, The Art of Computer Programming 3, section 5.2.5 (least significant
 * digit first).
 */
#ifndef HMMBENCH_STATS_SORT_H
#define HMMBENCH_STATS_SORT_H

#include <stddef.h>
#include <stdint.h>

/* `scratch` has room for `count` values; its content is lost. */
void sort_u64(uint64_t *values, uint64_t *scratch, size_t count);

/* NaNs go to the end, so that a look at the last value tells whether there is one. */
void sort_doubles(double *values, size_t count);

#endif
