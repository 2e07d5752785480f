// SPDX-License-Identifier: GPL-2.0-or-later
/* Calibrations in the store: the part about verdicts inside boots. */
#include "store/calibration_internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- in ---- */

/* NAN, which SQL has not, as NULL. */
static void bind_known(sqlite3_stmt *statement, int at, double value)
{
	if (isnan(value))
		sqlite3_bind_null(statement, at);
	else
		sqlite3_bind_double(statement, at, value);
}

static int insert_in_boot(struct store *store, int64_t id, size_t at,
			  const struct calibration_in_boot *part)
{
	const struct paired_calibration *effect = &part->effect;
	const uint32_t counts[] = {
		effect->differences, effect->factor, effect->one_boot.tried,
		effect->one_boot.called, effect->one_boot.judged, effect->boots,
		effect->several_boots.tried, effect->several_boots.called,
		effect->several_boots.judged,
	};
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO calibration_in_boot (calibration, part, cell, "
				      "strategy, other_strategy, column_name, quantile, deviation, "
				      "boot_deviation, differences, factor, tried, called, judged, "
				      "boots, boots_tried, boots_called, boots_judged) VALUES (?1, ?2, "
				      "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
				      "?17, ?18)", -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)at);
	store_bind_text(statement, 3, part->cell);
	store_bind_text(statement, 4, strategy_name(part->strategies[ARM_BASE]));
	store_bind_text(statement, 5, strategy_name(part->strategies[ARM_CANDIDATE]));
	store_bind_text(statement, 6, sample_columns[part->column].name);
	sqlite3_bind_double(statement, 7, gated_quantiles[part->quantile]);
	bind_known(statement, 8, effect->deviation);
	bind_known(statement, 9, effect->boot_deviation);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		sqlite3_bind_int64(statement, 10 + (int)i, counts[i]);
	return store_run_once(statement);
}

int calibration_insert_in_boot(struct store *store, const struct calibration *calibration)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < calibration->in_boot_count && code == SQLITE_OK; i++)
		code = insert_in_boot(store, calibration->id, i, &calibration->in_boot[i]);
	return code;
}

/* ---- out ---- */

static double known(sqlite3_stmt *statement, int at)
{
	return sqlite3_column_type(statement, at) == SQLITE_NULL ?
		       NAN :
		       sqlite3_column_double(statement, at);
}

/* The tests that three columns from `at` on count. */
static struct paired_rate rate_of(sqlite3_stmt *statement, int at)
{
	return (struct paired_rate){
		.tried = (uint32_t)sqlite3_column_int64(statement, at),
		.called = (uint32_t)sqlite3_column_int64(statement, at + 1),
		.judged = (uint32_t)sqlite3_column_int64(statement, at + 2),
	};
}

static int in_boot_row(struct store *store, sqlite3_stmt *statement, void *walk,
		       struct error *error)
{
	struct calibration *calibration = walk;
	struct calibration_in_boot *grown = reallocarray(calibration->in_boot,
							 calibration->in_boot_count + 1,
							 sizeof(*grown));
	const char *column = (const char *)sqlite3_column_text(statement, 3);
	struct calibration_in_boot *part;
	int column_number = column ? sample_column_lookup(column) : -ENOENT;

	if (!grown)
		return store_out_of_memory(store, error);
	calibration->in_boot = grown;
	part = &grown[calibration->in_boot_count];
	*part = (struct calibration_in_boot){
		.quantile = calibration_quantile(sqlite3_column_double(statement, 4)),
		.effect = {
			.deviation = known(statement, 5),
			.boot_deviation = known(statement, 6),
			.differences = (uint32_t)sqlite3_column_int64(statement, 7),
			.factor = (uint32_t)sqlite3_column_int64(statement, 8),
			.one_boot = rate_of(statement, 9),
			.boots = (uint32_t)sqlite3_column_int64(statement, 12),
			.several_boots = rate_of(statement, 13),
		},
	};
	snprintf(part->cell, sizeof(part->cell), "%s", (const char *)sqlite3_column_text(statement, 0));
	for (int arm = 0; arm < ARM_COUNT; arm++) {
		const char *strategy = (const char *)sqlite3_column_text(statement, 1 + arm);

		if (!strategy || strategy_lookup(strategy, &part->strategies[arm]))
			return 0;
	}
	if (column_number < 0)
		return 0;
	part->column = (enum sample_column)column_number;
	calibration->in_boot_count++;
	return 0;
}

int calibration_read_in_boot(struct store *store, struct calibration *calibration,
			     struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT cell, strategy, other_strategy, column_name, quantile, "
				      "deviation, boot_deviation, differences, factor, tried, called, "
				      "judged, boots, boots_tried, boots_called, boots_judged FROM "
				      "calibration_in_boot WHERE calibration = ?1 ORDER BY part", -1,
				      &statement, NULL);

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, calibration->id);
	return store_each_row(store, statement, code, "a calibration", in_boot_row, calibration,
			      error);
}
