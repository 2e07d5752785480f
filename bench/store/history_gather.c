// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nights out of runs. The store has a list of runs that no night has taken in yet; those of
 * nights that are over are taken in here, night by night, each in one transaction.
 */
#include "store/history_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "store/confirmation.h"
#include "store/night_levels.h"
#include "store/nights_of_runs.h"

/* A run that waits; of its texts only the times are read. */
struct waiting {
	struct store_run *runs;
	bool *settled;		/* its campaign has ended, or it is of none and has ended itself */
	size_t count, room;
};

/* Runs of one kernel in a night. */
struct group {
	char *machine, *line, *plan, *clock, *release, *build;
	uint32_t arm;
	int64_t *runs;
	size_t count;
	int64_t night_s;
};

struct night_groups {
	struct group *groups;
	size_t count;
};

static int64_t seconds_of(const char *text)
{
	struct tm utc = { 0 };

	return strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) ? timegm(&utc) : 0;
}

/* ---- what waits ---- */

static void waiting_free(struct waiting *waiting)
{
	for (size_t i = 0; i < waiting->count; i++)
		store_run_free(&waiting->runs[i]);
	free(waiting->runs);
	free(waiting->settled);
}

static int waiting_row(struct store *store, sqlite3_stmt *statement, void *walk,
		       struct error *error)
{
	struct waiting *waiting = walk;
	struct store_run *run;

	if (waiting->count == waiting->room) {
		const size_t room = waiting->room ? 2 * waiting->room : 64;
		struct store_run *runs = reallocarray(waiting->runs, room, sizeof(*runs));
		bool *settled;

		if (!runs)
			return store_out_of_memory(store, error);
		waiting->runs = runs;
		settled = reallocarray(waiting->settled, room, sizeof(*settled));
		if (!settled)
			return store_out_of_memory(store, error);
		waiting->settled = settled;
		waiting->room = room;
	}
	run = &waiting->runs[waiting->count];
	*run = (struct store_run){
		.id = sqlite3_column_int64(statement, 0),
		.campaign = sqlite3_column_int64(statement, 1),
		.started = store_column_copy(statement, 2),
		.ended = store_column_copy(statement, 3),
		.status = sqlite3_column_type(statement, 4) == SQLITE_NULL ?
				  -1 : sqlite3_column_int(statement, 4),
	};
	waiting->settled[waiting->count++] = sqlite3_column_int(statement, 5);
	return run->started && run->ended ? 0 : store_out_of_memory(store, error);
}

static int read_waiting(struct store *store, struct waiting *waiting, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(
		store->db,
		"SELECT run.id, run.campaign, run.started, run.ended, run.status, "
		"CASE WHEN run.campaign IS NULL THEN run.ended IS NOT NULL "
		"ELSE campaign.ended IS NOT NULL END FROM ungathered "
		"JOIN run ON run.id = ungathered.run "
		"LEFT JOIN campaign ON campaign.id = run.campaign ORDER BY run.id", -1, &statement,
		NULL);

	return store_each_row(store, statement, code, "runs that wait", waiting_row, waiting, error);
}

static int waits_row(struct store *store, sqlite3_stmt *statement, void *walk,
		      struct error *error)
{
	(void)store;
	(void)error;
	*(bool *)walk = sqlite3_column_int(statement, 0);
	return 0;
}

int history_waits(struct store *store, bool *waits, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, "SELECT EXISTS (SELECT 1 FROM ungathered)", -1,
				      &statement, NULL);

	*waits = false;
	return store_each_row(store, statement, code, "runs that wait", waits_row, waits, error);
}

static int forget_waiting(struct store *store, int64_t run, struct error *error)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db, "DELETE FROM ungathered WHERE run = ?1", -1,
				      &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, run);
		code = store_run_once(statement);
	}
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "take a run in");
}

/* ---- groups of a night ---- */

static void group_free(struct group *group)
{
	free(group->machine);
	free(group->line);
	free(group->plan);
	free(group->clock);
	free(group->release);
	free(group->build);
	free(group->runs);
}

static const char *text_at(const json_t *json, const char *object, const char *key)
{
	const char *text = json_string_value(json_object_get(json_object_get(json, object), key));

	return text ? text : "";
}

/* "lab1, reboot"; "lab1, vm tcg": a guest's times are its accelerator's. */
static char *machine_of(const struct store_run *run, const json_t *lab)
{
	const char *accelerator = json_string_value(json_object_get(lab, "accelerator"));
	const char *name = text_at(lab, "host", "name");
	char *text;

	if (asprintf(&text, "%s, %s%s%s", *name ? name : "unnamed", run->lab, accelerator ? " " : "",
		     accelerator ? accelerator : "") < 0)
		return NULL;
	return text;
}

char *history_line(const char *name, const char *release)
{
	unsigned int major, minor;
	const char *flavour = strrchr(release, '-');
	char *line;

	if (strchr(name, '/') || !strncmp(name, "debian:", 7) ||
	    sscanf(release, "%u.%u", &major, &minor) != 2)
		return strdup(name);
	if (asprintf(&line, "%u.%u%s", major, minor, flavour ? flavour : "") < 0)
		return NULL;
	return line;
}

int history_place(const struct store_run *run, char **machine, char **line)
{
	json_t *lab = json_loads(run->lab_json, 0, NULL);
	json_t *environment = json_loads(run->environment_json, 0, NULL);

	*machine = machine_of(run, lab);
	*line = history_line(run->kernel, text_at(environment, "kernel", "release"));
	json_decref(lab);
	json_decref(environment);
	return *machine && *line ? 0 : -ENOMEM;
}

static int fill_group(struct store *store, const struct store_run *run, struct group *group,
		      struct error *error)
{
	json_t *lab = json_loads(run->lab_json, 0, NULL);
	json_t *environment = json_loads(run->environment_json, 0, NULL);
	const char *release = text_at(environment, "kernel", "release");
	const char *clock = json_string_value(json_object_get(lab, "clock"));
	const int placed = history_place(run, &group->machine, &group->line);

	group->arm = run->arm;
	group->plan = strdup(run->plan_name);
	group->clock = strdup(clock ? clock : "");
	group->release = strdup(*release ? release : run->kernel);
	group->build = strdup(text_at(environment, "kernel", "build_id"));
	json_decref(lab);
	json_decref(environment);
	if (!placed && group->plan && group->clock && group->release && group->build)
		return 0;
	return store_out_of_memory(store, error);
}

static bool same_series(const struct group *one, const struct group *other)
{
	return !strcmp(one->machine, other->machine) && !strcmp(one->line, other->line) &&
	       !strcmp(one->plan, other->plan) && !strcmp(one->clock, other->clock);
}

static bool same_kernel(const struct group *one, const struct group *other)
{
	return one->arm == other->arm && !strcmp(one->release, other->release) &&
	       !strcmp(one->build, other->build);
}

static int add_run(struct store *store, struct group *group, const struct store_run *run,
		   struct error *error)
{
	int64_t *runs = reallocarray(group->runs, group->count + 1, sizeof(*runs));
	const int64_t started_s = seconds_of(run->started);

	if (!runs)
		return store_out_of_memory(store, error);
	if (!group->count || started_s < group->night_s)
		group->night_s = started_s;
	group->runs = runs;
	group->runs[group->count++] = run->id;
	return 0;
}

static int group_run(struct store *store, int64_t id, struct night_groups *night,
		     struct error *error)
{
	struct group *grown = reallocarray(night->groups, night->count + 1, sizeof(*grown));
	struct store_run run = { 0 };
	struct group *group;
	size_t i = 0;
	int result;

	if (!grown)
		return store_out_of_memory(store, error);
	night->groups = grown;
	result = store_run_get(store, id, &run, error);
	if (result)
		return result;
	group = &grown[night->count];
	*group = (struct group){ 0 };
	result = fill_group(store, &run, group, error);
	while (!result && i < night->count &&
	       !(same_series(group, &grown[i]) && same_kernel(group, &grown[i])))
		i++;
	if (result || i < night->count)
		group_free(group);
	else
		night->count++;
	if (!result)
		result = add_run(store, &grown[i], &run, error);
	store_run_free(&run);
	return result;
}

/* Of several kernels of one line the candidate counts, and of runs of no campaign the last. */
static bool is_counted(const struct night_groups *night, size_t i)
{
	for (size_t j = 0; j < night->count; j++)
		if (j != i && same_series(&night->groups[i], &night->groups[j]) &&
		    (night->groups[j].arm > night->groups[i].arm ||
		     (night->groups[j].arm == night->groups[i].arm && j > i)))
			return false;
	return true;
}

/* ---- a night ---- */

static int put_level(struct store *store, const struct group *group,
		     const struct night_levels *levels, const struct cell_level *level,
		     int64_t kernel, struct error *error)
{
	char cell[CELL_NAME_BYTES];
	struct history_series series = {
		.machine = group->machine, .line = group->line, .plan = group->plan, .cell = cell,
		.strategy = (char *)(level->strategy == COMPARISON_ANY_STRATEGY ?
					     "" : strategy_name(level->strategy)),
		.column = level->column, .clock = levels->clock, .judged = level->judged,
		.threshold = levels->threshold,
	};
	struct history_night night = {
		.night_s = group->night_s, .value = level->level.value, .error = level->level.error,
		.boots = level->level.boots, .kernel = kernel,
	};
	int result;

	cell_name(&level->cell, cell);
	result = history_series_put(store, &series, &series.id, error);
	night.series = series.id;
	if (!result)
		result = history_night_put(store, &night, error);
	return result ? result : history_watch(store, &series, error);
}

static int take_group(struct store *store, const struct group *group, struct error *error)
{
	struct night_levels levels;
	int64_t kernel;
	int result = night_levels_load(store, group->runs, group->count, &levels, error);

	if (!result && levels.count)
		result = history_kernel_put(store, group->release, group->build, &kernel, error);
	for (size_t i = 0; i < levels.count && !result; i++)
		result = put_level(store, group, &levels, &levels.levels[i], kernel, error);
	night_levels_free(&levels);
	return result;
}

static int take_groups(struct store *store, const struct night_groups *night, struct error *error)
{
	int result = 0;

	for (size_t i = 0; i < night->count && !result; i++)
		if (is_counted(night, i))
			result = take_group(store, &night->groups[i], error);
	return result;
}

/*
 * Of a campaign all its whole runs, also those that an earlier night of it had. One that confirms
 * another is no night: it was run because of what the other said.
 */
static int group_campaign(struct store *store, int64_t campaign, struct night_groups *night,
			  struct error *error)
{
	sqlite3_stmt *statement = NULL;
	struct confirmation confirmation;
	int result = confirmation_get(store, campaign, &confirmation, error), code;

	if (result || (confirmation.first && confirmation.second == campaign))
		return result;
	code = sqlite3_prepare_v2(store->db,
				  "SELECT max(id) FROM run WHERE campaign = ?1 AND status = 0 "
				  "GROUP BY boot ORDER BY boot", -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, campaign);
	while (code == SQLITE_OK && !result) {
		const int step = sqlite3_step(statement);

		if (step == SQLITE_ROW)
			result = group_run(store, sqlite3_column_int64(statement, 0), night, error);
		else if (step == SQLITE_DONE)
			break;
		else
			code = step;
	}
	sqlite3_finalize(statement);
	return code == SQLITE_OK ? result : store_error(store, code, error, "read a campaign's runs");
}

static int take_night(struct store *store, const struct waiting *waiting,
		      const struct comparison_boot *boots, size_t first, struct error *error)
{
	const struct store_run *run = &waiting->runs[first];
	struct night_groups night = { 0 };
	int result = store_transaction_begin(store, error);

	if (result)
		return result;
	if (run->campaign)
		result = group_campaign(store, run->campaign, &night, error);
	for (size_t i = 0; i < waiting->count && !result; i++) {
		if (boots[i].night != boots[first].night)
			continue;
		if (!run->campaign && waiting->runs[i].status == STATUS_OK)
			result = group_run(store, waiting->runs[i].id, &night, error);
		if (!result)
			result = forget_waiting(store, waiting->runs[i].id, error);
	}
	if (!result)
		result = take_groups(store, &night, error);
	for (size_t i = 0; i < night.count; i++)
		group_free(&night.groups[i]);
	free(night.groups);
	return store_transaction_end(store, result, error);
}

/* A night as it waits. */
struct waiting_night {
	size_t first;		/* its run that began first */
	bool begun, over;
};

/* Has it settled, and, where it is no campaign's, has the machine rested since? */
static bool is_over(const struct waiting *waiting, size_t i, int64_t now_s)
{
	const struct store_run *run = &waiting->runs[i];
	const int64_t last_s = seconds_of(run->ended[0] ? run->ended : run->started);

	if (run->campaign)
		return waiting->settled[i];
	/* One that never ended was killed. */
	return now_s - last_s >= (waiting->settled[i] ? NIGHTS_PAUSE_S : NIGHTS_LENGTH_S);
}

static int by_begin(const void *left, const void *right, void *context)
{
	const struct waiting_night *a = left, *b = right;
	const struct waiting *waiting = context;

	if (!a->begun || !b->begun)
		return b->begun - a->begun;
	return strcmp(waiting->runs[a->first].started, waiting->runs[b->first].started);
}

/* There are at most as many nights as runs: the rest of `nights` has not begun. */
static void list_nights(const struct waiting *waiting, const struct comparison_boot *boots,
			int64_t now_s, struct waiting_night *nights)
{
	for (size_t i = 0; i < waiting->count; i++) {
		struct waiting_night *night = &nights[boots[i].night];
		const bool over = is_over(waiting, i, now_s);

		night->over = night->begun ? night->over && over : over;
		if (!night->begun ||
		    strcmp(waiting->runs[i].started, waiting->runs[night->first].started) < 0)
			night->first = i;
		night->begun = true;
	}
	qsort_r(nights, waiting->count, sizeof(*nights), by_begin, (void *)waiting);
}

static int take_nights(struct store *store, const struct waiting *waiting, int64_t now_s,
		       struct error *error)
{
	uint32_t *arm = calloc(waiting->count + 1, sizeof(*arm));
	struct comparison_boot *boots = calloc(waiting->count + 1, sizeof(*boots));
	struct waiting_night *nights = calloc(waiting->count + 1, sizeof(*nights));
	bool *alone = calloc(waiting->count + 1, sizeof(*alone));
	const struct nights_runs runs = { waiting->runs, arm, waiting->count };
	int result = arm && boots && nights && alone && !nights_find(&runs, boots, alone) ?
			     0 : store_out_of_memory(store, error);

	if (!result)
		list_nights(waiting, boots, now_s, nights);
	for (size_t i = 0; i < waiting->count && nights[i].begun && !result; i++)
		if (nights[i].over)
			result = take_night(store, waiting, boots, nights[i].first, error);
	free(arm);
	free(boots);
	free(nights);
	free(alone);
	return result;
}

int history_gather(struct store *store, int64_t now_s, struct error *error)
{
	struct waiting waiting = { 0 };
	int result = read_waiting(store, &waiting, error);

	if (!result && waiting.count)
		result = take_nights(store, &waiting, now_s, error);
	waiting_free(&waiting);
	return result;
}
