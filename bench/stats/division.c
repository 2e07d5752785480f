// SPDX-License-Identifier: GPL-2.0-or-later
#include "division.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "column_data.h"

struct walk {
	double walk_ns, lock_wait_ns, callbacks_ns;
};

static double value_of(const struct samples *samples, enum sample_column column, size_t row)
{
	const uint64_t *values = samples->columns[column];

	return values && values[row] != SAMPLE_MISSING ? (double)values[row] : NAN;
}

/* Not where a part is missing, or the clock ran backwards meanwhile. */
static bool is_whole(const struct walk *walk)
{
	const double locks_ns = isnan(walk->lock_wait_ns) ? 0 : walk->lock_wait_ns;

	return walk->walk_ns < (double)LATENCY_MAX_NS &&
	       walk->callbacks_ns + locks_ns <= walk->walk_ns; /* false of NAN */
}

static int by_walk(const void *left, const void *right)
{
	const struct walk *a = left, *b = right;

	return (a->walk_ns > b->walk_ns) - (a->walk_ns < b->walk_ns);
}

static void average(struct walk *walks, size_t count, struct division *division)
{
	const size_t cut = count / 4;

	qsort(walks, count, sizeof(*walks), by_walk);
	*division = (struct division){ .walks = count - 2 * cut };
	for (size_t i = cut; i < count - cut; i++) {
		division->walk_ns += walks[i].walk_ns / (double)division->walks;
		division->lock_wait_ns += walks[i].lock_wait_ns / (double)division->walks;
		division->callbacks_ns += walks[i].callbacks_ns / (double)division->walks;
	}
	division->rest_ns = division->walk_ns - division->callbacks_ns -
			    (isnan(division->lock_wait_ns) ? 0 : division->lock_wait_ns);
}

int division_make(const struct samples *samples, struct division *division)
{
	struct walk *walks = calloc(samples->rows + 1, sizeof(*walks));
	size_t count = 0;

	*division = (struct division){ NAN, NAN, NAN, NAN, 0 };
	if (!walks)
		return -ENOMEM;
	for (size_t row = 0; row < samples->rows; row++) {
		walks[count] = (struct walk){
			.walk_ns = value_of(samples, COLUMN_WALK, row),
			.lock_wait_ns = value_of(samples, COLUMN_LOCK_WAIT, row),
			.callbacks_ns = value_of(samples, COLUMN_CALLBACKS, row),
		};
		count += is_whole(&walks[count]);
	}
	if (count)
		average(walks, count, division);
	free(walks);
	return 0;
}
