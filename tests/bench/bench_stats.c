// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the verdicts are worth: simulations with known truth, each against the bar that
 * doc/ states. Prints a table `what  bar  measured  trials` and exits with 1 where a
 * bar is missed.
 *
 *	bench_stats [--trials N] [--seed N] [NAME]	rows whose name begins with NAME
 *
 * A new simulation is a function that fills tallies and lines in the table of rows.
 */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"

#define TRIALS_DEFAULT 2000

static const struct simulation *const simulations[] = {
	&simulate_in_boot,
	&simulate_calibration,
	&simulate_boots,
	&simulate_designs,
	&simulate_planner,
	&simulate_reports,
	&simulate_nights,
	&simulate_slopes,
	NULL,
};

static void print_row(const struct row *row, const struct tally *tally, bool *missed)
{
	double rate = tally->trials ? (double)tally->hits / (double)tally->trials : NAN;
	bool held = rate >= row->low && rate <= row->high;
	char bar[32];

	if (row->low <= 0)
		snprintf(bar, sizeof(bar), "<= %.3g", row->high);
	else if (row->high >= 1)
		snprintf(bar, sizeof(bar), ">= %.3g", row->low);
	else
		snprintf(bar, sizeof(bar), "%.3g .. %.3g", row->low, row->high);
	printf("%-74s %-12s %8.4f %8" PRIu64 "%s\n", row->what, bar, rate, tally->trials,
	       held ? "" : "  MISSED");
	fflush(stdout);
	*missed |= !held;
}

/* Runs one simulation and prints its rows. */
static int run(const struct simulation *simulation, uint64_t trials, uint64_t seed, bool *missed)
{
	struct tally *tallies = calloc(simulation->row_count, sizeof(*tallies));
	int ret;

	if (!tallies)
		return -1;
	ret = simulation->run(trials, seed, tallies);
	if (ret)
		fprintf(stderr, "bench_stats: %s: %s\n", simulation->name, strerror(-ret));
	for (size_t i = 0; i < simulation->row_count && !ret; i++)
		print_row(&simulation->rows[i], &tallies[i], missed);
	free(tallies);
	return ret;
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (*end || end == text) {
		fprintf(stderr, "bench_stats: %s is not a number\n", text);
		exit(4);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "trials", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t trials = TRIALS_DEFAULT, seed = 20190101;
	bool missed = false;
	size_t ran = 0;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 't')
			trials = number(optarg);
		else if (option == 's')
			seed = number(optarg);
		else
			return 4;
	}
	printf("%-74s %-12s %8s %8s\n", "what", "bar", "measured", "trials");
	for (size_t i = 0; simulations[i]; i++) {
		const char *name = simulations[i]->name;

		if (optind < argc && strncmp(name, argv[optind], strlen(argv[optind])))
			continue;
		if (run(simulations[i], trials, seed, &missed))
			return 5;
		ran++;
	}
	if (!ran) {
		fprintf(stderr, "bench_stats: no simulation is called %s\n", argv[optind]);
		return 4;
	}
	return missed;
}
