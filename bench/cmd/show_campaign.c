// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/show_campaign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/campaign_json.h"
#include "cmd/look.h"
#include "common/exit_status.h"
#include "report/text_table.h"
#include "store/confirmation.h"
#include "store/kernel_facts.h"
#include "store/store_campaign.h"

#define OPTIONS_SHOWN 20

/* What is known of an arm's kernel, from one of its runs. */
struct arm_facts {
	int64_t run;		    /* the newest that is whole, else the newest; 0: none */
	struct kernel_pair kernels; /* the campaign's base, and this one */
};

struct shown {
	struct store_campaign campaign;
	struct store_boot *boots;
	uint32_t boot_count;
	struct arm_facts *arms;
	struct confirmation confirmation;
};

static void free_shown(struct shown *shown)
{
	for (uint32_t arm = 0; shown->arms && arm < shown->campaign.arm_count; arm++)
		kernel_pair_free(&shown->arms[arm].kernels);
	free(shown->arms);
	free(shown->boots);
	store_campaign_free(&shown->campaign);
}

/* ---- gathering ---- */

static int gather_arm(struct store *store, struct shown *shown, uint32_t arm, struct error *error)
{
	struct arm_facts *facts = &shown->arms[arm];

	for (uint32_t i = 0; i < shown->boot_count; i++)
		if (shown->boots[i].plan.arm == arm && shown->boots[i].last_run)
			facts->run = shown->boots[i].run ? shown->boots[i].run
							 : shown->boots[i].last_run;
	if (!facts->run)
		return 0;
	return kernel_pair_load(store, shown->arms[0].run ? shown->arms[0].run : facts->run,
				facts->run, &facts->kernels, error);
}

static int gather(struct store *store, int64_t id, struct shown *shown, struct error *error)
{
	int err = store_campaign_get(store, id, &shown->campaign, error);

	if (!err)
		err = store_boots_get(store, shown->campaign.id, &shown->boots, &shown->boot_count,
				      error);
	if (err)
		return err;
	err = confirmation_get(store, shown->campaign.id, &shown->confirmation, error);
	if (err)
		return err;
	shown->arms = calloc(shown->campaign.arm_count, sizeof(*shown->arms));
	if (!shown->arms)
		return error_out_of_memory(error);
	for (uint32_t arm = 0; arm < shown->campaign.arm_count && !err; arm++)
		err = gather_arm(store, shown, arm, error);
	return err;
}

/* ---- JSON ---- */

static json_t *options_json(const struct kernel_pair *kernels)
{
	json_t *list = json_array();

	for (size_t i = 0; i < kernels->option_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "option",
						      kernels->options[i].name, "base",
						      kernels->options[i].base, "kernel",
						      kernels->options[i].candidate));
	return list;
}

/* Of a campaign of run --confirm: what came of its suspicion; null of any other. */
static json_t *confirmation_json(const struct confirmation *confirmation)
{
	if (!confirmation->first)
		return json_null();
	return json_pack("{s:I, s:o, s:o}", "first", (json_int_t)confirmation->first, "second",
			 confirmation->second ? json_integer((json_int_t)confirmation->second) :
						json_null(),
			 "outcome", confirmation->outcome[0] ? json_string(confirmation->outcome) :
							       json_null());
}

static json_t *shown_json(const struct shown *shown)
{
	json_t *json = campaign_json(&shown->campaign), *boots = json_array();
	json_t *kernels = json_object_get(json, "kernels");

	for (uint32_t arm = 0; arm < shown->campaign.arm_count; arm++) {
		const struct kernel_pair *pair = &shown->arms[arm].kernels;
		json_t *kernel = json_array_get(kernels, arm);

		json_object_update_new(
			kernel,
			json_pack("{s:s?, s:s?, s:s?, s:o}", "build_id", pair->candidate.build_id,
				  "compiler", pair->candidate.compiler, "config_sha256",
				  pair->candidate.config_sha256, "options_unlike_base",
				  pair->compared ? options_json(pair) : json_null()));
	}
	for (uint32_t i = 0; i < shown->boot_count; i++)
		json_array_append_new(boots, campaign_boot_json(&shown->boots[i]));
	json_object_set_new(json, "boots", boots);
	json_object_set_new(json, "confirmation", confirmation_json(&shown->confirmation));
	json_object_set_new(json, "configuration_text", json_string(shown->campaign.config_text));
	return json;
}

static int print_json(const struct shown *shown, struct error *error)
{
	json_t *json = shown_json(shown);
	const int err = json ? 0 : error_out_of_memory(error);

	if (json) {
		json_dumpf(json, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(json);
	return err;
}

/* ---- text ---- */

static const char *or_not_known(const char *text)
{
	return text ? text : "not known";
}

static void print_arm(const struct shown *shown, uint32_t arm)
{
	const struct store_arm *kernel = &shown->campaign.arms[arm];
	const struct kernel_pair *pair = &shown->arms[arm].kernels;

	printf("  %s%s\n    %s\n", kernel->kernel, arm ? "" : " (base)", kernel->identity);
	printf("    build id %s\n    compiler %s\n    configuration %s\n",
	       or_not_known(pair->candidate.build_id), or_not_known(pair->candidate.compiler),
	       or_not_known(pair->candidate.config_sha256));
	if (!arm || !pair->compared)
		return;
	printf("    options unlike the base's: %zu\n", pair->option_count);
	for (size_t i = 0; i < pair->option_count && i < OPTIONS_SHOWN; i++)
		printf("      %s: %s, here %s\n", pair->options[i].name, pair->options[i].base,
		       pair->options[i].candidate);
	if (pair->option_count > OPTIONS_SHOWN)
		printf("      and %zu more, in --json\n", pair->option_count - OPTIONS_SHOWN);
}

static void put_boot(struct text_table *table, const struct shown *shown,
		     const struct store_boot *boot)
{
	const int64_t run = boot->run ? boot->run : boot->last_run;
	const long long numbers[4] = { boot->plan.boot, boot->plan.pair, run, boot->attempts };
	char text[4][24];

	for (size_t i = 0; i < 4; i++)
		snprintf(text[i], sizeof(text[i]), "%lld", numbers[i]);
	text_table_cell(table, text[0]);
	text_table_cell(table, text[1]);
	text_table_cell(table, shown->campaign.arms[boot->plan.arm].kernel);
	text_table_cell(table, text[2]);
	text_table_cell(table, text[3]);
	text_table_cell(table, !boot->last_run	       ? "not begun"
			       : boot->run	       ? exit_status_text(STATUS_OK)
			       : boot->last_status < 0 ? "killed or still running"
						       : exit_status_text(boot->last_status));
}

static int print_boots(const struct shown *shown)
{
	static const struct text_column columns[] = {
		{ "boot", ALIGN_RIGHT, 0, false }, { "pair", ALIGN_RIGHT, 2, false },
		{ "kernel", ALIGN_LEFT, 0, false }, { "run", ALIGN_RIGHT, 0, false },
		{ "attempts", ALIGN_RIGHT, 1, false }, { "end", ALIGN_LEFT, 0, false },
	};
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (uint32_t i = 0; i < shown->boot_count; i++)
		put_boot(table, shown, &shown->boots[i]);
	return text_table_print(table, &style, stdout, NULL);
}

static int print_text(struct store *store, const struct shown *shown)
{
	const struct store_campaign *campaign = &shown->campaign;
	char state[800];

	campaign_state(campaign, store_campaign_process(store), state, sizeof(state));
	printf("campaign %lld%s%s\n  plan     %s, from %s\n  on       %s, %s clock, seed %llu\n"
	       "  started  %s\n  ended    %s\n  boots    %u of %u whole%s; a failed one is tried "
	       "again "
	       "%u time%s\n  end      %s\n\nkernels\n",
	       (long long)campaign->id, campaign->label[0] ? ", " : "", campaign->label,
	       campaign->plan_name, campaign->config_path, campaign->lab,
	       campaign->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host",
	       (unsigned long long)campaign->seed, campaign->started,
	       campaign->ended[0] ? campaign->ended : "-", campaign->whole, campaign->boot_count,
	       campaign->adaptive ? ", until every verdict is decided" :
	       campaign->calibration ? ", of one kernel against itself" : "",
	       campaign->retries, campaign->retries == 1 ? "" : "s", state);
	for (uint32_t arm = 0; arm < campaign->arm_count; arm++)
		print_arm(shown, arm);
	if (shown->confirmation.first)
		printf("\nconfirmation of campaign %lld\n  %s\n",
		       (long long)shown->confirmation.first,
		       shown->confirmation.outcome[0] ? shown->confirmation.outcome :
							"not known yet");
	putchar('\n');
	return print_boots(shown);
}

int show_campaign(struct store *store, int64_t id, bool as_json, struct error *error)
{
	struct shown shown = { 0 };
	int err = gather(store, id, &shown, error);

	if (!err && as_json)
		err = print_json(&shown, error);
	else if (!err && print_text(store, &shown))
		err = error_out_of_memory(error);
	free_shown(&shown);
	return err;
}
