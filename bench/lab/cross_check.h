/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cross-check: a plan whose timed blocks have a traced one beside each, and what its stream
 * says, kept in memory. It is no run and enters no store: its traced blocks are measured
 * under a tracer.
 */
#ifndef HMMBENCH_LAB_CROSS_CHECK_H
#define HMMBENCH_LAB_CROSS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "plan/config.h"
#include "plan/plan.h"
#include "stats/cross_check.h"

#define CROSS_CHECK_CONFIG "configs/cross-check.conf" /* below path_data() */

/*
 * Reads the configuration and makes the plan of both passes. The caller's: config_free(),
 * plan_free(). -EINVAL: the configuration cannot be cross-checked: it has no cell of one
 * mirror to calibrate by, or no other.
 */
int cross_check_plan(const char *path, enum plan_clock clock, struct config **config,
		     struct plan **plan, struct error *error);

struct cross_check_collector;

/* Of the notes that the agent writes; `level` as in FRAME_NOTE. */
typedef void cross_check_noted(const char *level, const char *text, void *context);
typedef void cross_check_block(uint32_t block, void *context);

struct cross_check_listener {
	cross_check_block *block_begun, *block_done; /* may be NULL, each */
	cross_check_noted *noted;
	void *context;
};

/* `plan` is borrowed. NULL: out of memory. */
struct cross_check_collector *cross_check_collector_new(
	const struct plan *plan, const struct cross_check_listener *listener);
void cross_check_collector_free(struct cross_check_collector *collector);

/* Takes the stream's bytes as they come. -EPROTO, -EBADMSG: STATUS_CUT_STREAM; -ENOMEM. */
int cross_check_bytes(struct cross_check_collector *collector, const void *data, size_t bytes,
		      struct error *error);

bool cross_check_ended(const struct cross_check_collector *collector);
int cross_check_end_status(const struct cross_check_collector *collector);
const char *cross_check_end_text(const struct cross_check_collector *collector);

/* The result of one cell under one strategy. */
struct cross_check_result {
	uint32_t cell;	   /* of the plan */
	uint32_t strategy; /* enum hmmbench_strategy_id */
	struct cross_check check;
};

/*
 * Judges every cell but those of one mirror, under every strategy, each by the cell that
 * differs from it by its mirrors alone. *results is malloc'ed. -ENODATA: too few walks.
 */
int cross_check_results(const struct cross_check_collector *collector,
			struct cross_check_result **results, size_t *count, struct error *error);

#endif
