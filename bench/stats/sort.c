// SPDX-License-Identifier: GPL-2.0-or-later
#include "sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INSERTION_MAX 48	/* below this the histogram of a radix pass costs more */

static void insertion_sort(uint64_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t value = values[i];
		size_t j = i;

		while (j > 0 && values[j - 1] > value) {
			values[j] = values[j - 1];
			j--;
		}
		values[j] = value;
	}
}

/* One stable pass over the byte at `shift`. */
static void radix_pass(const uint64_t *from, uint64_t *to, size_t count, unsigned int shift)
{
	size_t place[256] = { 0 };
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		place[(from[i] >> shift) & 255]++;
	for (size_t i = 0; i < 256; i++) {
		size_t here = place[i];

		place[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		to[place[(from[i] >> shift) & 255]++] = from[i];
}

void sort_u64(uint64_t *values, uint64_t *scratch, size_t count)
{
	uint64_t *from = values, *to = scratch;
	uint64_t differing = 0;

	if (count <= INSERTION_MAX) {
		insertion_sort(values, count);
		return;
	}
	for (size_t i = 1; i < count; i++)
		differing |= values[i] ^ values[0];
	for (unsigned int shift = 0; shift < 64; shift += 8) {
		uint64_t *swap = from;

		if (!((differing >> shift) & 255))
			continue;
		radix_pass(from, to, count, shift);
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, count * sizeof(*values));
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	if (isnan(x) || isnan(y))
		return (isnan(x) != 0) - (isnan(y) != 0);
	return (x > y) - (x < y);
}

void sort_doubles(double *values, size_t count)
{
	if (count > 1)
		qsort(values, count, sizeof(*values), compare_doubles);
}
