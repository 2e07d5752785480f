/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of kinds of figures share: a report of the usual shape, one of bad names, and cells
 * that take long labels.
 */
#ifndef HMMBENCH_TEST_FIGURE_KINDS_H
#define HMMBENCH_TEST_FIGURE_KINDS_H

#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "common/spawn.h"
#include "drawn.h"
#include "hand_made_figures.h"
#include "has.h"

static const struct hand_made_shape usual __attribute__((unused)) = {
	.exit_cells = 6, .unregister_cells = 3, .rows = 512, .boots = 1
};

#define HOSTILE "a'b\"c <b> `touch owned` % \\ \xc3\xbc\xf0\x9f\x90\xa2 a name that goes on and on"

static inline void make_hostile(struct hand_made *made)
{
	made->input.base_name = HOSTILE;
	made->input.candidate_name = "W" HOSTILE;
	made->run.kernel = (char *)HOSTILE;
}

/* Draws, looks at all, and gives the SVG of the first figure of a kind. */
static inline char *drawn_svg(const struct hand_made *made, const char *name,
		       const struct figure_maker *maker, struct drawn *drawn)
{
	draw(&made->report, name, drawn);
	assert_all_good(drawn, true);
	return read_beside(drawn, index_of(drawn, maker), "svg", NULL);
}

/* The first `count` cells of a part of each kind, most of them long. */
static inline void make_many_parts(struct hand_made *made, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		made->cells[i] = (struct cell){
			.workload = WORKLOAD_EXIT,
			.mirrors = 1000000 - i,
			.profile = i % 2 ? HMMBENCH_PROFILE_SCHEDULE_UNREGISTER :
					   HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
			.layout = i % 3 ? LAYOUT_INTERLEAVE : LAYOUT_SAME_NODE,
			.threads = 1000 + i % 2,
			.processes = 1000 + i % 3,
			.memory_bytes = (1ull + i % 5) << 30,
		};
}

/* Runs the tests, or skips them all where there is no gnuplot. */
#define RUN_WITH_GNUPLOT(name, tests)                                                              \
	do {                                                                                       \
		char *gnuplot = spawn_find("gnuplot");                                             \
                                                                                                   \
		if (!gnuplot) {                                                                    \
			puts("1..0 # SKIP gnuplot is not installed (apt install gnuplot-nox)");    \
			return 77;                                                                 \
		}                                                                                  \
		free(gnuplot);                                                                     \
		return cmocka_run_group_tests_name(name, tests, NULL, NULL);                       \
	} while (0)

#endif
