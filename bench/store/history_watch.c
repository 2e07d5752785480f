// SPDX-License-Identifier: GPL-2.0-or-later
/* The newest nights of a series, looked at beside what was found in it before. */
#include "store/history_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/lanes.h"

#define DAY_S 86400.0

struct watching {
	const struct history_series *series;
	struct history_night *nights;
	size_t count;
	struct history_change *changes;
	size_t change_count;
	double days[NIGHTS_WINDOW], values[NIGHTS_WINDOW];
	struct lanes_input input;
};

/* Which of the nights is the first from that time on. */
static size_t night_from(const struct watching *watching, int64_t time_s)
{
	size_t i = 0;

	while (i < watching->count && watching->nights[i].night_s < time_s)
		i++;
	return i;
}

/* The last change of a kind, or the one before it (`back` 1); NULL: there are not so many. */
static const struct history_change *last_change(const struct watching *watching,
						enum history_kind kind, int back)
{
	for (size_t i = watching->change_count; i-- > 0;)
		if (watching->changes[i].kind == kind && back-- == 0)
			return &watching->changes[i];
	return NULL;
}

static void fill_input(struct watching *watching)
{
	const struct history_change *level = last_change(watching, HISTORY_LEVEL, 0);
	const struct history_change *before = last_change(watching, HISTORY_LEVEL, 1);
	const struct history_change *creep = last_change(watching, HISTORY_CREEP, 0);

	for (size_t i = 0; i < watching->count; i++) {
		watching->days[i] = (double)watching->nights[i].night_s / DAY_S;
		watching->values[i] = watching->nights[i].value;
	}
	watching->input = (struct lanes_input){
		.nights = watching->days,
		.values = watching->values,
		.count = watching->count,
		.threshold = log1p(watching->series->threshold),
	};
	if (level) {
		watching->input.regime = night_from(watching, level->first_s);
		watching->input.movable = !level->acknowledged[0];
	}
	if (before)
		watching->input.before = night_from(watching, before->first_s);
	/* What was acknowledged is behind us: the nights after it are looked at anew. */
	if (creep && creep->acknowledged[0])
		watching->input.creep_from = night_from(watching, creep->found_s + 1);
}

static int put_change(struct store *store, const struct history_change *change,
		      struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO change (id, series, kind, first, found, shift, low, "
				      "high, before, after, z, critical, p) VALUES (nullif(?1, 0), ?2, ?3, "
				      "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (id) DO "
				      "UPDATE SET first = ?4, shift = ?6, low = ?7, high = ?8, before = ?9, "
				      "after = ?10, z = ?11, critical = ?12, p = ?13", -1, &statement,
				      NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, change->id);
		sqlite3_bind_int64(statement, 2, change->series);
		sqlite3_bind_int(statement, 3, change->kind);
		sqlite3_bind_int64(statement, 4, change->first_s);
		sqlite3_bind_int64(statement, 5, change->found_s);
		sqlite3_bind_double(statement, 6, change->shift);
		history_bind_number(statement, 7, change->low);
		history_bind_number(statement, 8, change->high);
		history_bind_number(statement, 9, change->before);
		history_bind_number(statement, 10, change->after);
		history_bind_number(statement, 11, change->z);
		history_bind_number(statement, 12, change->critical);
		history_bind_number(statement, 13, change->p);
		code = store_run_once(statement);
	}
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "take in a change");
}

/* `id` 0: a new one. */
static int put_level(struct store *store, const struct watching *watching,
		     const struct lanes_change *found, int64_t id, struct error *error)
{
	const struct history_change change = {
		.id = id,
		.series = watching->series->id,
		.kind = HISTORY_LEVEL,
		.first_s = watching->nights[found->change.first].night_s,
		.found_s = watching->nights[watching->count - 1].night_s,
		.shift = found->change.shift,
		.low = found->low,
		.high = found->high,
		.before = found->before,
		.after = found->after,
		.z = found->change.z,
		.critical = found->change.critical,
		.p = NAN,
	};

	return put_change(store, &change, error);
}

/* One creep alarms until it is acknowledged, and is told as it now is. */
static int put_creep(struct store *store, const struct watching *watching,
		     const struct trend *trend, struct error *error)
{
	const struct history_change *last = last_change(watching, HISTORY_CREEP, 0);
	const struct history_change *level = last_change(watching, HISTORY_LEVEL, 0);
	size_t from = watching->input.creep_from;
	struct history_change change = {
		.id = last && !last->acknowledged[0] ? last->id : 0,
		.series = watching->series->id,
		.kind = HISTORY_CREEP,
		.found_s = watching->nights[watching->count - 1].night_s,
		.low = NAN, .high = NAN, .before = NAN, .after = NAN, .z = NAN, .critical = NAN,
		.p = trend->p,
	};

	if (level && night_from(watching, level->first_s) > from)
		from = night_from(watching, level->first_s);
	change.first_s = watching->nights[from].night_s;
	change.shift = trend->slope * (watching->days[watching->count - 1] - watching->days[from]);
	return put_change(store, &change, error);
}

static int look(struct store *store, struct watching *watching, struct error *error)
{
	const struct history_change *level = last_change(watching, HISTORY_LEVEL, 0);
	struct lanes_found found;
	int result;

	fill_input(watching);
	if (lanes_watch(&watching->input, &found))
		return store_out_of_memory(store, error);
	result = found.level || found.moved ? put_level(store, watching, &found.change,
							found.moved ? level->id : 0, error) :
					      0;
	/* A step looks like a trend: where it was just found, the trend is its. */
	if (!result && found.creeps && !found.level && !found.moved)
		result = put_creep(store, watching, &found.trend, error);
	return result;
}

int history_watch(struct store *store, const struct history_series *series, struct error *error)
{
	struct watching watching = { .series = series };
	int result = history_nights(store, series->id, NIGHTS_WINDOW, &watching.nights,
				    &watching.count, error);

	if (!result)
		result = history_changes(store, series->id, &watching.changes,
					 &watching.change_count, error);
	if (!result && watching.count)
		result = look(store, &watching, error);
	history_changes_free(watching.changes, watching.change_count);
	free(watching.nights);
	return result;
}
