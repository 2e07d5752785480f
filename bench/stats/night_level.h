/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a night says of a cell: one value with its standard error. The boot is the unit: each
 * gives the median of its ln latencies, the night the mean over its boots.
 */
#ifndef HMMBENCH_STATS_NIGHT_LEVEL_H
#define HMMBENCH_STATS_NIGHT_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

#include "column_data.h"

struct night_level {
	double value;		/* ln of ns, or of instructions; NAN: no boot has samples enough */
	double error;		/* of it; NAN below two boots */
	uint32_t boots;		/* that it is made of */
};

/*
 * `data` by column_data_make_boots(), of one kernel. `exact`: on the virtual clock a boot gives
 * the median of its samples as they are. -ENOMEM.
 */
int night_level_make(const struct column_data *data, bool exact, struct paired_workspace *workspace,
		     struct night_level *level);

#endif
