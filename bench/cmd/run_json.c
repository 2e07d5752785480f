// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/run_json.h"

static json_t *parsed(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	return json ? json : json_null();
}

json_t *run_json(const struct store_run *run, bool whole)
{
	json_t *json = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "id",
				 (json_int_t)run->id, "label", run->label, "plan", run->plan_name,
				 "lab", run->lab, "kernel", run->kernel, "started", run->started,
				 "ended", run->ended, "status_text", run->status_text, "blocks",
				 (json_int_t)run->blocks, "samples", (json_int_t)run->rows,
				 "dropped", (json_int_t)run->dropped);

	if (!json)
		return NULL;
	json_object_set_new(json, "campaign",
			    run->campaign ? json_integer((json_int_t)run->campaign) : json_null());
	json_object_set_new(json, "boot", run->campaign ? json_integer(run->boot) : json_null());
	json_object_set_new(json, "pair", run->campaign ? json_integer(run->pair) : json_null());
	json_object_set_new(json, "arm", run->campaign ? json_integer(run->arm) : json_null());
	json_object_set_new(json, "config_sha256",
			    run->config_digest[0] ? json_string(run->config_digest) : json_null());
	json_object_set_new(json, "status",
			    run->status < 0 ? json_null() : json_integer(run->status));
	if (whole) {
		json_object_set_new(json, "environment", parsed(run->environment_json));
		json_object_set_new(json, "lab_details", parsed(run->lab_json));
		json_object_set_new(json, "plan_details", parsed(run->plan_json));
	}
	return json;
}
