// SPDX-License-Identifier: GPL-2.0-or-later
/* From names on the command line to the runs and strategies they mean. */
#include "cmd/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/pick.h"
#include "store/store_baseline.h"

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
		return error_out_of_memory(error);
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

int load_check_names(const struct load_options *options, bool *builds, struct error *error)
{
	struct dataset_arm base = { 0 }, candidate = { 0 };

	*builds = options->base && pick_is_runs(options->base);
	if (options->baseline && !options->replay) {
		*builds = true;
		if (!options->candidate || !pick_is_runs(options->candidate) ||
		    (options->base && !pick_is_runs(options->base)))
			return error_set(error, EINVAL,
					 "compare --baseline %.80s: give CANDIDATE, or BASE and "
					 "CANDIDATE, as sets of runs", options->baseline);
		return 0;
	}
	if (!options->base)
		return 0;
	if (*builds != pick_is_runs(options->candidate))
		return error_set(error, EINVAL,
				 "compare %s %s: give strategy=NAME twice, or two sets of runs",
				 options->base, options->candidate);
	return *builds ? 0 : named_arms(options, &base, &candidate, error);
}

/* The plan's first two strategies, where none were named. */
static int default_strategies(const struct store_run *run, struct request *request,
			      struct error *error)
{
	struct plan *plan = NULL;
	int result = plan_from_json(run->plan_json, strlen(run->plan_json), &plan, error);
	if (!result && plan->strategy_count < 2)
		result = error_set(error, EINVAL, "run %lld has one strategy: nothing to compare",
				   (long long)run->id);
	if (!result) {
		request->sides[ARM_BASE].arm.strategy = plan->strategies[0];
		request->sides[ARM_CANDIDATE].arm.strategy = plan->strategies[1];
	}
	plan_free(plan);
	return result;
}

static int resolve_strategies(struct store *store, const struct load_options *options,
			      struct request *request, struct error *error)
{
	struct store_run first = { 0 };
	int result;

	request->design = DESIGN_IN_BOOT;
	result = store_run_get(store, options->run_count ? options->runs[0] : 0, &first, error);
	if (result)
		return result;
	request->run_count = options->run_count ? options->run_count : 1;
	request->runs = calloc(request->run_count, sizeof(*request->runs));
	if (!request->runs) {
		result = error_out_of_memory(error);
	} else {
		request->runs[0] = first.id;
		for (size_t i = 1; i < request->run_count; i++)
			request->runs[i] = options->runs[i];
		result = options->base ? named_arms(options, &request->sides[ARM_BASE].arm,
						    &request->sides[ARM_CANDIDATE].arm, error) :
					 default_strategies(&first, request, error);
	}
	store_run_free(&first);
	return result;
}

/* The picks become the request's, whatever happened; `from` is the first side they are of. */
static int take_picks(struct pick *picks, size_t from, struct request *request, int result,
		      struct error *error)
{
	for (size_t arm = from; arm < ARM_COUNT; arm++) {
		struct request_side *side = &request->sides[arm];

		side->name = strdup(picks[arm].name);
		side->note = strdup(picks[arm].note);
		side->runs = picks[arm].runs;
		side->run_count = picks[arm].count;
		picks[arm].runs = NULL;
		pick_free(&picks[arm]);
		if (!result && (!side->name || !side->note))
			result = error_out_of_memory(error);
	}
	return result;
}

static int take_baseline(struct store *store, const char *name, struct request *request,
			 struct error *error)
{
	struct request_baseline *baseline = &request->baseline;
	struct store_baseline stored;
	int result = store_baseline_get(store, name, &stored, error);

	if (result)
		return result;
	baseline->name = stored.name;
	baseline->runs = stored.runs;
	baseline->run_count = stored.run_count;
	stored.name = NULL;
	stored.runs = NULL;
	store_baseline_free(&stored);
	return 0;
}

/* The stored baseline as the base. */
static int base_of_baseline(struct request *request, struct error *error)
{
	struct request_side *side = &request->sides[ARM_BASE];
	const struct request_baseline *baseline = &request->baseline;

	side->name = strdup(baseline->name);
	side->note = strdup("");
	side->runs = malloc((baseline->run_count + 1) * sizeof(*side->runs));
	if (!side->name || !side->note || !side->runs)
		return error_out_of_memory(error);
	memcpy(side->runs, baseline->runs, baseline->run_count * sizeof(*side->runs));
	side->run_count = baseline->run_count;
	return 0;
}

static int resolve_baseline(struct store *store, const struct load_options *options,
			    struct request *request, struct error *error)
{
	struct pick picks[ARM_COUNT] = { 0 };
	int result = take_baseline(store, options->baseline, request, error);

	if (result)
		return result;
	request->baseline.is_base = !options->base;
	if (options->base)
		return 0;
	result = pick_set(store, options->candidate, options->runs, options->run_count,
			  &picks[ARM_CANDIDATE], error);
	result = take_picks(picks, ARM_CANDIDATE, request, result, error);
	return result ? result : base_of_baseline(request, error);
}

static int resolve_builds(struct store *store, const struct load_options *options,
			  struct request *request, struct error *error)
{
	struct pick picks[ARM_COUNT];
	int result = 0;

	request->design = DESIGN_BUILDS;
	if (options->baseline)
		result = resolve_baseline(store, options, request, error);
	if (result || request->baseline.is_base)
		return result;
	result = pick_sides(store, options->base, options->candidate, options->runs,
			    options->run_count, picks, error);
	return take_picks(picks, ARM_BASE, request, result, error);
}

int load_resolve(struct store *store, const struct load_options *options, struct request *request,
		 struct error *error)
{
	bool builds;
	int result;

	*request = (struct request){
		.force = options->force,
		.calibration_days = options->calibration_days,
	};
	result = load_check_names(options, &builds, error);
	if (result)
		return result;
	return builds ? resolve_builds(store, options, request, error) :
			resolve_strategies(store, options, request, error);
}
