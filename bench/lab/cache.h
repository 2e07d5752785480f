/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache: kernels, their uncompressed images and modules, and what was found out
 * about this machine. Anything in it can be made again; two hmmbench at once share it.
 *
 * An entry is a folder. It is made under another name and renamed when it is whole, with
 * its lock held, so that a kill at any moment leaves no half entry under its own name.
 */
#ifndef HMMBENCH_CACHE_H
#define HMMBENCH_CACHE_H

#include <stddef.h>

#include "common/error.h"

struct cache_entry {
	char *path;	/* the entry's own, final name */
	char *making;	/* where it is made; beside it, on the same file system */
	int lock_fd;
};

/*
 * Locks the entry FOLDER/NAME of the cache, waiting for another process that holds it
 * (with a line on stderr after a second), and makes FOLDER. NAME has no slash. What a
 * killed process left half made is removed. cache_close() unlocks.
 */
int cache_open(const char *folder, const char *name, struct cache_entry *entry,
	       struct error *error);
void cache_close(struct cache_entry *entry);

/* An empty folder entry->making. */
int cache_make(struct cache_entry *entry, struct error *error);

/* entry->making becomes entry->path, in place of what was there; on the disk when it returns. */
int cache_commit(struct cache_entry *entry, struct error *error);

/*
 * Removes all but the `keep` entries of FOLDER that were used last (cache_touch()). For
 * folders that grow with every kernel somebody builds. Failing to is no error.
 */
void cache_prune(const char *folder, size_t keep);
void cache_touch(const char *path);

/* The file's SHA-256 as 64 hexadecimal digits and a NUL, by sha256sum(1). */
int cache_digest(const char *path, char digest[65], struct error *error);

#endif
