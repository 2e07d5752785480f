// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "store/pick.h"

static int add_run(struct load_options *options, const char *text, struct error *error)
{
	uint64_t id;
	int result;

	if (options->run_count == LOAD_RUNS_MAX)
		return error_set(error, EINVAL, "--run: at most %d runs", LOAD_RUNS_MAX);
	result = command_number("--run", text, 1, INT64_MAX, &id, error);
	if (!result)
		options->runs[options->run_count++] = (int64_t)id;
	return result;
}

int load_option(struct load_options *options, int option, const char *argument,
		struct error *error)
{
	switch (option) {
	case 'r':
		return add_run(options, argument, error);
	case 'S':
		options->store = argument;
		break;
	case 'f':
		options->force = true;
		break;
	}
	return 0;
}

/* One word of an arm, "strategy=write" or "recording=off". */
static int arm_word(const char *word, struct dataset_arm *arm, bool *strategy_given,
		    struct error *error)
{
	char names[160];

	if (!strcmp(word, "recording=off") || !strcmp(word, "recording=on")) {
		arm->unrecorded = !strcmp(word, "recording=off");
		return 0;
	}
	if (strncmp(word, "strategy=", strlen("strategy=")))
		return error_set(error, EINVAL, "compare: %s beside a strategy; there are "
				 "strategy=NAME and recording=off", word);
	*strategy_given = true;
	if (!strategy_lookup(word + strlen("strategy="), &arm->strategy))
		return 0;
	name_list(strategy_names, names, sizeof(names));
	return error_set(error, EINVAL, "compare %s: no such strategy; there are %s", word, names);
}

/* "strategy=write" or "strategy=read,recording=off". */
static int arm_of(const char *text, struct dataset_arm *arm, struct error *error)
{
	char *words = strdup(text), *rest = words, *word;
	bool strategy_given = false;
	int result = 0;

	if (!words)
		return error_set(error, ENOMEM, "out of memory");
	while (!result && (word = strsep(&rest, ",")))
		result = arm_word(word, arm, &strategy_given, error);
	free(words);
	if (!result && !strategy_given)
		result = error_set(error, EINVAL, "compare %s: it names no strategy", text);
	return result;
}

static int named_arms(const struct load_options *options, struct dataset_arm *base,
		      struct dataset_arm *candidate, struct error *error)
{
	int result = arm_of(options->base, base, error);

	if (!result)
		result = arm_of(options->candidate, candidate, error);
	if (!result && base->strategy == candidate->strategy &&
	    base->unrecorded == candidate->unrecorded)
		result = error_set(error, EINVAL, "compare: %s twice", options->base);
	return result;
}

/* The plan's first two strategies, where none were named. */
static int default_strategies(struct store *store, const struct load_options *options,
			      struct dataset_arm *base, struct dataset_arm *candidate,
			      struct error *error)
{
	struct store_run run = { 0 };
	struct plan *plan = NULL;
	int result;

	result = store_run_get(store, options->run_count ? options->runs[0] : 0, &run, error);
	if (result)
		return result;
	result = plan_from_json(run.plan_json, strlen(run.plan_json), &plan, error);
	if (!result && plan->strategy_count < 2)
		result = error_set(error, EINVAL, "run %lld has one strategy: nothing to compare",
				   (long long)run.id);
	if (!result) {
		base->strategy = plan->strategies[0];
		candidate->strategy = plan->strategies[1];
	}
	plan_free(plan);
	store_run_free(&run);
	return result;
}

static char *strategies_command(const struct dataset *dataset, bool force)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	fprintf(file, COMMAND_BEGIN "%s", force ? "--force " : "");
	for (size_t i = 0; i < dataset->run_count; i++)
		fprintf(file, "--run %lld ", (long long)dataset->runs[i].id);
	fprintf(file, "strategy=%s strategy=%s", dataset->input.base_name,
		dataset->input.candidate_name);
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}

static int make_probes(struct loaded *loaded, uint32_t *count, struct error *error)
{
	const struct dataset *dataset = loaded->dataset;
	int result = probe_make(&dataset->input, dataset->unrecorded, dataset->unrecorded_count,
				&loaded->probes, count);

	return result ? error_set(error, -result, "out of memory") : 0;
}

static int load_strategies(const struct load_options *options, struct loaded *loaded,
			   struct error *error)
{
	static const int64_t newest = 0;
	struct dataset_arm base = { 0 }, candidate = { 0 };
	int result;

	result = options->base ? named_arms(options, &base, &candidate, error) :
				 default_strategies(loaded->store, options, &base, &candidate, error);
	if (!result)
		result = dataset_load(loaded->store, options->run_count ? options->runs : &newest,
				      options->run_count ? options->run_count : 1, &base,
				      &candidate, options->force, &loaded->dataset, error);
	if (result)
		return result;
	loaded->command = strategies_command(loaded->dataset, options->force);
	return loaded->command ? 0 : error_set(error, ENOMEM, "out of memory");
}

/* What can be wrong with the names is said before anybody looks for a store. */
static int check_names(const struct load_options *options, bool *builds, struct error *error)
{
	struct dataset_arm base = { 0 }, candidate = { 0 };

	*builds = options->base && pick_is_runs(options->base);
	if (!options->base)
		return 0;
	if (*builds != pick_is_runs(options->candidate))
		return error_set(error, EINVAL,
				 "compare %s %s: give strategy=NAME twice, or two sets of runs",
				 options->base, options->candidate);
	return *builds ? 0 : named_arms(options, &base, &candidate, error);
}

int load_comparison(const struct load_options *options, struct loaded *loaded,
		    struct error *error)
{
	uint32_t probe_count = 0;
	bool builds;
	int result;

	memset(loaded, 0, sizeof(*loaded));
	result = check_names(options, &builds, error);
	if (result)
		return result;
	result = command_open_store(options->store, STORE_READ, &loaded->store, error);
	if (result)
		return result;
	result = builds ? load_builds(options, loaded, error) :
			  load_strategies(options, loaded, error);
	if (!result && !builds)
		result = counted_load(loaded->store, loaded->dataset->runs[0].id, &loaded->counted,
				      error);
	if (!result)
		result = comparison_make(&loaded->dataset->input, &loaded->comparison, error);
	if (!result)
		result = make_probes(loaded, &probe_count, error);
	if (result) {
		load_free(loaded);
		return result;
	}
	loaded->report = (struct report){
		.comparison = loaded->comparison,
		.input = &loaded->dataset->input,
		.runs = loaded->dataset->runs,
		.run_count = loaded->dataset->run_count,
		.marks = (const char *const *)loaded->dataset->marks,
		.mark_count = loaded->dataset->mark_count,
		.notes = (const char *const *)loaded->dataset->notes,
		.note_count = loaded->dataset->note_count,
		.counted = &loaded->counted,
		.kernels = builds ? &loaded->kernels : NULL,
		.probes = loaded->probes,
		.probe_count = probe_count,
		.command = loaded->command,
		.arguments = loaded->command + strlen(COMMAND_BEGIN),
	};
	return 0;
}

void load_free(struct loaded *loaded)
{
	free(loaded->probes);
	comparison_free(loaded->comparison);
	counted_free(&loaded->counted);
	kernel_pair_free(&loaded->kernels);
	dataset_free(loaded->dataset);
	store_close(loaded->store);
	free(loaded->command);
	memset(loaded, 0, sizeof(*loaded));
}
