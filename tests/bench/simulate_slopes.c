// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exponents of a walk of 5 us and 100 ns a mirror, units that scatter by 10 %, with their
 * intervals, for the designs of quick.conf, of scale.conf and of several boots. One quartet in
 * twenty is disturbed (it takes e^.5 times as long); a boot's value is the centre of its
 * quartets, which those do not move.
 */
#include <errno.h>
#include <math.h>

#include "simulation.h"
#include "stats/random.h"
#include "stats/slope.h"

#define POINTS_MAX 11
#define UNITS_MAX  16

struct design {
	const double *sizes;
	const size_t *units;
	size_t points;
	double lag1;		/* of the quartets in time */
	double of_boot;		/* what a boot does to all its points */
	double disturbed;	/* share of the units */
	bool shared;
};

static const double few[] = { 1, 32, 1024 };
static const double many[] = { 1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1000000 };
static const size_t quick_units[] = { 14, 14, 14 };
static const size_t scale_units[] = { 8, 8, 8, 8, 8, 8, 8, 8, 4, 4, 2 };
static const size_t boot_units[] = { 6, 6, 6 };

static const struct design designs[] = {
	{ few, quick_units, 3, 0, 0, .05, false },
	{ few, quick_units, 3, .3, 0, .05, false },
	{ many, scale_units, 11, 0, 0, .05, false },
	{ few, boot_units, 3, 0, .2, 0, true },
};

#define DESIGNS (sizeof(designs) / sizeof(designs[0]))

static const struct row rows[] = {
	{ "exponent over 3 sizes, 14 quartets: interval holds the truth (95 %)", .93, .98 },
	{ "  quartets correlated in time (.3)", .93, .98 },
	{ "exponent over 1 .. 1000000, 8 to 2 quartets: interval holds the truth", .93, .98 },
	{ "exponent over 3 sizes, 6 boots 20 % apart: interval holds the truth", .93, .98 },
	{ "N^1.1 against N^1 over 1 .. 1000000: told apart", .95, 1 },
};

static double level(double size, double exponent)
{
	return log(5000 + 100 * pow(size, exponent));
}

static int fit(const struct design *design, double candidate, struct generator *generator,
	       struct slope *slope)
{
	double values[POINTS_MAX][SLOPE_ARMS][UNITS_MAX], of_boot[UNITS_MAX];
	struct slope_point points[POINTS_MAX];

	for (size_t i = 0; i < UNITS_MAX; i++)
		of_boot[i] = design->of_boot * generator_normal(generator);
	for (size_t i = 0; i < design->points; i++) {
		points[i] = (struct slope_point){ .size = design->sizes[i],
						  .units = design->units[i] };
		for (size_t arm = 0; arm < SLOPE_ARMS; arm++) {
			double kept = design->lag1, noise = generator_normal(generator);

			points[i].ln_ns[arm] = values[i][arm];
			for (size_t unit = 0; unit < design->units[i]; unit++) {
				noise = kept * noise + sqrt(1 - kept * kept) *
						       generator_normal(generator);
				values[i][arm][unit] = level(design->sizes[i],
							     arm ? candidate : 1) +
						       .1 * noise + of_boot[unit];
				if (generator_uniform(generator) < design->disturbed)
					values[i][arm][unit] += .5;
			}
		}
	}
	return slope_fit(points, design->points, design->shared, slope);
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct generator generator;
	struct slope slope;
	int ret;

	generator_seed(&generator, seed);
	for (uint64_t trial = 0; trial < trials; trial++) {
		for (size_t i = 0; i < DESIGNS; i++) {
			ret = fit(&designs[i], 1, &generator, &slope);
			if (ret)
				return ret;
			tallies[i].hits += slope.exponent[0].low <= 1 &&
					   slope.exponent[0].high >= 1;
			tallies[i].trials++;
		}
		ret = fit(&designs[2], 1.1, &generator, &slope);
		if (ret)
			return ret;
		tallies[DESIGNS].hits += slope.difference.low > 0;
		tallies[DESIGNS].trials++;
	}
	return 0;
}

const struct simulation simulate_slopes = {
	.name = "slopes",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.run = run,
};
