// SPDX-License-Identifier: GPL-2.0-or-later
#include "stats/cross_check.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats/quantile.h"
#include "stats/sort.h"

int cross_check_add(struct cross_check_pass *pass, uint64_t walk_ns, uint64_t traced_ns)
{
	if (pass->count == pass->room) {
		const size_t room = pass->room ? 2 * pass->room : 256;
		uint64_t *walks = realloc(pass->walk_ns, room * sizeof(*walks)), *traced;

		if (!walks)
			return -ENOMEM;
		pass->walk_ns = walks;
		traced = realloc(pass->traced_ns, room * sizeof(*traced));
		if (!traced)
			return -ENOMEM;
		pass->traced_ns = traced;
		pass->room = room;
	}
	pass->walk_ns[pass->count] = walk_ns;
	pass->traced_ns[pass->count++] = traced_ns;
	return 0;
}

void cross_check_pass_free(struct cross_check_pass *pass)
{
	free(pass->walk_ns);
	free(pass->traced_ns);
	*pass = (struct cross_check_pass){ 0 };
}

/* What is looked at of a walk that both instruments timed. */
typedef double of_walk(double walk_ns, double traced_ns, double cost_ns);

static double walk_alone(double walk_ns, double traced_ns, double cost_ns)
{
	(void)traced_ns;
	(void)cost_ns;
	return walk_ns;
}

static double traced_alone(double walk_ns, double traced_ns, double cost_ns)
{
	(void)walk_ns;
	(void)cost_ns;
	return traced_ns;
}

static double difference(double walk_ns, double traced_ns, double cost_ns)
{
	(void)cost_ns;
	return traced_ns - walk_ns;
}

static double ratio(double walk_ns, double traced_ns, double cost_ns)
{
	return (traced_ns - cost_ns) / walk_ns;
}

static double median_of(const struct cross_check_pass *pass, of_walk *of, double cost_ns,
			double *values)
{
	for (size_t i = 0; i < pass->count; i++)
		values[i] = of((double)pass->walk_ns[i], (double)pass->traced_ns[i], cost_ns);
	sort_doubles(values, pass->count);
	return quantile_type7(values, pass->count, .5);
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

int cross_check_judge(const struct cross_check_pass *calibration,
		      const struct cross_check_pass *timed, const struct cross_check_pass *traced,
		      struct cross_check *check)
{
	const size_t most = larger(calibration->count, larger(timed->count, traced->count));
	double *values;

	*check = (struct cross_check){ .walks = timed->count, .traced_walks = traced->count };
	if (calibration->count < CROSS_CHECK_WALKS_MIN || timed->count < CROSS_CHECK_WALKS_MIN ||
	    traced->count < CROSS_CHECK_WALKS_MIN)
		return -ENODATA;
	values = calloc(most, sizeof(*values));
	if (!values)
		return -ENOMEM;
	check->cost_ns = median_of(calibration, difference, 0, values);
	check->module_ns = median_of(timed, walk_alone, 0, values);
	check->tracer_ns = median_of(traced, traced_alone, 0, values);
	check->disagreement = (check->tracer_ns - check->cost_ns) / check->module_ns - 1;
	check->same_walks = median_of(traced, ratio, check->cost_ns, values) - 1;
	check->slowed = median_of(traced, walk_alone, 0, values) / check->module_ns - 1;
	check->agrees = fabs(check->disagreement) <= CROSS_CHECK_AGREEMENT;
	free(values);
	return isfinite(check->disagreement) && isfinite(check->same_walks) ? 0 : -ENODATA;
}
