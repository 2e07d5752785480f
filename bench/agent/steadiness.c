// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/steadiness.h"

#include <errno.h>
#include <stdlib.h>

#define VALUES_MIN 4

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static uint64_t median(uint64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2]
			 : values[count / 2 - 1] + (values[count / 2] - values[count / 2 - 1]) / 2;
}

int steadiness_of(const struct samples *samples, enum sample_column column, uint32_t kind,
		  struct steadiness *steadiness)
{
	const uint64_t *from = samples->columns[column], *kinds = samples->columns[COLUMN_KIND];
	uint64_t *values;
	size_t count = 0;

	*steadiness = (struct steadiness){ SAMPLE_MISSING, SAMPLE_MISSING, SAMPLE_MISSING };
	if (!from)
		return 0;
	values = malloc((samples->rows + 1) * sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (size_t row = 0; row < samples->rows; row++)
		if (from[row] != SAMPLE_MISSING && (kinds ? kinds[row] : 0) == kind)
			values[count++] = from[row];
	if (count)
		steadiness->first_ns = values[0];
	if (count >= VALUES_MIN) {
		steadiness->early_ns = median(values, count / 2);
		steadiness->late_ns = median(values + count / 2, count - count / 2);
	}
	free(values);
	return 0;
}
