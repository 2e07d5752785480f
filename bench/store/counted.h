/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `hmmbench run --counters` counted, from a run's counted blocks: what one operation of
 * a cell under a strategy took, of each counter.
 */
#ifndef HMMBENCH_COUNTED_H
#define HMMBENCH_COUNTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "store/store.h"

struct counted_value {
	char *name;		/* as the agent called it: "cycles" */
	double per_operation;	/* NAN: unavailable */
	bool scaled;		/* it shared its place on the CPU: an estimate */
	char *unavailable;	/* why, or NULL */
};

/* One counted block. */
struct counted_block {
	char *cell;		/* cell_name() */
	uint32_t strategy;	/* enum hmmbench_strategy_id */
	uint64_t operations;
	struct counted_value *values;
	size_t value_count;
};

struct counted {
	struct counted_block *blocks;	/* in plan order */
	size_t count;
};

/*
 * *counted has no blocks where the run was made without --counters. Then counted_free(), in
 * any case. Errors of the store; -EUCLEAN: a counted block that does not say what it counted.
 */
int counted_load(struct store *store, int64_t run, struct counted *counted, struct error *error);

/*
 * One block more, of the cell and strategy of a stored one and without values, for what loads
 * others in this form. It belongs to `counted`, which moves with the next; NULL: out of memory.
 */
struct counted_block *counted_add(struct counted *counted, const struct store_block *stored);
void counted_free(struct counted *counted);

#endif
