// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configurations of kernels: 250 KiB of text that hundreds of boots have in common, kept
 * once, by its digest, and deflated to a quarter.
 */
#include "store/store_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define CONFIG_BYTES_MAX (16u << 20)

static int put_text(struct store *store, const char *digest, const char *text, struct error *error)
{
	const size_t bytes = strlen(text);
	uLongf deflated_bytes = compressBound(bytes);
	sqlite3_stmt *statement;
	Bytef *deflated;
	int code;

	if (bytes > CONFIG_BYTES_MAX)
		return store_refuse(store, EFBIG, error, "a kernel's configuration of %zu bytes",
				    bytes);
	deflated = malloc(deflated_bytes);
	if (!deflated || compress2(deflated, &deflated_bytes, (const Bytef *)text, bytes,
				   Z_BEST_COMPRESSION) != Z_OK) {
		free(deflated);
		return store_out_of_memory(store, error);
	}
	code = sqlite3_prepare_v2(store->db,
				  "INSERT OR IGNORE INTO kernel_config (digest, bytes, deflated) "
				  "VALUES (?1, ?2, ?3)",
				  -1, &statement, NULL);
	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, digest);
		sqlite3_bind_int64(statement, 2, (sqlite3_int64)bytes);
		sqlite3_bind_blob64(statement, 3, deflated, deflated_bytes, SQLITE_STATIC);
		code = store_run_once(statement);
	}
	free(deflated);
	return code == SQLITE_OK
		       ? 0
		       : store_error(store, code, error, "take in a kernel's configuration");
}

static int put_digest(struct store *store, int64_t run, const char *digest, struct error *error)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db, "UPDATE run SET config_digest = ?1 WHERE id = ?2",
				      -1, &statement, NULL);

	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, digest);
		sqlite3_bind_int64(statement, 2, run);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error,
				   "take in the kernel's configuration of run "
				   "%lld",
				   (long long)run);
	return sqlite3_changes(store->db) ? 0 : store_no_such_run(store, run, error);
}

int store_run_kernel_config(struct store *store, int64_t run, const char *digest, const char *text,
			    struct error *error)
{
	int err = store_transaction_begin(store, error);

	if (err)
		return err;
	err = put_text(store, digest, text, error);
	if (!err)
		err = put_digest(store, run, digest, error);
	return store_transaction_end(store, err, error);
}

static int config_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	const sqlite3_int64 bytes = sqlite3_column_int64(statement, 0);
	const void *deflated = sqlite3_column_blob(statement, 1);
	uLongf room = (uLongf)bytes;
	char **text = walk;

	if (bytes < 0 || bytes > CONFIG_BYTES_MAX)
		return store_refuse(store, EUCLEAN, error,
				    "a kernel's configuration is damaged; "
				    "put a copy back");
	*text = malloc((size_t)bytes + 1);
	if (!*text)
		return store_out_of_memory(store, error);
	if (uncompress((Bytef *)*text, &room, deflated,
		       (uLong)sqlite3_column_bytes(statement, 1)) != Z_OK ||
	    room != (uLongf)bytes) {
		free(*text);
		*text = NULL;
		return store_refuse(store, EUCLEAN, error,
				    "a kernel's configuration is damaged; "
				    "put a copy back");
	}
	(*text)[bytes] = '\0';
	return 0;
}

int store_kernel_config_get(struct store *store, int64_t run, char **text, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code;

	*text = NULL;
	code = sqlite3_prepare_v2(store->db,
				  "SELECT bytes, deflated FROM kernel_config JOIN run ON "
				  "config_digest = digest WHERE run.id = ?1",
				  -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, run);
	return store_each_row(store, statement, code, "a kernel's configuration", config_row, text,
			      error);
}

int store_kernel_differences(struct store *store, int64_t base_run, int64_t candidate_run,
			     struct kernel_option **options, size_t *count, struct error *error)
{
	char *base, *candidate = NULL;
	int err = store_kernel_config_get(store, base_run, &base, error);

	*options = NULL;
	*count = 0;
	if (!err)
		err = store_kernel_config_get(store, candidate_run, &candidate, error);
	if (!err && (!base || !candidate))
		err = -ENODATA;
	else if (!err && kernel_config_differences(base, candidate, options, count))
		err = store_out_of_memory(store, error);
	free(base);
	free(candidate);
	return err;
}
