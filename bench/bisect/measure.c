// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/measure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "bisect/tree_build.h"
#include "stats/comparison.h"
#include "store/counts.h"

#define VIRTUAL_ENDS .002 /* a commit of one instruction in five hundred is worth finding */
#define HOST_ENDS    .02  /* the smallest effect of interest */
#define NO_MANS_LAND .25  /* of the way from the middle to either end */

/* ---- the configuration of one cell ---- */

/* The strategy that is judged, and another one, since a plan compares. */
static int write_config(const struct measure *measure, const char *path, struct error *error)
{
	const struct cell *cell = &measure->cell;
	/* Of a core with a strategy of its own they are said and not used. */
	const uint32_t chosen = core_has_own_strategy(cell->core) ? strategy_names[0].value
								   : measure->strategy;
	const bool first = strategy_names[0].value == chosen;
	const uint32_t other = strategy_names[first].value;
	char profile[64], memory[32], layout[CELL_LAYOUT_BYTES], *text;
	int result;

	cell_profile_name(cell, profile, sizeof(profile));
	cell_layout_name(cell, layout, sizeof(layout));
	bytes_name(cell->memory_bytes, memory, sizeof(memory));
	text = path_printf(
		"[plan]\nname = bisect\nseed = 20190108\nstrategies = %s, %s\nquartets = %d\n"
		"operations = 4\n\n[vm]\nnodes = 2\ncpus = 4\nmemory = 1G\n\n[cells bisect]\n"
		"workload = %s\ncore = %s\nprofile = %s\n%s%.0u%slayout = %s\nthreads = %u\n"
		"processes = %u\nmemory = %s\n",
		name_of(strategy_names, chosen), name_of(strategy_names, other),
		measure->clock == PLAN_CLOCK_VIRTUAL ? 4 : 20,
		name_of(workload_names, cell->workload), name_of(core_names, cell->core), profile,
		cell->mirrors ? "mirrors = " : "", cell->mirrors, cell->mirrors ? "\n" : "", layout,
		cell->threads, cell->processes, memory);
	if (!text)
		return error_out_of_memory(error);
	result = path_write_file(path, text, strlen(text), error);
	free(text);
	return result;
}

/* ---- one boot ---- */

/* Statuses of `run` that are the commit's fault, not the machine's: the next one may do. */
static bool is_the_commits(int status)
{
	static const int faults[] = {
		STATUS_NO_BOOT, STATUS_PANIC,	   STATUS_WOUNDED, STATUS_LOCKUP, STATUS_HANG,
		STATUS_TIMEOUT, STATUS_CUT_STREAM, STATUS_MODULE,  STATUS_AGENT,  STATUS_KERNEL,
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (faults[i] == status)
			return true;
	return false;
}

/* "hmmbench run" as a process of its own: its status says how it ended, its store has the rest. */
static int boot(const struct measure *measure, const char *config, const char *label,
		struct error *error)
{
	char *kernel = measure->module ? path_printf("%s@%s/%s", measure->kernel, measure->tree,
						     measure->module)
				       : strdup(measure->build);
	const char *const argv[] = {
		"/proc/self/exe", "run",
		"--clock",	  measure->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host",
		"--kernel",	  kernel,
		"--label",	  label,
		"--store",	  measure->store,
		"--progress",	  "none",
		config,		  NULL
	};
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	int status = 0, result;
	pid_t pid;

	if (!kernel)
		return error_out_of_memory(error);
	options.stderr_fd = STDERR_FILENO;
	options.die_with_parent = 1;
	result = spawn_start(argv, &options, &pid, error);
	free(kernel);
	if (!result)
		result = spawn_wait(pid, &status);
	if (result)
		return result;
	if (status == STATUS_INTERRUPTED || status > 255)
		return error_set(error, EINTR, "interrupted");
	if (!status)
		return 0;
	error->exit_status = status;
	return error_set(error, is_the_commits(status) ? ENOEXEC : EIO, "%s: %s", label,
			 exit_status_text(status));
}

/* ---- from runs to lengths ---- */

static int add_length(const struct measure *measure, struct store *store, int64_t run,
		      struct lengths *lengths, struct error *error)
{
	const enum sample_column column = workload_columns(measure->cell.workload)[0];
	char name[CELL_NAME_BYTES];
	struct count *counts;
	size_t count;
	int result = counts_load(store, run, &counts, &count, error);

	if (result)
		return result;
	cell_name(&measure->cell, name);
	result = error_set(error, ENOEXEC, "run %" PRId64 " has no sample of %s with strategy %s",
			   run, name, strategy_name(measure->strategy));
	for (size_t i = 0; i < count; i++) {
		if (counts[i].strategy != measure->strategy || counts[i].column != column ||
		    strcmp(counts[i].cell, name))
			continue;
		lengths->runs[lengths->count] = run;
		lengths->values[lengths->count++] = (double)(measure->clock == PLAN_CLOCK_VIRTUAL
								     ? counts[i].minimum_insns
								     : counts[i].median_insns);
		error->text[0] = '\0';
		result = 0;
	}
	free(counts);
	return result;
}

/* Runs of one label, newest first, as long as they are whole. */
struct search {
	const char *label;
	uint32_t wanted;
	struct lengths found;
};

static int is_labelled(const struct store_run *run, void *context)
{
	struct search *search = context;

	if (run->status == STATUS_OK && !strcmp(run->label, search->label))
		search->found.runs[search->found.count++] = run->id;
	return search->found.count == search->wanted;
}

int measure_labelled(const struct measure *measure, const char *label, struct lengths *lengths,
		     struct error *error)
{
	struct search search = { .label = label, .wanted = measure->boots };
	struct store *store = NULL;
	int result = store_open(measure->store, STORE_READ, &store, error);

	lengths->count = 0;
	if (!result)
		result = store_runs_each(store, is_labelled, &search, error);
	if (result >= 0) {
		result = 0;
		if (!search.found.count)
			result = error_set(error, ENOENT, "%s: no whole run with the label '%s'",
					   measure->store, label);
	}
	for (uint32_t i = search.found.count; i-- && !result;)
		result = add_length(measure, store, search.found.runs[i], lengths, error);
	store_close(store);
	return result;
}

int measure_commit(const struct measure *measure, const char *label, struct lengths *lengths,
		   struct error *error)
{
	char *config = path_printf("%s/cell.conf", measure->folder);
	char *log = path_printf("%s/build.log", measure->folder);
	int result;

	lengths->count = 0;
	if (!config || !log)
		result = error_out_of_memory(error);
	else
		result = write_config(measure, config, error);
	if (!result && !measure->module)
		result = tree_build(measure->tree, measure->build, log, error);
	for (uint32_t i = 0; i < measure->boots && !result; i++)
		result = boot(measure, config, label, error);
	if (!result)
		result = measure_labelled(measure, label, lengths, error);
	free(config);
	free(log);
	return result;
}

/* ---- judging ---- */

static int compare_values(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void sorted(const struct lengths *lengths, double values[MEASURE_BOOTS_MAX])
{
	memcpy(values, lengths->values, lengths->count * sizeof(*values));
	qsort(values, lengths->count, sizeof(*values), compare_values);
}

double lengths_median(const struct lengths *lengths)
{
	double values[MEASURE_BOOTS_MAX];

	if (!lengths->count)
		return NAN;
	sorted(lengths, values);
	return (values[(lengths->count - 1) / 2] + values[lengths->count / 2]) / 2;
}

enum measure_likeness measure_likeness(const struct lengths *good, const struct lengths *bad,
				       const struct lengths *commit)
{
	const double low = log(lengths_median(good)), high = log(lengths_median(bad));
	const double place = (log(lengths_median(commit)) - (low + high) / 2) / ((high - low) / 2);

	if (!(fabs(place) >= NO_MANS_LAND))
		return LIKE_NEITHER;
	return place > 0 ? LIKE_BAD : LIKE_GOOD;
}

int measure_ends(const struct measure *measure, const struct lengths *good,
		 const struct lengths *bad, struct error *error)
{
	const bool virtual = measure->clock == PLAN_CLOCK_VIRTUAL;
	const double least = virtual ? VIRTUAL_ENDS : HOST_ENDS;
	const double from = lengths_median(good), to = lengths_median(bad);
	double good_values[MEASURE_BOOTS_MAX], bad_values[MEASURE_BOOTS_MAX];

	sorted(good, good_values);
	sorted(bad, bad_values);
	if (to > from * (1 + least) && good_values[good->count - 1] < bad_values[0])
		return 0;
	return error_set(error, ERANGE,
			 "the bad end is not longer than the good one: %.0f %s then, "
			 "%.0f now%s",
			 from, virtual ? "instructions" : "ns", to,
			 virtual ? ""
				 : ", or their boots overlap; --clock virtual or more --boots "
				   "tell more");
}
