// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/campaign_boots.h"
#include "cmd/campaign_compare.h"
#include "cmd/campaign_confirm.h"
#include "cmd/campaign_look.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/kernel.h"
#include "store/confirmation.h"

#define CONFIG_TEXT_BYTES_MAX (4u << 20)

static int out_of_memory(struct error *error)
{
	return error_set(error, ENOMEM, "out of memory");
}

/* ---- what it needs, checked before anything is fetched, built or booted ---- */

/* The configuration as every boot of it runs: with a control workload. */
static int read_config(struct campaign *campaign, const char *path, const char *text, bool say,
		       struct error *error)
{
	const struct cell *added;
	char name[CELL_NAME_BYTES];
	uint32_t nodes = 0;
	int err = campaign->lab->nodes ? campaign->lab->nodes(&nodes, error) : 0;

	if (!err)
		err = config_load_text(path, text, nodes, &campaign->config, error);
	if (!err && campaign->lab->guest)
		err = config_check_vm(campaign->config, error);
	if (!err)
		err = config_add_control(campaign->config, &added, error);
	if (!err && added && say) {
		cell_name(added, name);
		fprintf(stderr,
			"%s has no control workload, which tells boots apart: %s is added to "
			"each boot\n",
			path, name);
	}
	return err;
}

static int resolve_kernels(struct campaign *campaign, bool fetch, struct error *error)
{
	for (uint32_t arm = 0; arm < campaign->record.arm_count; arm++) {
		const int err = kernel_resolve(campaign->record.arms[arm].kernel, fetch,
					       &campaign->kernels[arm], error);

		if (err)
			return err;
	}
	return 0;
}

/* All modules are built before the first boot: one that does not build is found then. */
static int check_kernels(struct campaign *campaign, bool begins, struct error *error)
{
	char *module;
	int err = 0;

	for (uint32_t arm = 0; arm < campaign->record.arm_count && !err; arm++) {
		const struct lab_boot boot = campaign_lab_boot(campaign, campaign->kernels[arm], 0,
							       0);

		if (begins && campaign->lab->restart)
			err = campaign->lab->restart->check(&boot, error);
		if (!err)
			err = kernel_check(campaign->kernels[arm], error);
		if (!err)
			err = kernel_module(campaign->kernels[arm], &module, error);
		if (!err)
			free(module);
	}
	return err;
}

/* A store that is to have a campaign already is not made. */
static int must_exist(const char *path, struct error *error)
{
	struct store *store;
	int err = store_open(path, STORE_READ, &store, error);

	if (err == -ENOENT)
		error->exit_status = STATUS_USAGE;
	if (!err)
		store_close(store);
	return err;
}

static int open_store(struct campaign *campaign, const struct campaign_means *means, bool resume,
		      struct error *error)
{
	int err = 0;

	campaign->means = means;
	campaign->force = means->force;
	snprintf(campaign->way, sizeof(campaign->way), "%s", means->way ? means->way : "");
	campaign->store_path = means->store ? strdup(means->store) : path_store();
	if (!campaign->store_path)
		return out_of_memory(error);
	if (resume)
		err = must_exist(campaign->store_path, error);
	if (!err)
		err = store_open(campaign->store_path, STORE_WRITE, &campaign->store, error);
	return err ? err : store_campaign_lock(campaign->store, &campaign->lock, error);
}

static void close_campaign(struct campaign *campaign)
{
	store_campaign_unlock(&campaign->lock);
	store_close(campaign->store);
	for (uint32_t arm = 0; arm < CAMPAIGN_KERNELS_MAX; arm++)
		kernel_free(campaign->kernels[arm]);
	config_free(campaign->config);
	store_campaign_free(&campaign->record);
	free(campaign->store_path);
}

/* ---- a new one ---- */

/* The same kernel twice is one kernel twice as often, and no comparison. */
static int check_request(const struct campaign_request *request, struct error *error)
{
	if (!request->lab->boots)
		return error_set(
			error, EINVAL,
			"run --on %s: it measures the kernel that runs and boots none, so "
			"that all boots of a campaign would be this one; leave --boots and "
			"all but one --kernel out, or use --on vm",
			request->lab->name);
	for (uint32_t i = 0; i < request->kernel_count && !request->calibration; i++)
		for (uint32_t j = 0; j < i; j++)
			if (!strcmp(request->kernels[i], request->kernels[j]))
				return error_set(
					error, EINVAL,
					"run --kernel %s is given twice; name each kernel once, "
					"--boots says how often it boots",
					request->kernels[i]);
	return 0;
}

/* What the store shall have of it, as far as the command line tells. */
static int fill_record(struct store_campaign *record, const struct campaign_request *request,
		       struct error *error)
{
	record->label = strdup(request->label);
	record->lab = strdup(request->lab->name);
	record->config_path = strdup(request->config_path);
	record->arms = calloc(request->kernel_count, sizeof(*record->arms));
	if (!record->label || !record->lab || !record->config_path || !record->arms)
		return out_of_memory(error);
	record->arm_count = request->kernel_count;
	record->clock = request->clock;
	record->boots = request->boots;
	record->retries = request->retries;
	record->adaptive = request->adaptive;
	record->boots_at_most = request->adaptive ? request->boots : 0;
	record->budget_s = request->budget_s;
	record->calibration = request->calibration;
	record->boot_count = request->kernel_count * request->boots;
	for (uint32_t arm = 0; arm < request->kernel_count; arm++) {
		record->arms[arm].kernel = strdup(request->kernels[arm]);
		if (!record->arms[arm].kernel)
			return out_of_memory(error);
	}
	return 0;
}

/* Can the plan be made at all, and with which seed does the first pair begin? */
static int take_config(struct campaign *campaign, const struct campaign_request *request,
		       struct error *error)
{
	struct store_campaign *record = &campaign->record;
	struct plan *plan;
	int err;

	err = path_read_file(record->config_path, CONFIG_TEXT_BYTES_MAX, &record->config_text, NULL,
			     error);
	if (err) {
		error->exit_status = STATUS_USAGE;
		return err;
	}
	err = read_config(campaign, record->config_path, record->config_text, true, error);
	if (err)
		return err;
	record->seed = request->seed_given ? request->seed : campaign->config->seed;
	record->plan_name = strdup(campaign->config->name);
	if (!record->plan_name)
		return out_of_memory(error);
	err = plan_make(campaign->config, record->seed, record->clock, &plan, error);
	if (!err)
		plan_free(plan);
	return err;
}

static int identify_kernels(struct campaign *campaign, struct error *error)
{
	int err = 0;

	for (uint32_t arm = 0; arm < campaign->record.arm_count && !err; arm++)
		err = kernel_identity(campaign->kernels[arm], &campaign->record.arms[arm].identity,
				      error);
	return err;
}

static void say_begins(const struct campaign *campaign)
{
	const struct store_campaign *record = &campaign->record;
	char command[512];

	fprintf(stderr, "campaign %lld: %s%u boot%s each of", (long long)record->id,
		record->adaptive ? "at most " : "", record->boots, record->boots == 1 ? "" : "s");
	for (uint32_t arm = 0; arm < record->arm_count; arm++)
		fprintf(stderr, "%s%s", arm ? ", " : " ", record->arms[arm].kernel);
	campaign_resume_command(campaign, command, sizeof(command));
	fprintf(stderr, "; should anything cut it: %s\n", command);
}

/* ---- what comes after it ---- */

/* Until nothing is to be confirmed any more: at most one campaign follows another. */
static int follow(struct campaign *campaign, struct error *error)
{
	const int64_t first = campaign->record.id;
	bool again;
	int err = campaign_confirm(campaign->store, first, &again, error);

	if (err || !again)
		return err;
	err = campaign_renew(&campaign->record, campaign->means->budget_s, error);
	if (!err)
		err = confirmation_second_begin(campaign->store, first, &campaign->record,
						&campaign->record.id, error);
	if (err)
		return err;
	say_begins(campaign);
	err = campaign_run_boots(campaign, error);
	return err ? err : campaign_confirm(campaign->store, campaign->record.id, &again, error);
}

/* A confirmation judges by itself; without one follow() leaves the record as it is. */
static int conclude(struct campaign *campaign, struct error *error)
{
	int err = follow(campaign, error);

	if (err || !campaign->means->compare)
		return err;
	return campaign_compare(&campaign->record, campaign->store_path, error);
}

int campaign_begin(const struct campaign_request *request, const struct campaign_means *means,
		   struct error *error)
{
	struct campaign campaign = { .lab = request->lab, .lock = STORE_LOCK_NONE };
	int err = check_request(request, error);

	if (!err)
		err = fill_record(&campaign.record, request, error);
	if (!err)
		err = take_config(&campaign, request, error);
	if (!err)
		err = resolve_kernels(&campaign, means->fetch, error);
	if (!err)
		err = open_store(&campaign, means, false, error);
	if (!err)
		err = check_kernels(&campaign, true, error);
	if (!err)
		err = identify_kernels(&campaign, error);
	if (!err)
		err = (request->confirm ? confirmation_first_begin : store_campaign_begin)(
			campaign.store, &campaign.record, &campaign.record.id, error);
	if (!err) {
		say_begins(&campaign);
		err = campaign_run_boots(&campaign, error);
	}
	if (!err)
		err = conclude(&campaign, error);
	close_campaign(&campaign);
	return err;
}

/* ---- one that goes on ---- */

/*
 * One that was cut between its last boot and its end still has to end, and one that was cut
 * before it was judged still has to be confirmed.
 */
static int check_complete(struct store *store, const struct store_campaign *campaign,
			  bool *complete, struct error *error)
{
	struct confirmation confirmation;
	int err = confirmation_get(store, campaign->id, &confirmation, error);

	*complete = campaign->whole == campaign->boot_count && campaign->ended[0] &&
		    (!confirmation.first || confirmation.outcome[0] ||
		     (confirmation.second && confirmation.second != campaign->id));
	return err;
}

/* While a campaign to go on with is looked for. */
struct looking {
	struct store *store;
	struct error *error;
	int64_t id;		/* 0: none yet */
};

static int first_unfinished(const struct store_campaign *campaign, void *context)
{
	struct looking *looking = context;
	bool complete;
	int err = check_complete(looking->store, campaign, &complete, looking->error);

	if (err || complete)
		return err;
	looking->id = campaign->id;
	return 1;
}

static int find_campaign(struct campaign *campaign, int64_t id, struct error *error)
{
	struct looking looking = { campaign->store, error, id };
	bool complete = false;
	int err = 0;

	if (!id) {
		err = store_campaigns_each(campaign->store, first_unfinished, &looking, error);
		if (err < 0)
			return err;
		id = looking.id;
		if (!id)
			return error_set(
				error, EINVAL,
				"run --resume: %s has no campaign that misses a boot; 'hmmbench "
				"list --campaigns' shows those there are",
				campaign->store_path);
	}
	err = store_campaign_get(campaign->store, id, &campaign->record, error);
	if (!err)
		err = check_complete(campaign->store, &campaign->record, &complete, error);
	if (!err && complete)
		err = error_set(error, EINVAL,
				"run --resume: campaign %lld is complete: all %u boots are whole",
				(long long)id, campaign->record.boot_count);
	else if (err == -ENOENT)
		error->exit_status = STATUS_USAGE;
	return err;
}

/* A new budget counts from now, however much of the old one was spent or lost. */
static int renew_budget(struct campaign *campaign, struct error *error)
{
	struct store_campaign *record = &campaign->record;
	double elapsed_s;
	int err;

	if (!campaign->means->budget_s)
		return 0;
	if (!record->adaptive)
		return error_set(error, EINVAL,
				 "run --resume: campaign %lld has its number of boots, and --budget "
				 "belongs to --boots auto", (long long)record->id);
	err = campaign_elapsed_s(campaign, &elapsed_s, error);
	if (err)
		return err;
	record->budget_s = (uint32_t)elapsed_s + campaign->means->budget_s;
	return store_campaign_budget(campaign->store, record->id, record->budget_s, error);
}

int campaign_resume(int64_t id, const struct campaign_means *means, struct error *error)
{
	static const char killed[] = "killed: the campaign was resumed without an end of it";
	struct campaign campaign = { .lock = STORE_LOCK_NONE };
	struct store_campaign *record = &campaign.record;
	int err = open_store(&campaign, means, true, error);

	if (!err)
		err = find_campaign(&campaign, id, error);
	if (err)
		goto out;
	campaign.lab = lab_find(record->lab);
	if (!campaign.lab || record->arm_count > CAMPAIGN_KERNELS_MAX) {
		err = error_set(
			error, ENOTSUP,
			"campaign %lld was made by another version of hmmbench; resume it with "
			"that one",
			(long long)record->id);
		goto out;
	}
	/* What follows this campaign is to come the way that this one comes. */
	if (campaign.lab->restart)
		campaign.lab->restart->underway(campaign.way, sizeof(campaign.way),
						&campaign.force);
	err = renew_budget(&campaign, error);
	if (!err)
		err = read_config(&campaign, record->config_path, record->config_text, false,
				  error);
	if (!err)
		err = resolve_kernels(&campaign, means->fetch, error);
	if (!err)
		err = check_kernels(&campaign, false, error);
	if (!err)
		err = store_campaign_resume(campaign.store, record->id, killed, error);
	if (!err) {
		fprintf(stderr, "campaign %lld: %u of %u boots are whole\n", (long long)record->id,
			record->whole, record->boot_count);
		err = campaign_run_boots(&campaign, error);
	}
	if (!err)
		err = conclude(&campaign, error);
out:
	close_campaign(&campaign);
	return err;
}
