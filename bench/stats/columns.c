// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which columns of a workload are judged and which are shown.
 *
 * Judged is what the strategy decides: the walk over the mirrors, the unregister call.
 * The rest of an exit is the same code under every strategy; judging it would dilute
 * the one error budget of the report. A control has no strategy at all.
 */
#include "comparison.h"

struct workload_judgement {
	uint32_t gated;		/* at the front of columns */
	enum sample_column columns[10];
};

static const struct workload_judgement judgements[WORKLOAD_COUNT] = {
	[WORKLOAD_EXIT] = { 1, { COLUMN_WALK, COLUMN_WHOLE, COLUMN_LOCK_WAIT, COLUMN_CALLBACKS,
				 COLUMN_BEFORE_WALK, COLUMN_AFTER_WALK, COLUMN_GRACE,
				 COLUMN_UNMAP, COLUMN_REST, COLUMN_COUNT } },
	[WORKLOAD_UNREGISTER] = { 1, { COLUMN_UNREGISTER, COLUMN_LOCK_WAIT, COLUMN_WHOLE,
				       COLUMN_COUNT } },
	[WORKLOAD_CONTEND] = { 0, { COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_BYSTANDER] = { 0, { COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_STORM] = { 0, { COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_RACE] = { 0, { COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_CONTROL] = { 0, { COLUMN_WHOLE, COLUMN_COUNT } },
};

static const enum sample_column no_columns[] = { COLUMN_COUNT };

const enum sample_column *workload_columns(uint32_t workload)
{
	return workload < WORKLOAD_COUNT ? judgements[workload].columns : no_columns;
}

uint32_t workload_gated_columns(uint32_t workload)
{
	return workload < WORKLOAD_COUNT ? judgements[workload].gated : 0;
}
