// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reader of a dataset must know, and what its verdicts may not say. */
#include "store/dataset_internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "stats/exact.h"
#include "stats/sort.h"
#include "store/runs_text.h"

/* What a run's lab tells about it. */
struct lab_facts {
	char accelerator[32];
	bool guest, oversubscribed;
};

static struct lab_facts lab_facts(const struct store_run *run)
{
	json_t *lab = json_loads(run->lab_json, 0, NULL);
	const char *accelerator = json_string_value(json_object_get(lab, "accelerator"));
	struct lab_facts facts = {
		.guest = !strcmp(run->lab, "vm"),
		.oversubscribed = json_is_true(json_object_get(lab, "oversubscribed")),
	};

	snprintf(facts.accelerator, sizeof(facts.accelerator), "%s", accelerator ? accelerator : "");
	json_decref(lab);
	return facts;
}

struct marking {
	struct dataset *dataset;
	struct lab_facts *facts;
	bool *chosen;
};

/* One line about the runs chosen, where there are any. */
static int mark_chosen(struct marking *marking, const char *text)
{
	struct dataset *dataset = marking->dataset;
	char runs[RUNS_TEXT_BYTES];
	bool any = false;

	for (size_t i = 0; i < dataset->run_count; i++)
		any |= marking->chosen[i];
	if (!any)
		return 0;
	runs_text_chosen(dataset->runs, dataset->run_count, marking->chosen, runs, sizeof(runs));
	return dataset_add_line(&dataset->marks, &dataset->mark_count, "%s: %s", runs, text);
}

static int mark_guests(struct marking *marking)
{
	const size_t count = marking->dataset->run_count;
	char text[200] = "";
	int result;

	for (size_t i = 0; i < count; i++) {
		const char *accelerator = marking->facts[i].accelerator;

		marking->chosen[i] = accelerator[0] && strcmp(accelerator, "kvm");
		if (marking->chosen[i])
			snprintf(text, sizeof(text),
				 "guest under %s: compare inside this report, as ratios; absolute "
				 "times are not this machine's", accelerator);
	}
	result = mark_chosen(marking, text);
	for (size_t i = 0; i < count; i++)
		marking->chosen[i] = marking->facts[i].guest;
	if (!result)
		result = mark_chosen(marking, "NUMA nodes are virtual: distances between them are "
					      "labels, one host memory lies behind them");
	for (size_t i = 0; i < count; i++)
		marking->chosen[i] = marking->facts[i].oversubscribed;
	if (!result)
		result = mark_chosen(marking, "more vCPUs than host cores: millisecond tails can be "
					      "the host's");
	return result;
}

/* What differs from run to run has a line for each. */
static int mark_run(struct dataset *dataset, size_t i)
{
	const struct store_run *run = &dataset->runs[i];
	const struct dataset_loss *loss = &dataset->losses[i];
	int result = 0;

	if (loss->dropped)
		result = dataset_add_line(&dataset->marks, &dataset->mark_count,
					  "run %lld: %llu samples dropped by full rings",
					  (long long)run->id, (unsigned long long)loss->dropped);
	if (!result && loss->lost)
		result = dataset_add_line(&dataset->marks, &dataset->mark_count,
					  "run %lld: %llu samples lost without a count",
					  (long long)run->id, (unsigned long long)loss->lost);
	if (!result && run->status != STATUS_OK)
		result = dataset_add_line(&dataset->marks, &dataset->mark_count,
					  "run %lld did not end whole: %s", (long long)run->id,
					  run->status < 0 ? "killed or still running" :
							    run->status_text);
	return result;
}

int dataset_mark_runs(struct dataset *dataset)
{
	struct marking marking = {
		.dataset = dataset,
		.facts = calloc(dataset->run_count + 1, sizeof(*marking.facts)),
		.chosen = calloc(dataset->run_count + 1, sizeof(*marking.chosen)),
	};
	int result = marking.facts && marking.chosen ? 0 : -ENOMEM;

	for (size_t i = 0; i < dataset->run_count && !result; i++)
		marking.facts[i] = lab_facts(&dataset->runs[i]);
	if (!result)
		result = mark_guests(&marking);
	for (size_t i = 0; i < dataset->run_count && !result; i++)
		result = mark_run(dataset, i);
	free(marking.facts);
	free(marking.chosen);
	return result;
}

int dataset_refuse_cells(struct dataset *dataset, bool force)
{
	const struct comparison_input *input = &dataset->input;
	const char **refusals = calloc(input->cell_count + 1, sizeof(*refusals));
	bool oversubscribed = false, forced = false;

	if (!refusals)
		return -ENOMEM;
	dataset->input.refusals = refusals;
	dataset->judged = true;
	for (size_t i = 0; i < dataset->run_count; i++) {
		oversubscribed |= lab_facts(&dataset->runs[i]).oversubscribed;
		if (dataset->runs[i].status == STATUS_WOUNDED)
			dataset->judged = false;
	}
	for (uint32_t i = 0; i < input->cell_count; i++) {
		if (!dataset->judged)
			refusals[i] = "the kernel reported a fault during the run";
		else if (oversubscribed && cell_is_concurrent(&input->cells[i]))
			refusals[i] = force ? NULL : "contended, with more vCPUs than host cores";
		else
			continue;
		forced |= !refusals[i];
	}
	if (!forced)
		return 0;
	return dataset_add_line(&dataset->marks, &dataset->mark_count,
				"judged by force: contended cells, with more vCPUs than host cores");
}

static double reading_ns(const struct store_run *run)
{
	json_t *environment = json_loads(run->environment_json, 0, NULL);
	const json_t *clock = json_object_get(environment, "clock");
	double cost_ns = json_number_value(json_object_get(clock, "read_cost_ns"));
	double step_ns = json_number_value(json_object_get(clock, "resolution_ns"));

	json_decref(environment);
	return fmax(cost_ns, step_ns);
}

/*
 * One reading in the median run: a single boot that read slowly must not hide what the
 * others saw. On the virtual clock readings are exact.
 */
static int clock_floor(const struct dataset *dataset, double *floor_ns)
{
	double *readings = malloc((dataset->run_count + 1) * sizeof(*readings));

	*floor_ns = 0;
	if (!readings)
		return -ENOMEM;
	for (size_t i = 0; i < dataset->run_count; i++)
		readings[i] = reading_ns(&dataset->runs[i]);
	sort_doubles(readings, dataset->run_count);
	if (dataset->run_count && dataset->plan->clock != PLAN_CLOCK_VIRTUAL)
		*floor_ns = readings[dataset->run_count / 2];
	free(readings);
	return 0;
}

int dataset_fill_input(struct dataset *dataset)
{
	struct comparison_input *input = &dataset->input;

	input->base_name = dataset->names[ARM_BASE];
	input->candidate_name = dataset->names[ARM_CANDIDATE];
	input->boots = (uint32_t)dataset->run_count;
	input->seed = dataset->plan->seed;
	input->threshold = dataset->plan->threshold;
	input->threshold_p99 = dataset->plan->threshold_p99;
	input->false_discovery_rate = DATASET_FALSE_DISCOVERY_RATE;
	if (input->exact)
		input->threshold = fmin(input->threshold, EXACT_GATE);
	if (clock_floor(dataset, &input->clock_floor_ns))
		return -ENOMEM;
	if (!(input->clock_floor_ns > 0))
		return 0;
	return dataset_add_line(&dataset->notes, &dataset->note_count,
				"one reading of the clock costs %.0f ns: no smaller difference is "
				"called a change",
				input->clock_floor_ns);
}
