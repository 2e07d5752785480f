// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store_calibration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/calibration_internal.h"
#include "store/likeness.h"

void calibration_free(struct calibration *calibration)
{
	free(calibration->made);
	free(calibration->program);
	free(calibration->kernel);
	free(calibration->plan_name);
	free(calibration->parts);
	free(calibration->in_boot);
	memset(calibration, 0, sizeof(*calibration));
}

/* ---- in ---- */

static int insert_calibration(struct store *store, struct calibration *calibration)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO calibration (campaign, run, made, program, kernel, "
				      "plan_name, boots) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
				      -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, calibration->campaign);
	sqlite3_bind_int64(statement, 2, calibration->run);
	store_bind_text(statement, 3, calibration->made);
	store_bind_text(statement, 4, calibration->program);
	store_bind_text(statement, 5, calibration->kernel);
	store_bind_text(statement, 6, calibration->plan_name);
	sqlite3_bind_int64(statement, 7, calibration->boots);
	code = store_run_once(statement);
	calibration->id = sqlite3_last_insert_rowid(store->db);
	return code;
}

static int insert_part(struct store *store, int64_t id, size_t at,
		       const struct calibration_part *part)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO calibration_part (calibration, part, cell, strategy, "
				      "column_name, quantile, boots, deviation, estimate, p, exchanges, "
				      "called, judged) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
				      "?11, ?12, ?13)", -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)at);
	store_bind_text(statement, 3, part->cell);
	store_bind_text(statement, 4, strategy_name(part->strategy));
	store_bind_text(statement, 5, sample_columns[part->column].name);
	sqlite3_bind_double(statement, 6, gated_quantiles[part->quantile]);
	sqlite3_bind_int64(statement, 7, part->effect.boots);
	sqlite3_bind_double(statement, 8, part->effect.deviation);
	sqlite3_bind_double(statement, 9, part->effect.estimate);
	sqlite3_bind_double(statement, 10, part->effect.p);
	sqlite3_bind_int64(statement, 11, part->effect.exchanges);
	sqlite3_bind_int64(statement, 12, part->effect.called);
	sqlite3_bind_int64(statement, 13, part->effect.judged);
	return store_run_once(statement);
}

int store_calibration_put(struct store *store, struct calibration *calibration, struct error *error)
{
	char now[32];
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	free(calibration->made);
	calibration->made = strdup(store_now_utc(now));
	code = calibration->made ? insert_calibration(store, calibration) : SQLITE_NOMEM;
	for (size_t i = 0; i < calibration->part_count && code == SQLITE_OK; i++)
		code = insert_part(store, calibration->id, i, &calibration->parts[i]);
	if (code == SQLITE_OK)
		code = calibration_insert_in_boot(store, calibration);
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "take in a calibration");
	return store_transaction_end(store, err, error);
}

/* ---- out ---- */

enum gated_quantile calibration_quantile(double q)
{
	enum gated_quantile quantile = 0;

	while (quantile + 1 < GATED_COUNT && gated_quantiles[quantile] < q - 1e-9)
		quantile++;
	return quantile;
}

static int part_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	struct calibration *calibration = walk;
	struct calibration_part *grown = reallocarray(calibration->parts,
						      calibration->part_count + 1, sizeof(*grown));
	const char *strategy = (const char *)sqlite3_column_text(statement, 1);
	const char *column = (const char *)sqlite3_column_text(statement, 2);
	struct calibration_part *part;
	int column_number = column ? sample_column_lookup(column) : -ENOENT;

	if (!grown)
		return store_out_of_memory(store, error);
	calibration->parts = grown;
	part = &grown[calibration->part_count];
	*part = (struct calibration_part){
		.quantile = calibration_quantile(sqlite3_column_double(statement, 3)),
		.effect = {
			.boots = (uint32_t)sqlite3_column_int64(statement, 4),
			.deviation = sqlite3_column_double(statement, 5),
			.estimate = sqlite3_column_double(statement, 6),
			.p = sqlite3_column_double(statement, 7),
			.exchanges = (uint32_t)sqlite3_column_int64(statement, 8),
			.called = (uint32_t)sqlite3_column_int64(statement, 9),
			.judged = (uint32_t)sqlite3_column_int64(statement, 10),
		},
	};
	snprintf(part->cell, sizeof(part->cell), "%s", (const char *)sqlite3_column_text(statement, 0));
	/* Of a strategy or a column that this version does not know nothing is compared. */
	if (column_number < 0 || !strategy || strategy_lookup(strategy, &part->strategy))
		return 0;
	part->column = (enum sample_column)column_number;
	calibration->part_count++;
	return 0;
}

static int read_parts(struct store *store, struct calibration *calibration, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT cell, strategy, column_name, quantile, boots, deviation, "
				      "estimate, p, exchanges, called, judged FROM calibration_part "
				      "WHERE calibration = ?1 ORDER BY part", -1, &statement, NULL);

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, calibration->id);
	return store_each_row(store, statement, code, "a calibration", part_row, calibration, error);
}

static int calibration_row(struct store *store, sqlite3_stmt *statement, void *walk,
			   struct error *error)
{
	struct calibration *calibration = walk;

	*calibration = (struct calibration){
		.id = sqlite3_column_int64(statement, 0),
		.campaign = sqlite3_column_int64(statement, 1),
		.run = sqlite3_column_int64(statement, 2),
		.made = store_column_copy(statement, 3),
		.program = store_column_copy(statement, 4),
		.kernel = store_column_copy(statement, 5),
		.plan_name = store_column_copy(statement, 6),
		.boots = (uint32_t)sqlite3_column_int64(statement, 7),
	};
	if (calibration->made && calibration->program && calibration->kernel &&
	    calibration->plan_name)
		return 0;
	return store_out_of_memory(store, error);
}

int store_calibration_get(struct store *store, int64_t id, struct calibration *calibration,
			  struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code, err;

	memset(calibration, 0, sizeof(*calibration));
	code = sqlite3_prepare_v2(store->db,
				  "SELECT id, campaign, run, made, program, kernel, plan_name, boots "
				  "FROM calibration WHERE id = CASE ?1 WHEN 0 THEN (SELECT max(id) FROM "
				  "calibration) ELSE ?1 END", -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, id);
	err = store_each_row(store, statement, code, "a calibration", calibration_row, calibration,
			     error);
	if (!err && !calibration->id) {
		err = store_refuse(store, ENOENT, error,
				   "there is no %scalibration; hmmbench calibrate --kernel KERNEL CONFIG "
				   "makes one", id ? "such " : "");
		error->exit_status = STATUS_USAGE;
	}
	if (!err)
		err = read_parts(store, calibration, error);
	if (!err)
		err = calibration_read_in_boot(store, calibration, error);
	if (err)
		calibration_free(calibration);
	return err;
}

/* ---- the one of a machine ---- */

struct found {
	int64_t *ids, *runs;
	size_t count;
};

static int id_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	struct found *found = walk;
	int64_t *ids = reallocarray(found->ids, found->count + 1, sizeof(*ids));
	int64_t *runs;

	if (ids)
		found->ids = ids;
	runs = reallocarray(found->runs, found->count + 1, sizeof(*runs));
	if (runs)
		found->runs = runs;
	if (!ids || !runs)
		return store_out_of_memory(store, error);
	ids[found->count] = sqlite3_column_int64(statement, 0);
	runs[found->count++] = sqlite3_column_int64(statement, 1);
	return 0;
}

static int is_of_machine(struct store *store, int64_t id, const struct store_run *run,
			 struct plan *plan, bool *alike, struct error *error)
{
	struct store_run calibrated;
	struct plan *other = NULL;
	int err = store_run_get(store, id, &calibrated, error);

	if (err)
		return err;
	err = plan_from_json(calibrated.plan_json, strlen(calibrated.plan_json), &other, error);
	if (!err)
		err = likeness_of_two(&calibrated, other, run, plan, alike);
	plan_free(other);
	store_run_free(&calibrated);
	return err;
}

static bool tells_of(const struct calibration *calibration, const struct cell *cell)
{
	char name[CELL_NAME_BYTES];

	cell_name(cell, name);
	for (size_t i = 0; i < calibration->part_count; i++)
		if (!strcmp(calibration->parts[i].cell, name))
			return true;
	return false;
}

/* Takes the place of *best where it tells of more of the plan's cells; takes it over or frees it. */
static void choose(struct calibration *one, const struct plan *plan, size_t *most,
		   struct calibration *best)
{
	size_t told = 0;

	for (uint32_t i = 0; i < plan->cell_count; i++)
		told += tells_of(one, &plan->cells[i]);
	if (told > *most) {
		calibration_free(best);
		*best = *one;
		*most = told;
	} else {
		calibration_free(one);
	}
}

int store_calibration_find(struct store *store, const struct store_run *run, struct plan *plan,
			   struct calibration *calibration, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	struct found found = { 0 };
	struct calibration one;
	size_t most = 0;
	bool alike;
	int code, err;

	memset(calibration, 0, sizeof(*calibration));
	code = sqlite3_prepare_v2(store->db, "SELECT id, run FROM calibration ORDER BY id DESC", -1,
				  &statement, NULL);
	err = store_each_row(store, statement, code, "its calibrations", id_row, &found, error);
	for (size_t i = 0; i < found.count && !err; i++) {
		err = is_of_machine(store, found.runs[i], run, plan, &alike, error);
		if (err || !alike)
			continue;
		err = store_calibration_get(store, found.ids[i], &one, error);
		if (!err)
			choose(&one, plan, &most, calibration);
	}
	free(found.ids);
	free(found.runs);
	return err;
}
