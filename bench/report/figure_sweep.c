// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Latency against one of a cell's numbers, mirrors first of all: the slope says how the cost of
 * a teardown grows, the distance between the lines what the strategies cost. Where a slope was
 * fitted (stats/slope.h), the lines are its curves and the key has the exponents; else they join
 * the points.
 */
#include "report/figure_sweep.h"

#include <errno.h>
#include <stdlib.h>

#include "report/cell_parts.h"

static const struct cell *cell_of(const struct report *report, uint32_t result)
{
	return &report->input->cells[report->comparison->results[result].cell];
}

uint64_t sweep_group_size(const struct report *report, const struct figure_maker *maker,
			  uint32_t result)
{
	return sweep_size(cell_of(report, result), maker->part);
}

/* Same line of the same figure: all but the number on the axis is equal. */
static bool same_group(const struct report *report, const struct figure_maker *maker, uint32_t a,
		       uint32_t b)
{
	return report->comparison->results[a].column == report->comparison->results[b].column &&
	       !(cell_parts_differ(report->input, report->comparison->results[a].cell,
				   report->comparison->results[b].cell) &
		 ~PART_BIT(cell_part_of_sweep(maker->part)));
}

static bool drawable(const struct report *report, const struct figure_maker *maker, uint32_t result)
{
	const struct arm_summary *arm = report->comparison->results[result].arm;

	return sweep_group_size(report, maker, result) > 0 &&
	       (arm[ARM_BASE].rows || arm[ARM_CANDIDATE].rows);
}

/* The results of the group that begins at `first`, by size. Gives their count. */
static uint32_t collect(const struct report *report, const struct figure_maker *maker,
			uint32_t first, uint32_t *members)
{
	uint32_t count = 0;

	for (uint32_t i = first; i < report->comparison->result_count; i++) {
		uint32_t at = count;

		if (!drawable(report, maker, i) || !same_group(report, maker, first, i))
			continue;
		while (at && sweep_group_size(report, maker, members[at - 1]) >
				     sweep_group_size(report, maker, i)) {
			members[at] = members[at - 1];
			at--;
		}
		members[at] = i;
		count++;
	}
	return count;
}

/* Groups with two sizes or more, judged ones first. */
static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	const uint32_t all = report->comparison->result_count;
	uint32_t *members = calloc(all + 1, sizeof(*members));
	bool *done = calloc(all + 1, sizeof(*done));
	uint32_t found;

	*count = 0;
	*results = calloc(all + 1, sizeof(**results));
	if (!members || !done || !*results) {
		free(members);
		free(done);
		free(*results);
		*results = NULL;
		return -ENOMEM;
	}
	/* Nothing to group, and many cells to find that out with. */
	if (!(report_parts_varying(report) & PART_BIT(cell_part_of_sweep(maker->part))))
		goto out;
	for (int gated = 1; gated >= 0; gated--) {
		for (uint32_t i = 0; i < all; i++) {
			if (done[i] || report->comparison->results[i].gated != gated ||
			    !drawable(report, maker, i))
				continue;
			found = collect(report, maker, i, members);
			for (uint32_t k = 0; k < found; k++)
				done[members[k]] = true;
			if (found >= 2)
				(*results)[(*count)++] = i;
		}
	}
out:
	free(members);
	free(done);
	return 0;
}

/* The sweep that has these results, or NULL. */
static const struct sweep *sweep_of(const struct sweep_group *group)
{
	const struct comparison *comparison = group->report->comparison;

	for (uint32_t i = 0; i < comparison->sweep_count; i++)
		for (uint32_t k = 0; k < group->count; k++)
			if (comparison->sweeps[i].part == group->maker->part &&
			    comparison->sweeps[i].results[0] == group->members[k])
				return &comparison->sweeps[i];
	return NULL;
}

static int write_group(const struct report *report, const char *folder, struct figure *figure,
		       struct error *error)
{
	uint32_t *members = calloc(report->comparison->result_count + 1, sizeof(*members));
	struct sweep_group group = { .report = report, .maker = figure->maker, .members = members };
	int result;

	if (!members)
		return error_set(error, ENOMEM, "figure: out of memory");
	group.count = collect(report, figure->maker, figure->result, members);
	group.sweep = sweep_of(&group);
	result = sweep_group_draw(&group, folder, figure, error);
	free(members);
	return result;
}

#define HEADING "How it grows"
#define HELP(of)                                                                                 \
	"Both axes are logarithmic. A point is the median, its bar runs from p10 to p90 of the " \
	"samples (their spread, not the uncertainty of the median). A straight line that rises " \
	"as "                                                                                    \
	"fast as it runs means a cost for " of "; a flat one means a fixed cost. The distance "  \
	"between two lines is their ratio, the same everywhere on the figure. With three sizes " \
	"or more the line is the fitted curve, and its exponent stands in the key."

const struct figure_maker figure_mirrors = {
	.name = "mirrors",
	.heading = HEADING,
	.help = HELP("each mirror"),
	.part = SWEEP_MIRRORS,
	.find = find,
	.write = write_group,
};

const struct figure_maker figure_threads = {
	.name = "threads",
	.heading = HEADING,
	.help = HELP("each thread"),
	.part = SWEEP_THREADS,
	.find = find,
	.write = write_group,
};

const struct figure_maker figure_processes = {
	.name = "processes",
	.heading = HEADING,
	.help = HELP("each process"),
	.part = SWEEP_PROCESSES,
	.find = find,
	.write = write_group,
};

const struct figure_maker figure_memory = {
	.name = "memory",
	.heading = HEADING,
	.help = HELP("each byte"),
	.part = SWEEP_MEMORY,
	.find = find,
	.write = write_group,
};
