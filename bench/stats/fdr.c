// SPDX-License-Identifier: GPL-2.0-or-later
#include "fdr.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct test {
	double p;
	size_t index;
};

static int compare_tests(const void *a, const void *b)
{
	double x = ((const struct test *)a)->p, y = ((const struct test *)b)->p;

	return (x > y) - (x < y);
}

int benjamini_hochberg(const double *p, double *adjusted, size_t count)
{
	struct test *tests = malloc((count ? count : 1) * sizeof(*tests));
	size_t tested = 0;
	double smallest = 1;

	if (!tests)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!isnan(p[i]))
			tests[tested++] = (struct test){ .p = p[i], .index = i };
	qsort(tests, tested, sizeof(*tests), compare_tests);
	for (size_t i = 0; i < count; i++)
		adjusted[i] = NAN;
	for (size_t rank = tested; rank > 0; rank--) {
		smallest = fmin(smallest, tests[rank - 1].p * (double)tested / (double)rank);
		adjusted[tests[rank - 1].index] = smallest;
	}
	free(tests);
	return 0;
}
