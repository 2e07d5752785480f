// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/run_origin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/run_campaign.h"
#include "store/store_internal.h"

/* ---- out ---- */

static int set_config(struct store *store, const struct store_run *run, json_t *origin,
		      struct error *error)
{
	char *text = NULL;
	int result = store_kernel_config_get(store, run->id, &text, error);

	if (!result && text &&
	    json_object_set_new(origin, "kernel_config",
				json_pack("{s:s, s:s}", "digest", run->config_digest, "text", text)))
		result = error_out_of_memory(error);
	free(text);
	return result;
}

int run_origin_make(struct store *store, const struct store_run *run, json_t **origin,
		    struct error *error)
{
	json_t *campaign = NULL;
	int result;

	*origin = json_pack("{s:s, s:s, s:s, s:s, s:s}", "started", run->started, "ended", run->ended,
			    "environment", run->environment_json, "plan", run->plan_json, "lab",
			    run->lab_json);
	if (!*origin)
		return error_out_of_memory(error);
	result = set_config(store, run, *origin, error);
	if (!result && run->campaign) {
		result = run_campaign_make(store, run, &campaign, error);
		if (!result && json_object_set_new(*origin, "campaign", campaign))
			result = error_out_of_memory(error);
	}
	if (result) {
		json_decref(*origin);
		*origin = NULL;
	}
	return result;
}

/* ---- in ---- */

const char *run_origin_text(const json_t *hello, const char *key)
{
	return json_string_value(json_object_get(json_object_get(hello, RUN_ORIGIN), key));
}

static int refuse(const char *from, const char *what, struct error *error)
{
	return error_set(error, EINVAL, "%s: %s of its run cannot be read; export it again", from,
			 what);
}

static bool is_time(const char *text)
{
	struct tm utc = { 0 };
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;

	return end && !*end;
}

/* When it was measured, which is not now. What was killed has no end. */
static int take_dates(struct store *store, const json_t *hello, int64_t run, const char *from,
		      struct error *error)
{
	const char *started = run_origin_text(hello, "started");
	const char *ended = run_origin_text(hello, "ended");

	if (!is_time(started) || !ended || (*ended && !is_time(ended)))
		return refuse(from, "the time", error);
	return store_run_date(store, run, started, *ended ? ended : started, error);
}

static int take_config(struct store *store, const json_t *hello, int64_t run, const char *from,
		       struct error *error)
{
	const json_t *config = json_object_get(json_object_get(hello, RUN_ORIGIN),
					       "kernel_config");
	const char *digest = json_string_value(json_object_get(config, "digest"));
	const char *text = json_string_value(json_object_get(config, "text"));

	if (!config)
		return 0;
	if (!digest || !text)
		return refuse(from, "the kernel's configuration", error);
	return store_run_kernel_config(store, run, digest, text, error);
}

static int take_all(struct store *store, const json_t *hello, int64_t run, const char *from,
		    struct error *error)
{
	const json_t *campaign = json_object_get(json_object_get(hello, RUN_ORIGIN), "campaign");
	int result = take_dates(store, hello, run, from, error);

	if (!result)
		result = take_config(store, hello, run, from, error);
	if (!result && campaign)
		result = run_campaign_take(store, campaign, run, error);
	return result == -EINVAL && !error->text[0] ? refuse(from, "the campaign", error) : result;
}

int run_origin_take(struct store *store, const json_t *hello, int64_t run, const char *from,
		    struct error *error)
{
	int result;

	if (!json_object_get(hello, RUN_ORIGIN))
		return 0;
	result = store_transaction_begin(store, error);
	return result ? result : store_transaction_end(store, take_all(store, hello, run, from,
								       error), error);
}
