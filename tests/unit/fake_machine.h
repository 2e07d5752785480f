/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines laid out in a folder, from a text of tests/fixtures/machines:
 *	user root|other
 *	PATH TEXT	a file below the root; "\n" begins a new line
 *	PATH/		a folder
 *	= CHECK FINDING [TEXT]	what a check finds there; its line begins with or has the text
 */
#ifndef HMMBENCH_FAKE_MACHINE_H
#define HMMBENCH_FAKE_MACHINE_H

#include "machine/machine.h"

struct fake_machine {
	struct machine machine; /* its root is a folder of support_path() */
	char *expected;		/* the lines that begin with '=', without it */
};

/* `name` is the fixture's, without folder and ending. */
struct fake_machine fake_machine(const char *name);
void fake_machine_free(struct fake_machine *fake);

/* Writes a file of the machine, with its folders. */
void fake_machine_file(const struct machine *machine, const char *path, const char *text);

#endif
