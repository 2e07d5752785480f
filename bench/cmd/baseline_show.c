// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/baseline_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/look.h"
#include "cmd/run_json.h"
#include "plan/plan.h"
#include "report/clean.h"
#include "report/text_table.h"
#include "store/likeness.h"
#include "store/runs_text.h"
#include "store/store_baseline.h"

static json_t *baseline_json(const struct store_baseline *baseline)
{
	json_t *runs = json_array();

	for (size_t i = 0; i < baseline->run_count; i++)
		json_array_append_new(runs, json_integer((json_int_t)baseline->runs[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", baseline->name, "made",
			 baseline->made, "program", baseline->program, "note", baseline->note,
			 "runs", runs);
}

static int print_json(json_t *json, struct error *error)
{
	const int failed = !json || json_dumpf(json, stdout, JSON_INDENT(2));

	putchar('\n');
	json_decref(json);
	return failed ? error_out_of_memory(error) : 0;
}

/* ---- list ---- */

struct listing {
	struct store *store;
	struct error *error;
	json_t *json;		/* NULL: as text */
	struct text_table *table;
	size_t count;
};

static const struct text_column columns[] = {
	{ "baseline", ALIGN_LEFT, 0, false }, { "made", ALIGN_LEFT, 3, false },
	{ "plan", ALIGN_LEFT, 2, false },     { "on", ALIGN_LEFT, 4, false },
	{ "kernel", ALIGN_LEFT, 0, false },   { "boots", ALIGN_LEFT, 1, false },
	{ "note", ALIGN_LEFT, 5, false },
};

static int list_row(const struct store_baseline *baseline, void *context)
{
	struct listing *listing = context;
	struct store_run run = { 0 };
	char runs[RUNS_TEXT_BYTES];
	int result;

	if (listing->json)
		return json_array_append_new(listing->json, baseline_json(baseline)) ? -ENOMEM : 0;
	result = store_run_get(listing->store, baseline->runs[0], &run, listing->error);
	if (result)
		return result;
	listing->count++;
	runs_text(baseline->runs, baseline->run_count, runs, sizeof(runs));
	text_table_data(listing->table, baseline->name);
	text_table_data(listing->table, baseline->made);
	text_table_data(listing->table, run.plan_name);
	text_table_data(listing->table, run.lab);
	text_table_data(listing->table, run.kernel);
	text_table_data(listing->table, runs);
	text_table_data(listing->table, baseline->note);
	store_run_free(&run);
	return 0;
}

int baseline_list(struct store *store, bool as_json, struct error *error)
{
	struct listing listing = { .store = store, .error = error,
				   .json = as_json ? json_array() : NULL };
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	int result;

	if (!as_json)
		listing.table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	result = store_baselines_each(store, list_row, &listing, error);
	if (!result && as_json)
		return print_json(listing.json, error);
	json_decref(listing.json);
	if (!result && !listing.count)
		puts("no baselines in the store yet; 'hmmbench baseline set NAME RUNS' makes one");
	if (result || !listing.count)
		text_table_free(listing.table);
	else if (text_table_print_fitted(listing.table, &style, stdout))
		result = error_out_of_memory(error);
	return result;
}

/* ---- show ---- */

#define FACT_BYTES 100

/* Where the facts go, and how wide their names are. */
struct facts {
	FILE *out;
	int width;
};

static int measure_fact(const char *name, const char *value, void *context)
{
	struct facts *facts = context;
	const int width = (int)strlen(name);

	(void)value;
	if (width > facts->width)
		facts->width = width;
	return 0;
}

static int show_fact(const char *name, const char *value, void *context)
{
	const struct facts *facts = context;

	fprintf(facts->out, "  %-*s  %.*s%s\n", facts->width, name, FACT_BYTES, value,
		strlen(value) > FACT_BYTES ? ".." : "");
	return 0;
}

/* The runs are alike: what the first knows holds for all. */
static int show_facts(FILE *out, const struct store_run *run, struct error *error)
{
	struct facts facts = { .out = out };
	struct plan *plan = NULL;
	int result = plan_from_json(run->plan_json, strlen(run->plan_json), &plan, error);

	if (result)
		return result;
	fputs("\nWhat it is compared by\n", out);
	if (likeness_facts(run, plan, measure_fact, &facts) ||
	    likeness_facts(run, plan, show_fact, &facts))
		result = error_out_of_memory(error);
	plan_free(plan);
	return result;
}

static int write_text(FILE *out, struct store *store, const struct store_baseline *baseline,
		      struct error *error)
{
	int result = 0;

	fprintf(out, "baseline %s, made %s by hmmbench %s%s%s\n\nRuns\n", baseline->name, baseline->made,
	       baseline->program, baseline->note[0] ? ": " : "", baseline->note);
	for (size_t i = 0; i < baseline->run_count && !result; i++) {
		struct store_run run = { 0 };

		result = store_run_get(store, baseline->runs[i], &run, error);
		if (result)
			break;
		fprintf(out, "  %5lld  %s  %s on %s, %s; %lld blocks, %lld samples\n", (long long)run.id,
		       run.started, run.plan_name, run.lab, run.kernel, (long long)run.blocks,
		       (long long)run.rows);
		if (i + 1 == baseline->run_count)
			result = show_facts(out, &run, error);
		store_run_free(&run);
	}
	return result;
}

static int show_text(struct store *store, const struct store_baseline *baseline,
		     struct error *error)
{
	struct clean_stream out;
	int result, closed;

	if (clean_stream_open(&out))
		return error_out_of_memory(error);
	result = write_text(out.stream, store, baseline, error);
	closed = clean_stream_close(&out, result ? NULL : stdout);
	return result ? result : closed ? error_out_of_memory(error) : 0;
}

/* With the environment of each run. */
static int show_json(struct store *store, const struct store_baseline *baseline,
		     struct error *error)
{
	json_t *json = baseline_json(baseline), *runs = json_array();
	int result = 0;

	for (size_t i = 0; i < baseline->run_count && !result; i++) {
		struct store_run run = { 0 };

		result = store_run_get(store, baseline->runs[i], &run, error);
		if (!result && json_array_append_new(runs, run_json(&run, true)))
			result = error_out_of_memory(error);
		store_run_free(&run);
	}
	if (json)
		json_object_set_new(json, "runs", runs);
	if (!result)
		return print_json(json, error);
	json_decref(json);
	return result;
}

int baseline_show(struct store *store, const char *name, bool as_json, struct error *error)
{
	struct store_baseline baseline = { 0 };
	int result = store_baseline_get(store, name, &baseline, error);

	if (!result)
		result = as_json ? show_json(store, &baseline, error) :
				   show_text(store, &baseline, error);
	store_baseline_free(&baseline);
	return result;
}
