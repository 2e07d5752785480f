/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seeded random numbers for permutations, bootstraps and simulations: xoshiro256++,
 * its state filled by splitmix64.
 *
 * Source: Blackman, Vigna, "Scrambled linear pseudorandom number generators", ACM
 * Transactions on Mathematical Software 47 (2021), section 3 and table 2.
 */
#ifndef HMMBENCH_STATS_RANDOM_H
#define HMMBENCH_STATS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct generator {
	uint64_t state[4];
	bool has_spare;		/* the second of a pair of normal numbers */
	double spare;
};

void generator_seed(struct generator *generator, uint64_t seed);

/* 0 .. 2^64 - 1. */
uint64_t generator_next(struct generator *generator);

/* [0, 1), a multiple of 2^-53. */
double generator_uniform(struct generator *generator);

/* 0 .. bound - 1, each equally likely (Lemire 2019, rejection). bound is at least 1. */
uint64_t generator_below(struct generator *generator, uint64_t bound);

/* Mean 0, standard deviation 1 (Marsaglia's polar method, 1964). */
double generator_normal(struct generator *generator);

/* A seed of its own for every combination, so that no two parts of an analysis share a sequence. */
uint64_t seed_derive(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

#endif
