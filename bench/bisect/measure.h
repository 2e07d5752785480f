/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One commit under test: what is checked out is built, booted and measured in one cell, and
 * held against two ends that are known.
 */
#ifndef HMMBENCH_MEASURE_H
#define HMMBENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "common/cell.h"
#include "common/error.h"
#include "plan/plan.h"
#include "store/store.h"

#define MEASURE_BOOTS_MAX 64

struct measure {
	const char *tree;   /* folder of what is checked out */
	const char *module; /* folder of module sources inside the tree; NULL: a kernel's tree */
	const char *kernel; /* with `module`: what boots it, "debian:6.1"; else NULL */
	const char *build;  /* a kernel's build folder (O=) */
	struct cell cell;
	uint32_t strategy; /* whose numbers are judged; enum hmmbench_strategy_id */
	enum plan_clock clock;
	uint32_t boots;	    /* 1 .. MEASURE_BOOTS_MAX; one is enough on the virtual clock */
	const char *store;  /* path, never NULL */
	const char *folder; /* for the configuration and the build's log */
};

/*
 * How long the cell's judged phase is: instructions on the virtual clock (the shortest of the
 * boot), nanoseconds on the host's (the median); one value for each boot.
 */
struct lengths {
	uint32_t count;
	int64_t runs[MEASURE_BOOTS_MAX]; /* in the store, for a reader who doubts */
	double values[MEASURE_BOOTS_MAX];
};

/*
 * Builds (kernel trees only: olddefconfig and everything, by ccache where it is there),
 * boots and measures. Each run is labelled `label`. 0: *lengths has measure->boots values.
 * -ENOEXEC: this commit cannot be tested (does not build, does not boot, gave no sample),
 * and others can; -EINTR: interrupted; any other: nothing can be tested here.
 */
int measure_commit(const struct measure *measure, const char *label, struct lengths *lengths,
		   struct error *error);

/* The lengths of runs made before, by the label that measure_commit() gave them. -ENOENT. */
int measure_labelled(const struct measure *measure, const char *label, struct lengths *lengths,
		     struct error *error);

/* The value in the middle, the mean of the two there. */
double lengths_median(const struct lengths *lengths);

enum measure_likeness { LIKE_GOOD, LIKE_BAD, LIKE_NEITHER };

/*
 * Which end a commit is like: on which side of the ends' geometric mean its median lies. Nearer
 * to it than a quarter of the way to either end it is like neither.
 */
enum measure_likeness measure_likeness(const struct lengths *good, const struct lengths *bad,
				       const struct lengths *commit);

/*
 * Do the ends differ in length, so that there is something to find? On the virtual clock by
 * more than .2 %, on the host's by more than 2 % and with no boot of the good end as long as
 * one of the bad end. 0, or -ERANGE with both in the error.
 */
int measure_ends(const struct measure *measure, const struct lengths *good,
		 const struct lengths *bad, struct error *error);

#endif
