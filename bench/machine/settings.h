/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `hmmbench tune` sets: the settings that do no harm to what else runs, and can be
 * given back while it runs. SMT, swap and the watchdog for soft lockups are not among them:
 * turning CPUs off loses the affinities of processes, memory may not suffice, and a run wants
 * to be told that the kernel locked up.
 */
#ifndef HMMBENCH_SETTINGS_H
#define HMMBENCH_SETTINGS_H

#include "machine/tune.h"

struct setting {
	const char *name; /* of the check that it mends */
	/* Adds what is to be changed. 0 or -ENOMEM. */
	int (*collect)(const struct setting *setting, const struct machine *machine,
		       struct tune *tune);
	const char *files;   /* pattern, below the root */
	const char *value;   /* what each is set to, */
	const char *as_good; /* but where it is this; NULL: nothing else is */
	/* The same by another driver: only where the one before has no file. */
	bool otherwise;
};

extern const struct setting settings[]; /* ends with an empty name */

#endif
