/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are. A program that runs from its build folder (a file
 * "uninstalled.conf" lies beside it or, for test programs, up to two folders above:
 * first line the source folder, second the build folder, both absolute) uses the sources
 * there; an installed one the folders it was configured with.
 * All results are malloc'ed; NULL only when memory is out.
 */
#ifndef HMMBENCH_PATHS_H
#define HMMBENCH_PATHS_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* $XDG_CACHE_HOME/hmmbench or ~/.cache/hmmbench, with `below` appended (may be ""). Not created. */
char *path_cache(const char *below);

/* $HMMBENCH_STORE, else $XDG_DATA_HOME/hmmbench/store.db or ~/.local/share/hmmbench/store.db. */
char *path_store(void);

/*
 * The folder beside `store` that keeps what is needed to doubt its run `id`: runs/ID where the
 * store has its usual name, else NAME.runs/ID, so that two stores of one folder have two.
 */
char *path_run_folder(const char *store, int64_t id);

char *path_agent(void);		/* $HMMBENCH_AGENT, else the hmmbench-agent binary */
char *path_kmod(void);		/* $HMMBENCH_KMOD, else the folder of the module's sources */
char *path_data(const char *below);	/* configs/ and other data: "configs/quick.conf" */

/* What this machine has to know: in $HMMBENCH_STATE_DIR, else below configure's localstatedir. */
char *path_state(const char *name);

/* asprintf() that gives NULL on failure. */
char *path_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* mkdir -p, mode 0700 for what it creates. 0 or -errno with text. */
int path_make_folder(const char *path, struct error *error);

/*
 * The same of a folder that somebody named and others may read: the mode is the umask's. One that
 * cannot be made is a wrong name (STATUS_USAGE), unless the disk is full.
 */
int path_make_shared_folder(const char *path, struct error *error);

/* Removes a folder and all in it, never following a link out of it. */
int path_remove_tree(const char *path, struct error *error);

/* Whole file, NUL-terminated, malloc'ed; *bytes may be NULL. -EFBIG above `limit`. */
int path_read_file(const char *path, size_t limit, char **data, size_t *bytes,
		   struct error *error);

/* Writes to a temporary name beside it, fsync, rename. */
int path_write_file(const char *path, const void *data, size_t bytes, struct error *error);

/* The same as FOLDER/NAME, with the folder where it is not there yet. */
int path_write_below(const char *folder, const char *name, const void *data, size_t bytes,
		     struct error *error);

#endif
