// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/paths.h"

char *store_fresh_path(void)
{
	static int number;
	char name[40];

	snprintf(name, sizeof(name), "store-%d.db", ++number);
	return support_path(name);
}

struct store *store_must_open(const char *path, enum store_mode mode)
{
	struct store *store;
	struct error error;

	if (store_open(path, mode, &store, &error))
		fail_msg("%s", error.text);
	return store;
}

int64_t store_new_run(struct store *store, const char *label)
{
	const struct store_run_new run = {
		.label = label, .plan_json = "{\"plan\":1}", .plan_name = "quick",
		.lab = "vm", .kernel = "debian:6.1", .lab_json = "{\"qemu\":1}",
	};
	struct error error;
	int64_t id;

	if (store_run_begin(store, &run, &id, &error))
		fail_msg("%s", error.text);
	return id;
}

int store_put_bytes(struct store *store, int64_t run, uint32_t index, const void *samples,
		    size_t bytes, struct error *error)
{
	struct store_block block = {
		.block = index,
		.plan = { .cell = 2,
			  .strategy = index % 2,
			  .operations = 8,
			  .quartet = index / 4,
			  .position = index % 4,
			  .warmup = index < 4,
			  .unrecorded = index == 5 },
		.cell_name = "exit/bundled/empty/1024/same-node/t1/p1/4M",
		.end_json = "{\"block\":1}",
		.samples = samples,
		.samples_bytes = bytes,
		.rows = 100 + index,
		.dropped = index,
	};

	return store_block_put(store, run, &block, error);
}

void store_put(struct store *store, int64_t run, uint32_t index)
{
	struct error error;
	char samples[40];

	snprintf(samples, sizeof(samples), "samples%c%u", '\0', index);
	if (store_put_bytes(store, run, index, samples, sizeof(samples), &error))
		fail_msg("%s", error.text);
}

int store_count_block(const struct store_block *block, void *context)
{
	(void)block;
	++*(uint32_t *)context;
	return 0;
}

uint32_t store_count_blocks(struct store *store, int64_t run)
{
	struct error error;
	uint32_t count = 0;

	if (store_blocks_each(store, run, store_count_block, &count, &error))
		fail_msg("%s", error.text);
	return count;
}

void assert_store_error(const struct error *error, const char *path, const char *text)
{
	char expected[1024];

	snprintf(expected, sizeof(expected), "%s: %s", path, text);
	assert_string_equal(error->text, expected);
	assert_int_equal(error->exit_status, STATUS_STORE);
}

void store_execute(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

int store_pragma(struct store *store, const char *name)
{
	int value;

	assert_int_equal(store_pragma_number(store->db, name, &value), SQLITE_OK);
	return value;
}

int store_check_note(const char *note, void *context)
{
	int *next = context;
	char expected[16];

	snprintf(expected, sizeof(expected), "{\"note\":%d}", (*next)++);
	assert_string_equal(note, expected);
	return 0;
}

char *store_recorded(int version)
{
	char name[32], *path = store_fresh_path(), *fixture, *sql;
	struct error error;

	snprintf(name, sizeof(name), "store-v%d.sql", version);
	fixture = support_fixture(name);

	if (path_read_file(fixture, 1 << 20, &sql, NULL, &error))
		fail_msg("%s", error.text);
	store_execute(path, sql);
	free(sql);
	free(fixture);
	return path;
}
