/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that make datasets: dataset.c (inside boots), dataset_builds.c
 * (between builds), dataset_blocks.c (blocks out of the store), dataset_digest.c (their
 * digest), dataset_marks.c (what a reader must know).
 */
#ifndef HMMBENCH_DATASET_INTERNAL_H
#define HMMBENCH_DATASET_INTERNAL_H

#include <sys/types.h>
#include <sha2.h>

#include "store/dataset.h"

#define DATASET_FALSE_DISCOVERY_RATE .05

/* Where a block belongs. */
struct block_place {
	uint32_t cell, arm;
	bool beside; /* unrecorded, beside the recorded blocks of that arm: struct dataset.unrecorded */
};

struct block_list {
	struct comparison_block *blocks;
	uint32_t count, room;
};

/* While blocks come in from the store. */
struct dataset_loading {
	struct dataset *dataset;
	struct block_list blocks, beside;
	uint32_t boot;			/* of the run being read */
	uint32_t marks;			/* SAMPLE_FLAG_* that its machine can tell */
	/* False: the block is in neither arm. */
	bool (*place)(const struct dataset_loading *loading, const struct plan_block *block,
		      struct block_place *place);
	const void *context;		/* of place() */
	SHA2_CTX digest;		/* of everything read so far */
};

/* dataset_digest.c: into loading->digest, and out of it into the dataset's digests. */
void dataset_digest_run(struct dataset_loading *loading, const struct store_run *run);
void dataset_digest_block(struct dataset_loading *loading, const struct store_block *block);
void dataset_digest_note(struct dataset_loading *loading, const char *note_json);
void dataset_digest_end(struct dataset_loading *loading);

/*
 * Reads the blocks and notes of dataset->runs[loading->boot], its plan's cells as place()
 * puts them; their samples stay in the store until they are asked for. Errors of the store.
 */
int dataset_read_run(struct store *store, struct dataset_loading *loading, struct error *error);

/* With room for so many runs; NULL: out of memory. */
struct dataset *dataset_new(size_t run_count);

/* What dataset_read_run() reads goes into dataset->digest from here on. */
void dataset_begin(struct dataset_loading *loading, struct dataset *dataset);

/* The end of loading: *dataset where `result` is 0, else it is freed and `result` given on. */
int dataset_finish(struct dataset_loading *loading, int result, struct dataset **dataset,
		   struct error *error);

/*
 * A note for each cell of the arms whose calls were aimed or refused: how many met, how many
 * gave -EAGAIN, run by run. Errors of the store; -ENOMEM.
 */
int dataset_note_tallies(struct store *store, struct dataset *dataset,
			 const struct dataset_arm *const arms[ARM_COUNT], struct error *error);

/* One more line behind *lines. -ENOMEM. */
int dataset_add_line(char ***lines, size_t *count, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Lines on what makes the numbers weaker, each with the runs it is about. -ENOMEM. */
int dataset_mark_runs(struct dataset *dataset);

/*
 * Reasons against a verdict, per cell of the input. A wounded kernel gives numbers and no
 * verdict; neither do, without `force`, contended cells whose CPUs were not all really
 * there. -ENOMEM.
 */
int dataset_refuse_cells(struct dataset *dataset, bool force);

/* What the runs and their plan say of the input: thresholds, seed, cost of the clock. -ENOMEM. */
int dataset_fill_input(struct dataset *dataset);

#endif
