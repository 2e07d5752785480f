// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/run_campaign.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "stats/sequential.h"
#include "store/history.h"
#include "store/store_campaign.h"
#include "store/store_internal.h"

/* ---- out ---- */

static json_t *kernels_json(const struct store_campaign *campaign)
{
	json_t *kernels = json_array();

	for (uint32_t arm = 0; arm < campaign->arm_count; arm++)
		json_array_append_new(kernels, json_pack("{s:s, s:s}", "kernel",
							 campaign->arms[arm].kernel, "identity",
							 campaign->arms[arm].identity));
	return kernels;
}

int run_campaign_make(struct store *store, const struct store_run *run, json_t **json,
		      struct error *error)
{
	struct store_campaign campaign = { 0 };
	int result = store_campaign_get(store, run->campaign, &campaign, error);

	*json = NULL;
	if (result)
		return result;
	*json = json_pack("{s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:b, s:I, s:I, s:b, s:s, s:s, s:i, s:s, "
			  "s:s, s:s, s:o, s:I}",
			  "label", campaign.label, "plan", campaign.plan_name, "lab", campaign.lab,
			  "clock", (int)campaign.clock, "seed", (json_int_t)campaign.seed, "boots",
			  (json_int_t)campaign.boots, "retries", (json_int_t)campaign.retries,
			  "adaptive", (int)campaign.adaptive, "boots_at_most",
			  (json_int_t)campaign.boots_at_most, "budget_s",
			  (json_int_t)campaign.budget_s, "calibration", (int)campaign.calibration,
			  "started", campaign.started, "ended", campaign.ended, "status",
			  campaign.status, "status_text", campaign.status_text, "configuration",
			  campaign.config_path, "configuration_text", campaign.config_text, "kernels",
			  kernels_json(&campaign), "boot", (json_int_t)run->boot);
	store_campaign_free(&campaign);
	return *json ? 0 : error_out_of_memory(error);
}

/* ---- in ---- */

/* What the JSON says, its texts borrowed from it. */
struct reading {
	struct store_campaign campaign;
	struct store_arm arms[CAMPAIGN_KERNELS_MAX];
	uint32_t boot;
};

static bool read_text(const json_t *json, const char *key, char **text)
{
	*text = (char *)json_string_value(json_object_get(json, key));
	return *text;
}

static bool read_number(const json_t *json, const char *key, int64_t low, int64_t high,
			int64_t *number)
{
	const json_t *value = json_object_get(json, key);

	*number = json_integer_value(value);
	return json_is_integer(value) && *number >= low && *number <= high;
}

static bool read_arms(const json_t *json, struct reading *reading)
{
	const json_t *kernels = json_object_get(json, "kernels"), *kernel;
	size_t i;

	if (!json_array_size(kernels) || json_array_size(kernels) > CAMPAIGN_KERNELS_MAX)
		return false;
	json_array_foreach(kernels, i, kernel)
		if (!read_text(kernel, "kernel", &reading->arms[i].kernel) ||
		    !read_text(kernel, "identity", &reading->arms[i].identity))
			return false;
	reading->campaign.arms = reading->arms;
	reading->campaign.arm_count = (uint32_t)json_array_size(kernels);
	return true;
}

/* Of files from before there was one it is not known. */
static bool read_boots_at_most(const json_t *json, struct store_campaign *campaign)
{
	int64_t boots = 0;
	const size_t most = sequential_boots[SEQUENTIAL_LOOKS - 1];

	if (json_object_get(json, "boots_at_most") &&
	    (!read_number(json, "boots_at_most", 0, (int64_t)most, &boots) ||
	     (boots && !sequential_looks((size_t)boots))))
		return false;
	campaign->boots_at_most = (uint32_t)boots;
	return true;
}

static bool read_numbers(const json_t *json, struct reading *reading)
{
	struct store_campaign *campaign = &reading->campaign;
	int64_t clock, seed, boots, retries, budget_s, status, boot;

	if (!read_number(json, "clock", 0, PLAN_CLOCK_VIRTUAL, &clock) ||
	    !read_number(json, "seed", 0, INT64_MAX, &seed) ||
	    !read_number(json, "boots", 1, CAMPAIGN_BOOTS_MAX, &boots) ||
	    !read_number(json, "retries", 0, INT32_MAX, &retries) ||
	    !read_number(json, "budget_s", 0, UINT32_MAX, &budget_s) ||
	    !read_number(json, "status", -1, 255, &status) ||
	    !read_number(json, "boot", 1, (int64_t)campaign->arm_count * CAMPAIGN_BOOTS_MAX, &boot))
		return false;
	campaign->clock = (enum plan_clock)clock;
	campaign->seed = (uint64_t)seed;
	campaign->boots = (uint32_t)boots;
	campaign->retries = (uint32_t)retries;
	campaign->budget_s = (uint32_t)budget_s;
	campaign->status = (int)status;
	campaign->adaptive = json_is_true(json_object_get(json, "adaptive"));
	campaign->calibration = json_is_true(json_object_get(json, "calibration"));
	reading->boot = (uint32_t)boot;
	return read_boots_at_most(json, campaign);
}

static bool read_campaign(const json_t *json, struct reading *reading)
{
	struct store_campaign *campaign = &reading->campaign;

	return read_text(json, "label", &campaign->label) &&
	       read_text(json, "plan", &campaign->plan_name) &&
	       read_text(json, "lab", &campaign->lab) &&
	       read_text(json, "started", &campaign->started) &&
	       read_text(json, "ended", &campaign->ended) &&
	       read_text(json, "status_text", &campaign->status_text) &&
	       read_text(json, "configuration", &campaign->config_path) &&
	       read_text(json, "configuration_text", &campaign->config_text) &&
	       read_arms(json, reading) && read_numbers(json, reading);
}

/* While the campaign is looked for among those of the store. */
struct looking {
	struct store *store;
	struct error *error;
	const struct store_campaign *like;
	const char *machine;
	int64_t id;		/* 0: not found yet */
};

static bool is_like(const struct store_campaign *one, const struct store_campaign *other)
{
	if (one->seed != other->seed || one->arm_count != other->arm_count ||
	    strcmp(one->started, other->started) || strcmp(one->lab, other->lab) ||
	    strcmp(one->config_text, other->config_text))
		return false;
	for (uint32_t arm = 0; arm < one->arm_count; arm++)
		if (strcmp(one->arms[arm].kernel, other->arms[arm].kernel) ||
		    strcmp(one->arms[arm].identity, other->arms[arm].identity))
			return false;
	return true;
}

static int machine_of(struct store *store, int64_t id, char **machine, struct error *error)
{
	struct store_run run = { 0 };
	char *line = NULL;
	int result = store_run_get(store, id, &run, error);

	*machine = NULL;
	if (!result && history_place(&run, machine, &line))
		result = error_out_of_memory(error);
	free(line);
	store_run_free(&run);
	return result;
}

/* Lab machines begin their nights by one timer: only the machine tells their campaigns apart. */
static int is_of_machine(struct looking *looking, int64_t id, bool *is)
{
	struct store_boot *boots;
	uint32_t count;
	char *machine = NULL;
	int result = store_boots_get(looking->store, id, &boots, &count, looking->error);

	*is = !result;
	for (uint32_t i = 0; i < count && !result; i++) {
		if (!boots[i].last_run)
			continue;
		result = machine_of(looking->store, boots[i].last_run, &machine, looking->error);
		*is = !result && !strcmp(machine, looking->machine);
		break;
	}
	free(machine);
	free(boots);
	return result;
}

static int look_at(const struct store_campaign *campaign, void *context)
{
	struct looking *looking = context;
	bool is = false;
	int result = is_like(campaign, looking->like) ?
			     is_of_machine(looking, campaign->id, &is) : 0;

	if (is)
		looking->id = campaign->id;
	return result ? result : is;
}

static int find_campaign(struct store *store, const struct store_campaign *like, int64_t run,
			 int64_t *id, struct error *error)
{
	struct looking looking = { .store = store, .error = error, .like = like };
	char *machine;
	int result = machine_of(store, run, &machine, error);

	looking.machine = machine;
	if (!result)
		result = store_campaigns_each(store, look_at, &looking, error);
	free(machine);
	*id = looking.id;
	return result < 0 ? result : 0;
}

int run_campaign_take(struct store *store, const json_t *json, int64_t run, struct error *error)
{
	struct reading reading = { 0 };
	struct store_run taken = { 0 };
	int64_t id = 0;
	int result;

	if (!read_campaign(json, &reading))
		return -EINVAL;
	result = store_run_get(store, run, &taken, error);
	if (!result)
		result = find_campaign(store, &reading.campaign, run, &id, error);
	if (!result && !id)
		result = store_campaign_take(store, &reading.campaign, &id, error);
	/* A boot that was not whole is none that could be resumed here. */
	if (!result) {
		const struct campaign_boot boot = campaign_boot(reading.campaign.arm_count,
								reading.campaign.seed,
								reading.boot);

		result = store_campaign_take_run(store, id, &boot, run,
						 taken.status == STATUS_OK ||
							 taken.status == STATUS_WOUNDED, error);
	}
	store_run_free(&taken);
	return result;
}
