// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report for a kernel results database: KCIDB's I/O schema, version 5.0. The kernel that is
 * judged is a checkout and a build; each judged quantile is a test of it.
 *
 * FAIL is REGRESSED, PASS is IMPROVED or EQUIVALENT; INCONCLUSIVE is DONE (it was measured and
 * says nothing of the code) and a quantile without a verdict SKIP. "number" is the
 * candidate's latency, everything else is under "misc". Properties that have no value are
 * left out: the schema has no null.
 */
#include "report/formats.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/json_value.h"
#include "report/phrase.h"
#include "report/selection.h"

#define ORIGIN	    "hmmbench"
#define KCIDB_MAJOR 5
#define KCIDB_MINOR 0
#define ID_BYTES    512

static const char *const statuses[] = {
	[VERDICT_EQUIVALENT] = "PASS",	 [VERDICT_IMPROVED] = "PASS", [VERDICT_REGRESSED] = "FAIL",
	[VERDICT_INCONCLUSIVE] = "DONE", [VERDICT_NONE] = "SKIP",
};

struct kcidb {
	const struct report *report;
	json_t *tests;
	bool *failed;
};

/* A run of the kernel that is judged; inside boots there is one kernel. */
static const struct store_run *candidate_run(const struct report *report)
{
	const struct comparison_input *input = report->input;

	for (size_t i = 0; i < report->run_count && i < input->boots; i++)
		if (!input->boot || input->boot[i].arm == ARM_CANDIDATE)
			return &report->runs[i];
	return report->run_count ? &report->runs[0] : NULL;
}

static const char *kernel_of(const struct store_run *run)
{
	return run && run->kernel && run->kernel[0] ? run->kernel : "elsewhere";
}

static void make_id(char text[ID_BYTES], const struct report *report, const char *rest)
{
	const struct store_run *run = candidate_run(report);

	if (rest)
		snprintf(text, ID_BYTES, ORIGIN ":%s/%s/%s..%s/%s", kernel_of(run),
			 run && run->started ? run->started : "", report->input->base_name,
			 report->input->candidate_name, rest);
	else
		snprintf(text, ID_BYTES, ORIGIN ":%s", kernel_of(run));
	for (char *at = text; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = '_';
}

/* A node of a test's path takes letters, digits, '-' and '_'. */
static void path_node(char *text)
{
	for (; *text; text++)
		if (!isascii((unsigned char)*text) ||
		    (!isalnum((unsigned char)*text) && *text != '-' && *text != '_'))
			*text = '_';
}

static void set_unless_null(struct json_object *object, const char *key, double value)
{
	if (isfinite(value))
		json_set(object, key, json_real(value));
}

static json_t *test_misc(const struct kcidb *kcidb, const struct report_case *test)
{
	struct json_object misc = json_object_new(kcidb->failed);
	const struct effect *effect = test->effect;

	json_set(&misc, "cell", json_text(test->cell));
	json_set(&misc, "column", json_text(column_name(test->result->column)));
	json_set(&misc, "quantile", json_real(gated_quantiles[test->quantile]));
	json_set(&misc, "base", json_text(kcidb->report->input->base_name));
	json_set(&misc, "candidate", json_text(kcidb->report->input->candidate_name));
	json_set(&misc, "verdict", json_text(verdict_name(effect->verdict)));
	set_unless_null(&misc, "base_ns", test->base_ns);
	set_unless_null(&misc, "candidate_ns", test->candidate_ns);
	set_unless_null(&misc, "estimate", effect->estimate);
	set_unless_null(&misc, "low", effect->low);
	set_unless_null(&misc, "high", effect->high);
	set_unless_null(&misc, "p", effect->p);
	set_unless_null(&misc, "p_adjusted", effect->p_adjusted);
	set_unless_null(&misc, "threshold", effect->threshold);
	json_set(&misc, "pairs", json_integer(effect->pairs));
	if (effect->why[0])
		json_set(&misc, "why", json_text(effect->why));
	return misc.json;
}

static json_t *test_environment(const struct kcidb *kcidb, const struct store_run *run)
{
	struct json_object environment = json_object_new(kcidb->failed);
	struct json_object misc = json_object_new(kcidb->failed);

	json_set(&misc, "marks",
		 json_texts(kcidb->report->marks, kcidb->report->mark_count, kcidb->failed));
	json_set(&environment, "comment", json_text(run && run->lab ? run->lab : "elsewhere"));
	json_set(&environment, "misc", misc.json);
	return environment.json;
}

static int add_test(const struct report_case *test, void *context)
{
	const struct kcidb *kcidb = context;
	const struct report *report = kcidb->report;
	const struct store_run *run = candidate_run(report);
	const struct cell *cell = &report->input->cells[test->result->cell];
	struct json_object object = json_object_new(kcidb->failed);
	char id[ID_BYTES], rest[ID_BYTES - 64], path[CELL_NAME_BYTES];

	make_id(id, report, NULL);
	json_set(&object, "build_id", json_text(id));
	snprintf(rest, sizeof(rest), "%s/%s", test->cell, test->name);
	make_id(id, report, rest);
	json_set(&object, "id", json_text(id));
	json_set(&object, "origin", json_string(ORIGIN));
	snprintf(path, sizeof(path), "%s", cell->name ? cell->name : name_of(workload_names, cell->workload));
	path_node(path);
	json_set(&object, "path",
		 json_sprintf(ORIGIN ".%s.%s.%s", path, column_name(test->result->column),
			      gated_quantile_name(test->quantile)));
	json_set(&object, "comment", json_text(test->text));
	json_set(&object, "status", json_string(statuses[test->effect->verdict]));
	if (isfinite(test->candidate_ns)) {
		struct json_object number = json_object_new(kcidb->failed);

		json_set(&number, "value", json_real(test->candidate_ns / 1e9));
		json_set(&number, "unit", json_string("s"));
		json_set(&number, "prefix", json_string("metric"));
		json_set(&object, "number", number.json);
	}
	if (run && run->started && run->started[0])
		json_set(&object, "start_time", json_text(run->started));
	json_set(&object, "environment", test_environment(kcidb, run));
	json_set(&object, "misc", test_misc(kcidb, test));
	json_add(kcidb->tests, object.json, kcidb->failed);
	return 0;
}

static json_t *checkout_json(const struct report *report, bool *failed)
{
	struct json_object object = json_object_new(failed);
	char id[ID_BYTES];

	make_id(id, report, NULL);
	json_set(&object, "id", json_text(id));
	json_set(&object, "origin", json_string(ORIGIN));
	json_set(&object, "comment", json_text(kernel_of(candidate_run(report))));
	if (candidate_run(report))
		json_set(&object, "valid", json_true());
	return object.json;
}

static json_t *build_json(const struct report *report, bool *failed)
{
	struct json_object object = json_object_new(failed);
	char id[ID_BYTES];

	make_id(id, report, NULL);
	json_set(&object, "checkout_id", json_text(id));
	json_set(&object, "id", json_text(id));
	json_set(&object, "origin", json_string(ORIGIN));
	json_set(&object, "comment", json_text(kernel_of(candidate_run(report))));
	/* Of samples that were taken elsewhere nothing is known of what was built, and how. */
	if (candidate_run(report)) {
		json_set(&object, "architecture", json_string("x86_64"));
		json_set(&object, "status", json_string("PASS"));
	}
	return object.json;
}

static int kcidb_render(const struct report *report, const struct report_options *options,
			FILE *file, const char *folder, struct error *error)
{
	bool failed = false;
	struct json_object object = json_object_new(&failed), version = json_object_new(&failed);
	struct kcidb kcidb = { .report = report, .tests = json_array(), .failed = &failed };
	json_t *checkouts = json_array(), *builds = json_array();

	(void)options;
	(void)folder;
	json_set(&version, "major", json_integer(KCIDB_MAJOR));
	json_set(&version, "minor", json_integer(KCIDB_MINOR));
	json_set(&object, "version", version.json);
	json_add(checkouts, checkout_json(report, &failed), &failed);
	json_add(builds, build_json(report, &failed), &failed);
	json_set(&object, "checkouts", checkouts);
	json_set(&object, "builds", builds);
	if (report_cases_each(report, add_test, &kcidb))
		failed = true;
	json_set(&object, "tests", kcidb.tests);
	return json_print(&object, file, error);
}

const struct report_format report_kcidb = {
	.name = "kcidb",
	.help = "KCIDB v5 JSON, for a kernel results database",
	.file = "kcidb.json",
	.render = kcidb_render,
};
