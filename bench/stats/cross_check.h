/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do two instruments that time the same release callbacks agree?
 *
 * One is the module, whose clock reads enclose the walk. The other is the kernel's tracer,
 * whose probes enclose the callback: the walk, the few instructions of the callback around
 * it, and the inner halves of the probes themselves. All but the walk is the same for any
 * number of mirrors, and is called the tracer's cost. It is measured and not assumed: on
 * walks of one mirror that both instruments timed, the median of their differences.
 *
 * The medians compared are of different walks, in passes that took turns: the module's where
 * no tracer was set, the tracer's less its cost.
 */
#ifndef HMMBENCH_STATS_CROSS_CHECK_H
#define HMMBENCH_STATS_CROSS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CROSS_CHECK_AGREEMENT .10 /* what "agrees" means: medians within 10 % */
#define CROSS_CHECK_WALKS_MIN 16  /* of each pass, for a median */

/* Latencies of one pass of a cell under one strategy, in ns. */
struct cross_check_pass {
	uint64_t *walk_ns;   /* the module's; owned */
	uint64_t *traced_ns; /* the tracer's, of the same walks; in a traced pass */
	size_t count, room;
};

/* -ENOMEM. */
int cross_check_add(struct cross_check_pass *pass, uint64_t walk_ns, uint64_t traced_ns);
void cross_check_pass_free(struct cross_check_pass *pass);

struct cross_check {
	double module_ns;	/* median of the module, tracer not set */
	double tracer_ns;	/* median of the tracer */
	double cost_ns;		/* the tracer's own, as calibrated */
	double disagreement;	/* (tracer_ns - cost_ns) / module_ns - 1 */
	double same_walks;	/* median of the same ratio, walk by walk, in the traced pass */
	double slowed;		/* the module's median in the traced pass over module_ns, - 1 */
	size_t walks, traced_walks;
	bool agrees;		/* |disagreement| is at most CROSS_CHECK_AGREEMENT */
};

/*
 * `calibration` is the traced pass of the cell of one mirror, `timed` and `traced` the passes
 * of the cell that is judged. -ENODATA: one of them has fewer than CROSS_CHECK_WALKS_MIN
 * walks, or walks that took no time; -ENOMEM.
 */
int cross_check_judge(const struct cross_check_pass *calibration,
		      const struct cross_check_pass *timed, const struct cross_check_pass *traced,
		      struct cross_check *check);

#endif
