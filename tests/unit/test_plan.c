// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plan is the same for the same configuration and seed, and is balanced in every
 * quartet, round and cell.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"
#include "report/plan_text.h"

static struct config *load(const char *text)
{
	char *path = support_file("test.conf", text, strlen(text));
	struct config *config;
	struct error error;

	if (config_load(path, 0, &config, &error))
		fail_msg("%s", error.text);
	free(path);
	return config;
}

static struct plan *make(const struct config *config, uint64_t seed)
{
	struct error error;
	struct plan *plan;

	if (plan_make(config, seed, PLAN_CLOCK_HOST, &plan, &error))
		fail_msg("%s", error.text);
	return plan;
}

static const char example[] =
	"[plan]\nname = example\nquartets = 40\nwarmup = 10%\nthreshold = 0.7%\n"
	"[cells exit]\nworkload = exit\nmirrors = 1, 32, 1024\n"
	"[cells unregister]\nworkload = unregister\nmirrors = 64\nthreads = 1, 2\nquartets = 10\n"
	"operations = 3\n[cells control]\nworkload = control\n";

#define EXAMPLE_CELLS 6

/* ---- determinism ---- */

static void test_same_seed_same_bytes(void **state)
{
	struct config *config = load(example);
	struct plan *a = make(config, 42), *b = make(config, 42), *c = make(config, 43);
	char *a_text = plan_to_json(a, NULL), *b_text = plan_to_json(b, NULL);
	char *c_text = plan_to_json(c, NULL);

	(void)state;
	assert_string_equal(a_text, b_text);
	assert_string_not_equal(a_text, c_text);
	free(a_text);
	free(b_text);
	free(c_text);
	plan_free(a);
	plan_free(b);
	plan_free(c);
	config_free(config);
}

/* Recorded: another compiler, machine or version of this program gives the same plan. */
static void test_same_on_every_machine(void **state)
{
	static const char expected[] =
		"{\"plan\":1,\"name\":\"tiny\",\"seed\":7,\"clock\":\"host\",\"threshold\":0.02,"
		"\"threshold_p99\":0.05,\"strategies\":[\"write\",\"read\"],\"cells\":["
		"\"exit/bundled/empty/1/same-node/t1/p1/4M\","
		"\"exit/bundled/empty/2/same-node/t1/p1/4M\"],\"blocks\":["
		"[0,\"write\",8,0,0,1],[0,\"read\",8,0,1,1],"
		"[0,\"read\",8,0,2,1],[0,\"write\",8,0,3,1],"
		"[1,\"write\",8,0,0,1],[1,\"read\",8,0,1,1],"
		"[1,\"read\",8,0,2,1],[1,\"write\",8,0,3,1],"
		"[0,\"write\",8,1,0,0],[0,\"read\",8,1,1,0],"
		"[0,\"read\",8,1,2,0],[0,\"write\",8,1,3,0],"
		"[1,\"read\",8,1,0,0],[1,\"write\",8,1,1,0],"
		"[1,\"write\",8,1,2,0],[1,\"read\",8,1,3,0]]}";
	struct config *config = load("[plan]\nname = tiny\nquartets = 2\n[cells a]\n"
				     "workload = exit\nmirrors = 1, 2\n");
	struct plan *plan = make(config, 7);
	size_t bytes;
	char *text = plan_to_json(plan, &bytes);

	(void)state;
	assert_string_equal(text, expected);
	assert_int_equal(bytes, strlen(expected));
	free(text);
	plan_free(plan);
	config_free(config);
}

/* ---- balance ---- */

static void test_quartets_are_abba_or_baab(void **state)
{
	struct config *config = load(example);
	struct plan *plan = make(config, 1);
	uint32_t started[2] = { 0 };

	(void)state;
	assert_int_equal(plan->block_count, (4 * 40 + 2 * 10) * 4);
	for (uint32_t i = 0; i < plan->block_count; i += 4) {
		const struct plan_block *block = &plan->blocks[i];
		uint32_t first = block[0].strategy, other = block[1].strategy;

		for (uint32_t position = 0; position < 4; position++) {
			assert_int_equal(block[position].cell, block->cell);
			assert_int_equal(block[position].quartet, block->quartet);
			assert_int_equal(block[position].position, position);
			assert_int_equal(block[position].warmup, block->warmup);
			assert_false(block[position].unrecorded);
		}
		assert_int_not_equal(first, other);
		assert_int_equal(block[2].strategy, other);
		assert_int_equal(block[3].strategy, first);
		started[first]++;
	}
	/* A fair coin over 180 quartets: outside 50 .. 130 less often than once in 10^8 seeds. */
	assert_in_range(started[0], 50, 130);
	assert_int_equal(started[0] + started[1], 180);
	plan_free(plan);
	config_free(config);
}

/* All cells with the same number of quartets meet once in each round, in changing order. */
static void test_each_cell_once_a_round(void **state)
{
	struct config *config = load("[plan]\nname = x\nquartets = 50\n[cells a]\n"
				     "workload = exit\nmirrors = 1..64*2\n");
	struct plan *plan = make(config, 5);
	uint32_t first_of_round[7] = { 0 }, orders = 0;

	(void)state;
	assert_int_equal(plan->block_count, 50 * 7 * 4);
	for (uint32_t round = 0; round < 50; round++) {
		const struct plan_block *block = &plan->blocks[round * 7 * 4];
		uint32_t seen = 0, changed = 0;

		for (uint32_t turn = 0; turn < 7; turn++) {
			assert_int_equal(block[turn * 4].quartet, round);
			seen |= 1u << block[turn * 4].cell;
			changed |= round && block[turn * 4].cell != (block - 28)[turn * 4].cell;
		}
		assert_int_equal(seen, (1u << 7) - 1);
		first_of_round[block->cell]++;
		orders += changed;
	}
	assert_true(orders > 40);
	for (int cell = 0; cell < 7; cell++)
		assert_in_range(first_of_round[cell], 1, 25);
	plan_free(plan);
	config_free(config);
}

/* A cell with a quarter of the quartets is spread over the whole run, not over its start. */
static void test_short_cells_are_spread(void **state)
{
	struct config *config = load(example);
	struct plan *plan = make(config, 3);
	uint32_t next[EXAMPLE_CELLS] = { 0 }, quarter[4] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < plan->block_count; i += 4) {
		const struct plan_block *block = &plan->blocks[i];

		assert_int_equal(block->quartet, next[block->cell]++);
		if (block->cell == 3)
			quarter[(uint64_t)i * 4 / plan->block_count]++;
	}
	for (uint32_t cell = 0; cell < EXAMPLE_CELLS; cell++)
		assert_int_equal(next[cell], config->cells[cell].quartets);
	for (int i = 0; i < 4; i++)
		assert_in_range(quarter[i], 2, 3);
	plan_free(plan);
	config_free(config);
}

static void test_warmup_is_the_first_quartets(void **state)
{
	struct config *config = load(example);
	struct plan *plan = make(config, 3);

	(void)state;
	for (uint32_t i = 0; i < plan->block_count; i++) {
		const struct plan_block *block = &plan->blocks[i];
		uint32_t quartets = config->cells[block->cell].quartets;

		assert_int_equal(block->warmup, block->quartet < quartets / 10);
		assert_int_equal(block->operations, quartets == 10 ? 3 : 8);
	}
	plan_free(plan);
	config_free(config);

	assert_int_equal(plan_warmup_quartets(16, 0), 0);
	assert_int_equal(plan_warmup_quartets(4, .1), 1);
	assert_int_equal(plan_warmup_quartets(16, .1), 2);
	assert_int_equal(plan_warmup_quartets(100000, .5), 50000);
}

static void check_latin_square(const struct plan_block *blocks, uint32_t k)
{
	for (uint32_t i = 0; i < k; i++) {
		uint32_t row = 0, column = 0;

		for (uint32_t j = 0; j < k; j++) {
			row |= 1u << blocks[i * k + j].strategy;
			column |= 1u << blocks[j * k + i].strategy;
			assert_int_equal(blocks[i * k + j].position, i * k + j);
		}
		assert_int_equal(row, (1u << k) - 1);
		assert_int_equal(column, (1u << k) - 1);
	}
}

static void test_more_than_two_strategies_are_a_latin_square(void **state)
{
	struct config *config = load("[plan]\nname = x\nquartets = 30\n[cells a]\n"
				     "workload = exit\nmirrors = 1\n");
	uint32_t starts;

	(void)state;
	for (uint32_t k = 3; k <= CONFIG_STRATEGIES_MAX; k++) {
		struct plan *plan;

		for (uint32_t i = 0; i < k; i++)
			config->strategies[i] = i;
		config->strategy_count = k;
		plan = make(config, k);
		assert_int_equal(plan->block_count, 30 * k * k);
		assert_int_equal(plan_quartet_blocks(k), k * k);
		starts = 0;
		for (uint32_t quartet = 0; quartet < 30; quartet++) {
			check_latin_square(&plan->blocks[quartet * k * k], k);
			starts |= 1u << plan->blocks[quartet * k * k].strategy;
		}
		assert_true(__builtin_popcount(starts) > 2);
		plan_free(plan);
	}
	config_free(config);
}

static void test_unrecorded_blocks_mirror_the_recorded(void **state)
{
	struct config *config = load("[plan]\nname = x\nquartets = 30\nunrecorded = yes\n[cells a]"
				     "\nworkload = exit\nmirrors = 1, 2\n");
	struct plan *plan = make(config, 3);
	uint32_t unrecorded_first = 0;

	(void)state;
	assert_int_equal(plan->block_count, 2 * 30 * 8);
	for (uint32_t i = 0; i < plan->block_count; i += 8) {
		const struct plan_block *block = &plan->blocks[i];

		for (uint32_t j = 0; j < 8; j += 2) {
			assert_int_equal(block[j].position, j / 2);
			assert_int_equal(block[j + 1].position, j / 2);
			assert_int_equal(block[j].strategy, block[j + 1].strategy);
			assert_int_not_equal(block[j].unrecorded, block[j + 1].unrecorded);
		}
		for (uint32_t j = 0; j < 4; j++) {
			assert_int_equal(block[j].unrecorded, block[7 - j].unrecorded);
			assert_int_equal(block[j].strategy, block[7 - j].strategy);
		}
		unrecorded_first += block->unrecorded;
	}
	assert_in_range(unrecorded_first, 10, 50);
	plan_free(plan);
	config_free(config);
}

/* One block a quartet, beside the four of a cell that has strategies to alternate. */
static void test_a_core_with_its_own_strategy_has_single_blocks(void **state)
{
	struct config *config = load("[plan]\nname = x\nquartets = 30\n[cells a]\n"
				     "workload = exit\ncore = bundled, interval\nmirrors = 1\n");
	struct plan *plan = make(config, 3);
	uint32_t kernel = 0;

	(void)state;
	assert_int_equal(plan_quartet_blocks(1), 1);
	assert_int_equal(plan->block_count, 30 * (4 + 1));
	for (uint32_t i = 0; i < plan->block_count; i++) {
		const struct plan_block *block = &plan->blocks[i];

		if (plan->cells[block->cell].core == HMMBENCH_CORE_BUNDLED) {
			assert_in_range(block->strategy, HMMBENCH_STRATEGY_WRITE,
					HMMBENCH_STRATEGY_READ);
			continue;
		}
		assert_int_equal(block->strategy, HMMBENCH_STRATEGY_KERNEL);
		assert_int_equal(block->position, 0);
		assert_int_equal(block->quartet, kernel);
		assert_int_equal(block->warmup, kernel < 3);
		/* One in each round of five blocks. */
		assert_int_equal(i / 5, kernel);
		kernel++;
	}
	assert_int_equal(kernel, 30);
	plan_free(plan);
	config->counters = true;
	plan = make(config, 3);
	assert_int_equal(plan->block_count, 30 * (4 + 1) + 2 + 1);
	assert_int_equal(plan->blocks[plan->block_count - 1].strategy, HMMBENCH_STRATEGY_KERNEL);
	plan_free(plan);
	config_free(config);
}

/* Behind all that is timed, of the exits alone, and the timed blocks are as without it. */
static void test_a_detailed_pass_follows_the_timed_blocks(void **state)
{
	struct config *config = load("[plan]\nname = x\nquartets = 3\n[cells a]\nworkload = exit\n"
				     "core = bundled, interval\nmirrors = 1\n"
				     "[cells b]\nworkload = unregister\nmirrors = 1\n");
	struct plan *plan = make(config, 3), *with;
	uint32_t timed = plan->block_count;

	(void)state;
	config->detailed = true;
	with = make(config, 3);
	assert_int_equal(with->block_count, timed + 2 + 1);
	for (uint32_t i = 0; i < with->block_count; i++) {
		const struct plan_block *block = &with->blocks[i];

		assert_int_equal(block->detailed, i >= timed);
		assert_int_equal(plan_block_is_apart(block), i >= timed);
		if (i >= timed)
			assert_int_equal(with->cells[block->cell].workload, WORKLOAD_EXIT);
		else
			assert_memory_equal(block, &plan->blocks[i], sizeof(*block));
	}
	assert_int_equal(with->blocks[timed].strategy, HMMBENCH_STRATEGY_WRITE);
	assert_int_equal(with->blocks[timed + 1].strategy, HMMBENCH_STRATEGY_READ);
	assert_int_equal(with->blocks[timed + 2].strategy, HMMBENCH_STRATEGY_KERNEL);
	plan_free(plan);
	plan_free(with);
	config_free(config);
}

/* ---- what cannot be planned ---- */

static void test_what_cannot_be_planned(void **state)
{
	struct config *config = load(
		"[plan]\nname = x\n[cells a]\nworkload = exit\nmirrors = 1\n"
		"[cells b]\nworkload = unregister\nmirrors = 4\nthreads = 2\n");
	char message[400];
	struct error error = { 0 };
	struct plan *plan;

	(void)state;
	assert_int_equal(plan_make(config, 1, PLAN_CLOCK_VIRTUAL, &plan, &error), -EINVAL);
	snprintf(message, sizeof(message),
		 "%s:6: cell unregister/bundled/empty/4/same-node/t2/p1/4M needs two running CPUs, "
		 "which the virtual clock does not have; --clock host, or take it out",
		 config->path);
	assert_string_equal(error.text, message);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_null(plan);
	assert_int_equal(plan_make(config, UINT64_C(1) << 63, PLAN_CLOCK_HOST, &plan, &error),
			 -EINVAL);
	assert_string_equal(error.text, "seed 9223372036854775808 is out of range; 0 to "
					"9223372036854775807");
	config_free(config);

	config = load("[plan]\nname = x\ndetailed = yes\n[cells a]\nworkload = unregister\n"
		      "mirrors = 4\n");
	assert_int_equal(plan_make(config, 1, PLAN_CLOCK_HOST, &plan, &error), -EINVAL);
	assert_non_null(strstr(error.text, "no cell is of workload exit"));
	config_free(config);

	config = load("[plan]\nname = x\nquartets = 100000\n[cells a]\nworkload = exit\n"
		      "mirrors = 1, 2, 3\n");
	assert_int_equal(plan_make(config, 1, PLAN_CLOCK_HOST, &plan, &error), -EINVAL);
	snprintf(
		message, sizeof(message),
		"%s:4: the cells up to here make more than 1048576 blocks; fewer quartets or fewer "
		"cells",
		config->path);
	assert_string_equal(error.text, message);
	config_free(config);
}

/* ---- for people ---- */

static char *printed_within(const char *text, size_t width)
{
	const struct text_style style = { .width = width };
	struct config *config = load(text);
	struct plan *plan = make(config, 3);
	size_t bytes;
	char *to;
	FILE *file = open_memstream(&to, &bytes);

	assert_int_equal(plan_text(plan, &style, file), 0);
	fclose(file);
	plan_free(plan);
	config_free(config);
	return to;
}

static char *printed(const char *text)
{
	return printed_within(text, 0);
}

static void test_print(void **state)
{
	static const char expected[] =
		"plan x, seed 3, host clock\n"
		"strategies: A = write (base), B = read\n"
		"smallest effect of interest: 2 % for p10 and p50, 5 % for p99\n"
		"\n"
		"no.  cell                                        quartets  warm-up  ops/block"
		"  operations\n"
		"  0  exit/bundled/empty/5/same-node/t1/p1/4M            2        1          8"
		"          64\n"
		"  1  control/bundled/empty/0/same-node/t1/p1/4M         2        1          3"
		"          24\n"
		"cell 0: one boot gives no verdict from so few quartets; it takes 6 behind the "
		"warm-up, or as many boots\n"
		"\n"
		"16 blocks, 88 operations; 88 processes to start, 320 mirrors to register\n"
		"\n"
		"order, as cell:quartet (small letters are warm-up)\n"
		"  0:baab 1:baab 0:ABBA 1:BAAB\n";
	char *text = printed("[plan]\nname = x\nquartets = 2\n[cells a]\nworkload = exit\n"
			     "mirrors = 5\n[cells b]\nworkload = control\noperations = 3\n");

	(void)state;
	assert_string_equal(text, expected);
	free(text);
}

static void test_print_fits_the_terminal(void **state)
{
	char *text = printed_within("[plan]\nname = x\nquartets = 40\nstrategies = write, read, srcu\n"
				    "[cells a]\nworkload = exit\nmirrors = 1, 2, 3, 4\n",
				    60);

	(void)state;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 60)
			fail_msg("%zu columns: %s", strlen(line), line);
	free(text);
}

static void test_print_what_is_recorded(void **state)
{
	char *text = printed("[plan]\nname = x\nquartets = 2\n[cells a]\nworkload = exit\n"
			     "mirrors = 1024\n[cells b]\nworkload = unregister\nmirrors = 128\n"
			     "[cells c]\nworkload = unregister\nmirrors = 8\n");

	(void)state;
	assert_null(strstr(text, "cell 0: one call"));
	assert_non_null(strstr(text, "\ncell 1: one call in 4 is recorded\n"));
	assert_null(strstr(text, "cell 2: one call"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_same_on_every_machine),
		cmocka_unit_test(test_quartets_are_abba_or_baab),
		cmocka_unit_test(test_each_cell_once_a_round),
		cmocka_unit_test(test_short_cells_are_spread),
		cmocka_unit_test(test_warmup_is_the_first_quartets),
		cmocka_unit_test(test_more_than_two_strategies_are_a_latin_square),
		cmocka_unit_test(test_unrecorded_blocks_mirror_the_recorded),
		cmocka_unit_test(test_a_detailed_pass_follows_the_timed_blocks),
		cmocka_unit_test(test_a_core_with_its_own_strategy_has_single_blocks),
		cmocka_unit_test(test_what_cannot_be_planned),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_print_fits_the_terminal),
		cmocka_unit_test(test_print_what_is_recorded),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
