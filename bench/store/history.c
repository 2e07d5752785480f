// SPDX-License-Identifier: GPL-2.0-or-later
/* The history into the store and out of it; history_gather.c finds what goes in. */
#include "store/history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/history_internal.h"

/* NAN is NULL in the store. */
void history_bind_number(sqlite3_stmt *statement, int at, double value)
{
	if (isfinite(value))
		sqlite3_bind_double(statement, at, value);
	else
		sqlite3_bind_null(statement, at);
}

static double column_number(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL ?
		       NAN : sqlite3_column_double(statement, column);
}

void history_series_free(struct history_series *series)
{
	free(series->machine);
	free(series->line);
	free(series->plan);
	free(series->cell);
	free(series->strategy);
	memset(series, 0, sizeof(*series));
}

/* ---- one value of the store ---- */

static int number_row(struct store *store, sqlite3_stmt *statement, void *walk,
		      struct error *error)
{
	(void)store;
	(void)error;
	*(int64_t *)walk = sqlite3_column_int64(statement, 0);
	return 0;
}

/* The RETURNING of a statement that puts something. */
static int put_returning(struct store *store, sqlite3_stmt *statement, int code, int64_t *id,
			 struct error *error)
{
	return store_each_row(store, statement, code, "its history", number_row, id, error);
}

int history_series_put(struct store *store, const struct history_series *series, int64_t *id,
		       struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(
		store->db,
		"INSERT INTO series (machine, line, plan, cell, strategy, phase, clock, judged, "
		"threshold) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
		"ON CONFLICT (machine, line, plan, cell, strategy, phase, clock) "
		"DO UPDATE SET threshold = ?9 RETURNING id", -1, &statement, NULL);

	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, series->machine);
		store_bind_text(statement, 2, series->line);
		store_bind_text(statement, 3, series->plan);
		store_bind_text(statement, 4, series->cell);
		store_bind_text(statement, 5, series->strategy);
		sqlite3_bind_int64(statement, 6, series->column);
		sqlite3_bind_int(statement, 7, series->clock);
		sqlite3_bind_int(statement, 8, series->judged);
		sqlite3_bind_double(statement, 9, series->threshold);
	}
	return put_returning(store, statement, code, id, error);
}

int history_kernel_put(struct store *store, const char *release, const char *build, int64_t *id,
		       struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO night_kernel (release, build) VALUES (?1, ?2) "
				      "ON CONFLICT (release, build) DO UPDATE SET build = ?2 "
				      "RETURNING id", -1, &statement, NULL);

	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, release);
		store_bind_text(statement, 2, build);
	}
	return put_returning(store, statement, code, id, error);
}

int history_night_put(struct store *store, const struct history_night *night, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO night (series, night, value, error, boots, kernel) "
				      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (series, night) "
				      "DO UPDATE SET value = ?3, error = ?4, boots = ?5, kernel = ?6",
				      -1, &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, night->series);
		sqlite3_bind_int64(statement, 2, night->night_s);
		sqlite3_bind_double(statement, 3, night->value);
		history_bind_number(statement, 4, night->error);
		sqlite3_bind_int64(statement, 5, night->boots);
		sqlite3_bind_int64(statement, 6, night->kernel);
		code = store_run_once(statement);
	}
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "take in a night");
}

/* ---- acknowledging ---- */

static int text_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	free(*(char **)walk);
	*(char **)walk = store_column_copy(statement, 0);
	return *(char **)walk ? 0 : store_out_of_memory(store, error);
}

/* Why nothing was acknowledged: there is no such change, or it was before. */
static int refuse_acknowledge(struct store *store, int64_t change, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	char *note = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT acknowledged || ': ' || note FROM change WHERE id = ?1", -1,
				      &statement, NULL), result;

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, change);
	result = store_each_row(store, statement, code, "a change", text_row, &note, error);
	if (result)
		return result;
	if (note)
		result = store_refuse(store, EALREADY, error, "change %lld was acknowledged before, %.300s",
				      (long long)change, note);
	else
		result = store_refuse(store, ENOENT, error,
				      "there is no change %lld; hmmbench history shows those there are",
				      (long long)change);
	error->exit_status = STATUS_USAGE;
	free(note);
	return result;
}

static int acknowledge(struct store *store, int64_t change, const char *note, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	char now[32];
	int code = sqlite3_prepare_v2(store->db,
				      "UPDATE change SET acknowledged = ?1, note = ?2 WHERE id = ?3 AND "
				      "acknowledged IS NULL", -1, &statement, NULL);

	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, store_now_utc(now));
		store_bind_text(statement, 2, note);
		sqlite3_bind_int64(statement, 3, change);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "acknowledge change %lld", (long long)change);
	return sqlite3_changes(store->db) ? 0 : refuse_acknowledge(store, change, error);
}

int history_acknowledge(struct store *store, const int64_t *changes, size_t count,
			const char *note, struct error *error)
{
	int result = store_transaction_begin(store, error);

	if (result)
		return result;
	for (size_t i = 0; i < count && !result; i++)
		result = acknowledge(store, changes[i], note, error);
	return store_transaction_end(store, result, error);
}

/* ---- reading ---- */

struct series_walk {
	int (*each)(const struct history_series *series, void *context);
	void *context;
};

static int series_row(struct store *store, sqlite3_stmt *statement, void *walk,
		      struct error *error)
{
	const struct series_walk *all = walk;
	struct history_series series = {
		.id = sqlite3_column_int64(statement, 0),
		.machine = store_column_copy(statement, 1),
		.line = store_column_copy(statement, 2),
		.plan = store_column_copy(statement, 3),
		.cell = store_column_copy(statement, 4),
		.strategy = store_column_copy(statement, 5),
		.column = (uint32_t)sqlite3_column_int64(statement, 6),
		.clock = sqlite3_column_int(statement, 7) ? PLAN_CLOCK_VIRTUAL : PLAN_CLOCK_HOST,
		.judged = sqlite3_column_int(statement, 8),
		.threshold = sqlite3_column_double(statement, 9),
		.nights = (uint32_t)sqlite3_column_int64(statement, 10),
	};
	int result;

	if (series.machine && series.line && series.plan && series.cell && series.strategy)
		result = all->each(&series, all->context);
	else
		result = store_out_of_memory(store, error);
	history_series_free(&series);
	return result;
}

int history_series_each(struct store *store,
			int (*each)(const struct history_series *series, void *context),
			void *context, struct error *error)
{
	struct series_walk walk = { each, context };
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT id, machine, line, plan, cell, strategy, phase, clock, "
				      "judged, threshold, nights FROM series "
				      "ORDER BY machine, line, plan, cell, strategy, phase", -1,
				      &statement, NULL);

	return store_each_row(store, statement, code, "its history", series_row, &walk, error);
}

struct night_list {
	struct history_night *nights;
	size_t count, room;
};

static int night_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	struct night_list *list = walk;

	if (list->count == list->room) {
		const size_t room = list->room ? 2 * list->room : 64;
		struct history_night *grown = reallocarray(list->nights, room, sizeof(*grown));

		if (!grown)
			return store_out_of_memory(store, error);
		list->nights = grown;
		list->room = room;
	}
	list->nights[list->count++] = (struct history_night){
		.series = sqlite3_column_int64(statement, 0),
		.night_s = sqlite3_column_int64(statement, 1),
		.value = sqlite3_column_double(statement, 2),
		.error = column_number(statement, 3),
		.boots = (uint32_t)sqlite3_column_int64(statement, 4),
		.kernel = sqlite3_column_int64(statement, 5),
	};
	return 0;
}

int history_nights(struct store *store, int64_t series, uint32_t limit,
		   struct history_night **nights, size_t *count, struct error *error)
{
	struct night_list list = { 0 };
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT series, night, value, error, boots, kernel FROM night "
				      "WHERE series = ?1 ORDER BY night DESC LIMIT ?2", -1, &statement,
				      NULL);
	int result;

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, series);
		sqlite3_bind_int64(statement, 2, limit);
	}
	result = store_each_row(store, statement, code, "a series' nights", night_row, &list, error);
	for (size_t i = 0; i < list.count / 2; i++) {
		const struct history_night night = list.nights[i];

		list.nights[i] = list.nights[list.count - 1 - i];
		list.nights[list.count - 1 - i] = night;
	}
	if (result) {
		free(list.nights);
		list = (struct night_list){ 0 };
	}
	*nights = list.nights;
	*count = list.count;
	return result;
}

struct change_list {
	struct history_change *changes;
	size_t count;
};

static int change_row(struct store *store, sqlite3_stmt *statement, void *walk,
		      struct error *error)
{
	struct change_list *list = walk;
	struct history_change *grown = reallocarray(list->changes, list->count + 1, sizeof(*grown));
	struct history_change *change;

	if (!grown)
		return store_out_of_memory(store, error);
	list->changes = grown;
	change = &grown[list->count++];
	*change = (struct history_change){
		.id = sqlite3_column_int64(statement, 0),
		.series = sqlite3_column_int64(statement, 1),
		.kind = sqlite3_column_int(statement, 2) ? HISTORY_CREEP : HISTORY_LEVEL,
		.first_s = sqlite3_column_int64(statement, 3),
		.found_s = sqlite3_column_int64(statement, 4),
		.shift = sqlite3_column_double(statement, 5),
		.low = column_number(statement, 6),
		.high = column_number(statement, 7),
		.before = column_number(statement, 8),
		.after = column_number(statement, 9),
		.z = column_number(statement, 10),
		.critical = column_number(statement, 11),
		.p = column_number(statement, 12),
		.acknowledged = store_column_copy(statement, 13),
		.note = store_column_copy(statement, 14),
	};
	return change->acknowledged && change->note ? 0 : store_out_of_memory(store, error);
}

int history_changes(struct store *store, int64_t series, struct history_change **changes,
		    size_t *count, struct error *error)
{
	struct change_list list = { 0 };
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT id, series, kind, first, found, shift, low, high, before, "
				      "after, z, critical, p, acknowledged, note FROM change "
				      "WHERE ?1 IN (0, series) ORDER BY series, first, id", -1, &statement,
				      NULL);
	int result;

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, series);
	result = store_each_row(store, statement, code, "its changes", change_row, &list, error);
	if (result) {
		history_changes_free(list.changes, list.count);
		list = (struct change_list){ 0 };
	}
	*changes = list.changes;
	*count = list.count;
	return result;
}

void history_changes_free(struct history_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(changes[i].acknowledged);
		free(changes[i].note);
	}
	free(changes);
}

#define KERNEL_TEXT "release || CASE build WHEN '' THEN '' ELSE ' (build ' || substr(build, 1, 12) || ')' END"

static int kernel_text(struct store *store, sqlite3_stmt *statement, int code, char **text,
		       struct error *error)
{
	int result;

	*text = NULL;
	result = store_each_row(store, statement, code, "a kernel", text_row, text, error);
	if (!result && !*text)
		*text = strdup("?");
	return result ? result : *text ? 0 : store_out_of_memory(store, error);
}

int history_kernel_get(struct store *store, int64_t kernel, char **text, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT " KERNEL_TEXT " FROM night_kernel WHERE id = ?1", -1,
				      &statement, NULL);

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, kernel);
	return kernel_text(store, statement, code, text, error);
}

int history_kernel_at(struct store *store, int64_t series, int64_t night_s, char **text,
		      struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT " KERNEL_TEXT " FROM night JOIN night_kernel ON "
				      "night_kernel.id = night.kernel WHERE series = ?1 AND night >= ?2 "
				      "ORDER BY night LIMIT 1", -1, &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, series);
		sqlite3_bind_int64(statement, 2, night_s);
	}
	return kernel_text(store, statement, code, text, error);
}
