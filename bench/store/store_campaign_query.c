// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns out of the store. */
#include "store/store_campaign.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/store_internal.h"

#define CAMPAIGN_COLUMNS                                                                  \
	"SELECT id, label, plan_name, lab, clock, seed, boots, retries, started, ended, " \
	"status, status_text, config_path, config_text, "                                 \
	"(SELECT count(*) FROM boot WHERE boot.campaign = campaign.id), "                 \
	"(SELECT count(DISTINCT boot) FROM run WHERE run.campaign = campaign.id AND "     \
	"run.status = 0), adaptive, budget_s, calibration, boots_at_most FROM campaign "

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
		return store_out_of_memory(store, error);
	campaign->arms = arms;
	arm = &arms[campaign->arm_count++];
	arm->kernel = store_column_copy(statement, 0);
	arm->identity = store_column_copy(statement, 1);
	return arm->kernel && arm->identity ? 0 : store_out_of_memory(store, error);
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
		.adaptive = sqlite3_column_int(statement, 16),
		.budget_s = (uint32_t)sqlite3_column_int64(statement, 17),
		.calibration = sqlite3_column_int(statement, 18),
		.boots_at_most = (uint32_t)sqlite3_column_int64(statement, 19),
	};
	if (!campaign->label || !campaign->plan_name || !campaign->lab || !campaign->started ||
	    !campaign->ended || !campaign->status_text || !campaign->config_path ||
	    !campaign->config_text)
		err = store_out_of_memory(store, error);
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
		return store_refuse(
			store, ENOENT, error,
			"it has no campaigns; hmmbench run CONFIG --kernel A --kernel B "
			"makes one");
	return store_no_such_campaign(store, id, error);
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
			return store_out_of_memory(store, error);
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
		.began_s = sqlite3_column_int64(statement, 8),
	};
	return 0;
}

int store_boots_get(struct store *store, int64_t campaign, struct store_boot **boots,
		    uint32_t *count, struct error *error)
{
	struct boot_walk list = { 0 };
	sqlite3_stmt *statement = NULL;
	int code, err;

	code = sqlite3_prepare_v2(
		store->db,
		"SELECT boot.boot, pair, arm, seed, "
		"max(CASE WHEN run.status = 0 THEN run.id END), count(run.id), "
		"last.id, last.status, CAST(strftime('%s', min(run.started)) AS INTEGER) "
		"FROM boot "
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
