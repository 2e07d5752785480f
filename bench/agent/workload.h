/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workloads: what is measured. Each is one file and one line in the table `workloads`.
 */
#ifndef HMMBENCH_WORKLOAD_H
#define HMMBENCH_WORKLOAD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/counters.h"
#include "agent/observer.h"
#include "agent/profiler.h"
#include "agent/node_counts.h"
#include "agent/steadiness.h"
#include "agent/warnings.h"
#include "common/cell.h"
#include "common/error.h"
#include "common/samples.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"

struct session;	  /* one open /dev/hmmbench: session.h */
struct placement; /* CPUs and nodes that a layout gave: placement.h */

struct workload_context {
	const struct cell *cell;
	const struct plan_block *block;
	uint32_t strategy;	 /* that walks: the block's, or what the kernel's own is */
	struct session *session; /* set up for the cell and the block's strategy */
	const struct placement *placement;
	volatile sig_atomic_t *interrupted;
	uint64_t seed;	   /* of this block's own random choices */
	const struct observer *observer; /* of a counted or profiled block, else NULL */
	uint64_t *walk_ns; /* what the cell's walks took under the block's strategy so far
					 * (agent/aim.h); 0: none seen yet. Kept from block to block. */
};

/* What a block gave beside its samples. */
struct workload_result {
	struct samples samples;
	uint64_t operations;	  /* done */
	uint64_t expected_rows;	  /* samples that the operations must have given */
	uint64_t dropped;	  /* counted by full rings */
	uint64_t lost;		  /* expected_rows - rows - dropped: must be 0 */
	uint64_t start_spread_ns; /* widest gap between the first and the last thread to start
					 * one operation; SAMPLE_MISSING: nothing starts together */
	uint64_t tries, hits;	  /* aimed calls, and those that met what they aimed at */
	uint64_t again;		  /* invalidations that gave -EAGAIN */
	uint64_t callbacks_due;	  /* race: that the walks owed, where that is known */
	/* The four are SAMPLE_MISSING where the workload does not aim, invalidate or know. */
	bool counter; /* the module read the counter behind the clock, not the clock */
	struct hmmbench_counts counts; /* of the session, as the module keeps them */
	struct counter_values counted; /* of a counted block */
	struct profile profile;	       /* of a profiled block; profile_free() */
	bool detailed;		       /* of a detailed block */
	struct steadiness steadiness;  /* of what is judged */
	struct node_counts nodes;      /* where mirrors and pages really lay */
	struct warnings warnings;      /* oddities that a reader must know */
	struct error fault; /* the measurement shows the kernel at fault; "": it does not */
};

/* All empty, what need not apply missing. */
void workload_result_init(struct workload_result *result);

struct workload {
	uint32_t id;		   /* enum workload_id */
	bool concurrent;	   /* needs two running CPUs: refused on the virtual clock */
	bool invalidates;	   /* needs a core that HMMBENCH_IOC_INVALIDATE reaches */
	bool coreless;		   /* registers no mirror: a session of any core will do */
	bool traceable;		   /* a row is an exit on placement's child_cpu: agent/tracer.h */
	uint32_t beside;	   /* CPUs that it acts on beside those of the cell's threads */
	uint32_t setup;		   /* HMMBENCH_SETUP_* of its recorded blocks ... */
	uint32_t setup_every;	   /* ... of one quartet in so many; 0: of all */
	enum sample_column judged; /* whose steadiness is looked at, of the rows ... */
	uint32_t judged_kind;	   /* ... of this enum sample_kind */
	/* Records that one CPU's ring may have to hold before the workload drains it. */
	uint32_t (*ring_records)(const struct cell *cell);
	/* 0, or -errno with the reason why this machine cannot run the cell. */
	int (*check)(const struct cell *cell, const struct placement *placement,
		     struct error *error);
	/*
	 * Runs the operations of one block. 0: *result is the caller's, samples_free(). On
	 * an error nothing is left running and *result has nothing; -EINTR: interrupted,
	 * -ETIME: a process hangs in the kernel and nothing more can be measured.
	 */
	int (*run)(const struct workload_context *context, struct workload_result *result,
		   struct error *error);
};

extern const struct workload workload_exit, workload_unregister, workload_contend,
	workload_bystander, workload_storm, workload_race, workload_control;
extern const struct workload *const workloads[];   /* ends with NULL */
const struct workload *workload_find(uint32_t id); /* NULL: not in this agent */
/* On how many of the placement's workers, from the first on, its processes and threads act. */
uint32_t workload_cpus(const struct cell *cell, const struct placement *placement);

#endif
