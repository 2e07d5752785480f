// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/copies.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_internal.h"

/* The clock's first reading of a run, to the nanosecond: no two boots have the same. */
static int first_end_row(struct store *store, sqlite3_stmt *statement, void *walk,
			 struct error *error)
{
	char **end = walk;

	*end = store_column_copy(statement, 0);
	return *end ? 0 : store_out_of_memory(store, error);
}

static int first_end(struct store *store, int64_t run, char **end, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT end_json FROM block WHERE run = ?1 ORDER BY block LIMIT 1",
				      -1, &statement, NULL);

	*end = NULL;
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, run);
	return store_each_row(store, statement, code, "the first block", first_end_row, end, error);
}

static int yes_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	(void)store;
	(void)error;
	*(bool *)walk = sqlite3_column_int(statement, 0);
	return 0;
}

/* ?1 has no more blocks than ?2. */
static const char same_blocks[] =
	"SELECT NOT EXISTS (SELECT 1 FROM block one LEFT JOIN block other ON other.run = ?2 AND "
	"other.block = one.block WHERE one.run = ?1 AND (other.id IS NULL OR "
	"other.end_json <> one.end_json OR other.samples <> one.samples))";

static int is_copy(struct store *store, const struct store_run *a, const struct store_run *b,
		   bool *copy, struct error *error)
{
	const struct store_run *shorter = a->blocks <= b->blocks ? a : b;
	sqlite3_stmt *statement = NULL;
	int code;

	*copy = false;
	code = sqlite3_prepare_v2(store->db, same_blocks, -1, &statement, NULL);
	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, shorter->id);
		sqlite3_bind_int64(statement, 2, shorter == a ? b->id : a->id);
	}
	return store_each_row(store, statement, code, "blocks", yes_row, copy, error);
}

static bool is_virtual(const struct store_run *run)
{
	struct plan *plan = NULL;
	const bool yes = !plan_from_json(run->plan_json, strlen(run->plan_json), &plan, NULL) &&
			 plan->clock == PLAN_CLOCK_VIRTUAL;

	plan_free(plan);
	return yes;
}

static int compare_runs(struct store *store, const struct store_run *runs, size_t count,
			char *const *ends, size_t *copy_of, struct error *error)
{
	int result = 0;

	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i && copy_of[i] == i && !result; j++) {
			bool copy;

			if (!ends[i] || !ends[j] || strcmp(ends[i], ends[j]))
				continue;
			if (is_virtual(&runs[i]))
				return 0;
			result = is_copy(store, &runs[j], &runs[i], &copy, error);
			if (!result && copy)
				copy_of[i] = j;
		}
	return result;
}

int copies_find(struct store *store, const struct store_run *runs, size_t count, size_t *copy_of,
		struct error *error)
{
	char **ends = calloc(count + 1, sizeof(*ends));
	int result = ends ? 0 : error_out_of_memory(error);

	for (size_t i = 0; i < count && !result; i++) {
		copy_of[i] = i;
		result = first_end(store, runs[i].id, &ends[i], error);
	}
	if (!result)
		result = compare_runs(store, runs, count, ends, copy_of, error);
	for (size_t i = 0; ends && i < count; i++)
		free(ends[i]);
	free(ends);
	return result;
}

int copies_refuse(struct store *store, const struct store_run *runs, size_t count,
		  struct error *error)
{
	size_t *copy_of = calloc(count + 1, sizeof(*copy_of));
	int result = copy_of ? copies_find(store, runs, count, copy_of, error) :
			       error_out_of_memory(error);

	for (size_t i = 0; i < count && !result; i++)
		if (copy_of[i] != i)
			result = error_set(error, EINVAL,
					   "runs %lld and %lld are one boot, of which the store has a "
					   "copy; name one of them",
					   (long long)runs[copy_of[i]].id, (long long)runs[i].id);
	free(copy_of);
	return result;
}
