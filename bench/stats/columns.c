// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which columns of a workload are judged and which are shown.
 *
 * Judged is what the strategy decides: the walk over the mirrors, the unregister call.
 * The rest of an exit is the same code under every strategy; judging it would dilute
 * the one error budget of the report. In a storm the exits wait for each other, so what
 * one strategy saves the others may gain. A race is a question of correctness, and a
 * control has no strategy at all. Samples from elsewhere were brought to be judged.
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
	[WORKLOAD_CONTEND] = { 1, { COLUMN_UNREGISTER, COLUMN_LOCK_WAIT, COLUMN_WALK, COLUMN_WHOLE,
				    COLUMN_COUNT } },
	[WORKLOAD_BYSTANDER] = { 1, { COLUMN_INVALIDATE, COLUMN_LOCK_WAIT, COLUMN_MUNMAP,
				      COLUMN_MPROTECT, COLUMN_UNREGISTER, COLUMN_WALK,
				      COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_STORM] = { 1, { COLUMN_WHOLE, COLUMN_WALK, COLUMN_LOCK_WAIT, COLUMN_BEFORE_WALK,
				  COLUMN_AFTER_WALK, COLUMN_COUNT } },
	[WORKLOAD_RACE] = { 0, { COLUMN_WINDOW, COLUMN_WALK, COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_CONTROL] = { 0, { COLUMN_WHOLE, COLUMN_COUNT } },
	[WORKLOAD_ELSEWHERE] = { 1, { COLUMN_WHOLE, COLUMN_COUNT } },
};

/* Columns that more than one kind of a workload's samples have. */
static const struct {
	uint32_t workload;
	enum sample_column column;
	uint32_t kinds;
} kinds_of[] = {
	/* The calls of an operation together, and in older runs, without kinds, each by itself. */
	{ WORKLOAD_UNREGISTER, COLUMN_WHOLE, 1u << SAMPLE_KIND_CALLS },
	/* Those that ran into a walk; the walk's own wait is the other side of it. */
	{ WORKLOAD_CONTEND, COLUMN_UNREGISTER, 1u << SAMPLE_KIND_UNREGISTER },
	{ WORKLOAD_CONTEND, COLUMN_LOCK_WAIT, 1u << SAMPLE_KIND_UNREGISTER },
	/*
	 * Those that ran into a walk; the form that must not sleep does not wait. A live process
	 * exits with the mirrors that are left: no walk to compare with one of all.
	 */
	{ WORKLOAD_BYSTANDER, COLUMN_INVALIDATE, 1u << SAMPLE_KIND_INVALIDATE },
	{ WORKLOAD_BYSTANDER, COLUMN_LOCK_WAIT, 1u << SAMPLE_KIND_INVALIDATE },
	{ WORKLOAD_BYSTANDER, COLUMN_MUNMAP, 1u << SAMPLE_KIND_MUNMAP },
	{ WORKLOAD_BYSTANDER, COLUMN_MPROTECT, 1u << SAMPLE_KIND_MPROTECT },
	{ WORKLOAD_BYSTANDER, COLUMN_UNREGISTER, 1u << SAMPLE_KIND_UNREGISTER },
	{ WORKLOAD_BYSTANDER, COLUMN_WALK, 1u << SAMPLE_KIND_EXIT },
	{ WORKLOAD_BYSTANDER, COLUMN_WHOLE, 1u << SAMPLE_KIND_EXIT },
	{ WORKLOAD_STORM, COLUMN_WHOLE, 1u << SAMPLE_KIND_EXIT },
	{ WORKLOAD_RACE, COLUMN_WINDOW, 1u << SAMPLE_KIND_HIT },
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

uint32_t workload_column_kinds(uint32_t workload, enum sample_column column)
{
	for (size_t i = 0; i < sizeof(kinds_of) / sizeof(*kinds_of); i++)
		if (kinds_of[i].workload == workload && kinds_of[i].column == column)
			return kinds_of[i].kinds;
	return UINT32_MAX;
}

bool sample_is_of(const struct samples *samples, size_t row, uint32_t kinds)
{
	const uint64_t *kind = samples->columns[COLUMN_KIND];

	return !kind || kind[row] > 31 || kinds >> kind[row] & 1;
}
