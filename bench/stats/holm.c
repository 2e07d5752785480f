// SPDX-License-Identifier: GPL-2.0-or-later
#include "holm.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int by_p(const void *left, const void *right)
{
	const double a = **(const double *const *)left, b = **(const double *const *)right;

	return (a > b) - (a < b);
}

int holm(const double *p, double *adjusted, size_t count)
{
	const double **order = malloc((count + 1) * sizeof(*order));
	double *values = malloc((count + 1) * sizeof(*values)), largest = 0;
	size_t tests = 0;

	if (!order || !values) {
		free(order);
		free(values);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		values[i] = p[i];
		if (!isnan(p[i]))
			order[tests++] = &values[i];
	}
	qsort(order, tests, sizeof(*order), by_p);
	for (size_t i = 0; i < count; i++)
		adjusted[i] = NAN;
	for (size_t rank = 0; rank < tests; rank++) {
		largest = fmax(largest, fmin(1, *order[rank] * (double)(tests - rank)));
		adjusted[order[rank] - values] = largest;
	}
	free(order);
	free(values);
	return 0;
}
