/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cell: one combination of core, profile, workload, mirrors, layout, threads,
 * processes and memory. The strategy is kept beside the cell, in each block, since
 * strategies are what is compared inside one cell. A core that walks as its kernel was
 * built has one, "kernel", and is compared between kernels.
 *
 * The names here are the only place that maps the words of configurations, plans
 * and reports to the numbers of the module's ABI.
 */
#ifndef HMMBENCH_CELL_H
#define HMMBENCH_CELL_H

#include <stddef.h>
#include <stdint.h>

#define CELL_NAME_BYTES 256

#define CELL_THREADS_MAX	1024u
#define CELL_PROCESSES_MAX	1024u
#define CELL_MEMORY_MAX		(UINT64_C(1) << 40)

/* What an explicit list can name: the kernel's own limits on x86-64. */
#define CELL_CPU_MAX		8191u
#define CELL_NODE_MAX		1023u
#define CELL_LIST_CPUS_MAX	(CELL_THREADS_MAX + 2)	/* the most that a workload can use */
#define CELL_LIST_BYTES		100			/* its text, with the NUL */

#define BYSTANDER_FORMS 4	/* of its operations, in turn; each as often in a block */

struct cell {
	uint32_t core;		/* enum hmmbench_core */
	uint32_t workload;	/* enum workload_id */
	uint32_t profile;	/* enum hmmbench_profile_id */
	uint32_t layout;	/* enum layout_id */
	uint64_t profile_ns;	/* of the delay profile, else 0 */
	uint32_t mirrors;	/* of each process, 1 .. HMMBENCH_MIRRORS_MAX; 0: control */
	uint32_t threads;	/* 1 .. CELL_THREADS_MAX */
	uint32_t processes;	/* 1 .. CELL_PROCESSES_MAX */
	uint64_t memory_bytes;	/* anonymous memory each process touches, 0 .. CELL_MEMORY_MAX */
	/* Of layout matrix, else 0: the exiting CPU's node; that of mirrors and pages. */
	uint32_t cpu_node, memory_node;
	char list[CELL_LIST_BYTES];	/* of layout list, else "": "2+0-1:1:0", zeros behind it */
	const char *name;	/* of WORKLOAD_ELSEWHERE: all that is known of it; else NULL. Borrowed */
};

enum workload_id {
	WORKLOAD_EXIT = 0,
	WORKLOAD_UNREGISTER,
	WORKLOAD_CONTEND,
	WORKLOAD_BYSTANDER,
	WORKLOAD_STORM,
	WORKLOAD_RACE,
	WORKLOAD_CONTROL,	/* a process without mirrors exits: tells boots apart, not strategies */
	WORKLOAD_ELSEWHERE,	/* samples that nobody here took: no configuration has it */
	WORKLOAD_COUNT
};

enum layout_id {
	LAYOUT_SAME_CORE = 0,
	LAYOUT_SAME_LLC,
	LAYOUT_SAME_NODE,
	LAYOUT_NEAR,
	LAYOUT_FAR,
	LAYOUT_INTERLEAVE,
	LAYOUT_MATRIX,	/* one pair of nodes, cpu_node and memory_node */
	LAYOUT_LIST,	/* CPUs and nodes by their numbers */
	LAYOUT_COUNT
};

/*
 * A table that maps names to numbers; ends with name NULL. `help` is one line for humans.
 * A table has what the module and the agent of this version can do, no more.
 */
struct name_table {
	const char *name;
	uint32_t value;
	const char *help;
};

extern const struct name_table core_names[];
extern const struct name_table strategy_names[];	/* of the bundled core: what can be chosen */
extern const struct name_table profile_names[];		/* "delay" takes ":NS" behind it */
extern const struct name_table workload_names[];
extern const struct name_table layout_names[];

/* The name, or "?" where the table has none. Never NULL. */
const char *name_of(const struct name_table *table, uint32_t value);

/* 0 and *value, or -ENOENT. */
int name_lookup(const struct name_table *table, const char *name, uint32_t *value);

/* Those of strategy_names and "kernel". As name_of() and name_lookup(). */
const char *strategy_name(uint32_t strategy);
int strategy_lookup(const char *name, uint32_t *strategy);

/* Non-zero where the core's only strategy is HMMBENCH_STRATEGY_KERNEL: intree and interval. */
int core_has_own_strategy(uint32_t core);

/* Writes "write, read, srcu" into text for an error message; cut to bytes. */
void name_list(const struct name_table *table, char *text, size_t bytes);

/*
 * "exit/bundled/empty/1024/same-node/t1/p1/4M": stable, unique per cell, no blanks;
 * the key under which a cell is known in the store and on the command line. Of a cell
 * from elsewhere the name it has there, whatever that is.
 */
void cell_name(const struct cell *cell, char name[CELL_NAME_BYTES]);

/*
 * The inverse of cell_name(). -EINVAL where the text is no cell or not the name that
 * cell_name() gives it.
 */
int cell_parse(const char *name, struct cell *cell);

int cell_equal(const struct cell *a, const struct cell *b);	/* non-zero: the same cell */

/* "delay:2000", "empty". */
void cell_profile_name(const struct cell *cell, char *text, size_t bytes);

/*
 * The inverse: sets profile and profile_ns. -ENOENT: no such profile; -EINVAL: a delay
 * without its number, or a number where none belongs; -ERANGE: a delay outside
 * 1 .. HMMBENCH_DELAY_NS_MAX.
 */
int cell_profile_parse(const char *text, struct cell *cell);

/*
 * "same-node"; with what the layout takes, "matrix:0:1" (node of the exiting CPU, node of
 * mirrors and pages) and "list:2+0-1:1:0" (CPUs, nodes of mirrors, nodes of pages).
 */
#define CELL_LAYOUT_BYTES (CELL_LIST_BYTES + 16)
void cell_layout_name(const struct cell *cell, char *text, size_t bytes);

/*
 * The inverse, into the layout's fields. A list is numbers and ranges, FROM-TO, with '+'
 * between them, no number twice; its order is kept but for the nodes of pages, which are
 * a set. -ENOENT: no such layout; -EINVAL: what it takes is missing, malformed or given to
 * one that takes nothing; -ERANGE: a CPU or node above the limits; -EEXIST: a number twice;
 * -E2BIG: more CPUs or a longer text than a cell holds.
 */
int cell_layout_parse(const char *text, struct cell *cell);

int cell_layout_equal(const struct cell *a, const struct cell *b);	/* non-zero: the same */
int cell_layout_takes_numbers(uint32_t layout);	/* non-zero: matrix and list */

/* The numbers of an explicit list. */
struct cell_list {
	uint32_t cpu_count, mirror_node_count, page_node_count;	/* each at least 1 */
	uint16_t cpus[CELL_LIST_CPUS_MAX];	/* the exiting CPU first */
	uint16_t mirror_nodes[CELL_NODE_MAX + 1];	/* mirror i lies on the i-th, modulo count */
	uint16_t page_nodes[CELL_NODE_MAX + 1];		/* ascending */
};

/* Writes a cell's list out. 0, or -EINVAL for a cell that cell_layout_parse() did not make. */
int cell_list_expand(const struct cell *cell, struct cell_list *list);

/* Non-zero where the callbacks of the cell's profile have their mirrors unregistered. */
int cell_profile_unregisters(const struct cell *cell);

/* Non-zero for a cell that needs two running CPUs: it cannot run on the virtual clock. */
int cell_is_concurrent(const struct cell *cell);

/* Non-zero where a detailed pass says how the cell's release walk divides: workload exit. */
int cell_walk_divides(const struct cell *cell);

/* Non-zero where one operation is many calls, of which some can go unrecorded. */
int cell_has_calls(const struct cell *cell);

/* "4M", "512K", "0", "12345": the shortest exact binary unit. */
void bytes_name(uint64_t value, char *text, size_t bytes);
/* "4M" to 4194304; 0 or -EINVAL, -ERANGE. Suffixes K, M, G, T (powers of 1024). */
int bytes_parse(const char *text, uint64_t *value);

#endif
