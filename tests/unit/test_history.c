// SPDX-License-Identifier: GPL-2.0-or-later
/* From runs to nights in the store, what is found in them, and what an acknowledgement does. */
#include "night_support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"
#include "stats/nights.h"
#include "store/history_page.h"

#define NOW_S 1735689600 /* 2025-01-01, months after the nights */
#define DAY_S 86400

struct bench {
	char *path;
	struct store *store;
	struct history_page page;
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
	history_page_free(&bench->page);
	store_close(bench->store);
	free(bench->path);
}

static void gather(struct bench *bench, int64_t now_s)
{
	const struct history_filter all = { 0 };

	history_page_free(&bench->page);
	memset(&bench->error, 0, sizeof(bench->error));
	if (history_gather(bench->store, now_s, &bench->error) ||
	    history_page_load(bench->store, &all, 0, &bench->page, &bench->error))
		fail_msg("%s", bench->error.text);
}

static const struct history_row *row_of(const struct bench *bench, const char *line,
					const char *cell, const char *strategy)
{
	for (size_t i = 0; i < bench->page.row_count; i++) {
		const struct history_row *row = &bench->page.rows[i];

		if (!strcmp(row->series.line, line) &&
		    !strncmp(row->series.cell, cell, strlen(cell)) &&
		    !strcmp(row->series.strategy, strategy))
			return row;
	}
	fail_msg("there is no series of %s, %s, %s", line, cell, strategy);
	return NULL;
}

/* ---- what a night is made of ---- */

static void a_night_is_the_mean_of_its_boots(void **state)
{
	struct night_boot boot = { .started = "2024-05-01T02:00:00Z" };
	struct bench bench = bench_new();
	const struct history_row *row;

	(void)state;
	boot.level = .1;
	night_put(bench.store, bench.path, &boot);
	boot.level = .3;
	boot.started = "2024-05-01T02:30:00Z";
	night_put(bench.store, bench.path, &boot);
	boot.status = STATUS_PANIC;
	boot.level = 9;
	night_put(bench.store, bench.path, &boot);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.row_count, 5);
	row = row_of(&bench, "debian:6.1", "exit/", "write");
	assert_int_equal(row->night_count, 1);
	assert_int_equal(row->nights[0].boots, 2);
	assert_float_equal(row->nights[0].value, log(NIGHT_BASE_NS) + .2, 1e-4);
	assert_float_equal(row->nights[0].error, .1, 1e-4);
	assert_int_equal(row->nights[0].night_s, 1714528800);
	assert_string_equal(row->series.machine, "lab1, vm kvm");
	assert_string_equal(row->series.plan, "night");
	assert_string_equal(row->kernel, "debian:6.1-rel (build debian:6.1)");
	assert_true(row->series.judged);
	assert_float_equal(row->series.threshold, .02, 1e-12);
	assert_int_equal(row->verdict, VERDICT_INCONCLUSIVE);
	assert_false(row_of(&bench, "debian:6.1", "control/", "")->series.judged);
	assert_int_equal(bench.page.verdict, VERDICT_INCONCLUSIVE);
	/* Once more changes nothing. */
	gather(&bench, NOW_S);
	assert_int_equal(row_of(&bench, "debian:6.1", "exit/", "read")->series.nights, 1);
	bench_end(&bench);
}

static void a_night_is_taken_in_when_it_is_over(void **state)
{
	const struct night_boot boot = { .started = "2024-05-01T02:00:00Z" };
	struct bench bench = bench_new();

	(void)state;
	night_put(bench.store, bench.path, &boot);
	gather(&bench, 1714528800 + NIGHT_BOOT_S + 3 * 3600 - 1);
	assert_int_equal(bench.page.row_count, 0);
	gather(&bench, 1714528800 + NIGHT_BOOT_S + 3 * 3600);
	assert_int_equal(bench.page.row_count, 5);
	bench_end(&bench);
}

static void machines_lines_and_configurations_are_series_of_their_own(void **state)
{
	struct night_boot boot = { .started = "2024-05-01T02:00:00Z" };
	struct bench bench = bench_new();

	(void)state;
	night_put(bench.store, bench.path, &boot);
	boot.machine = "lab2";
	night_put(bench.store, bench.path, &boot);
	boot.accelerator = "tcg";
	night_put(bench.store, bench.path, &boot);
	boot.kernel = "debian:6.12";
	night_put(bench.store, bench.path, &boot);
	boot.plan_name = "other";
	night_put(bench.store, bench.path, &boot);
	boot.clock = PLAN_CLOCK_VIRTUAL;
	night_put(bench.store, bench.path, &boot);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.row_count, 6 * 5);
	for (size_t i = 0; i < bench.page.row_count; i++) {
		const struct history_series *series = &bench.page.rows[i].series;

		assert_int_equal(bench.page.rows[i].nights[0].boots, 1);
		/* The gate of a comparison on that clock. */
		assert_float_equal(series->threshold,
				   series->clock == PLAN_CLOCK_VIRTUAL ? .0075 : .02, 1e-12);
	}
	bench_end(&bench);
}

static void the_line_is_what_versions_have_in_common(void **state)
{
	static const struct {
		const char *name, *release, *line;
	} cases[] = {
		{ "debian:6.1", "6.1.0-56-amd64", "debian:6.1" },
		{ "6.1.0-56-amd64", "6.1.0-56-amd64", "6.1-amd64" },
		{ "6.12.95+deb12-rt-amd64", "6.12.95+deb12-rt-amd64", "6.12-amd64" },
		{ "running", "6.14.3", "6.14" },
		{ "~/src/linux", "6.14.0-rc3", "~/src/linux" },
		{ "running", "", "running" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *line = history_line(cases[i].name, cases[i].release);

		assert_string_equal(line, cases[i].line);
		free(line);
	}
}

/* ---- what is found ---- */

/* A series of nights without runs, `step` from the night `from` on. */
static struct history_series series_put(struct bench *bench, size_t count, size_t from, double step)
{
	struct history_series series = {
		.machine = (char *)"lab1, reboot", .line = (char *)"6.1-amd64", .plan = (char *)"night",
		.cell = (char *)"exit/bundled/empty/1024/same-node/t1/p1/4M",
		.strategy = (char *)"write", .column = COLUMN_WALK, .judged = true,
		.threshold = .02,
	};

	for (size_t i = 0; i < count; i++) {
		struct history_night night = { .night_s = 1714528800 + (int64_t)i * DAY_S,
					       .boots = 8,
					       .value = 11 + .003 * ((double)(i * 7 % 11) / 5 - 1) +
							(i >= from ? step : 0),
					       .error = .002 };
		char build[40];

		snprintf(build, sizeof(build), "build%zu", i);
		if (history_series_put(bench->store, &series, &series.id, &bench->error) ||
		    history_kernel_put(bench->store, "6.1.0-56-amd64", build, &night.kernel,
				       &bench->error))
			fail_msg("%s", bench->error.text);
		night.series = series.id;
		if (history_night_put(bench->store, &night, &bench->error) ||
		    history_watch(bench->store, &series, &bench->error))
			fail_msg("%s", bench->error.text);
	}
	return series;
}

static void a_step_is_found_with_the_first_kernel_after_it(void **state)
{
	struct bench bench = bench_new();
	const struct history_row *row;

	(void)state;
	series_put(&bench, 50, 40, .06);
	gather(&bench, NOW_S);
	row = &bench.page.rows[0];
	assert_int_equal(row->change_count, 1);
	assert_int_equal(row->changes[0].kind, HISTORY_LEVEL);
	assert_int_equal(row->changes[0].first_s, 1714528800 + 40 * DAY_S);
	assert_true(row->changes[0].found_s > row->changes[0].first_s);
	assert_string_equal(row->change_kernels[0], "6.1.0-56-amd64 (build build40)");
	assert_float_equal(row->changes[0].shift, .06, .006);
	assert_true(row->changes[0].z > row->changes[0].critical);
	assert_int_equal(row->since_s, row->changes[0].first_s);
	assert_float_equal(row->level, 11.06, .005);
	assert_int_equal(row->verdict, VERDICT_REGRESSED);
	assert_int_equal(bench.page.alarms, 1);
	assert_int_equal(bench.page.exit_status, STATUS_REGRESSION);
	bench_end(&bench);
}

static void an_acknowledged_change_alarms_no_more(void **state)
{
	struct bench bench = bench_new();
	int64_t change[] = { 1, 7 };
	size_t nights;

	(void)state;
	series_put(&bench, 50, 40, .06);
	assert_int_equal(history_acknowledge(bench.store, change, 2, "both", &bench.error), -ENOENT);
	assert_int_equal(bench.error.exit_status, STATUS_USAGE);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.exit_status, STATUS_REGRESSION);	/* both or none */
	assert_int_equal(history_acknowledge(bench.store, change, 1, "mm: wanted", &bench.error), 0);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.exit_status, STATUS_OK);
	assert_int_equal(bench.page.alarms, 0);
	assert_int_equal(bench.page.rows[0].verdict, VERDICT_NONE);
	assert_string_equal(bench.page.rows[0].changes[0].note, "mm: wanted");
	assert_int_equal(history_acknowledge(bench.store, change, 1, "again", &bench.error),
			 -EALREADY);
	assert_non_null(strstr(bench.error.text, "mm: wanted"));
	/* Not even with fifty more nights of it, nor at another place. */
	nights = 100;
	series_put(&bench, nights, 40, .06);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.rows[0].series.nights, nights);
	assert_int_equal(bench.page.rows[0].change_count, 1);
	assert_int_equal(bench.page.exit_status, STATUS_OK);
	bench_end(&bench);
}

static void a_creep_alarms_until_it_is_acknowledged(void **state)
{
	struct bench bench = bench_new();
	struct history_series series = series_put(&bench, 1, 9, 0);
	int64_t change = 1;

	(void)state;
	series.threshold = .03;
	for (size_t i = 1; i < 45; i++) {
		const struct history_night night = {
			.series = series.id, .night_s = 1714528800 + (int64_t)i * DAY_S, .boots = 8,
			.value = 11 + .0009 * (double)i + .002 * ((double)(i * 7 % 11) / 5 - 1),
			.error = .002, .kernel = 1,
		};

		if (history_night_put(bench.store, &night, &bench.error) ||
		    history_watch(bench.store, &series, &bench.error))
			fail_msg("%s", bench.error.text);
	}
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.rows[0].change_count, 1);	/* one, though it was seen every night */
	assert_int_equal(bench.page.rows[0].changes[0].kind, HISTORY_CREEP);
	assert_true(bench.page.rows[0].changes[0].shift > .03);
	assert_true(bench.page.rows[0].changes[0].p < NIGHTS_CREEP_P);
	assert_int_equal(bench.page.exit_status, STATUS_REGRESSION);
	assert_int_equal(history_acknowledge(bench.store, &change, 1, "known", &bench.error), 0);
	if (history_watch(bench.store, &series, &bench.error))
		fail_msg("%s", bench.error.text);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.rows[0].change_count, 1);
	assert_int_equal(bench.page.exit_status, STATUS_OK);
	bench_end(&bench);
}

static void what_got_faster_is_told_and_no_regression(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	series_put(&bench, 50, 40, -.06);
	gather(&bench, NOW_S);
	assert_int_equal(bench.page.rows[0].verdict, VERDICT_IMPROVED);
	assert_int_equal(bench.page.exit_status, STATUS_OK);
	bench_end(&bench);
}

static void a_filter_that_leaves_nothing_is_an_input_error(void **state)
{
	const struct history_filter filters[] = { { .cell = "storm" }, { .machine = "lab2" },
						  { .line = "6.1" } };
	const struct history_filter right = { .cell = "/1024/", .machine = "lab1", .line = "6.1-amd64" };
	struct bench bench = bench_new();
	struct history_page page;

	(void)state;
	series_put(&bench, 3, 9, 0);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		assert_int_equal(history_page_load(bench.store, &filters[i], 0, &page,
						   &bench.error),
				 -ENOENT);
		assert_int_equal(bench.error.exit_status, STATUS_USAGE);
		history_page_free(&page);
	}
	assert_int_equal(history_page_load(bench.store, &right, 0, &page, &bench.error), 0);
	assert_int_equal(page.row_count, 1);
	history_page_free(&page);
	bench_end(&bench);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_is_the_mean_of_its_boots),
		cmocka_unit_test(a_night_is_taken_in_when_it_is_over),
		cmocka_unit_test(machines_lines_and_configurations_are_series_of_their_own),
		cmocka_unit_test(the_line_is_what_versions_have_in_common),
		cmocka_unit_test(a_step_is_found_with_the_first_kernel_after_it),
		cmocka_unit_test(an_acknowledged_change_alarms_no_more),
		cmocka_unit_test(a_creep_alarms_until_it_is_acknowledged),
		cmocka_unit_test(what_got_faster_is_told_and_no_regression),
		cmocka_unit_test(a_filter_that_leaves_nothing_is_an_input_error),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
