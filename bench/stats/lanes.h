/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the nights of one series say tonight, beside what was found before: slow lane and creep
 * (stats/nights.h). Each night is looked at once, when it is over; a change that was found
 * starts a regime, and while nobody acknowledged it the nights that follow may move it to a better
 * place between its neighbours, until as many have followed as went before. Creep is looked for
 * on the first night of every NIGHTS_CREEP_EVERY days: each look at a trend can be a false alarm,
 * nights that resemble their neighbours make more of these, and a trend can wait.
 *
 * The largest Z says that there is a change, and where only roughly: with few nights on one side
 * it leans to the middle. The place told is the split with the least absolute deviations from the
 * medians on either side: Bai, "Least absolute deviation estimation of a shift", Econometric
 * Theory 11 (1995).
 */
#ifndef HMMBENCH_STATS_LANES_H
#define HMMBENCH_STATS_LANES_H

#include <stdbool.h>
#include <stddef.h>

#include "nights.h"

struct lanes_input {
	const double *nights;	/* day numbers, ascending */
	const double *values;	/* ln */
	size_t count;		/* the last NIGHTS_WINDOW nights, or fewer */
	size_t regime;		/* where the last change is; 0: it lies before these, or there is none */
	bool movable;		/* nobody acknowledged it */
	size_t before;		/* where the change before that is */
	size_t creep_from;	/* creep is looked for from here on, and not before the regime */
	double threshold;	/* ln(1 + smallest effect of interest) */
};

/* A change, with what a reader wants to know of it. */
struct lanes_change {
	struct change change;	/* its `first` counts from the first of the nights */
	double before, after;	/* medians on either side */
	double low, high;	/* 95 % interval of the shift (Hodges-Lehmann); NAN: too few nights */
};

struct lanes_found {
	bool level;		/* a new change of level */
	bool moved;		/* the last one lies elsewhere, or is better known */
	struct lanes_change change;	/* of either */
	bool creeps;
	struct trend trend;	/* NANs where creep was not looked for */
};

/* -ENOMEM. */
int lanes_watch(const struct lanes_input *input, struct lanes_found *found);

#endif
