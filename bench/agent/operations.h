/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the operations of every workload have in common: one child process after the
 * other, each led through its steps by the parent, its rows filled from what the
 * module recorded, its mirrors freed outside of every operation.
 */
#ifndef HMMBENCH_OPERATIONS_H
#define HMMBENCH_OPERATIONS_H

#include <stdint.h>

#include "agent/child.h"
#include "agent/rows.h"
#include "agent/workload.h"

struct operations {
	const struct workload_context *context;
	/* Before each operation, in the parent, or NULL. */
	int (*begin)(struct operations *operations, struct error *error);
	/* The child's part of one operation: `operations` is the context of child_start(). */
	void (*body)(struct child *child, void *operations);
	/*
	 * The parent's part, which begins with a child just started and ends with one that
	 * has exited, fills the operation's rows and sets expected_rows.
	 */
	int (*lead)(struct operations *operations, struct error *error);
	uint64_t rows_each; /* samples that one operation can give: it has the rows
					 * from operation * rows_each on */
	uint32_t columns;   /* mask of the columns that it can give */
	void *own;	    /* the workload's */

	/* Set by operations_run(). */
	struct child child;
	struct rows rows;
	struct node_counts *nodes; /* shared with the children, who count into it */
	uint64_t operation;	/* the one that runs, from 0 */
	uint64_t tag;		/* of its records: the operation, or what a body sets */
	uint64_t expected_rows; /* samples that it must give; before lead(): rows_each */
	struct workload_result *result;
};

/*
 * Runs the block's operations and gives its result. A child that somebody kills costs
 * its samples, which count as lost, and a warning; the block fails when all are killed,
 * and at once for any other reason.
 */
int operations_run(struct operations *operations, struct workload_result *result,
		   struct error *error);

/* A warning of the block: warnings_add(). */
void operations_warn(struct operations *operations, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* How an exit looked to the processes: its last instruction, where, its parent's wake-up. */
struct exit_seen {
	uint64_t last_ns, wake_ns;
	uint32_t cpu;
};

/*
 * The row of an exit from the child's last user instruction to the parent's wake-up. Where
 * the clocks of their CPUs disagree there is a warning and no value.
 */
void operations_set_whole(struct operations *operations, size_t row, const struct exit_seen *seen);

/*
 * Child: maps and touches the cell's memory and registers the cell's mirrors on the
 * placement's nodes, or fails. A mirror on another node than asked is a failure: the
 * sample would stand under a layout that it does not have. Then it has the module and the
 * kernel say where all of it lies.
 */
void operations_prepare_child(struct operations *operations, struct child *child);

/* How long one step of a process of the cell may take, far beyond what any machine needs. */
uint64_t operations_limit_ns(const struct cell *cell);

/* The same for a workload that needs `cpus` CPUs of the layout and leads many processes. */
int operations_check_cpus(const struct cell *cell, uint32_t cpus, const struct placement *placement,
			  struct error *error);

/*
 * 0, or why this machine cannot run the cell: more threads than the layout has CPUs,
 * more than one process, a longer walk than the module allows, more samples than the
 * rings hold, more memory than the nodes have room for.
 */
int operations_check(const struct cell *cell, const struct placement *placement,
		     struct error *error);

#endif
