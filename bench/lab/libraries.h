/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shared libraries a program needs, so that they can go into a guest with it.
 */
#ifndef HMMBENCH_LIBRARIES_H
#define HMMBENCH_LIBRARIES_H

#include <stddef.h>

#include "common/error.h"

struct libraries {
	char *loader;	/* the program's interpreter, NULL where it is linked statically */
	char **paths;	/* the libraries' files on this machine, without the loader */
	size_t count;
};

/*
 * Asks the program's own dynamic loader (its PT_INTERP, run with --list), so that
 * run paths, LD_LIBRARY_PATH and the system's cache are followed as they would be.
 * -ENOEXEC: no 64-bit ELF program; -ENOENT: a library is missing, the error names it.
 */
int libraries_find(const char *program, struct libraries *libraries, struct error *error);
void libraries_free(struct libraries *libraries);

/* The PT_INTERP of an ELF file in *loader, malloc'ed; NULL where it has none. -ENOEXEC. */
int libraries_loader(const char *program, char **loader, struct error *error);

#endif
