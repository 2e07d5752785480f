// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"

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

static int replay_number(struct load_options *options, const char *text, struct error *error)
{
	uint64_t id;
	int result = command_number("--replay", text, 1, INT64_MAX, &id, error);

	options->replay = (int64_t)id;
	return result;
}

static int calibration_days(struct load_options *options, const char *text, struct error *error)
{
	uint64_t days;
	int result = command_number("--calibration-age", text, 1, CONFIG_CALIBRATION_DAYS_MAX,
				    &days, error);

	options->calibration_days = (uint32_t)days;
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
	case 'B':
		options->baseline = argument;
		break;
	case 'f':
		options->force = true;
		break;
	case 'G':
		return calibration_days(options, argument, error);
	case 'R':
		return replay_number(options, argument, error);
	}
	return 0;
}

int load_names(struct load_options *options, int count, char **names)
{
	if (options->replay || !count)
		return count ? -EINVAL : 0;
	if (count > 2 || (count == 1 && !options->baseline))
		return -EINVAL;
	options->base = count == 2 ? names[0] : NULL;
	options->candidate = names[count - 1];
	return 0;
}

static int load_dataset(const struct request *request, bool force, struct loaded *loaded,
			struct error *error)
{
	struct dataset_side sides[ARM_COUNT];

	if (request->design == DESIGN_IN_BOOT)
		return dataset_load(loaded->store, request->runs, request->run_count,
				    &request->sides[ARM_BASE].arm,
				    &request->sides[ARM_CANDIDATE].arm, force, &loaded->dataset,
				    error);
	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		const struct request_side *side = &request->sides[arm];

		sides[arm] = (struct dataset_side){ .name = side->name, .note = side->note,
						    .runs = side->runs,
						    .run_count = side->run_count };
	}
	sides[ARM_BASE].stored = request->baseline.is_base;
	return dataset_load_builds(loaded->store, &sides[ARM_BASE], &sides[ARM_CANDIDATE], force,
				   &loaded->dataset, error);
}

/* By the first run of each side: the boots of one are all of one build. */
static int load_kernels(struct loaded *loaded, struct error *error)
{
	const struct dataset *dataset = loaded->dataset;
	int64_t runs[ARM_COUNT] = { 0 };

	for (size_t i = dataset->run_count; i-- > 0;)
		runs[dataset->input.boot[i].arm] = dataset->runs[i].id;
	return kernel_pair_load(loaded->store, runs[ARM_BASE], runs[ARM_CANDIDATE],
				&loaded->kernels, error);
}

/* Of the passes of its own that the run may have, behind what was timed. */
static int load_passes(struct loaded *loaded, int64_t run, struct error *error)
{
	const int result = counted_load(loaded->store, run, &loaded->counted, error);

	return result ? result : detailed_load(loaded->store, run, &loaded->detailed, error);
}

static int make_probes(struct loaded *loaded, uint32_t *count, struct error *error)
{
	const struct dataset *dataset = loaded->dataset;
	int result = probe_make(&dataset->input, dataset->unrecorded, dataset->unrecorded_count,
				&loaded->probes, count, error);

	return result == -ENOMEM ? error_out_of_memory(error) : result;
}

/*
 * Is there something that a calibration could say? The virtual clock has no noise, and what
 * recording costs is no strategy.
 */
static bool can_be_calibrated(const struct request *request, const struct dataset *dataset)
{
	if (request->design == DESIGN_BUILDS)
		return !dataset->input.exact;
	return dataset->plan->clock == PLAN_CLOCK_HOST &&
	       !request->sides[ARM_BASE].arm.unrecorded &&
	       !request->sides[ARM_CANDIDATE].arm.unrecorded;
}

/* Everything between the request and a report that can be rendered. */
static int compare_loaded(struct loaded *loaded, struct error *error)
{
	struct request *request = &loaded->request;
	struct dataset *dataset;
	uint32_t probe_count = 0;
	int result = load_dataset(request, request->force, loaded, error);

	if (result)
		return result;
	dataset = loaded->dataset;
	if (!request->calibration_days)
		request->calibration_days = dataset->plan->calibration_days;
	if (request->design == DESIGN_IN_BOOT && !can_be_calibrated(request, dataset))
		request->calibration = REQUEST_UNCALIBRATED;
	dataset->input.suspicion_only = request->baseline.is_base;
	if (request->baseline.name && !request->baseline.is_base)
		result = load_check_environment(loaded, error);
	if (result)
		return result;
	if (request->design == DESIGN_IN_BOOT)
		result = load_passes(loaded, dataset->runs[0].id, error);
	else
		result = load_kernels(loaded, error);
	if (!result)
		result = comparison_make(&dataset->input, &loaded->comparison, error);
	if (!result)
		result = make_probes(loaded, &probe_count, error);
	if (!result && can_be_calibrated(request, dataset))
		result = load_calibration(loaded, error);
	if (result)
		return result;
	if (request->baseline.is_base && load_mark_suspicions(loaded))
		return error_out_of_memory(error);
	loaded->command = load_command(loaded);
	if (!loaded->command)
		return error_out_of_memory(error);
	loaded->report = (struct report){
		.comparison = loaded->comparison,
		.input = &dataset->input,
		.runs = dataset->runs,
		.run_count = dataset->run_count,
		.marks = (const char *const *)dataset->marks,
		.mark_count = dataset->mark_count,
		.notes = (const char *const *)dataset->notes,
		.note_count = dataset->note_count,
		.counted = &loaded->counted,
		.detailed = &loaded->detailed,
		.kernels = request->design == DESIGN_BUILDS ? &loaded->kernels : NULL,
		.probes = loaded->probes,
		.probe_count = probe_count,
		.command = loaded->command,
		.arguments = loaded->command + strlen(COMMAND_BEGIN),
		.store_words = loaded->store_words,
		.inputs = dataset->digest,
		.calibration = loaded->calibrated.id ? &loaded->calibrated : NULL,
	};
	result = load_strategies(loaded, error);
	return result ? result : load_history(loaded, error);
}

int load_comparison(const struct load_options *options, struct loaded *loaded,
		    struct error *error)
{
	bool builds;
	int result;

	memset(loaded, 0, sizeof(*loaded));
	/* What can be wrong with the names is said before anybody looks for a store. */
	result = load_check_names(options, &builds, error);
	if (!result)
		result = command_open_store(options->store, STORE_READ, &loaded->store, error);
	if (result)
		return result;
	loaded->store_given = options->store;
	loaded->store_words = load_store_words(options->store);
	if (!loaded->store_words)
		result = error_out_of_memory(error);
	else
		result = options->replay ? load_replayed(loaded, options->replay, error) :
				   load_resolve(loaded->store, options, &loaded->request, error);
	if (!result)
		result = compare_loaded(loaded, error);
	if (!result && options->replay)
		result = load_check_replay(loaded, error);
	if (result)
		load_free(loaded);
	return result;
}

void load_free(struct loaded *loaded)
{
	free(loaded->probes);
	comparison_free(loaded->comparison);
	counted_free(&loaded->counted);
	counted_free(&loaded->detailed);
	kernel_pair_free(&loaded->kernels);
	loaded_history_free(&loaded->history);
	loaded_strategies_free(&loaded->strategies);
	dataset_free(loaded->dataset);
	request_free(&loaded->request);
	store_verdict_free(&loaded->verdict);
	calibration_free(&loaded->calibration);
	free(loaded->calibrate);
	free(loaded->store_words);
	store_close(loaded->store);
	free(loaded->command);
	memset(loaded, 0, sizeof(*loaded));
}
