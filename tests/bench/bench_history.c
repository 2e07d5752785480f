// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ten years of nights of 300 cells in a store: what the first page of the history costs, in
 * processor time of one core, from opening the store to the last line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/paths.h"
#include "report/history_report.h"
#include "stats/nights.h"
#include "stats/random.h"
#include "store/history.h"
#include "store/history_page.h"
#include "store/store_internal.h"

#define CELLS 300
#define NIGHTS 3650
#define DAY_S 86400
#define FIRST_S 1388534400 /* 2014-01-01 */

static double cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check(int result, const struct error *error)
{
	if (!result)
		return;
	fprintf(stderr, "bench_history: %s\n", error->text);
	exit(5);
}

static void row(const char *what, const char *bar, double value)
{
	printf("%-74s %-12s %8.3f s of one core\n", what, bar, value);
}

/* Every tenth cell steps up in the last month, and is looked at each night of it. */
static void put_cell(struct store *store, uint32_t cell, int64_t kernel,
		     struct generator *generator)
{
	char name[80];
	struct history_series series = {
		.machine = (char *)"lab1, reboot", .line = (char *)"6.1-amd64",
		.plan = (char *)"nightly", .cell = name, .strategy = (char *)"write", .judged = true,
		.threshold = .02,
	};
	struct error error;

	snprintf(name, sizeof(name), "exit/bundled/empty/%u/same-node/t1/p1/1M", cell + 1);
	check(history_series_put(store, &series, &series.id, &error), &error);
	for (int night = 0; night < NIGHTS; night++) {
		const struct history_night put = {
			.series = series.id,
			.night_s = FIRST_S + (int64_t)night * DAY_S,
			.boots = 8,
			.value = 11 + .01 * generator_normal(generator) +
				 (cell % 10 == 0 && night >= NIGHTS - 30 ? .08 : 0),
			.error = .003,
			.kernel = kernel,
		};

		check(history_night_put(store, &put, &error), &error);
		if (night >= NIGHTS - 30 && cell % 10 == 0)
			check(history_watch(store, &series, &error), &error);
	}
}

static void make_store(const char *path)
{
	struct generator generator;
	struct error error = { 0 };
	struct store *store;
	int64_t kernel;

	generator_seed(&generator, 1);
	check(store_open(path, STORE_WRITE, &store, &error), &error);
	check(store_transaction_begin(store, &error), &error);
	check(history_kernel_put(store, "6.1.0-56-amd64", "1a2b3c", &kernel, &error), &error);
	for (uint32_t cell = 0; cell < CELLS; cell++)
		put_cell(store, cell, kernel, &generator);
	check(store_transaction_end(store, 0, &error), &error);
	store_close(store);
}

static void show(const char *path, bool json)
{
	const struct history_filter all = { 0 };
	const struct report_options options = { .width = 200 };
	struct history_page page;
	const struct history_report report = { .page = &page };
	FILE *file = fopen("/dev/null", "we");
	struct error error = { 0 };
	struct store *store;

	check(store_open(path, STORE_WRITE, &store, &error), &error);
	check(history_gather(store, time(NULL), &error), &error);
	check(history_page_load(store, &all, 0, &page, &error), &error);
	check(json ? history_json(&report, file, &error) :
		     history_text(&report, &options, file, &error), &error);
	if (page.row_count != CELLS || page.alarms != CELLS / 10) {
		fprintf(stderr, "bench_history: %zu series, %zu alarms\n", page.row_count, page.alarms);
		exit(5);
	}
	history_page_free(&page);
	store_close(store);
	fclose(file);
}

int main(void)
{
	char folder[] = "/tmp/hmmbench-history.XXXXXX", *path;
	struct error error = { 0 };
	double start;

	if (!mkdtemp(folder)) {
		perror("bench_history: mkdtemp");
		return 5;
	}
	path = path_printf("%s/store.db", folder);
	make_store(path);
	start = cpu_s();
	show(path, false);
	row("history of 10 years of nights, 300 cells: first page", "<= 1 s", cpu_s() - start);
	start = cpu_s();
	show(path, true);
	row("  the same as JSON", "<= 1 s", cpu_s() - start);
	check(path_remove_tree(folder, &error), &error);
	free(path);
	return 0;
}
