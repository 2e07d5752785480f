// SPDX-License-Identifier: GPL-2.0-or-later
#include "permutation.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "quantile.h"
#include "random.h"
#include "sort.h"

#define CLIP 2.0		/* times the median size: 1.35 sd of normal noise */
#define OCTET 8			/* differences whose 256 signed sums are tabulated together */
#define ROUNDING 1e-9		/* of the largest possible sum: sums that differ less are ties */

/* Scores in place of differences; gives their sum of sizes. */
static int make_scores(const double *differences, size_t count, double *scores, double *total)
{
	double limit;

	for (size_t i = 0; i < count; i++)
		scores[i] = fabs(differences[i]);
	sort_doubles(scores, count);
	limit = CLIP * quantile_type7(scores, count, 0.5);
	if (isnan(limit))
		return -EINVAL;
	*total = 0;
	for (size_t i = 0; i < count; i++) {
		double size = fabs(differences[i]);

		/* Where more than half are zero there is no scale to clip at. */
		if (limit > 0)
			size = fmin(size, limit);
		scores[i] = copysign(size, differences[i]);
		*total += size;
	}
	return 0;
}

static double sum_of(const double *scores, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += scores[i];
	return sum;
}

/* All flips but for the first difference's, whose flip mirrors the rest. */
static double exact_p(const double *scores, size_t count, double threshold)
{
	uint32_t flips = 1u << (count - 1), extreme = 0;

	for (uint32_t flip = 0; flip < flips; flip++) {
		double sum = scores[0];

		for (size_t i = 1; i < count; i++)
			sum += flip >> (i - 1) & 1 ? -scores[i] : scores[i];
		extreme += fabs(sum) >= threshold;
	}
	return (double)extreme / (double)flips;
}

/* table[octet * 256 + signs]: the sum of eight scores under eight signs. */
static void tabulate(const double *scores, size_t count, double *table)
{
	for (size_t first = 0; first < count; first += OCTET, table += 256) {
		table[0] = 0;
		for (size_t i = first; i < first + OCTET && i < count; i++)
			table[0] += scores[i];
		for (unsigned int signs = 1; signs < 256; signs++) {
			unsigned int lowest = (unsigned int)__builtin_ctz(signs);
			double score = first + lowest < count ? scores[first + lowest] : 0;

			table[signs] = table[signs & (signs - 1)] - 2 * score;
		}
	}
}

static double sampled_p(const double *table, size_t octets, double threshold, uint64_t seed,
			uint64_t flips)
{
	struct generator generator;
	uint64_t extreme = 0;

	generator_seed(&generator, seed);
	for (uint64_t flip = 0; flip < flips; flip++) {
		uint64_t signs = 0;
		double sum = 0;

		for (size_t octet = 0; octet < octets; octet++) {
			if (octet % 8 == 0)
				signs = generator_next(&generator);
			sum += table[octet * 256 + (signs & 255)];
			signs >>= 8;
		}
		extreme += fabs(sum) >= threshold;
	}
	return (double)(extreme + 1) / (double)(flips + 1);
}

int sign_flip_test(const double *differences, size_t count, uint64_t seed, uint64_t flips,
		   double *p)
{
	size_t octets = (count + OCTET - 1) / OCTET;
	double *scores, *table, total, threshold;

	*p = NAN;
	if (!count)
		return 0;
	scores = malloc((count + octets * 256) * sizeof(*scores));
	if (!scores)
		return -ENOMEM;
	table = scores + count;
	if (!make_scores(differences, count, scores, &total)) {
		threshold = fabs(sum_of(scores, count)) - ROUNDING * total;
		if (count <= SIGN_FLIP_EXACT_MAX) {
			*p = exact_p(scores, count, threshold);
		} else {
			tabulate(scores, count, table);
			*p = sampled_p(table, octets, threshold, seed, flips);
		}
	}
	free(scores);
	return 0;
}
