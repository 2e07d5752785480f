/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes nights noisy or impossible, a check each. A family of checks is a file
 * checks_*.c, and a line in checks.c.
 */
#ifndef HMMBENCH_CHECK_H
#define HMMBENCH_CHECK_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "machine/machine.h"

#define CHECK_FOUND_BYTES 320
#define CHECK_WAKE_US	  10 /* what takes longer to wake is as long as a short walk */

enum finding {
	FINDING_GOOD,
	FINDING_NOISY,	    /* what is measured spreads more, or is not what it seems */
	FINDING_IMPOSSIBLE, /* what the check's `why` names cannot be done */
	FINDING_UNKNOWN,    /* it cannot be told here */
};

/* Places to run that cannot do without. */
enum check_lab { CHECK_VM = 1, CHECK_LOCAL = 2, CHECK_REBOOT = 4, CHECK_ALL = 7 };

struct check {
	const char *name;
	/* Says what it finds, in a line below CHECK_FOUND_BYTES. */
	enum finding (*look)(const struct check *check, const struct machine *machine, char *found);
	const char *reads;  /* the kernel's file, or the program, that it looks at */
	const char *why;    /* in a line: what it does to a measurement, or what it is for */
	const char *remedy; /* the command that mends it */
	unsigned int needs; /* labs that are impossible where the check finds that; 0: noise */
	const char *to_tell; /* the command after which it can be told, where it cannot; or NULL */
};

struct check_family {
	const char *name;
	const struct check *checks;
	size_t count;
};

extern const struct check_family checks_tools, checks_running, checks_frequency, checks_cpus,
	checks_memory, checks_kernel, checks_time, checks_tune;
extern const struct check_family *const check_families[]; /* ends with NULL */

/* "good", "noisy", "impossible", "unknown". */
const char *finding_name(enum finding finding);

/* 0: no lab of that name. */
unsigned int check_lab_named(const char *name);

/* The command that mends a finding, or tells what is unknown; NULL: there is none, or no need. */
const char *check_remedy(const struct check *check, enum finding finding);

/* {"check", "family", "finding", "found", "reads", "why", "remedy" or null, "needed_by": [labs]} */
json_t *check_json(const struct check_family *family, const struct check *check,
		   enum finding finding, const char *found);

/* Writes what was found, cut to the room there is; gives the finding back. */
enum finding check_say(enum finding finding, char *found, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What is to be said where the file is not there or cannot be read. */
enum finding check_unknown(const struct check *check, char *found);

#endif
