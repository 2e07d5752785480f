/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a machine has to know that restarts through a campaign: one small file, written
 * before anything that it tells of is done. The store has the campaign; this says which
 * boot of it was asked for, and so whether the kernel that came up is the one.
 *
 *	{"version": 1, "store": "/var/lib/hmmbench/store.db", "campaign": 3,
 *	 "home": release of the default kernel, "way": "kexec", "force": false,
 *	 "phase": "asked", "boot": 2, "tries": 0, "failed": 0, "release": "6.12.9-amd64",
 *	 "boot_id": of the kernel that asked, "asked": "2026-01-06T01:02:03Z"}
 */
#ifndef HMMBENCH_REBOOT_STATE_H
#define HMMBENCH_REBOOT_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* So many boots in a row that do not come up, or not to their end, stop a campaign. */
#define REBOOT_FAILED_MAX 3

enum reboot_phase {
	REBOOT_BETWEEN,		/* the last boot is settled, the next not asked for */
	REBOOT_ASKED,		/* its kernel was asked for */
	REBOOT_MEASURING,	/* it came up, and the measurement began */
	REBOOT_HOME,		/* no boot is left, the default kernel was asked for */
};

struct reboot_state {
	char store[PATH_MAX];
	int64_t campaign;
	char home[65];		/* a release, as uname(2) has it */
	char way[32];
	bool force;
	enum reboot_phase phase;
	uint32_t boot;		/* of the campaign, from 1 */
	uint32_t tries;		/* of it that failed */
	uint32_t failed;	/* boots in a row, this one's tries among them */
	char release[65];	/* asked for */
	char boot_id[40];	/* of the kernel that wrote this: it changes with every start */
	char asked[32];		/* ISO 8601, UTC */
};

/* What of it a start of the machine shows. */
struct reboot_facts {
	char release[65];
	char boot_id[40];
};

enum reboot_step {
	REBOOT_STEP_ASK,	/* ask for the boot's kernel */
	REBOOT_STEP_MEASURE,	/* it came up as asked */
	REBOOT_STEP_FAILED,	/* it did not, or went down under the measurement */
	REBOOT_STEP_PASSED,	/* it was given up before */
};

/* Of this boot, from what the state says and the machine shows. Pure. */
enum reboot_step reboot_step(const struct reboot_state *state, const struct reboot_facts *facts,
			     uint32_t boot);

int reboot_facts_get(struct reboot_facts *facts, struct error *error);

/* The file: $HMMBENCH_STATE_DIR/reboot.json, else in the folder of configure's localstatedir. */
char *reboot_state_path(void);	/* malloc'ed; NULL: out of memory */

/* -ENOENT without a text where there is none; else -errno with it, STATUS_FAILED. */
int reboot_state_load(struct reboot_state *state, struct error *error);
int reboot_state_save(const struct reboot_state *state, struct error *error);
int reboot_state_remove(struct error *error);	/* 0 as well where there is none */

#endif
