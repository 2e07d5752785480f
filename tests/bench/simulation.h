/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Simulations with known truth and the rows they give.
 */
#ifndef HMMBENCH_SIMULATION_H
#define HMMBENCH_SIMULATION_H

#include <stddef.h>
#include <stdint.h>

struct tally {
	uint64_t hits, trials;
};

/* A line of the table: hits over trials must lie in low .. high. */
struct row {
	const char *what;
	double low, high;
};

struct simulation {
	const char *name;
	const struct row *rows;
	size_t row_count;
	/* Fills a tally per row; the same seed gives the same. An error of the analysis. */
	int (*run)(uint64_t trials, uint64_t seed, struct tally *tallies);
};

/*
 * One trial, which draws from a seed made of its number and takes nothing from an earlier one, so
 * that it gives the same whichever trials ran before it. An error of the analysis.
 */
typedef int (*trial_function)(uint64_t number, void *context, struct tally *tallies);

/*
 * The trials 0 .. trials - 1, shared out among one process for each CPU that this one may run on;
 * adds what they count to `tallies`, which are `rows`: the same for any number of CPUs. Each
 * process has a copy of what `context` points to. The first error of a trial; -EINTR where a process
 * was killed.
 */
int simulate_trials(uint64_t trials, size_t rows, trial_function trial, void *context,
		    struct tally *tallies);

extern const struct simulation simulate_in_boot, simulate_calibration, simulate_boots,
	simulate_nights, simulate_slopes, simulate_designs, simulate_planner, simulate_reports;

#endif
