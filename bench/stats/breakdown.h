/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the time of an exit goes: its phases as parts that add up.
 *
 * Medians of phases do not add up to the median of the whole, and means are those of the
 * tail. Taken are the exits of the middle half, by their whole (between its quartiles, as in an
 * interquartile mean), and of those the mean of each part: the parts of such means add up to
 * the mean of the wholes exactly. Only exits that have all parts count; where grace period and
 * unmapping are not measured (or not in these blocks), the parts end with after_walk.
 */
#ifndef HMMBENCH_STATS_BREAKDOWN_H
#define HMMBENCH_STATS_BREAKDOWN_H

#include "comparison.h"

enum breakdown_part {
	BREAKDOWN_BEFORE_WALK = 0,
	BREAKDOWN_LOCK_WAIT,
	BREAKDOWN_WALK,		/* less the wait for its lock */
	BREAKDOWN_GRACE,
	BREAKDOWN_UNMAP,
	BREAKDOWN_REST,
	BREAKDOWN_AFTER_WALK,	/* in place of the last three where they are unknown */
	BREAKDOWN_PARTS
};

const char *breakdown_part_name(enum breakdown_part part);	/* "lock_wait" */

struct breakdown {
	double ns[BREAKDOWN_PARTS];	/* 0 for the parts that it does not have */
	double whole_ns;		/* their sum */
	size_t samples;			/* exits in the means; 0: none has all parts */
};

/* Of the exits of one cell and arm, warm-up left out. -ENOMEM, or an error of bring(). */
int breakdown_make(const struct comparison_input *input, uint32_t cell, enum comparison_arm arm,
		   struct breakdown *breakdown, struct error *error);

#endif
