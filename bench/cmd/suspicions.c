// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/suspicions.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/phrase.h"
#include "report/selection.h"
#include "stats/comparison.h"
#include "stats/random.h"
#include "store/dataset.h"
#include "store/store_campaign.h"

void campaign_quantiles_free(struct campaign_quantiles *quantiles)
{
	free(quantiles->list);
	*quantiles = (struct campaign_quantiles){ 0 };
}

/* What a quantile is of, as a number: cells of one name under one strategy are one cell. */
static uint64_t key_of(const struct comparison_input *input, const struct cell_result *result,
		       size_t quantile)
{
	char name[CELL_NAME_BYTES];
	uint64_t key = seed_derive(input->strategies[result->cell], result->column, quantile, 0);

	cell_name(&input->cells[result->cell], name);
	for (const char *letter = name; *letter; letter++)
		key = seed_derive(key, (unsigned char)*letter, 0, 0);
	return key;
}

static void name_quantile(const struct report *report, const struct cell_result *result,
			  size_t quantile, char *text, size_t bytes)
{
	FILE *file = fmemopen(text, bytes, "w");

	text[0] = '\0';
	if (!file)
		return;
	phrase_result(file, report, result);
	fprintf(file, ", %s", gated_quantile_name(quantile));
	fclose(file);
	text[bytes - 1] = '\0';
}

static int add_quantiles(const struct report *report, uint32_t arm,
			 struct campaign_quantiles *quantiles)
{
	const struct comparison *comparison = report->comparison;
	struct campaign_quantile *grown = reallocarray(
		quantiles->list, quantiles->count + comparison->result_count * GATED_COUNT + 1,
		sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	quantiles->list = grown;
	for (uint32_t i = 0; i < comparison->result_count; i++)
		for (size_t quantile = 0; quantile < GATED_COUNT; quantile++) {
			const struct cell_result *result = &comparison->results[i];
			const struct effect *effect = &result->effect[quantile];
			struct campaign_quantile *added = &grown[quantiles->count];

			if (!result->gated || effect->verdict == VERDICT_NONE)
				continue;
			*added = (struct campaign_quantile){
				.arm = arm,
				.key = key_of(report->input, result, quantile),
				.result = { effect->estimate, effect->p },
				.threshold = effect->threshold,
			};
			name_quantile(report, result, quantile, added->what, sizeof(added->what));
			quantiles->count++;
		}
	return 0;
}

static int compare_arm(struct store *store, const struct dataset_side sides[ARM_COUNT],
		       uint32_t arm, struct campaign_quantiles *quantiles, struct error *error)
{
	struct comparison *comparison = NULL;
	struct dataset *dataset = NULL;
	int ret = dataset_load_builds(store, &sides[ARM_BASE], &sides[ARM_CANDIDATE], false,
				      &dataset, error);

	if (!ret)
		ret = comparison_make(&dataset->input, &comparison, error);
	if (!ret) {
		const struct report report = { .comparison = comparison, .input = &dataset->input };

		if (add_quantiles(&report, arm, quantiles))
			ret = error_out_of_memory(error);
	}
	comparison_free(comparison);
	dataset_free(dataset);
	return ret;
}

/* The whole boots of an arm into `runs`. */
static size_t runs_of(const struct store_boot *boots, uint32_t count, uint32_t arm, int64_t *runs)
{
	size_t found = 0;

	for (uint32_t i = 0; i < count; i++)
		if (boots[i].run && boots[i].plan.arm == arm)
			runs[found++] = boots[i].run;
	return found;
}

static uint32_t count_arms(const struct store_boot *boots, uint32_t count)
{
	uint32_t arms = 0;

	for (uint32_t i = 0; i < count; i++)
		if (boots[i].plan.arm >= arms)
			arms = boots[i].plan.arm + 1;
	return arms;
}

int campaign_quantiles_load(struct store *store, int64_t campaign,
			    struct campaign_quantiles *quantiles, struct error *error)
{
	struct store_boot *boots = NULL;
	int64_t *base, *candidate;
	uint32_t count = 0;
	int ret = store_boots_get(store, campaign, &boots, &count, error);

	*quantiles = (struct campaign_quantiles){ 0 };
	base = calloc(count + 1, sizeof(*base));
	candidate = calloc(count + 1, sizeof(*candidate));
	if (!ret && !(base && candidate))
		ret = error_out_of_memory(error);
	for (uint32_t arm = 1; !ret && arm < count_arms(boots, count); arm++) {
		const struct dataset_side sides[ARM_COUNT] = {
			{ .name = "", .note = "", .runs = base,
			  .run_count = runs_of(boots, count, 0, base) },
			{ .name = "", .note = "", .runs = candidate,
			  .run_count = runs_of(boots, count, arm, candidate) },
		};

		ret = compare_arm(store, sides, arm, quantiles, error);
	}
	free(base);
	free(candidate);
	free(boots);
	return ret;
}

/* ---- the fast lane ---- */

static const struct fast_result *same_in(const struct campaign_quantiles *second,
					 const struct campaign_quantile *quantile)
{
	for (size_t i = 0; second && i < second->count; i++)
		if (second->list[i].arm == quantile->arm && second->list[i].key == quantile->key)
			return &second->list[i].result;
	return NULL;
}

static void add_text(struct suspicions *found, const struct campaign_quantile *quantile)
{
	const size_t used = strlen(found->text);
	char effect[FORMAT_BYTES];

	format_effect(quantile->result.estimate, effect, sizeof(effect));
	snprintf(found->text + used, sizeof(found->text) - used, "%s%s %s", used ? "; " : "",
		 quantile->what, effect);
}

void suspicions_find(const struct campaign_quantiles *first,
		     const struct campaign_quantiles *second, struct suspicions *found)
{
	*found = (struct suspicions){ 0 };
	for (size_t i = 0; i < first->count; i++) {
		const struct campaign_quantile *quantile = &first->list[i];
		const struct fast_result *again = same_in(second, quantile);
		const bool raised = fast_lane(&quantile->result, NULL, quantile->threshold) ==
				    FAST_SUSPICION;
		const bool alarm = raised && again &&
				   fast_lane(&quantile->result, again, quantile->threshold) ==
					   FAST_ALARM;

		found->raised += raised;
		found->alarms += alarm;
		found->slower += alarm && quantile->result.estimate > 0;
		if (second ? alarm : raised)
			add_text(found, quantile);
	}
}
