// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign_boots.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/campaign_look.h"
#include "cmd/interrupt.h"
#include "cmd/run_boot.h"
#include "common/exit_status.h"
#include "lab/kernel.h"
#include "store/store_calibration.h"

/* Ends of a run that the next boot would have as well: the campaign stops and says why. */
static const int same_at_every_boot[] = {
	STATUS_MODULE,		/* it does not load into this kernel */
	STATUS_MISSING_TOOL,
	STATUS_STORE,		/* the disk is full */
	STATUS_KERNEL,
};

static bool stops_all(int status)
{
	for (size_t i = 0; i < sizeof(same_at_every_boot) / sizeof(same_at_every_boot[0]); i++)
		if (same_at_every_boot[i] == status)
			return true;
	return false;
}

void campaign_resume_command(const struct campaign *campaign, char *text, size_t bytes)
{
	snprintf(text, bytes, "hmmbench run --resume%s%s %lld",
		 campaign->means->store ? " --store " : "",
		 campaign->means->store ? campaign->means->store : "",
		 (long long)campaign->record.id);
}

struct lab_boot campaign_lab_boot(const struct campaign *campaign, const struct kernel *kernel,
				  uint32_t boot, uint32_t tries)
{
	return (struct lab_boot){
		.kernel = kernel,
		.store_path = campaign->store_path,
		.campaign = campaign->record.id,
		.boot = boot,
		.boot_count = campaign->record.boot_count,
		.tries = tries,
		.way = campaign->way[0] ? campaign->way : NULL,
		.force = campaign->force,
	};
}

/* The error becomes "campaign 3 stopped at boot 5: WHY; go on with: COMMAND". */
static int stopped(const struct campaign *campaign, uint32_t boot, int err, struct error *error)
{
	char command[512], why[sizeof(error->text)];

	campaign_resume_command(campaign, command, sizeof(command));
	snprintf(why, sizeof(why), "%s", error->text[0] ? error->text : strerror(-err));
	return error_set(error, -err,
			 "campaign %lld stopped at boot %u of %u: %.600s; when that is mended: %s",
			 (long long)campaign->record.id, boot, campaign->record.boot_count, why,
			 command);
}

/* A tree that was built anew, or a package that was fetched anew, is another kernel. */
static int check_identity(const struct campaign *campaign, uint32_t arm, struct error *error)
{
	const struct store_arm *begun = &campaign->record.arms[arm];
	char *identity;
	int err = kernel_identity(campaign->kernels[arm], &identity, error);

	if (err)
		return err;
	if (strcmp(identity, begun->identity)) {
		error->exit_status = STATUS_KERNEL;
		err = error_set(error, EINVAL,
				"kernel %s is not the one that the campaign began with (%s, now %s); "
				"put that one back, or begin a new campaign",
				begun->kernel, begun->identity, identity);
	}
	free(identity);
	return err;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/* One attempt at one boot; where `missed` says how it failed, it is put down as that. */
static int attempt(const struct campaign *campaign, const struct campaign_boot *boot,
		   const struct lab_reached *missed, struct progress_boots *progress,
		   struct run_end *end, struct error *error)
{
	const uint64_t began_ns = now_ns();
	struct plan *plan = NULL;
	int err = check_identity(campaign, boot->arm, error);

	if (!err)
		err = plan_make(campaign->config, boot->seed, campaign->record.clock, &plan, error);
	if (!err) {
		const struct run_boot run = {
			.config = campaign->config,
			.plan = plan,
			.lab = campaign->lab,
			.kernel = campaign->kernels[boot->arm],
			.store = campaign->store,
			.store_path = campaign->store_path,
			.label = campaign->record.label,
			.progress = campaign->means->progress,
			.boots = progress,
			.campaign = campaign->record.id,
			.boot = boot->boot,
		};

		err = missed ? run_boot_missed(&run, missed->status, missed->text, end, error)
			     : run_boot(&run, end, error);
	}
	if (!err && end->status == STATUS_OK) {
		progress->measured++;
		progress->measured_ns += now_ns() - began_ns;
	}
	plan_free(plan);
	return err;
}

/* ---- in a lab whose machine is this one ---- */

/* Goes down for the next boot or for home; this program may end in it. */
static int leave(const struct campaign *campaign, const char *why, struct error *error)
{
	int err;

	fprintf(stderr, "campaign %lld: %s\n", (long long)campaign->record.id, why);
	err = campaign->lab->restart->depart(error);
	/* A machine that goes down ends its programs, this one and its helper among them. */
	if (err && !interrupted)
		return err;
	error->exit_status = STATUS_LEAVES;
	return error_set(error, EINPROGRESS, "campaign %lld goes on when this machine is up again",
			 (long long)campaign->record.id);
}

/* The run that had begun when the machine went down under it has its end only now. */
static int end_begun(const struct campaign *campaign, const struct store_boot *boot,
		     const struct lab_reached *reached, struct run_end *end, struct error *error)
{
	end->run = boot->last_run;
	end->status = reached->status;
	snprintf(end->text, sizeof(end->text), "%s", reached->text);
	return store_run_end(campaign->store, end->run, end->status, end->text, error);
}

/* One attempt where the kernel has to be reached first. 1: the boot was given up before. */
static int attempt_after_restart(const struct campaign *campaign, const struct store_boot *boot,
				 uint32_t *tries, struct progress_boots *progress,
				 struct run_end *end, struct error *error)
{
	const struct lab_boot asked = campaign_lab_boot(
		campaign, campaign->kernels[boot->plan.arm], boot->plan.boot, *tries);
	struct lab_reached reached;
	char why[600];
	int err = check_identity(campaign, boot->plan.arm, error);

	if (!err)
		err = campaign->lab->restart->reach(&asked, &reached, error);
	if (err)
		return err;
	switch (reached.reach) {
	case LAB_PASSED:
		return 1;
	case LAB_LEAVES:
		snprintf(why, sizeof(why), "boot %u of %u: %s", boot->plan.boot,
			 campaign->record.boot_count, reached.text);
		return leave(campaign, why, error);
	case LAB_FAILED:
		*tries = reached.tries - 1;
		if (reached.begun && boot->last_run)
			return end_begun(campaign, boot, &reached, end, error);
		return attempt(campaign, &boot->plan, &reached, progress, end, error);
	default:
		*tries = reached.tries;
		return attempt(campaign, &boot->plan, NULL, progress, end, error);
	}
}

/* When no boot is left the machine goes home, and the campaign ends there. */
static int go_home(const struct campaign *campaign, struct error *error)
{
	const struct lab_boot last = campaign_lab_boot(campaign, NULL, 0, 0);
	int err = campaign->lab->restart->finish(&last, error);

	return err == 1 ? leave(campaign, "no boot is left: this machine restarts into its default "
				"kernel", error) : err;
}

/* ---- one boot after the other ---- */

static int say_interrupted(const struct campaign *campaign, struct error *error)
{
	struct store_campaign now;
	char command[512];
	int err = store_campaign_get(campaign->store, campaign->record.id, &now, error);

	if (err)
		return err;
	campaign_resume_command(campaign, command, sizeof(command));
	error->exit_status = STATUS_INTERRUPTED;
	err = error_set(error, EINTR,
			"campaign %lld interrupted, %u of %u boots are whole; go on with: %s",
			(long long)now.id, now.whole, now.boot_count, command);
	store_campaign_free(&now);
	return err;
}

/* After an end that is not whole: what comes next is said, or the campaign stopped. */
static int settle(const struct campaign *campaign, uint32_t boot, const struct run_end *end,
		  bool again, struct error *error)
{
	if (stops_all(end->status)) {
		error->exit_status = end->status;
		snprintf(error->text, sizeof(error->text), "run %lld: %.900s",
			 (long long)end->run, end->text);
		return stopped(campaign, boot, -EIO, error);
	}
	*error = (struct error){ 0 };
	fprintf(stderr, again ? "boot %u of %u: %s; it is tried again\n"
			      : "boot %u of %u is missing: %s; the others go on\n",
		boot, campaign->record.boot_count, end->text);
	return 0;
}

/* A boot until it is whole, its retries are used up, or something ends the campaign. */
static int run_one(const struct campaign *campaign, const struct store_boot *boot,
		   struct progress_boots *progress, struct error *error)
{
	const uint32_t retries = campaign->record.retries;
	struct run_end end;
	int err;

	for (uint32_t tries = 0; tries <= retries; tries++) {
		err = campaign->lab->restart ? attempt_after_restart(campaign, boot, &tries,
								     progress, &end, error)
					     : attempt(campaign, &boot->plan, NULL, progress, &end,
						       error);
		if (err == 1)
			return 0;
		if (err == -EINPROGRESS)
			return err;
		if (interrupted)
			return say_interrupted(campaign, error);
		if (err)
			return stopped(campaign, boot->plan.boot, err, error);
		if (end.status == STATUS_OK)
			return 0;
		err = settle(campaign, boot->plan.boot, &end, tries < retries, error);
		if (err)
			return err;
	}
	return 0;
}

/* "boot 5 (debian:6.12, run 9: kernel panicked)", as far as there is room. */
static void name_missing(const struct campaign *campaign, const struct store_boot *boot, char *text,
			 size_t bytes)
{
	const size_t used = strlen(text);

	if (!boot->last_run) {
		snprintf(text + used, bytes - used, "%sboot %u (%s, not tried)", used ? ", " : "",
			 boot->plan.boot, campaign->record.arms[boot->plan.arm].kernel);
		return;
	}
	snprintf(text + used, bytes - used, "%sboot %u (%s, run %lld: %s)", used ? ", " : "",
		 boot->plan.boot, campaign->record.arms[boot->plan.arm].kernel,
		 (long long)boot->last_run, exit_status_text(boot->last_status));
}

/* A campaign of one kernel against itself leaves a calibration. */
static int calibrate(const struct campaign *campaign, struct error *error)
{
	struct calibration calibration;
	int err;

	if (!campaign->record.calibration)
		return 0;
	err = calibration_of_campaign(campaign->store, campaign->record.id, &calibration, error);
	if (!err)
		err = store_calibration_put(campaign->store, &calibration, error);
	if (!err)
		fprintf(stderr, "calibration %lld, of %u boots under each of two names; to see it: "
			"hmmbench calibrate --show %lld\n", (long long)calibration.id,
			calibration.boots, (long long)calibration.id);
	calibration_free(&calibration);
	return err;
}

/* Records the end: complete or decided, or how many boots are missing and which. */
static int end_campaign(const struct campaign *campaign, const char *decided, struct error *error)
{
	char text[700] = "", names[400] = "", command[256];
	struct store_boot *boots;
	uint32_t count, missing = 0;
	int err;

	err = store_boots_get(campaign->store, campaign->record.id, &boots, &count, error);
	if (err)
		return err;
	for (uint32_t i = 0; i < count; i++) {
		if (boots[i].run)
			continue;
		missing++;
		name_missing(campaign, &boots[i], names, sizeof(names));
	}
	free(boots);
	if (missing)
		snprintf(text, sizeof(text), "%u of %u boots %s missing: %s", missing, count,
			 missing == 1 ? "is" : "are", names);
	err = store_campaign_end(campaign->store, campaign->record.id,
				 missing ? STATUS_BOOTS : STATUS_OK,
				 missing	? text :
				 decided[0]	? decided :
						  exit_status_text(STATUS_OK), error);
	if (err)
		return err;
	fprintf(stderr, "campaign %lld: %u of %u boots are whole%s%s\n",
		(long long)campaign->record.id, count - missing, count, decided[0] ? "; " : "",
		decided);
	if (!campaign->means->no_number)
		printf("%lld\n", (long long)campaign->record.id);
	if (!missing)
		return calibrate(campaign, error);
	campaign_resume_command(campaign, command, sizeof(command));
	error->exit_status = STATUS_BOOTS;
	return error_set(error, EIO, "campaign %lld: %s; to try these again: %s",
			 (long long)campaign->record.id, text, command);
}

static uint32_t count_left(const struct store_boot *boots, uint32_t count)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < count; i++)
		left += !boots[i].run;
	return left;
}

/*
 * Is the campaign to be looked at before boot `i`? Where it begins a pair behind all that was
 * measured: a boot that is tried again with others behind it ends nothing. In a lab whose
 * machine restarts, whoever comes up for a boot goes on with what was seen before.
 */
static bool looks_before(const struct campaign *campaign, const struct store_boot *boots,
			 uint32_t count, uint32_t i, bool tried)
{
	if (!campaign->record.adaptive || !i || boots[i - 1].plan.pair == boots[i].plan.pair)
		return false;
	for (uint32_t later = i; later < count; later++)
		if (boots[later].attempts)
			return false;
	return tried || !campaign->lab->restart;
}

/* All boots that are not whole, in order, until no more are wanted: `decided` says why. */
static int run_left(struct campaign *campaign, const struct store_boot *boots, uint32_t count,
		    char *decided, size_t bytes, struct error *error)
{
	struct progress_boots progress = { .count = count, .left = count_left(boots, count),
					   .at_most = campaign->record.adaptive };
	bool tried = false;
	int err = 0;

	for (uint32_t i = 0; i < count && !err; i++) {
		if (boots[i].run)
			continue;
		if (looks_before(campaign, boots, count, i, tried))
			err = campaign_look(campaign, boots[i - 1].plan.pair, decided, bytes,
					    error);
		if (err)
			return err == 1 ? 0 : err;
		progress.boot = boots[i].plan.boot;
		progress.left--;
		err = run_one(campaign, &boots[i], &progress, error);
		tried = true;
	}
	return err;
}

int campaign_run_boots(struct campaign *campaign, struct error *error)
{
	struct store_boot *boots;
	char decided[100] = "";
	uint32_t count;
	int err;

	err = store_boots_get(campaign->store, campaign->record.id, &boots, &count, error);
	if (err)
		return err;
	err = run_left(campaign, boots, count, decided, sizeof(decided), error);
	free(boots);
	if (!err && campaign->lab->restart)
		err = go_home(campaign, error);
	/* What stops it here shall not go on by itself after the next restart. */
	if (err && err != -EINPROGRESS && campaign->lab->restart)
		campaign->lab->restart->abandon();
	return err ? err : end_campaign(campaign, decided, error);
}
