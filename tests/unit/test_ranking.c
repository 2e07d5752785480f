// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All strategies side by side: which is shortest, which is not told from it, and that equal ones
 * are seldom called longer however many there are.
 */
#include "support.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"
#include "stats/holm.h"
#include "stats/random.h"
#include "stats/ranking.h"

#define ARMS	 4
#define QUARTETS 12	/* of a boot; each arm has a block in each */
#define ROWS	 8	/* of a block */

/* A night of `cells` cells: exits of so many boots under four strategies in a Latin square. */
struct night {
	struct comparison_input input;
	struct comparison_block *blocks;
	struct cell *cells;
	double shift[ARMS];	/* ln, of each strategy */
	double deviation;	/* of a sample, ln */
	bool without_last;	/* the last strategy has no samples */
	uint64_t seed;
};

static void fill(struct night *night, struct comparison_block *block, struct generator *generator,
		 double level)
{
	assert_int_equal(samples_init(&block->samples, ROWS,
				      1u << COLUMN_WALK | 1u << COLUMN_FLAGS),
			 0);
	for (size_t i = 0; i < ROWS; i++) {
		block->samples.columns[COLUMN_FLAGS][i] = 0;
		block->samples.columns[COLUMN_WALK][i] =
			(uint64_t)llrint(1e5 * exp(level + night->shift[block->arm] +
						   night->deviation * generator_normal(generator)));
	}
}

static void night_begin(struct night *night, uint32_t cells, uint32_t boots)
{
	struct comparison_block *block;
	struct generator generator;

	generator_seed(&generator, night->seed);
	night->cells = calloc(cells, sizeof(*night->cells));
	night->blocks = calloc((size_t)cells * boots * QUARTETS * ARMS, sizeof(*night->blocks));
	block = night->blocks;
	for (uint32_t cell = 0; cell < cells; cell++) {
		night->cells[cell] = (struct cell){ .workload = WORKLOAD_EXIT, .mirrors = cell + 1,
						    .threads = 1, .processes = 1 };
		for (uint32_t boot = 0; boot < boots; boot++) {
			/* What all strategies of a boot share is no difference between them. */
			const double level = .2 * generator_normal(&generator);

			for (uint32_t i = 0; i < QUARTETS * ARMS; i++) {
				const uint32_t arm = (i + i / ARMS) % ARMS;

				if (night->without_last && arm == ARMS - 1)
					continue;
				*block = (struct comparison_block){
					.cell = cell, .arm = arm, .boot = boot, .quartet = i / ARMS,
					.position = i % ARMS,
				};
				fill(night, block++, &generator, level);
			}
		}
	}
	night->input = (struct comparison_input){
		.design = DESIGN_IN_BOOT, .cells = night->cells, .cell_count = cells,
		.blocks = night->blocks, .block_count = (uint32_t)(block - night->blocks),
		.boots = boots, .seed = night->seed, .threshold = .02, .threshold_p99 = .05,
		.false_discovery_rate = .05,
	};
}

static void night_end(struct night *night)
{
	for (uint32_t i = 0; i < night->input.block_count; i++)
		samples_free(&night->blocks[i].samples);
	free(night->blocks);
	free(night->cells);
}

static struct ranking *ranked(const struct night *night)
{
	struct error error = { 0 };
	struct ranking *ranking;

	if (ranking_make(&night->input, ARMS, &ranking, &error))
		fail_msg("%s", error.text);
	return ranking;
}

/* The second and the third are as short as each other, the first 10 % longer, the last 50 %. */
static const struct night usual = { .shift = { .0953, 0, 0, .4055 }, .deviation = .02, .seed = 7 };

static void assert_usual(uint32_t boots)
{
	struct night night = usual;
	struct ranking *ranking;
	const struct ranking_row *row;
	const struct ranked *alike;

	night_begin(&night, 2, boots);
	ranking = ranked(&night);
	assert_int_equal(ranking->row_count, 2);
	row = &ranking->rows[1];
	assert_int_equal(row->cell, 1);
	assert_int_equal(row->column, COLUMN_WALK);
	assert_int_equal(row->arms[0].place, RANKING_LONGER);
	assert_int_equal(row->arms[3].place, RANKING_LONGER);
	alike = &row->arms[row->arms[1].place == RANKING_SHORTEST ? 2 : 1];
	assert_int_equal(alike->place, RANKING_ALIKE);
	assert_int_equal(row->arms[1].place + row->arms[2].place, RANKING_SHORTEST + RANKING_ALIKE);
	assert_true(fabs(row->arms[0].over - .0953) < .02 && fabs(row->arms[3].over - .4055) < .02);
	assert_true(row->arms[0].low < row->arms[0].over && row->arms[0].over < row->arms[0].high);
	assert_true(row->arms[0].low > 0 && row->arms[3].p < RANKING_LEVEL);
	assert_true(fabs(alike->over) < .02 && !(alike->p < RANKING_LEVEL));
	assert_int_equal(row->arms[0].rows, (uint64_t)boots * QUARTETS * ROWS);
	assert_true(row->arms[3].p10_ns < row->arms[3].p50_ns &&
		    row->arms[3].p50_ns < row->arms[3].p99_ns);
	ranking_free(ranking);
	night_end(&night);
}

static void the_shortest_and_what_is_like_it_are_found(void **state)
{
	(void)state;
	assert_usual(1);
	assert_usual(8);
}

static void few_boots_tell_nothing_apart(void **state)
{
	struct night night = usual;
	struct ranking *ranking;

	(void)state;
	night_begin(&night, 1, 4);
	ranking = ranked(&night);
	for (uint32_t arm = 0; arm < ARMS; arm++)
		assert_int_not_equal(ranking->rows[0].arms[arm].place, RANKING_LONGER);
	assert_true(isnan(ranking->rows[0].arms[3].p));
	/* Of 2 to the 7th signs of 8 boots two are this far off, in six pairs. */
	assert_int_equal(ranking_least(4), 8);
	assert_int_equal(ranking_least(3), 7);
	assert_int_equal(ranking_least(2), 6);
	/* The estimate is there all the same. */
	assert_true(fabs(ranking->rows[0].arms[3].over - .4055) < .02);
	ranking_free(ranking);
	night_end(&night);
}

static void a_cell_that_is_refused_has_numbers_and_no_places(void **state)
{
	const char *const refusals[] = { NULL, "contended, with more vCPUs than host cores" };
	struct night night = usual;
	struct ranking *ranking;

	(void)state;
	night_begin(&night, 2, 8);
	night.input.refusals = refusals;
	ranking = ranked(&night);
	assert_int_equal(ranking->rows[0].arms[3].place, RANKING_LONGER);
	assert_string_equal(ranking->rows[1].refusal, refusals[1]);
	for (uint32_t arm = 0; arm < ARMS; arm++) {
		assert_int_equal(ranking->rows[1].arms[arm].place, RANKING_REFUSED);
		assert_true(ranking->rows[1].arms[arm].p50_ns > 0);
		assert_true(isnan(ranking->rows[1].arms[arm].over));
	}
	ranking_free(ranking);
	night_end(&night);
}

static void a_strategy_without_samples_is_absent(void **state)
{
	struct night night = usual;
	struct ranking *ranking;

	(void)state;
	night.without_last = true;
	night_begin(&night, 1, 8);
	ranking = ranked(&night);
	assert_int_equal(ranking->rows[0].arms[3].place, RANKING_ABSENT);
	assert_int_equal(ranking->rows[0].arms[0].place, RANKING_LONGER);
	ranking_free(ranking);
	night_end(&night);
}

/* Of cells of equals, at most so many have one that is called longer: the level, and chance. */
static void equals_are_seldom_called_longer(void **state)
{
	struct night night = { .deviation = .05, .seed = 11 };
	const uint32_t cells = 400;
	struct ranking *ranking;
	uint32_t wrong = 0;

	(void)state;
	night_begin(&night, cells, 1);
	ranking = ranked(&night);
	for (uint32_t i = 0; i < cells; i++) {
		bool any = false;

		for (uint32_t arm = 0; arm < ARMS; arm++)
			any = any || ranking->rows[i].arms[arm].place == RANKING_LONGER;
		wrong += any;
	}
	/* 20 expected at the most, 4.4 their standard deviation; the seed is fixed. */
	assert_in_range(wrong, 0, 33);
	ranking_free(ranking);
	night_end(&night);
}

static void blocks_of_an_arm_that_is_not_there_are_refused(void **state)
{
	struct night night = usual;
	struct error error = { 0 };
	struct ranking *ranking;

	(void)state;
	night_begin(&night, 1, 1);
	assert_int_equal(ranking_make(&night.input, ARMS - 1, &ranking, &error), -EINVAL);
	assert_null(ranking);
	night_end(&night);
}

/* By hand: .005 * 4, .01 * 3, .03 * 2, and .04 no less than the one before. */
static void holm_steps_down(void **state)
{
	const double p[] = { .01, .04, NAN, .03, .005 }, expected[] = { .03, .06, NAN, .06, .02 };
	double adjusted[5];

	(void)state;
	assert_int_equal(holm(p, adjusted, 5), 0);
	for (size_t i = 0; i < 5; i++)
		assert_true(isnan(expected[i]) ? isnan(adjusted[i]) :
						 fabs(adjusted[i] - expected[i]) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_and_what_is_like_it_are_found),
		cmocka_unit_test(few_boots_tell_nothing_apart),
		cmocka_unit_test(a_cell_that_is_refused_has_numbers_and_no_places),
		cmocka_unit_test(a_strategy_without_samples_is_absent),
		cmocka_unit_test(equals_are_seldom_called_longer),
		cmocka_unit_test(blocks_of_an_arm_that_is_not_there_are_refused),
		cmocka_unit_test(holm_steps_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
