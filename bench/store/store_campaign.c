// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns into the store; store_campaign_query.c reads them. */
#include "store/store_campaign.h"

#include <errno.h>

#include "common/exit_status.h"
#include "store/store_internal.h"

static int insert_campaign(struct store *store, const struct store_campaign *campaign,
			   const char *started, int64_t *id)
{
	sqlite3_stmt *statement;
	int code;

	code = sqlite3_prepare_v2(
		store->db,
		"INSERT INTO campaign (label, plan_name, lab, clock, seed, boots, "
		"retries, started, config_path, config_text, adaptive, budget_s, "
		"calibration, boots_at_most) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
		"?11, ?12, ?13, ?14)",
		-1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	store_bind_text(statement, 1, campaign->label);
	store_bind_text(statement, 2, campaign->plan_name);
	store_bind_text(statement, 3, campaign->lab);
	sqlite3_bind_int(statement, 4, campaign->clock);
	sqlite3_bind_int64(statement, 5, (sqlite3_int64)campaign->seed);
	sqlite3_bind_int64(statement, 6, campaign->boots);
	sqlite3_bind_int64(statement, 7, campaign->retries);
	store_bind_text(statement, 8, started);
	store_bind_text(statement, 9, campaign->config_path);
	store_bind_text(statement, 10, campaign->config_text);
	sqlite3_bind_int(statement, 11, campaign->adaptive);
	sqlite3_bind_int64(statement, 12, campaign->budget_s);
	sqlite3_bind_int(statement, 13, campaign->calibration);
	sqlite3_bind_int64(statement, 14, campaign->boots_at_most);
	code = store_run_once(statement);
	*id = sqlite3_last_insert_rowid(store->db);
	return code;
}

static int insert_arm(struct store *store, int64_t id, uint32_t arm, const struct store_arm *kernel)
{
	sqlite3_stmt *statement;
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "INSERT INTO arm (campaign, arm, kernel, identity) "
				  "VALUES (?1, ?2, ?3, ?4)",
				  -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, arm);
	store_bind_text(statement, 3, kernel->kernel);
	store_bind_text(statement, 4, kernel->identity);
	return store_run_once(statement);
}

static int insert_boot(struct store *store, int64_t id, const struct campaign_boot *boot)
{
	sqlite3_stmt *statement;
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "INSERT OR IGNORE INTO boot (campaign, boot, pair, arm, seed) "
				  "VALUES (?1, ?2, ?3, ?4, ?5)",
				  -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, boot->boot);
	sqlite3_bind_int64(statement, 3, boot->pair);
	sqlite3_bind_int64(statement, 4, boot->arm);
	sqlite3_bind_int64(statement, 5, (sqlite3_int64)boot->seed);
	return store_run_once(statement);
}

int store_campaign_begin(struct store *store, const struct store_campaign *campaign, int64_t *id,
			 struct error *error)
{
	char now[32];
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = insert_campaign(store, campaign, store_now_utc(now), id);
	for (uint32_t arm = 0; arm < campaign->arm_count && code == SQLITE_OK; arm++)
		code = insert_arm(store, *id, arm, &campaign->arms[arm]);
	for (uint32_t boot = 1; boot <= campaign->boot_count && code == SQLITE_OK; boot++) {
		const struct campaign_boot plan = campaign_boot(campaign->arm_count, campaign->seed,
								boot);

		code = insert_boot(store, *id, &plan);
	}
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "take in a new campaign");
	return store_transaction_end(store, err, error);
}

int store_no_such_campaign(const struct store *store, int64_t id, struct error *error)
{
	return store_refuse(
		store, ENOENT, error,
		"there is no campaign %lld; hmmbench list --campaigns shows those there "
		"are",
		(long long)id);
}

/* Runs a statement with ?1 the campaign and ?2 a number. */
static int run_with_number(struct store *store, const char *sql, int64_t id, uint32_t number)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, number);
	return store_run_once(statement);
}

int store_campaign_shorten(struct store *store, int64_t id, uint32_t pairs, struct error *error)
{
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = run_with_number(store, "DELETE FROM boot WHERE campaign = ?1 AND pair > ?2", id,
			       pairs);
	if (code == SQLITE_OK)
		code = run_with_number(store, "UPDATE campaign SET boots = ?2 WHERE id = ?1", id,
				       pairs);
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "shorten campaign %lld", (long long)id);
	return store_transaction_end(store, err, error);
}

int store_campaign_budget(struct store *store, int64_t id, uint32_t budget_s, struct error *error)
{
	const int code = run_with_number(store, "UPDATE campaign SET budget_s = ?2 WHERE id = ?1",
					 id, budget_s);

	if (code != SQLITE_OK)
		return store_error(store, code, error, "change the budget of campaign %lld",
				   (long long)id);
	return sqlite3_changes(store->db) ? 0 : store_no_such_campaign(store, id, error);
}

int store_campaign_end(struct store *store, int64_t id, int status, const char *text,
		       struct error *error)
{
	const int code = store_run_end_sql(
		store, "UPDATE campaign SET ended = ?1, status = ?2, status_text = ?3 WHERE id = ?4",
		id, status, text);

	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in the end of campaign %lld",
				   (long long)id);
	return sqlite3_changes(store->db) ? 0 : store_no_such_campaign(store, id, error);
}

static int reopen(struct store *store, int64_t id)
{
	sqlite3_stmt *statement;
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "UPDATE campaign SET ended = NULL, status = NULL, "
				  "status_text = NULL WHERE id = ?1",
				  -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	return store_run_once(statement);
}

int store_campaign_resume(struct store *store, int64_t id, const char *text, struct error *error)
{
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = reopen(store, id);
	if (code == SQLITE_OK && !sqlite3_changes(store->db))
		err = store_no_such_campaign(store, id, error);
	if (!err && code == SQLITE_OK)
		code = store_run_end_sql(store,
					 "UPDATE run SET ended = ?1, status = ?2, status_text = ?3 "
					 "WHERE campaign = ?4 AND ended IS NULL", id,
					 STATUS_INTERRUPTED, text);
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "resume campaign %lld", (long long)id);
	return store_transaction_end(store, err, error);
}

/* ---- of another store ---- */

static int set_end(struct store *store, const struct store_campaign *campaign, int64_t id)
{
	const bool over = campaign->ended[0];
	sqlite3_stmt *statement;
	char now[32];
	int code = sqlite3_prepare_v2(store->db,
				      "UPDATE campaign SET ended = ?1, status = ?2, status_text = ?3 "
				      "WHERE id = ?4", -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	store_bind_text(statement, 1, over ? campaign->ended : store_now_utc(now));
	sqlite3_bind_int(statement, 2, over ? campaign->status : STATUS_INTERRUPTED);
	store_bind_text(statement, 3, over ? campaign->status_text : "taken in before its end");
	sqlite3_bind_int64(statement, 4, id);
	return store_run_once(statement);
}

int store_campaign_take(struct store *store, const struct store_campaign *campaign, int64_t *id,
			struct error *error)
{
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = insert_campaign(store, campaign, campaign->started, id);
	for (uint32_t arm = 0; arm < campaign->arm_count && code == SQLITE_OK; arm++)
		code = insert_arm(store, *id, arm, &campaign->arms[arm]);
	if (code == SQLITE_OK)
		code = set_end(store, campaign, *id);
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "take in a campaign");
	return store_transaction_end(store, err, error);
}

static int set_campaign(struct store *store, int64_t run, int64_t id, uint32_t boot)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "UPDATE run SET campaign = ?1, boot = ?2 WHERE id = ?3", -1,
				      &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, boot);
	sqlite3_bind_int64(statement, 3, run);
	return store_run_once(statement);
}

int store_campaign_take_run(struct store *store, int64_t id, const struct campaign_boot *boot,
			    int64_t run, bool whole, struct error *error)
{
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = set_campaign(store, run, id, boot->boot);
	if (code == SQLITE_OK && whole)
		code = insert_boot(store, id, boot);
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "take in run %lld of campaign %lld",
				  (long long)run, (long long)id);
	return store_transaction_end(store, err, error);
}
