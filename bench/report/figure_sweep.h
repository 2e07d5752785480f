/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of a sweep: which results are in one (figure_sweep.c), how it is drawn. */
#ifndef HMMBENCH_FIGURE_SWEEP_H
#define HMMBENCH_FIGURE_SWEEP_H

#include "report/figure.h"

/* What one figure is made of; borrowed. */
struct sweep_group {
	const struct report *report;
	const struct figure_maker *maker;
	const struct sweep *sweep;	/* what was fitted to it, or NULL */
	const uint32_t *members;	/* results by size, 2 at least */
	uint32_t count;
};

/* How much of the maker's part the cell of a result has. */
uint64_t sweep_group_size(const struct report *report, const struct figure_maker *maker,
			  uint32_t result);

/* Script, data, name and caption; figure_sweep_draw.c. */
int sweep_group_draw(const struct sweep_group *group, const char *folder, struct figure *figure,
		     struct error *error);

#endif
