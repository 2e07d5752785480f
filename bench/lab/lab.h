/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lab: somewhere an agent runs. It starts the kernel under test where that is its
 * business, starts the agent with the plan, and hands on the stream's bytes as they
 * come. It knows nothing of what is in them but the end record's status.
 */
#ifndef HMMBENCH_LAB_H
#define HMMBENCH_LAB_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "plan/config.h"
#include "plan/plan.h"

/* What a kernel name was resolved to: kernel_resolve() in kernel.h. */
struct kernel;

struct lab_request {
	const char *lab;		/* the lab's name, as it shall stand in the run */
	const char *way;		/* how this machine came to the kernel, or NULL */
	const struct config_vm *vm;
	const struct plan *plan;
	const char *plan_json;
	const struct kernel *kernel;
	const char *folder;		/* the run's own folder: console log, command line, modules */
	volatile sig_atomic_t *interrupted;	/* non-zero: stop, clean up, STATUS_INTERRUPTED */

	/* The stream's bytes, as they come; a negative result stops the lab and is returned. */
	int (*bytes)(const void *data, size_t bytes, void *context);
	/* Has the end record arrived? Asked when the far side has gone silent or away. */
	int (*ended)(void *context);
	/* What the lab knows, as soon as it knows it: JSON for store_run_lab(). */
	int (*described)(const char *lab_json, void *context);
	void *context;
};

struct lab_result {
	int status;		/* enum exit_status: how it ended */
	char text[512];		/* one line for people, with the place and the remedy */
	char *console_tail;	/* last lines of the console or NULL; malloc'ed */
	/* From the exec of QEMU (vm) or the agent (local) to the first stream byte; 0: none came. */
	uint64_t first_byte_ns;
	uint64_t whole_ns;
};

/* A campaign's boot, as a lab sees it whose machine is this one. */
struct lab_boot {
	const struct kernel *kernel;
	const char *store_path;
	int64_t campaign;
	uint32_t boot, boot_count;	/* boot: from 1 */
	uint32_t tries;			/* that failed, as far as this process knows */
	const char *way;		/* how to come to the kernel; NULL: the first that works */
	bool force;			/* also where others are logged in */
};

enum lab_reach {
	LAB_REACHED,	/* the kernel runs, started for this boot */
	LAB_FAILED,	/* it was asked for, and the boot failed; status and text say how */
	LAB_PASSED,	/* it was given up before this machine restarted */
	LAB_LEAVES,	/* the machine goes down for it; text says so; call depart() */
};

struct lab_reached {
	enum lab_reach reach;
	uint32_t tries;		/* of this boot that failed before */
	bool begun;		/* LAB_FAILED: with its run begun */
	int status;		/* LAB_FAILED: enum exit_status */
	char text[512];
};

/*
 * What a lab offers whose machine is this one and restarts between boots, so that this
 * program ends at each and is started again. NULL in a lab whose run() starts the kernel.
 */
struct lab_restart {
	/* Can this kernel be reached from here, and is it right to? Before anything happens. */
	int (*check)(const struct lab_boot *boot, struct error *error);
	/*
	 * With which way ("": none was named) and whether by force the campaign goes on that is on
	 * its way through the restarts. False: none is, and nothing was written.
	 */
	bool (*underway)(char *way, size_t bytes, bool *force);
	/*
	 * Asked before each try at a boot. What it decides is on disk before it returns, so
	 * that the next process knows it.
	 */
	int (*reach)(const struct lab_boot *boot, struct lab_reached *reached,
		     struct error *error);
	/*
	 * When no boot is left. 1: the machine goes down to its default kernel, call depart(),
	 * and finish() again after it; 0: it runs it, and nothing is left of the campaign.
	 */
	int (*finish)(const struct lab_boot *last, struct error *error);
	/* Goes down, as reach() or finish() has arranged. May not return. */
	int (*depart)(struct error *error);
	/* The campaign stops here: nothing goes on by itself after the next restart. */
	void (*abandon)(void);
};

struct lab {
	const char *name;	/* "vm", "local", "reboot" */
	const char *help;
	const char *default_kernel;	/* where none is named: "debian:6.1" */
	bool boots;		/* it boots the kernel it is given; else the one that runs is measured */
	bool guest;		/* a machine made for the run: the configuration's [vm] says which */
	/*
	 * How many nodes a matrix is made for: the highest number of the machine's, plus one.
	 * NULL: the configuration's [vm] says.
	 */
	int (*nodes)(uint32_t *nodes, struct error *error);
	const struct lab_restart *restart;
	/*
	 * Runs the request to its end. 0: *result says how it ended; -errno: it could not
	 * even be tried, error says why. Whatever happens, nothing it started is left.
	 */
	int (*run)(const struct lab_request *request, struct lab_result *result,
		   struct error *error);
};

extern const struct lab lab_vm, lab_local, lab_reboot;
extern const struct lab *const lab_table[];	/* ends with NULL */

const struct lab *lab_find(const char *name);	/* NULL: none of that name */

#endif
