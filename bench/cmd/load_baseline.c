// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stored baseline beside a comparison. It was measured on other nights, and a night has a level
 * of its own, so that it decides nothing on the host clock: against it a difference is a suspicion.
 * What it can tell is whether tonight's base is still what the same build was then.
 */
#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "report/phrase.h"
#include "store/dataset_internal.h"

#define NAMED_MAX 4	/* differences that are named, the others are counted */

/* Does the quantile differ, or would it, were the nights the same? */
static bool differs(const struct report *report, const struct effect *effect)
{
	return effect->verdict == VERDICT_REGRESSED || effect->verdict == VERDICT_IMPROVED ||
	       effect_is_suspicion(report->input, effect);
}

static bool result_differs(const struct report *report, const struct cell_result *result)
{
	for (size_t i = 0; i < GATED_COUNT && result->gated; i++)
		if (differs(report, &result->effect[i]))
			return true;
	return false;
}

/* How many judged results differ, of how many that were judged. */
static uint32_t count_different(const struct report *report, uint32_t *judged)
{
	uint32_t count = 0;

	*judged = 0;
	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		const struct cell_result *result = &report->comparison->results[i];

		*judged += result->gated && result->verdict != VERDICT_NONE;
		count += result_differs(report, result);
	}
	return count;
}

static void write_result(FILE *file, const struct report *report, const struct cell_result *result)
{
	phrase_result(file, report, result);
	for (size_t i = 0; i < GATED_COUNT; i++) {
		if (!differs(report, &result->effect[i]))
			continue;
		fputs(", ", file);
		phrase_effect(file, result, i);
	}
}

/* "in 2 of 4 judged results: exit, 1024 mirrors (walk), p50 +9.1 % (..); ..", malloc'ed. */
static char *differences_text(const struct report *report, uint32_t count, uint32_t judged)
{
	char *text = NULL;
	uint32_t named = 0;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	fprintf(file, "in %u of %u judged results", count, judged);
	for (uint32_t i = 0; i < report->comparison->result_count && named < NAMED_MAX; i++) {
		if (!result_differs(report, &report->comparison->results[i]))
			continue;
		fputs(named++ ? "; " : ": ", file);
		write_result(file, report, &report->comparison->results[i]);
	}
	if (named < count)
		fprintf(file, "; and %u more", count - named);
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}

/* A line in front of the others. -ENOMEM. */
static int add_first_mark(struct dataset *dataset, const char *what, const char *text)
{
	char **grown = reallocarray(dataset->marks, dataset->mark_count + 1, sizeof(*grown));
	char *line;

	if (!grown)
		return -ENOMEM;
	dataset->marks = grown;
	if (asprintf(&line, "%s %s", what, text) < 0)
		return -ENOMEM;
	memmove(grown + 1, grown, dataset->mark_count++ * sizeof(*grown));
	grown[0] = line;
	return 0;
}

int load_mark_suspicions(struct loaded *loaded)
{
	const struct report report = { .comparison = loaded->comparison,
				       .input = &loaded->dataset->input };
	uint32_t judged, count = count_different(&report, &judged);
	char *text, what[120];
	int result;

	if (!count || report.input->exact)
		return 0;
	text = differences_text(&report, count, judged);
	if (!text)
		return -ENOMEM;
	snprintf(what, sizeof(what), "SUSPICION: %.60s differs from the baseline",
		 report.input->candidate_name);
	result = add_first_mark(loaded->dataset, what, text);
	free(text);
	return result;
}

/* ---- tonight's base against its baseline ---- */

/* What was compared, as far as the phrases need it. */
struct environment {
	struct dataset *dataset;
	struct comparison *comparison;
	struct report report;
};

static int compare_environment(const struct loaded *loaded, struct environment *environment,
			       struct error *error)
{
	const struct request *request = &loaded->request;
	const struct request_side *base = &request->sides[ARM_BASE];
	const struct dataset_side sides[ARM_COUNT] = {
		{ .name = request->baseline.name, .note = "", .runs = request->baseline.runs,
		  .run_count = request->baseline.run_count, .stored = true, .same_build = true },
		{ .name = loaded->dataset->names[ARM_BASE], .note = "", .runs = base->runs,
		  .run_count = base->run_count },
	};
	int result = dataset_load_builds(loaded->store, &sides[0], &sides[1], request->force,
					 &environment->dataset, error);

	if (!result) {
		/* What the boots share with the control is the environment itself. */
		environment->dataset->input.keep_shared = true;
		result = comparison_make(&environment->dataset->input, &environment->comparison,
					 error);
	}
	if (result)
		error_prefix(error, "%s against its baseline %s", loaded->dataset->names[ARM_BASE],
			     request->baseline.name);
	else
		environment->report = (struct report){ .comparison = environment->comparison,
						       .input = &environment->dataset->input };
	return result;
}

/* By force: the report says what should have stopped it, on top. */
static int mark_forced(struct loaded *loaded, const struct environment *environment)
{
	const struct dataset *dataset = environment->dataset;
	int result = 0;

	for (size_t i = dataset->mark_count; i-- > 0 && !result;)
		if (strstr(dataset->marks[i], "by force"))
			result = add_first_mark(loaded->dataset, "base and its baseline:",
						dataset->marks[i]);
	return result;
}

static int settle_environment(struct loaded *loaded, const struct environment *environment,
			      struct error *error)
{
	const struct request *request = &loaded->request;
	struct dataset *dataset = loaded->dataset;
	uint32_t judged, count = count_different(&environment->report, &judged);
	char *text = differences_text(&environment->report, count, judged), what[240];
	int result = text ? mark_forced(loaded, environment) : -ENOMEM;

	snprintf(what, sizeof(what), "ENVIRONMENT CHANGED: %.60s is not what its baseline %s says",
		 dataset->names[ARM_BASE], request->baseline.name);
	if (!result && !count) {
		result = dataset_add_line(&dataset->notes, &dataset->note_count,
					  "%s is as its baseline %s says: no difference in %u judged "
					  "results", dataset->names[ARM_BASE], request->baseline.name,
					  judged);
	} else if (!result && request->force) {
		result = add_first_mark(dataset, what, text);
	} else if (!result) {
		error->exit_status = STATUS_NOT_COMPARABLE;
		result = error_set(error, EXDEV, "%s %.700s; find out what did, or --force compares all "
				   "the same", what, text);
	}
	free(text);
	return result == -ENOMEM ? error_out_of_memory(error) : result;
}

int load_check_environment(struct loaded *loaded, struct error *error)
{
	struct environment environment = { 0 };
	int result = compare_environment(loaded, &environment, error);

	if (!result)
		result = settle_environment(loaded, &environment, error);
	comparison_free(environment.comparison);
	dataset_free(environment.dataset);
	return result;
}
