/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the blocks of a run counted, summed up for each cell and strategy: operations,
 * samples and what became of those that are missing, aimed calls and how many met what they
 * aimed at, refused invalidations, waits that ran out.
 */
#ifndef HMMBENCH_TALLY_H
#define HMMBENCH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cell.h"
#include "common/error.h"
#include "store/store.h"

#define TALLY_UNKNOWN UINT64_MAX /* the workload does not count it */

struct tally {
	char cell[CELL_NAME_BYTES];
	uint32_t strategy; /* enum hmmbench_strategy_id */
	bool unrecorded;
	uint64_t blocks, operations;
	uint64_t expected_rows, rows; /* samples that the operations must give, and those kept */
	uint64_t dropped, lost;	      /* by full rings; explained by nothing */
	uint64_t tries, hits;	      /* contend, bystander, race: aimed calls; those that met */
	uint64_t again;		      /* bystander: invalidations that gave -EAGAIN */
	uint64_t callbacks;	      /* race: release callbacks that were checked */
	uint64_t callbacks_due;	      /* race: that the walks owed, where that is known */
	uint64_t window_max_ns;	      /* race: the longest use of an unregistered mirror */
	uint64_t start_spread_max_ns; /* first to last thread to start one operation together */
	uint64_t timeouts;	      /* bounded waits of a profile that ran out */
	uint64_t steal_ns;	      /* that the hypervisor took during the blocks */
};

/*
 * The tallies of a run, warm-up included, in the order in which the run met them; *tallies
 * is malloc'ed and the caller's. Errors of the store; -ENOMEM.
 */
int tallies_load(struct store *store, int64_t run, struct tally **tallies, size_t *count,
		 struct error *error);

#endif
