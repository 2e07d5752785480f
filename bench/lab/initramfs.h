/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's whole file system: an uncompressed cpio archive (newc), written without
 * root. The same contents give the same bytes: no times, owners or host names enter it.
 * Uncompressed, because the guest unpacks it, under TCG, slower than it reads it.
 */
#ifndef HMMBENCH_INITRAMFS_H
#define HMMBENCH_INITRAMFS_H

#include <stddef.h>

#include "common/error.h"

struct initramfs;

/* NULL and error set where the file cannot be written. */
struct initramfs *initramfs_open(const char *path, struct error *error);

/* A file of the host or of memory, at the absolute path `name`; folders above it are made. */
int initramfs_add_file(struct initramfs *initramfs, const char *name, unsigned int mode,
		       const char *source, struct error *error);
int initramfs_add_data(struct initramfs *initramfs, const char *name, unsigned int mode,
		       const void *data, size_t bytes, struct error *error);
int initramfs_add_folder(struct initramfs *initramfs, const char *name, struct error *error);
/* A character device: /dev/console, without which /init has no output. */
int initramfs_add_device(struct initramfs *initramfs, const char *name, unsigned int major,
			 unsigned int minor, struct error *error);

/* Ends and closes it, also after an error. The file is removed unless this gives 0. */
int initramfs_close(struct initramfs *initramfs, struct error *error);

/* What a guest that runs an agent needs. */
struct initramfs_contents {
	const char *busybox;	/* statically linked */
	const char *init;	/* text of /init */
	const char *agent;	/* NULL: none; its libraries come with it */
	const char *module;	/* NULL: none */
	const char *plan_json;	/* NULL: none */
	const char *perf;	/* NULL: none; its libraries come with it */
};

/*
 * Writes the archive:
 *	/init  /bin/busybox  /dev/console  /proc /sys /tmp /run
 *	/hmmbench/agent  /hmmbench/lib/... (LD_LIBRARY_PATH)  the agent's loader at its own path
 *	/hmmbench/hmmbench.ko  /hmmbench/plan.json  /bin/perf
 */
int initramfs_write(const char *path, const struct initramfs_contents *contents,
		    struct error *error);

#endif
