/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine made quiet for a while: settings of the kernel that can be changed and given
 * back without harm to what else runs. What a value was is on the disk before it is changed,
 * so that it can be given back whatever happens to the program.
 */
#ifndef HMMBENCH_TUNE_H
#define HMMBENCH_TUNE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "machine/machine.h"

#define TUNE_PATH_BYTES 192

enum tune_end {
	TUNE_PLANNED,
	TUNE_SET,      /* it was written, and the kernel has it */
	TUNE_REFUSED,  /* the kernel would not: it is as it was */
	TUNE_RESTORED, /* it is as it was again */
	TUNE_FOREIGN,  /* somebody changed it since: it stays so */
	TUNE_GONE,     /* the file is no more: a CPU or a device went */
	TUNE_STUCK,    /* the kernel would not take it back */
};

struct tune_value {
	char setting[32];	    /* "governor" */
	char path[TUNE_PATH_BYTES]; /* below the machine's root */
	char was[MACHINE_TEXT_BYTES], set[MACHINE_TEXT_BYTES];
	enum tune_end end;
	int errnum; /* of TUNE_REFUSED and TUNE_STUCK */
};

struct tune {
	struct tune_value *values; /* in the order they are set */
	size_t count;
	char boot_id[40];  /* values live as long as the boot */
	char since[32];	   /* ISO 8601, UTC */
	char command[256]; /* that it is in force for; "": until --restore */
	long process;	   /* that made it */
};

void tune_free(struct tune *tune);

/* Everything that is not yet as it should be. Reads only. 0 or -errno. */
int tune_plan(const struct machine *machine, struct tune *tune, struct error *error);

/*
 * Writes the plan to the state file, then each value; a value that the kernel refuses is
 * left, and told by its end. Nothing is written where the state cannot be kept. Takes the
 * lock for granted. 0 or -errno.
 */
int tune_apply(const struct machine *machine, struct tune *tune, struct error *error);

/*
 * Gives back what was, last set first, and removes the state. -EBUSY with the text where
 * something is stuck: that stays in the state.
 */
int tune_restore(const struct machine *machine, struct tune *tune, struct error *error);

/* ---- the state: $HMMBENCH_STATE_DIR/tune.json, or below configure's localstatedir ---- */

char *tune_state_path(void); /* malloc'ed; NULL: out of memory */

/* -ENOENT without a text: there is none. -EUCLEAN: it is damaged. */
int tune_state_load(struct tune *tune, struct error *error);
int tune_state_save(const struct tune *tune, struct error *error);
int tune_state_remove(struct error *error);

/* Is it of this boot? One of another is stale: the kernel began with its own values. */
bool tune_is_of_this_boot(const struct machine *machine, const struct tune *tune);

/*
 * Who tunes or restores holds it: a descriptor, which closes with the process and its forks,
 * not its programs. -EBUSY with the text where somebody has it.
 */
int tune_lock(struct error *error);

/* Whether somebody has it. False also where it cannot be told. */
bool tune_is_locked(void);

#endif
