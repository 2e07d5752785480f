// SPDX-License-Identifier: GPL-2.0-or-later
#include "sequential.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#define GRID 129		/* odd, for Simpson's rule */
#define HORIZON 9.0		/* standard deviations beyond which nothing is spent */
#define ALPHA_MIN 1e-10

const size_t sequential_boots[SEQUENTIAL_LOOKS] = { 8, 12, 16, 24 };

size_t sequential_looks(size_t boots)
{
	size_t looks = 0;

	while (looks < SEQUENTIAL_LOOKS && sequential_boots[looks] <= boots)
		looks++;
	return looks;
}

/*
 * The score process S(t) = Z(t) sqrt(t) has independent normal increments. `density` is
 * that of S at a look, restricted to paths that have not crossed before.
 */
struct score {
	double bound;		/* of |S| */
	double at[GRID], density[GRID];
};

static double spent_at(double fraction, double alpha)
{
	return 2 * pnorm(qnorm(alpha / 2, 0, 1, 0, 0) / sqrt(fraction), 0, 1, 0, 0);
}

static double simpson_weight(size_t i)
{
	return i == 0 || i == GRID - 1 ? 1 : i % 2 ? 4 : 2;
}

/* The chance to be beyond `bound` at the next look without having crossed before. */
static double crossing(const struct score *last, double step, double bound)
{
	double deviation = sqrt(step), sum = 0, width;

	if (!last)
		return 2 * pnorm(bound / deviation, 0, 1, 0, 0);
	width = 2 * last->bound / (GRID - 1);
	for (size_t i = 0; i < GRID; i++) {
		double tails = pnorm((bound - last->at[i]) / deviation, 0, 1, 0, 0) +
			       pnorm((-bound - last->at[i]) / deviation, 0, 1, 1, 0);

		sum += simpson_weight(i) * last->density[i] * tails;
	}
	return sum * width / 3;
}

/* The bound at which that chance is `wanted`. */
static double find_bound(const struct score *last, double fraction, double step, double wanted)
{
	double low = 0, high = HORIZON * sqrt(fraction);

	for (int i = 0; i < 40; i++) {
		double middle = (low + high) / 2;

		if (crossing(last, step, middle) > wanted)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static void continue_to(const struct score *last, double step, struct score *next)
{
	double deviation = sqrt(step);
	double width = last ? 2 * last->bound / (GRID - 1) : 0;

	for (size_t i = 0; i < GRID; i++) {
		double sum = 0;

		next->at[i] = next->bound * (2 * (double)i / (GRID - 1) - 1);
		if (!last) {
			next->density[i] = dnorm(next->at[i], 0, deviation, 0);
			continue;
		}
		for (size_t j = 0; j < GRID; j++)
			sum += simpson_weight(j) * last->density[j] *
			       dnorm(next->at[i] - last->at[j], 0, deviation, 0);
		next->density[i] = sum * width / 3;
	}
}

static bool are_fractions(const double *fractions, size_t looks)
{
	if (!looks || looks > SEQUENTIAL_LOOKS_MAX)
		return false;
	for (size_t i = 0; i < looks; i++)
		if (!(fractions[i] > (i ? fractions[i - 1] : 0) && fractions[i] <= 1))
			return false;
	return true;
}

int sequential_levels(const double *fractions, size_t looks, double alpha, double *levels)
{
	struct score scores[2], *last = NULL;
	double spent = 0, before = 0;

	if (!are_fractions(fractions, looks) || !(alpha > 0 && alpha < 1))
		return -EINVAL;
	for (size_t i = 0; i < looks; i++) {
		struct score *next = &scores[i % 2];
		double step = fractions[i] - before, until = spent_at(fractions[i], alpha);

		next->bound = find_bound(last, fractions[i], step, until - spent);
		levels[i] = 2 * pnorm(next->bound / sqrt(fractions[i]), 0, 1, 0, 0);
		if (i + 1 < looks)
			continue_to(last, step, next);
		last = next;
		spent = until;
		before = fractions[i];
	}
	return 0;
}

int sequential_table_make(const double *fractions, size_t looks, struct sequential_table *table)
{
	table->looks = looks;
	for (size_t i = 0; i < SEQUENTIAL_ALPHAS; i++) {
		double levels[SEQUENTIAL_LOOKS_MAX];
		double part = (double)(SEQUENTIAL_ALPHAS - 1 - i) / (SEQUENTIAL_ALPHAS - 1);
		/* An alpha of 1 has no bound; just below it has. */
		double alpha = fmin(exp(part * log(ALPHA_MIN)), 1 - 1e-6);
		int ret = sequential_levels(fractions, looks, alpha, levels);

		if (ret)
			return ret;
		table->log_alpha[i] = log(alpha);
		for (size_t look = 0; look < looks; look++)
			table->log_level[look][i] = log(fmax(levels[look], 1e-300));
	}
	return 0;
}

/* The alpha at which p is just significant at one look. */
static double alpha_of(const struct sequential_table *table, size_t look, double p)
{
	const double *level = table->log_level[look];
	double log_p = log(fmax(p, 1e-300)), part;
	size_t i = 0;

	while (i < SEQUENTIAL_ALPHAS && level[i] < log_p)
		i++;
	if (i == 0)
		return ALPHA_MIN;
	if (i == SEQUENTIAL_ALPHAS)
		return 1;
	part = (log_p - level[i - 1]) / (level[i] - level[i - 1]);
	return exp(table->log_alpha[i - 1] +
		   part * (table->log_alpha[i] - table->log_alpha[i - 1]));
}

double sequential_repeated_p(const struct sequential_table *table, size_t looks, const double *p)
{
	double smallest = 1;

	for (size_t look = 0; look < looks && look < table->looks; look++) {
		if (isnan(p[look]))
			return NAN;
		smallest = fmin(smallest, alpha_of(table, look, p[look]));
	}
	return smallest;
}

/* The information at each look, of that at the last one there can be. */
static void boots_fractions(double fractions[SEQUENTIAL_LOOKS], size_t planned)
{
	for (size_t i = 0; i < planned; i++)
		fractions[i] = (double)sequential_boots[i] / (double)sequential_boots[planned - 1];
}

void sequential_table_of_boots(struct sequential_table *table, size_t planned)
{
	double fractions[SEQUENTIAL_LOOKS];

	boots_fractions(fractions, planned);
	sequential_table_make(fractions, planned, table);
}

double sequential_level(size_t looks, size_t planned, double alpha)
{
	double fractions[SEQUENTIAL_LOOKS], levels[SEQUENTIAL_LOOKS];

	boots_fractions(fractions, planned);
	sequential_levels(fractions, looks, alpha, levels);
	return levels[looks - 1];
}
