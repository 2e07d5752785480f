/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store: one SQLite file with every run, its environment and its raw samples.
 *
 * A finished block is one transaction, durable before store_block_put() returns
 * (WAL, synchronous=FULL): killing anything at any moment loses the block in flight
 * and nothing else. Schema versions are in PRAGMA user_version; an older file is
 * migrated on opening (also for reading), step by step in one transaction, after a copy
 * beside it ("store.db.v1", or ".v1.2" where that is taken), a newer one is refused.
 *
 * Errors set exit_status STATUS_STORE, with the file and the remedy: -ENOSPC the disk is
 * full (-EDQUOT, -EFBIG), -EBUSY another program holds a lock for more than 10 s,
 * -EROFS and -EACCES no permission, -EUCLEAN no database or a damaged one, -EINVAL an
 * SQLite file of another program, -ENOTSUP a newer schema, -ENOENT nothing to read,
 * -EIO. After an error the store is as it was before the call, and still open.
 */
#ifndef HMMBENCH_STORE_H
#define HMMBENCH_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/kernel_config.h"
#include "common/samples.h"
#include "plan/plan.h"

#define STORE_SCHEMA_VERSION 9

struct store;

enum store_mode { STORE_READ, STORE_WRITE };	/* WRITE creates the file (0600) and its folders */

int store_open(const char *path, enum store_mode mode, struct store **store, struct error *error);
void store_close(struct store *store);

/* A run: one plan on one boot. */
struct store_run {
	int64_t id;
	char *label;		/* given by --label, or "" */
	char *plan_name;
	char *plan_json;
	char *lab;		/* "vm", "local" */
	char *kernel;		/* as named on the command line, "debian:6.1" */
	char *environment_json;	/* the agent's HELLO merged with what the lab knows; "" until it came */
	char *lab_json;		/* QEMU command line, accelerator, console path ... */
	char *started;		/* ISO 8601, UTC */
	char *ended;		/* "" while it runs or when it was killed */
	int status;		/* enum exit_status; -1 while it runs or when it was killed */
	char *status_text;
	int64_t blocks, rows, dropped;	/* counted from its blocks */
	int64_t campaign;	/* store_campaign.h; 0: of none, and the next three are 0 */
	uint32_t boot, pair;	/* of the campaign, each from 1 */
	uint32_t arm;		/* index into the campaign's kernels; 0 is the base */
	char *config_digest;	/* SHA-256 of the kernel's configuration; "" where it is not known */
};

void store_run_free(struct store_run *run);	/* its members, not itself */

struct store_run_new {
	const char *label, *plan_json, *plan_name, *lab, *kernel, *lab_json;
	int64_t campaign;	/* 0: of none */
	uint32_t boot;		/* the campaign's boot that it is an attempt at */
};

int store_run_begin(struct store *store, const struct store_run_new *run, int64_t *id,
		    struct error *error);
int store_run_environment(struct store *store, int64_t run, const char *environment_json,
			  struct error *error);
int store_run_lab(struct store *store, int64_t run, const char *lab_json, struct error *error);
int store_run_note(struct store *store, int64_t run, const char *note_json, struct error *error);
int store_run_end(struct store *store, int64_t run, int status, const char *text,
		  struct error *error);

/* When a run that was taken in was measured, which is not now. ISO 8601, UTC. */
int store_run_date(struct store *store, int64_t run, const char *started, const char *ended,
		   struct error *error);

/*
 * The configuration of a run's kernel, with its SHA-256 as 64 hexadecimal digits. Runs of
 * one configuration share it. store_kernel_config_get() gives the text, NUL-terminated and
 * malloc'ed; *text is NULL where the run has none.
 */
int store_run_kernel_config(struct store *store, int64_t run, const char *digest, const char *text,
			    struct error *error);
int store_kernel_config_get(struct store *store, int64_t run, char **text, struct error *error);

/*
 * The options that differ between the kernels of two runs (common/kernel_config.h);
 * -ENODATA, without an error's text: one of the runs has no configuration.
 */
int store_kernel_differences(struct store *store, int64_t base_run, int64_t candidate_run,
			     struct kernel_option **options, size_t *count, struct error *error);

/* One finished block of a run. The samples are in samples_encode()'s form. */
struct store_block {
	int64_t id;
	uint32_t block;			/* index into the plan's blocks */
	struct plan_block plan;		/* as the plan has it; counted, profiled, detailed: where end_json says so */
	char cell_name[CELL_NAME_BYTES];	/* of the plan's cell */
	const char *end_json;		/* the agent's BLOCK_END */
	const void *samples;
	size_t samples_bytes;
	uint64_t rows, dropped;
};

/* -EEXIST: the run has this block; -ENOENT: there is no such run. */
int store_block_put(struct store *store, int64_t run, const struct store_block *block,
		    struct error *error);

/* Calls back for each run, newest first; a callback that gives non-zero stops and that is returned. */
int store_runs_each(struct store *store, int (*each)(const struct store_run *run, void *context),
		    void *context, struct error *error);

/* -ENOENT (STATUS_USAGE) with a remedy when there is no such run. `id` 0: the newest. */
int store_run_get(struct store *store, int64_t id, struct store_run *run, struct error *error);

/* Blocks of a run in plan order; strings and samples are valid during the call only. */
int store_blocks_each(struct store *store, int64_t run,
		      int (*each)(const struct store_block *block, void *context), void *context,
		      struct error *error);

/*
 * The samples of one block (store_block.id), in samples_encode()'s form: `take` gets them,
 * valid during the call, and what it gives is given on. -ENOENT: there is no such block.
 */
int store_block_samples(struct store *store, int64_t block,
			int (*take)(const void *samples, size_t bytes, void *context),
			void *context, struct error *error);

/* Notes of a run, in order. */
int store_notes_each(struct store *store, int64_t run,
		     int (*each)(const char *note_json, void *context), void *context,
		     struct error *error);

#endif
