// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/campaign_budget.h"
#include "cmd/command.h"
#include "stats/comparison.h"
#include "stats/sequential.h"
#include "store/dataset.h"

/* The whole boots of one arm; *runs is malloc'ed. */
static int runs_of(const struct store_boot *boots, uint32_t count, uint32_t arm, int64_t **runs,
		   size_t *run_count)
{
	*run_count = 0;
	*runs = calloc(count + 1, sizeof(**runs));
	if (!*runs)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		if (boots[i].run && boots[i].plan.arm == arm)
			(*runs)[(*run_count)++] = boots[i].run;
	return 0;
}

/* Judged results with a quantile that more boots may decide. */
static uint32_t count_undecided(const struct comparison *comparison)
{
	uint32_t undecided = 0;

	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];
		bool open = false;

		for (size_t quantile = 0; quantile < GATED_COUNT; quantile++)
			open |= result->effect[quantile].verdict == VERDICT_INCONCLUSIVE;
		undecided += result->gated && open;
	}
	return undecided;
}

static int compare_sides(struct store *store, const struct dataset_side sides[ARM_COUNT],
			 uint32_t *undecided, struct error *error)
{
	struct comparison *comparison = NULL;
	struct dataset *dataset = NULL;
	int ret = dataset_load_builds(store, &sides[ARM_BASE], &sides[ARM_CANDIDATE], false,
				      &dataset, error);

	if (!ret)
		ret = comparison_make(&dataset->input, &comparison, error);
	if (!ret)
		*undecided = count_undecided(comparison);
	comparison_free(comparison);
	dataset_free(dataset);
	return ret;
}

/* One kernel against the base. */
static int look_at_arm(const struct campaign *campaign, const struct store_boot *boots,
		       uint32_t count, uint32_t arm, uint32_t pair, uint32_t *undecided,
		       struct error *error)
{
	struct dataset_side sides[ARM_COUNT] = { { .name = "", .note = "" },
						 { .name = "", .note = "" } };
	int64_t *base = NULL, *candidate = NULL;
	int ret = runs_of(boots, count, 0, &base, &sides[ARM_BASE].run_count);

	*undecided = 1;
	if (!ret)
		ret = runs_of(boots, count, arm, &candidate, &sides[ARM_CANDIDATE].run_count);
	if (ret) {
		error_out_of_memory(error);
		goto out;
	}
	sides[ARM_BASE].runs = base;
	sides[ARM_CANDIDATE].runs = candidate;
	ret = compare_sides(campaign->store, sides, undecided, error);
	if (ret) {
		fprintf(stderr, "campaign %lld cannot be looked at, it goes on: %s\n",
			(long long)campaign->record.id, error->text);
		*error = (struct error){ 0 };
		ret = 0;
	} else {
		fprintf(stderr, "campaign %lld, after %u boots of each: %s against %s: %u judged "
			"result%s undecided\n", (long long)campaign->record.id, pair,
			campaign->record.arms[arm].kernel, campaign->record.arms[0].kernel,
			*undecided, *undecided == 1 ? " is" : "s are");
	}
out:
	free(base);
	free(candidate);
	return ret;
}

static int look_at_all(const struct campaign *campaign, const struct store_boot *boots,
		       uint32_t count, uint32_t pair, bool *decided, struct error *error)
{
	int ret = 0;

	*decided = true;
	for (uint32_t arm = 1; arm < campaign->record.arm_count && !ret; arm++) {
		uint32_t undecided;

		ret = look_at_arm(campaign, boots, count, arm, pair, &undecided, error);
		*decided &= !undecided;
	}
	return ret;
}

int campaign_elapsed_s(const struct campaign *campaign, double *elapsed_s, struct error *error)
{
	struct store_campaign now;
	struct tm utc = { 0 };
	int ret = store_campaign_get(campaign->store, campaign->record.id, &now, error);

	*elapsed_s = 0;
	if (ret)
		return ret;
	if (strptime(now.started, "%Y-%m-%dT%H:%M:%SZ", &utc))
		*elapsed_s = difftime(time(NULL), timegm(&utc));
	store_campaign_free(&now);
	return 0;
}

/* After the first pair it can be told that the budget is too small for a look. */
static void warn_of_no_look(const struct campaign *campaign, uint32_t pair, uint32_t reach)
{
	char budget[COMMAND_DURATION_BYTES];

	if (pair != 1 || reach >= sequential_boots[0])
		return;
	command_duration_text(campaign->record.budget_s, budget, sizeof(budget));
	fprintf(stderr, "campaign %lld: the budget of %s reaches to about %u boot%s of each, and not "
		"to the first look at %zu: what there is then is judged once\n",
		(long long)campaign->record.id, budget, reach, reach == 1 ? "" : "s",
		sequential_boots[0]);
}

/* Would the boots up to the next look end behind the budget? */
static int is_spent(const struct campaign *campaign, const struct store_boot *boots, uint32_t count,
		    uint32_t pair, bool *spent, struct error *error)
{
	const uint32_t budget_s = campaign->record.budget_s;
	const double pace_s = campaign_pace_s(boots, count, time(NULL));
	double elapsed_s;
	uint32_t reach;
	int ret;

	*spent = false;
	if (!budget_s)
		return 0;
	ret = campaign_elapsed_s(campaign, &elapsed_s, error);
	if (ret)
		return ret;
	reach = campaign_reach(pair, pace_s, elapsed_s, budget_s);
	warn_of_no_look(campaign, pair, reach);
	*spent = reach < campaign_next_stop(pair, campaign->record.boots);
	return 0;
}

static void say_why(const struct campaign *campaign, uint32_t pair, bool decided, char *text,
		    size_t bytes)
{
	char budget[COMMAND_DURATION_BYTES];

	command_duration_text(campaign->record.budget_s, budget, sizeof(budget));
	if (decided)
		snprintf(text, bytes, "decided after %u boots of each", pair);
	else
		snprintf(text, bytes, "the budget of %s does not reach beyond %u boot%s of each",
			 budget, pair, pair == 1 ? "" : "s");
}

int campaign_look(struct campaign *campaign, uint32_t pair, char *text, size_t bytes,
		  struct error *error)
{
	const size_t looks = sequential_looks(pair);
	const bool at_look = looks && sequential_boots[looks - 1] == pair;
	bool decided = false, spent = false;
	struct store_boot *boots;
	uint32_t count;
	int ret;

	if (looks && !at_look)
		return 0;
	ret = store_boots_get(campaign->store, campaign->record.id, &boots, &count, error);
	if (!ret && at_look)
		ret = look_at_all(campaign, boots, count, pair, &decided, error);
	if (!ret && !decided)
		ret = is_spent(campaign, boots, count, pair, &spent, error);
	free(boots);
	if (ret || !(decided || spent))
		return ret;
	say_why(campaign, pair, decided, text, bytes);
	ret = store_campaign_shorten(campaign->store, campaign->record.id, pair, error);
	return ret ? ret : 1;
}
