// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/confirmation.h"

#include <stdio.h>

#include "store/store_internal.h"

int confirmation_want(struct store *store, int64_t campaign, struct error *error)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db, "INSERT INTO confirmation (campaign) VALUES (?1)", -1,
				      &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, campaign);
		code = store_run_once(statement);
	}
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "take in a wish to confirm");
}

static int confirmation_row(struct store *store, sqlite3_stmt *statement, void *walk,
			    struct error *error)
{
	struct confirmation *confirmation = walk;
	const char *outcome = (const char *)sqlite3_column_text(statement, 2);

	(void)store;
	(void)error;
	confirmation->first = sqlite3_column_int64(statement, 0);
	confirmation->second = sqlite3_column_int64(statement, 1);
	snprintf(confirmation->outcome, sizeof(confirmation->outcome), "%s", outcome ? outcome : "");
	return 0;
}

int confirmation_get(struct store *store, int64_t campaign, struct confirmation *confirmation,
		     struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT campaign, second, outcome FROM confirmation "
				      "WHERE campaign = ?1 OR second = ?1", -1, &statement, NULL);

	*confirmation = (struct confirmation){ 0 };
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, campaign);
	return store_each_row(store, statement, code, "a confirmation", confirmation_row, confirmation,
			      error);
}

int confirmation_begin(struct store *store, int64_t first, int64_t second, struct error *error)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "UPDATE confirmation SET second = ?1 WHERE campaign = ?2", -1,
				      &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, second);
		sqlite3_bind_int64(statement, 2, first);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in a confirmation");
	return sqlite3_changes(store->db) ? 0 : store_no_such_campaign(store, first, error);
}

int confirmation_first_begin(struct store *store, const struct store_campaign *campaign,
			     int64_t *id, struct error *error)
{
	int err = store_transaction_begin(store, error);

	if (err)
		return err;
	err = store_campaign_begin(store, campaign, id, error);
	if (!err)
		err = confirmation_want(store, *id, error);
	return store_transaction_end(store, err, error);
}

int confirmation_second_begin(struct store *store, int64_t first,
			      const struct store_campaign *campaign, int64_t *id,
			      struct error *error)
{
	int err = store_transaction_begin(store, error);

	if (err)
		return err;
	err = store_campaign_begin(store, campaign, id, error);
	if (!err)
		err = confirmation_begin(store, first, *id, error);
	return store_transaction_end(store, err, error);
}

int confirmation_end(struct store *store, int64_t first, const char *outcome, struct error *error)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "UPDATE confirmation SET outcome = ?1 WHERE campaign = ?2", -1,
				      &statement, NULL);

	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, outcome);
		sqlite3_bind_int64(statement, 2, first);
		code = store_run_once(statement);
	}
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "take in what was confirmed");
}
