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

extern const struct simulation simulate_in_boot, simulate_calibration, simulate_boots,
	simulate_nights, simulate_slopes, simulate_designs, simulate_planner, simulate_reports;

#endif
