/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at the data several times without inflating the error: group-sequential
 * levels by an error-spending function of the O'Brien-Fleming type.
 *
 * At the fraction t of the planned boots at most 2 - 2 Phi(z_(1-alpha/2) / sqrt(t)) of
 * the error has been spent: hardly any early, all of it at the end.
 *
 * Sources: Lan, DeMets, "Discrete sequential boundaries for clinical trials",
 * Biometrika 70 (1983); the recursion of Armitage, McPherson, Rowe, JRSS A 132 (1969);
 * Jennison, Turnbull, Group Sequential Methods (2000), chapters 7, 9 (repeated p) and 19.
 */
#ifndef HMMBENCH_STATS_SEQUENTIAL_H
#define HMMBENCH_STATS_SEQUENTIAL_H

#include <stddef.h>

#define SEQUENTIAL_LOOKS_MAX 8

/* Boots per build at which a night is looked at. */
#define SEQUENTIAL_LOOKS 4
extern const size_t sequential_boots[SEQUENTIAL_LOOKS];	/* 8 12 16 24 */
/* How many of these looks so many boots per build allow: 0 below 8. */
size_t sequential_looks(size_t boots);

/*
 * The two-sided p below which each look is significant, so that all looks together
 * have the error rate alpha where nothing differs. `fractions` ascend in 0 .. 1 (the
 * information at each look), at most SEQUENTIAL_LOOKS_MAX of them; 0 < alpha < 1. -EINVAL.
 */
int sequential_levels(const double *fractions, size_t looks, double alpha, double *levels);

/* Levels for many alphas, for the repeated p; made once for a set of looks. */
#define SEQUENTIAL_ALPHAS 101

struct sequential_table {
	size_t looks;
	double log_alpha[SEQUENTIAL_ALPHAS];				/* ascending to 0 */
	double log_level[SEQUENTIAL_LOOKS_MAX][SEQUENTIAL_ALPHAS];	/* the level of each look */
};

/*
 * The table of the looks at sequential_boots[] where there are `planned` of them at most, 1 to
 * SEQUENTIAL_LOOKS: the last of these spends all that is left of alpha. How many there can be has
 * to be fixed before the first, and not by what is seen.
 */
void sequential_table_of_boots(struct sequential_table *table, size_t planned);

/* The level of the last of the first `looks` of so many planned looks for alpha. */
double sequential_level(size_t looks, size_t planned, double alpha);

/* Arguments as of sequential_levels(). -EINVAL. */
int sequential_table_make(const double *fractions, size_t looks, struct sequential_table *table);

/*
 * The repeated p after the first `looks` looks with the p of each in `p`: the smallest
 * alpha at which one of them is significant, 1e-10 .. 1. It can be used at whatever look
 * one stops, also among the p of other tests. NAN for a NAN among them.
 */
double sequential_repeated_p(const struct sequential_table *table, size_t looks, const double *p);

#endif
