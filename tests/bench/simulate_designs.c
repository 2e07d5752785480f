// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two builds whose boots are unequal in number, in spread, or spread over several nights: how
 * often they are called different although they are not, and how often the interval of their
 * difference (5 %) holds it. Values of boots directly, 2 % about the level of their build; a
 * night adds 5 % of its own to all of its boots. With a control a boot has 10 % more, which its
 * control shares.
 */
#include <math.h>
#include <stdbool.h>

#include "simulation.h"
#include "stats/boots.h"
#include "stats/random.h"

#define NIGHTS_MAX 8
#define BOOTS_MAX 24	/* of both builds in all nights */
#define TRUTH .05
#define NIGHT_DEVIATION .05

struct design {
	size_t nights;
	size_t boots[NIGHTS_MAX][2];
	double deviation[2];	/* between boots of base and candidate */
	bool control;
};

static const struct design designs[] = {
	{ 1, { { 8, 8 } }, { .06, .02 }, false },
	{ 1, { { 6, 6 } }, { .06, .02 }, false },
	{ 1, { { 4, 8 } }, { .06, .02 }, false },
	{ 1, { { 8, 4 } }, { .06, .02 }, false },
	{ 1, { { 4, 12 } }, { .06, .02 }, false },
	{ 1, { { 4, 12 } }, { .02, .02 }, false },
	{ 3, { { 4, 4 }, { 4, 4 }, { 4, 4 } }, { .02, .02 }, false },
	{ 2, { { 6, 2 }, { 2, 6 } }, { .02, .02 }, false },
	{ 2, { { 6, 2 }, { 2, 6 } }, { .06, .02 }, false },
	{ 3, { { 4, 4 }, { 1, 3 }, { 3, 1 } }, { .02, .02 }, false },
	{ 8, { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 } },
	  { .02, .02 }, false },
	{ 1, { { 4, 4 } }, { .02, .02 }, true },
	{ 4, { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 } }, { .02, .02 }, true },
};

#define DESIGNS (sizeof(designs) / sizeof(designs[0]))
#define FALSE_BAR 0, .06
#define COVERAGE_BAR .935, 1

static const struct row rows[2 * DESIGNS] = {
	{ "A/A, 8+8 boots, sd 6 % and 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 6+6 boots, sd 6 % and 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 4+8 boots, sd 6 % and 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 8+4 boots, sd 6 % and 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 4+12 boots, sd 6 % and 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 4+12 boots, sd 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 3 nights of 4+4 boots: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 2 nights of 6+2 and 2+6 boots: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 2 nights of 6+2 and 2+6 boots, sd 6 % and 2 %: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 3 nights of 4+4, 1+3 and 3+1 boots: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 8 nights of 1+1 boots: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 4+4 boots with a control: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
	{ "A/A, 4 nights of 1+1 boots with a control: false positives", FALSE_BAR },
	{ "  interval of a difference holds it (95 %)", COVERAGE_BAR },
};

static struct boot_value one_boot(struct generator *generator, double level, double deviation,
				  bool control, uint32_t build, uint32_t night)
{
	struct boot_value boot = { .control = NAN, .build = build, .night = night };

	boot.value = level + deviation * generator_normal(generator);
	if (control) {
		const double shared = .1 * generator_normal(generator);

		boot.value += .8 * shared;
		boot.control = shared + .005 * generator_normal(generator);
	}
	return boot;
}

static size_t draw(struct generator *generator, const struct design *design, double difference,
		   struct boot_value *boots)
{
	size_t count = 0;

	for (uint32_t night = 0; night < design->nights; night++) {
		const double level = NIGHT_DEVIATION * generator_normal(generator);

		for (uint32_t build = 0; build < 2; build++)
			for (size_t i = 0; i < design->boots[night][build]; i++)
				boots[count++] = one_boot(
					generator, level + (build ? difference : 0),
					design->deviation[build], design->control, build, night);
	}
	return count;
}

static void count(struct tally *tally, bool hit)
{
	tally->trials++;
	tally->hits += hit;
}

static int one(struct generator *generator, const struct design *design, struct tally *tallies)
{
	struct boot_value boots[BOOTS_MAX];
	struct boots_effect effect;
	size_t boot_count = draw(generator, design, 0, boots);
	double p = 1;
	int ret = boots_estimate(boots, boot_count, BOOTS_MISRATE, &effect);

	/* p is at least that of the interval. */
	if (!ret && (effect.low > 0 || effect.high < 0))
		ret = boots_test(boots, boot_count, generator_next(generator), BOOTS_RANDOM, &p);
	count(&tallies[0], p <= .05);
	boot_count = draw(generator, design, TRUTH, boots);
	if (!ret)
		ret = boots_estimate(boots, boot_count, BOOTS_MISRATE, &effect);
	count(&tallies[1], effect.low <= TRUTH && effect.high >= TRUTH);
	return ret;
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct generator generator;
	int ret = 0;

	generator_seed(&generator, seed_derive(seed, 4, 0, 0));
	for (size_t i = 0; i < DESIGNS; i++)
		for (uint64_t trial = 0; trial < 4 * trials && !ret; trial++)
			ret = one(&generator, &designs[i], &tallies[2 * i]);
	return ret;
}

const struct simulation simulate_designs = {
	.name = "designs", .rows = rows, .row_count = 2 * DESIGNS, .run = run,
};
