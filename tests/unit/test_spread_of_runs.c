// SPDX-License-Identifier: GPL-2.0-or-later
/* What a store tells of the scatter on this machine, and of which runs. */
#include "night_support.h"
#include "within.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/spread_of_runs.h"

struct bench {
	char *path;
	struct store *store;
	struct measured *measured;
	struct error error;
};

static struct bench bench_new(void)
{
	struct bench bench = { .path = store_fresh_path() };

	bench.store = store_must_open(bench.path, STORE_WRITE);
	return bench;
}

static void bench_end(struct bench *bench)
{
	measured_free(bench->measured);
	store_close(bench->store);
	free(bench->path);
}

static void must_load(struct bench *bench, const char *name)
{
	if (measured_load(bench->store, name, &bench->measured, &bench->error))
		fail_msg("%s", bench->error.text);
}

static void must_refuse(struct bench *bench, const char *name, const char *part)
{
	assert_int_equal(measured_load(bench->store, name, &bench->measured, &bench->error),
			 -ENODATA);
	assert_int_equal(bench->error.exit_status, STATUS_USAGE);
	if (!strstr(bench->error.text, part) || !strstr(bench->error.text, "hmmbench run"))
		fail_msg("\"%s\" does not say \"%s\" and what to do", bench->error.text, part);
}

static void put(struct bench *bench, struct night_boot boot, double level, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		boot.level = i % 2 ? level : -level;
		night_put(bench->store, bench->path, &boot);
	}
}

static void both_builds_tell_of_the_boots(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	put(&bench, (struct night_boot){ .spread = .05, .no_control = true }, .03, 6);
	put(&bench, (struct night_boot){ .spread = .05, .no_control = true, .kernel = "debian:6.12",
					 .effect = .5 }, .03, 6);
	must_load(&bench, NULL);
	assert_int_equal(bench.measured->run_count, 12);
	assert_int_equal(bench.measured->runs[0], 12);
	assert_string_equal(bench.measured->lab, "vm");
	assert_int_equal(bench.measured->part_count, 4);	/* two cells, two strategies */
	for (size_t i = 0; i < 4; i++) {
		const struct measured_part *part = &bench.measured->parts[i];
		const struct spread *spread = &part->spread[GATED_P50];

		assert_true(part->known[GATED_P10] && part->known[GATED_P50]);
		assert_false(part->known[GATED_P99]);
		assert_within(part->operations, 8, 0);
		assert_int_equal(spread->groups, 2);
		/* Levels of plus and minus .03 in six boots: .03 sqrt(6 / 5). */
		assert_within(sqrt(spread->boot), .0329, .01);
		assert_within(sqrt(spread->operation), 1.2533 * .05, .02);
	}
	bench_end(&bench);
}

static void boots_and_blocks_have_their_price(void **state)
{
	struct bench bench = bench_new();
	/* Eight quartets of four in each of three cells. */
	const double blocks_s = 3 * NIGHT_QUARTETS * 4 * NIGHT_BLOCK_S;

	(void)state;
	put(&bench, (struct night_boot){ .spread = .05 }, .01, 4);
	must_load(&bench, NULL);
	assert_within(bench.measured->boot_s, NIGHT_BOOT_S - blocks_s, 1e-9);
	for (uint32_t cell = 0; cell < 3; cell++) {
		const struct measured_cell *priced = &bench.measured->cells[cell];

		assert_int_equal(priced->unit, 2);
		/* One quartet in eight is warm-up; its time is in the others' price. */
		assert_int_equal(priced->blocks, 2 * (NIGHT_QUARTETS - 1));
		assert_within(priced->blocks * priced->block_s, blocks_s / 3, 1e-9);
	}
	bench_end(&bench);
}

static void runs_that_are_not_like_the_newest_are_left_out(void **state)
{
	struct bench bench = bench_new();
	const struct night_boot boot = { .spread = .05 };
	struct night_boot other = boot;

	(void)state;
	other.accelerator = "tcg";
	put(&bench, other, .3, 3);
	other = boot;
	other.status = STATUS_PANIC;
	put(&bench, other, .3, 2);
	other = boot;
	other.note = "{\"clock_rate\":2.5}";
	put(&bench, other, .3, 2);
	other = boot;
	other.plan_name = "another";
	put(&bench, other, .3, 2);
	put(&bench, boot, .01, 3);
	other = boot;
	other.clock = PLAN_CLOCK_VIRTUAL;
	put(&bench, other, .3, 2);
	must_load(&bench, NULL);
	assert_int_equal(bench.measured->run_count, 3);
	assert_int_equal(bench.measured->runs[2], 10);
	measured_free(bench.measured);
	must_load(&bench, "another");
	assert_int_equal(bench.measured->run_count, 2);
	assert_string_equal(bench.measured->plan->name, "another");
	bench_end(&bench);
}

static void nothing_measured_is_refused_with_the_command(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	must_refuse(&bench, NULL, "nothing was measured here");
	put(&bench, (struct night_boot){ .spread = .05 }, 0, 1);
	must_refuse(&bench, "another", "by the plan another");
	must_refuse(&bench, NULL, "1 boot of the plan night, no two of one kernel");
	/* Two kernels, a boot of each. */
	put(&bench, (struct night_boot){ .spread = .05, .kernel = "debian:6.12" }, 0, 1);
	must_refuse(&bench, NULL, "2 boots of the plan night, no two of one kernel");
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_builds_tell_of_the_boots),
		cmocka_unit_test(boots_and_blocks_have_their_price),
		cmocka_unit_test(runs_that_are_not_like_the_newest_are_left_out),
		cmocka_unit_test(nothing_measured_is_refused_with_the_command),
	};

	return cmocka_run_group_tests_name("spread_of_runs", tests, NULL, NULL);
}
