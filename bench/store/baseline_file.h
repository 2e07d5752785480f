/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A baseline as one file, to be kept in git:
 *
 *	hmmbench-baseline VERSION SHA256 BYTES\n
 *	MANIFEST\n
 *	PAYLOAD
 *
 * SHA256 and BYTES are of all behind the first line. MANIFEST is one line of JSON for people
 * and for import: name, note, when and by which version it was made, and its runs. PAYLOAD is
 * zlib's deflate of the configurations of the kernels, each once, and of the runs as streams
 * (run_stream.h), in the manifest's order. Nothing is taken in before the digest is right.
 */
#ifndef HMMBENCH_BASELINE_FILE_H
#define HMMBENCH_BASELINE_FILE_H

#include "common/error.h"
#include "store/store_baseline.h"

#define BASELINE_FILE_VERSION 1
#define BASELINE_FILE_BYTES_MAX (1u << 30)	/* of the file, and of its payload inflated */

/*
 * Writes a baseline; the file must not exist. -ENOENT: no such baseline; -EINVAL or -errno with
 * STATUS_USAGE: the file is there, or cannot be made; -errno.
 */
int baseline_file_write(struct store *store, const char *name, const char *path,
			struct error *error);

/*
 * Takes a file's runs and its baseline in, whole or not at all. `name` NULL: the file's.
 * -EINVAL (STATUS_USAGE): no such file, one of another version, cut or altered; -EEXIST: there is
 * a baseline of that name; errors of the store. *taken, unless NULL, is the baseline as the store
 * has it, to be freed.
 */
int baseline_file_read(struct store *store, const char *path, const char *name,
		       struct store_baseline *taken, struct error *error);

#endif
