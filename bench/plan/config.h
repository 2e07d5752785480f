/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration file, read and checked whole before anything runs.
 *
 *	[plan]			once
 *	name = quick		[a-z0-9-], up to 40
 *	seed = 20190101		0 .. 2^63-1
 *	strategies = write, read	two or more of the strategies; the first is the base.
 *				Of the bundled core: the others have the kernel's own
 *	quartets = 16		ABBA quartets per cell, 1 .. 100000; of a core with a
 *				strategy of its own: blocks
 *	operations = 8		operations per block, 1 .. 100000
 *	warmup = 10%		of the quartets, 0 .. 50 %, at least one where above 0
 *	threshold = 2%		smallest effect of interest for p10 and p50, .1 .. 100 %
 *	threshold-p99 = 5%	the same for p99
 *	calibration-age = 30d	beyond which a new calibration is asked for, 1 .. 3650 d
 *	unrecorded = no		yes: beside each block the same one without recording,
 *				to show what recording costs
 *	detailed = no		yes: behind all that is timed, the exits once more with
 *				every callback and lock clocked: how the walk divides
 *
 *	[vm]			once, optional: the machine for --on vm
 *	nodes = 2		1 .. 16
 *	cpus = 4		nodes .. 64, spread evenly; or of each node: 2, 2, 0
 *	memory = 1G		64M per node .. 64G; or of each node: 256M, 0, 256M
 *	distances = 0-1:16	of pairs of nodes, 11 .. 254; the others lie on a ring
 *	quiet-limit = 60s	no byte for this long on KVM; TCG gets ten times as much
 *	total-limit = 20m	the same for the whole boot
 *
 *	[cells NAME]		any number; the product of the lists is the cells
 *	workload = exit
 *	core = bundled
 *	profile = empty, delay:2000
 *	mirrors = 1, 32, 1024	also 1..1024*4: from, to, factor
 *	layout = same-node	also matrix: every pair of nodes, and list:CPUS:NODES:NODES
 *	threads = 1
 *	processes = 1
 *	memory = 4M
 *	operations = 8		overrides [plan]
 *	quartets = 16		overrides [plan]
 *	record-every = 8	unregister: of its calls, one in so many is recorded, 1 .. 1024;
 *				default: config_record_every()
 *
 * What is shown are the defaults, but for name, workload and mirrors, which have none
 * (the workload control takes no mirrors: 0). threads: those that unregister (unregister,
 * contend, race) or invalidate (bystander); processes: those of a storm. A bystander
 * needs a multiple of 4 operations. A comment is a line that begins with ';'
 * or '#', or what stands behind " ;". Blanks in front of a line mean nothing, and a list
 * stays on its line.
 *
 * A matrix stands for the pairs of nodes 0 .. N-1 of the machine that it will run on. N is
 * given to config_load(), so that the same file and N give the same cells anywhere.
 *
 * Errors are "FILE:LINE: what is wrong; what would be right": unknown section or key
 * (with the nearest known one), a duplicate section or key, a value out of range, a
 * list with an empty or repeated entry, a cell that cannot run (threads above 1 for
 * exit, more mirrors x processes than HMMBENCH_MIRRORS_MAX, a list of fewer CPUs than the
 * workload uses, two sections that make the same cell), a file without cells.
 */
#ifndef HMMBENCH_CONFIG_H
#define HMMBENCH_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cell.h"
#include "common/error.h"

#define CONFIG_CELLS_MAX 4096
#define CONFIG_NODES_MAX 64	/* of a matrix: its pairs alone are CONFIG_CELLS_MAX */
#define CONFIG_STRATEGIES_MAX 8
#define CONFIG_QUARTETS_MAX 100000
#define CONFIG_OPERATIONS_MAX 100000
#define CONFIG_DEFAULT_SEED 20190101
#define CONFIG_DEFAULT_CALIBRATION_DAYS 30
#define CONFIG_CALIBRATION_DAYS_MAX 3650
#define CONFIG_VM_NODES_MAX 16
#define CONFIG_VM_CPUS_MAX 64
#define CONFIG_VM_NODE_BYTES_MIN (UINT64_C(64) << 20)	/* of each node */
#define CONFIG_VM_BYTES_MAX (UINT64_C(64) << 30)
#define CONFIG_VM_DISTANCE_MIN 11	/* 10 is that of a node to itself */
#define CONFIG_VM_DISTANCE_MAX 254
#define CONFIG_LIMIT_S_MAX 86400
#define CONFIG_RECORD_EVERY_MAX 1024

struct config_cell {
	struct cell cell;
	uint32_t quartets;
	uint32_t operations;
	uint32_t record_every;
	unsigned int line;	/* of its section, for messages that come later */
};

/* The nodes of a guest, where they are not all alike. */
struct config_vm_nodes {
	uint32_t cpus[CONFIG_VM_NODES_MAX];	/* all 0: spread evenly */
	uint64_t memory_bytes[CONFIG_VM_NODES_MAX];	/* all 0: spread evenly */
	/* As the firmware tells them, the same both ways; 0: that of a ring (vm_machine.h). */
	uint8_t distances[CONFIG_VM_NODES_MAX][CONFIG_VM_NODES_MAX];
};

struct config_vm {
	uint32_t nodes, cpus;
	uint64_t memory_bytes;	/* of all nodes */
	struct config_vm_nodes each;
	uint32_t quiet_limit_s, total_limit_s;
};

struct config {
	char *path;
	char name[41];		/* PLAN_NAME_MAX of plan.h */
	uint64_t seed;
	uint32_t strategies[CONFIG_STRATEGIES_MAX];
	uint32_t strategy_count;
	double warmup;			/* a fraction */
	double threshold, threshold_p99;	/* fractions: .02 is 2 % */
	uint32_t calibration_days;	/* beyond which a calibration is old */
	bool unrecorded;
	bool detailed;		/* --detailed asks for it as well */
	bool traced;		/* no key of a file: a cross-check asks for it; not both */
	bool counters;		/* no key of a file: --counters asks for it */
	bool profile;		/* the same of 'hmmbench profile' */
	struct config_vm vm;
	struct config_cell *cells;
	uint32_t cell_count;
};

/*
 * `nodes`: of the machine that it will run on, highest number plus one, 1 ..
 * CONFIG_NODES_MAX; 0: those of [vm]. *config is the caller's, freed by config_free(). -EINVAL for the file's content, -errno
 * for reading it; either way error->exit_status is STATUS_USAGE.
 */
int config_load(const char *path, uint32_t nodes, struct config **config, struct error *error);

/* The same of a text that was read before; `path` is where it came from, for messages. */
int config_load_text(const char *path, const char *text, uint32_t nodes, struct config **config,
		     struct error *error);

/*
 * Of an operation's calls, one in how many is recorded by default: as many as keep what
 * recording costs the operation within 1 %, but never so many that fewer than 32 calls of
 * each operation are; 1 for a cell whose operations are single calls.
 */
uint32_t config_record_every(const struct cell *cell);

/*
 * For a run in a guest: can each cell's memory be had in the guest of [vm]? -EINVAL with
 * the section's line.
 */
int config_check_vm(const struct config *config, struct error *error);

/*
 * Boots are told apart by a control workload: where the configuration has none, one is
 * added, with the defaults and as many quartets as the cell with the most. *added is it,
 * of the configuration, or NULL where there was one. -E2BIG (STATUS_USAGE): too many cells.
 */
int config_add_control(struct config *config, const struct cell **added, struct error *error);
void config_free(struct config *config);

#endif
