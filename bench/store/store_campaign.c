// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store_campaign.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/store_internal.h"

static int out_of_memory(const struct store *store, struct error *error)
{
	return store_refuse(store, ENOMEM, error, "out of memory");
}

/* ---- writing ---- */

static int insert_campaign(struct store *store, const struct store_campaign *campaign, int64_t *id)
{
	sqlite3_stmt *statement;
	char now[32];
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "INSERT INTO campaign (label, plan_name, lab, clock, seed, boots, "
				  "retries, started, config_path, config_text) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
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
	store_bind_text(statement, 8, store_now_utc(now));
	store_bind_text(statement, 9, campaign->config_path);
	store_bind_text(statement, 10, campaign->config_text);
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
				  "INSERT INTO boot (campaign, boot, pair, arm, seed) "
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
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = insert_campaign(store, campaign, id);
	for (uint32_t arm = 0; arm < campaign->arm_count && code == SQLITE_OK; arm++)
		code = insert_arm(store, *id, arm, &campaign->arms[arm]);
	for (uint32_t boot = 1; boot <= campaign->boot_count && code == SQLITE_OK; boot++) {
		const struct campaign_boot plan = campaign_boot(campaign->arm_count,
								campaign->seed, boot);

		code = insert_boot(store, *id, &plan);
	}
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "take in a new campaign");
	return store_transaction_end(store, err, error);
}

static int no_such_campaign(const struct store *store, int64_t id, struct error *error)
{
	return store_refuse(store, ENOENT, error,
			    "there is no campaign %lld; hmmbench list --campaigns shows those there "
			    "are",
			    (long long)id);
}

int store_campaign_end(struct store *store, int64_t id, int status, const char *text,
		       struct error *error)
{
	sqlite3_stmt *statement;
	char now[32];
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "UPDATE campaign SET ended = ?1, status = ?2, status_text = ?3 "
				  "WHERE id = ?4",
				  -1, &statement, NULL);
	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, store_now_utc(now));
		sqlite3_bind_int(statement, 2, status);
		store_bind_text(statement, 3, text);
		sqlite3_bind_int64(statement, 4, id);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in the end of campaign %lld",
				   (long long)id);
	return sqlite3_changes(store->db) ? 0 : no_such_campaign(store, id, error);
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

static int end_killed_runs(struct store *store, int64_t id, const char *text)
{
	sqlite3_stmt *statement;
	char now[32];
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "UPDATE run SET ended = ?1, status = ?2, status_text = ?3 "
				  "WHERE campaign = ?4 AND ended IS NULL",
				  -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	store_bind_text(statement, 1, store_now_utc(now));
	sqlite3_bind_int(statement, 2, STATUS_INTERRUPTED);
	store_bind_text(statement, 3, text);
	sqlite3_bind_int64(statement, 4, id);
	return store_run_once(statement);
}

int store_campaign_resume(struct store *store, int64_t id, const char *text, struct error *error)
{
	int code, err = store_transaction_begin(store, error);

	if (err)
		return err;
	code = reopen(store, id);
	if (code == SQLITE_OK && !sqlite3_changes(store->db))
		err = no_such_campaign(store, id, error);
	if (!err && code == SQLITE_OK)
		code = end_killed_runs(store, id, text);
	if (code != SQLITE_OK)
		err = store_error(store, code, error, "resume campaign %lld", (long long)id);
	return store_transaction_end(store, err, error);
}

/* ---- reading ---- */

#define CAMPAIGN_COLUMNS                                                                      \
	"SELECT id, label, plan_name, lab, clock, seed, boots, retries, started, ended, "     \
	"status, status_text, config_path, config_text, "                                     \
	"(SELECT count(*) FROM boot WHERE boot.campaign = campaign.id), "                     \
	"(SELECT count(DISTINCT boot) FROM run WHERE run.campaign = campaign.id AND "         \
	"run.status = 0) FROM campaign "

_Static_assert(STATUS_OK == 0, "the status of a whole run stands in SQL");

void store_campaign_free(struct store_campaign *campaign)
{
	for (uint32_t arm = 0; arm < campaign->arm_count; arm++) {
		free(campaign->arms[arm].kernel);
		free(campaign->arms[arm].identity);
	}
	free(campaign->arms);
	free(campaign->label);
	free(campaign->plan_name);
	free(campaign->lab);
	free(campaign->config_path);
	free(campaign->config_text);
	free(campaign->started);
	free(campaign->ended);
	free(campaign->status_text);
	memset(campaign, 0, sizeof(*campaign));
}

static int arm_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	struct store_campaign *campaign = walk;
	struct store_arm *arms = reallocarray(campaign->arms, campaign->arm_count + 1,
					      sizeof(*arms));
	struct store_arm *arm;

	if (!arms)
		return out_of_memory(store, error);
	campaign->arms = arms;
	arm = &arms[campaign->arm_count++];
	arm->kernel = store_column_copy(statement, 0);
	arm->identity = store_column_copy(statement, 1);
	return arm->kernel && arm->identity ? 0 : out_of_memory(store, error);
}

static int read_arms(struct store *store, struct store_campaign *campaign, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT kernel, identity FROM arm WHERE campaign = ?1 "
				      "ORDER BY arm",
				      -1, &statement, NULL);

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, campaign->id);
	return store_each_row(store, statement, code, "a campaign's kernels", arm_row, campaign,
			      error);
}

static int read_campaign(struct store *store, sqlite3_stmt *statement,
			 struct store_campaign *campaign, struct error *error)
{
	int err = 0;

	*campaign = (struct store_campaign){
		.id = sqlite3_column_int64(statement, 0),
		.label = store_column_copy(statement, 1),
		.plan_name = store_column_copy(statement, 2),
		.lab = store_column_copy(statement, 3),
		.clock = sqlite3_column_int(statement, 4) ? PLAN_CLOCK_VIRTUAL : PLAN_CLOCK_HOST,
		.seed = (uint64_t)sqlite3_column_int64(statement, 5),
		.boots = (uint32_t)sqlite3_column_int64(statement, 6),
		.retries = (uint32_t)sqlite3_column_int64(statement, 7),
		.started = store_column_copy(statement, 8),
		.ended = store_column_copy(statement, 9),
		.status = sqlite3_column_type(statement, 10) == SQLITE_NULL
				  ? -1
				  : sqlite3_column_int(statement, 10),
		.status_text = store_column_copy(statement, 11),
		.config_path = store_column_copy(statement, 12),
		.config_text = store_column_copy(statement, 13),
		.boot_count = (uint32_t)sqlite3_column_int64(statement, 14),
		.whole = (uint32_t)sqlite3_column_int64(statement, 15),
	};
	if (!campaign->label || !campaign->plan_name || !campaign->lab || !campaign->started ||
	    !campaign->ended || !campaign->status_text || !campaign->config_path ||
	    !campaign->config_text)
		err = out_of_memory(store, error);
	if (!err)
		err = read_arms(store, campaign, error);
	if (err)
		store_campaign_free(campaign);
	return err;
}

static int first_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	return read_campaign(store, statement, walk, error);
}

int store_campaign_get(struct store *store, int64_t id, struct store_campaign *campaign,
		       struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code, err;

	memset(campaign, 0, sizeof(*campaign));
	code = sqlite3_prepare_v2(store->db,
				  CAMPAIGN_COLUMNS "WHERE id = CASE ?1 WHEN 0 THEN (SELECT max(id) "
						   "FROM campaign) ELSE ?1 END",
				  -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, id);
	err = store_each_row(store, statement, code, "a campaign", first_row, campaign, error);
	if (err || campaign->id)
		return err;
	if (!id)
		return store_refuse(store, ENOENT, error,
				    "it has no campaigns; hmmbench run CONFIG --kernel A --kernel B "
				    "makes one");
	return no_such_campaign(store, id, error);
}

struct campaign_walk {
	int (*each)(const struct store_campaign *campaign, void *context);
	void *context;
};

static int each_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	const struct campaign_walk *campaigns = walk;
	struct store_campaign campaign;
	int result = read_campaign(store, statement, &campaign, error);

	if (result)
		return result;
	result = campaigns->each(&campaign, campaigns->context);
	store_campaign_free(&campaign);
	return result;
}

int store_campaigns_each(struct store *store,
			 int (*each)(const struct store_campaign *campaign, void *context),
			 void *context, struct error *error)
{
	struct campaign_walk walk = { each, context };
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, CAMPAIGN_COLUMNS "ORDER BY id DESC", -1,
				      &statement, NULL);

	return store_each_row(store, statement, code, "its campaigns", each_row, &walk, error);
}

struct boot_walk {
	struct store_boot *boots;
	uint32_t count, room;
};

static int boot_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	struct boot_walk *list = walk;

	if (list->count == list->room) {
		const uint32_t room = list->room ? 2 * list->room : 32;
		struct store_boot *grown = reallocarray(list->boots, room, sizeof(*grown));

		if (!grown)
			return out_of_memory(store, error);
		list->boots = grown;
		list->room = room;
	}
	list->boots[list->count++] = (struct store_boot){
		.plan = {
			.boot = (uint32_t)sqlite3_column_int64(statement, 0),
			.pair = (uint32_t)sqlite3_column_int64(statement, 1),
			.arm = (uint32_t)sqlite3_column_int64(statement, 2),
			.seed = (uint64_t)sqlite3_column_int64(statement, 3),
		},
		.run = sqlite3_column_int64(statement, 4),
		.attempts = (uint32_t)sqlite3_column_int64(statement, 5),
		.last_run = sqlite3_column_int64(statement, 6),
		.last_status = sqlite3_column_type(statement, 7) == SQLITE_NULL
				       ? -1
				       : sqlite3_column_int(statement, 7),
	};
	return 0;
}

int store_boots_get(struct store *store, int64_t campaign, struct store_boot **boots,
		    uint32_t *count, struct error *error)
{
	struct boot_walk list = { 0 };
	sqlite3_stmt *statement = NULL;
	int code, err;

	code = sqlite3_prepare_v2(store->db,
				  "SELECT boot.boot, pair, arm, seed, "
				  "max(CASE WHEN run.status = 0 THEN run.id END), count(run.id), "
				  "last.id, last.status FROM boot "
				  "LEFT JOIN run ON run.campaign = boot.campaign AND run.boot = boot.boot "
				  "LEFT JOIN run AS last ON last.id = (SELECT max(id) FROM run WHERE "
				  "run.campaign = boot.campaign AND run.boot = boot.boot) "
				  "WHERE boot.campaign = ?1 GROUP BY boot.boot ORDER BY boot.boot",
				  -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, campaign);
	err = store_each_row(store, statement, code, "a campaign's boots", boot_row, &list, error);
	if (err) {
		free(list.boots);
		list = (struct boot_walk){ 0 };
	}
	*boots = list.boots;
	*count = list.count;
	return err;
}
