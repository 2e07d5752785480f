// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/load.h"
#include "cmd/look.h"
#include "cmd/places.h"
#include "cmd/run_boot.h"
#include "cmd/run_json.h"
#include "cmd/show_campaign.h"
#include "cmd/show_histogram.h"
#include "cmd/show_profiled.h"
#include "cmd/show_tallies.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "report/clean.h"
#include "report/counted_rows.h"
#include "report/text_counted.h"
#include "report/strategies.h"
#include "store/counted.h"
#include "store/detailed.h"
#include "store/profiled.h"
#include "store/store.h"

/* A value of the environment or the lab on one line; long ones (topology) by their size. */
static void show_member(FILE *out, const char *key, const json_t *value, int depth)
{
	const char *text = json_string_value(value);
	const char *name;
	json_t *member;
	size_t i;

	if (json_is_object(value)) {
		fprintf(out, "%*s%s:\n", 2 * depth, "", key);
		json_object_foreach((json_t *)value, name, member)
			show_member(out, name, member, depth + 1);
	} else if (json_is_array(value)) {
		fprintf(out, "%*s%s:", 2 * depth, "", key);
		json_array_foreach((json_t *)value, i, member) {
			char *dump = json_dumps(member, JSON_ENCODE_ANY | JSON_COMPACT);

			text = json_string_value(member);
			fprintf(out, " %s", text ? text : dump ? dump : "?");
			free(dump);
		}
		putc('\n', out);
	} else if (text && strlen(text) > 400) {
		fprintf(out, "%*s%s: %zu bytes, in --json\n", 2 * depth, "", key, strlen(text));
	} else if (text) {
		fprintf(out, "%*s%s: %s\n", 2 * depth, "", key, text);
	} else if (json_is_null(value)) {
		fprintf(out, "%*s%s: unavailable\n", 2 * depth, "", key);
	} else {
		char *dump = json_dumps(value, JSON_ENCODE_ANY);

		fprintf(out, "%*s%s: %s\n", 2 * depth, "", key, dump ? dump : "?");
		free(dump);
	}
}

static void show_json_text(FILE *out, const char *title, const char *text,
			   const char *leave_out)
{
	json_t *json = json_loads(text, 0, NULL);
	const char *key;
	json_t *value;

	fprintf(out, "\n%s\n", title);
	if (!json || !json_object_size(json))
		fputs("  none arrived\n", out);
	json_object_foreach(json, key, value)
		if (!leave_out || strcmp(key, leave_out))
			show_member(out, key, value, 1);
	json_decref(json);
}

/* Where notes are written, below a heading that stands before the first. */
struct noted {
	FILE *out;
	bool any;
};

static int show_note(const char *note_json, void *context)
{
	json_t *json = json_loads(note_json, 0, NULL);
	const char *level = json_string_value(json_object_get(json, "level"));
	const char *text = json_string_value(json_object_get(json, "text"));
	const char *cell = json_string_value(json_object_get(json, "cell"));
	struct noted *noted = context;

	if (!noted->any)
		fputs("\nnotes\n", noted->out);
	noted->any = true;
	fprintf(noted->out, "  %s: %s%s%s\n", level ? level : "info", cell ? cell : "", cell ? ": " : "",
	       text ? text : "");
	json_decref(json);
	return 0;
}

static int add_note(const char *note_json, void *context)
{
	return json_array_append_new(context, json_loads(note_json, 0, NULL)) ? -ENOMEM : 0;
}

/* What a run's blocks told, beside their samples. */
struct told {
	struct tally *tallies;
	size_t tally_count;
	struct counted counted, detailed;
	struct profiled profiled;
	struct loaded_strategies strategies;
	char *folder;	/* the run's */
};

/* Every strategy side by side; null where there are no more than two. */
static json_t *told_strategies_json(const struct told *told)
{
	const struct report_strategies *shown = loaded_strategies_shown(&told->strategies);
	bool failed = false;

	return shown ? strategies_json(shown, &failed) : json_null();
}

static int print_strategies(FILE *out, const struct told *told)
{
	const struct report_strategies *shown = loaded_strategies_shown(&told->strategies);
	const struct text_style style = {
		.utf8 = text_style_of(&(struct report_options){ 0 }).utf8
	};

	return shown ? text_strategies(out, &style, shown) : 0;
}

static int show_json(struct store *store, const struct store_run *run,
		     const struct told *told, struct error *error)
{
	json_t *json = run_json(run, true), *notes = json_array(), *places = NULL;
	int result = store_notes_each(store, run->id, add_note, notes, error);

	json_object_set_new(json, "notes", notes);
	json_object_set_new(json, "cells", tallies_json(told->tallies, told->tally_count));
	if (!result)
		result = places_json(store, run, &places, error);
	json_object_set_new(json, "strategies", told_strategies_json(told));
	json_object_set_new(json, "counters", counted_json(&told->counted));
	json_object_set_new(json, "detailed", detailed_json(&told->detailed));
	json_object_set_new(json, "profile", profiled_json(&told->profiled, told->folder));
	if (!result) {
		json_object_set_new(json, "places", places);
		json_dumpf(json, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(json);
	return result;
}

static void show_head(FILE *out, const struct store_run *run)
{
	const char *end = run->status < 0 ? "killed or still running" :
					    exit_status_text(run->status);
	const bool says_more = run->status_text[0] && strcmp(run->status_text, end);

	fprintf(out, "run %lld%s%s\n", (long long)run->id, run->label[0] ? ", " : "", run->label);
	if (run->campaign)
		fprintf(out, "  campaign %lld, boot %u, pair %u\n", (long long)run->campaign, run->boot,
			run->pair);
	fprintf(out,
		"  plan     %s\n  kernel   %s on %s\n  started  %s\n  ended    %s\n"
		"  end      %s%s%s\n  blocks   %lld, %lld samples, %lld dropped\n",
		run->plan_name, run->kernel, run->lab, run->started,
		run->ended[0] ? run->ended : "-",
		end, says_more ? ": " : "", says_more ? run->status_text : "",
		(long long)run->blocks, (long long)run->rows, (long long)run->dropped);
}

static int write_text(FILE *out, struct store *store, const struct store_run *run,
		      const struct told *told, struct error *error)
{
	const struct text_style style = { 0 };
	struct noted noted = { .out = out };
	json_t *places;
	int result = places_json(store, run, &places, error);

	if (result)
		return result;
	show_head(out, run);
	show_json_text(out, "lab", run->lab_json, NULL);
	show_json_text(out, "environment", run->environment_json, "plan");
	show_tallies(told->tallies, told->tally_count, out);
	places_print(places, out);
	json_decref(places);
	result = store_notes_each(store, run->id, show_note, &noted, error);
	if (!result && print_strategies(out, told))
		result = error_out_of_memory(error);
	if (!result && (text_counted(out, &style, &told->counted, &counted_words) ||
			text_counted(out, &style, &told->detailed, &detailed_words)))
		result = error_out_of_memory(error);
	if (!result && json_array_size(told->profiled.blocks)) {
		putc('\n', out);
		show_profiled(&told->profiled, told->folder, out);
	}
	return result;
}

/* All of it passes one place on its way out: what a stream says can do a terminal no harm. */
static int show_text(struct store *store, const struct store_run *run,
		     const struct told *told, struct error *error)
{
	struct clean_stream out;
	int result, closed;

	if (clean_stream_open(&out))
		return error_out_of_memory(error);
	result = write_text(out.stream, store, run, told, error);
	closed = clean_stream_close(&out, result ? NULL : stdout);
	return result ? result : closed ? error_out_of_memory(error) : 0;
}

static int show_run(struct store *store, const char *store_path, int64_t id, bool as_json,
		    struct error *error)
{
	struct told told = { 0 };
	struct store_run run = { 0 };
	int result = store_run_get(store, id, &run, error);

	if (result)
		return result;
	result = tallies_load(store, run.id, &told.tallies, &told.tally_count, error);
	if (!result)
		result = counted_load(store, run.id, &told.counted, error);
	if (!result)
		result = detailed_load(store, run.id, &told.detailed, error);
	if (!result)
		result = profiled_load(store, run.id, &told.profiled, error);
	if (!result)
		result = loaded_strategies_make(store, &run.id, 1, false, &told.strategies, error);
	told.folder = path_run_folder(store_path, run.id);
	if (!result && !told.folder)
		result = error_out_of_memory(error);
	if (!result)
		result = (as_json ? show_json : show_text)(store, &run, &told, error);
	counted_free(&told.counted);
	counted_free(&told.detailed);
	profiled_free(&told.profiled);
	loaded_strategies_free(&told.strategies);
	free(told.folder);
	free(told.tallies);
	store_run_free(&run);
	return result;
}

struct show_options {
	const char *store;
	uint64_t id;
	bool campaign, histogram;
	const char *histogram_only;	/* an option that was given and belongs to --histogram */
	struct show_histogram shown;
};

static int show_option(int option, struct show_options *options, struct error *error)
{
	switch (option) {
	case 'c':
		options->campaign = true;
		break;
	case 'j':
		options->shown.json = true;
		break;
	case 'g':
		options->histogram = true;
		break;
	case 'C':
		options->histogram_only = "--cell";
		options->shown.cells = optarg;
		break;
	case 'p':
		options->histogram_only = "--phase";
		options->shown.column = sample_column_lookup(optarg);
		if (options->shown.column < 0 || !sample_columns[options->shown.column].is_latency)
			return command_usage(&command_show, error, "--phase %s: no phase; such are "
					     "walk, callbacks, lock_wait and whole", optarg);
		break;
	case 'S':
		options->store = optarg;
		break;
	}
	return 0;
}

static int show_options(int argc, char **argv, struct show_options *options, struct error *error)
{
	static const struct option longs[] = {
		{ "campaign", no_argument, NULL, 'c' },
		{ "histogram", no_argument, NULL, 'g' },
		{ "cell", required_argument, NULL, 'C' },
		{ "phase", required_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_show, argc, argv, "", longs, error)) >= 0) {
		result = show_option(option, options, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option;
	if (argc - optind > 1)
		return command_usage(&command_show, error, "give at most one number");
	if (options->campaign && options->histogram)
		return command_usage(&command_show, error, "--histogram is of a run, not a campaign");
	if (options->histogram_only && !options->histogram)
		return command_usage(&command_show, error, "%s is for --histogram",
				     options->histogram_only);
	return optind < argc ? command_number("show", argv[optind], 1, INT64_MAX, &options->id, error) :
			       0;
}

static int show_histogram_of(struct store *store, const struct show_options *options,
			     struct error *error)
{
	const struct report_options look = command_look();
	struct store_run run = { 0 };
	int result = store_run_get(store, (int64_t)options->id, &run, error);

	if (!result)
		result = show_histogram(store, run.id, &options->shown, &look, error);
	store_run_free(&run);
	return result;
}

static int show(int argc, char **argv, struct error *error)
{
	struct show_options options = { .shown.column = -1 };
	struct store *store = NULL;
	char *path;
	int result = show_options(argc, argv, &options, error);

	if (result)
		return result == -ECANCELED ? 0 : result;
	result = command_open_store(options.store, STORE_READ, &store, error);
	path = options.store ? strdup(options.store) : path_store();
	if (!result && !path)
		result = error_out_of_memory(error);
	if (!result && options.histogram)
		result = show_histogram_of(store, &options, error);
	else if (!result && options.campaign)
		result = show_campaign(store, (int64_t)options.id, options.shown.json, error);
	else if (!result)
		result = show_run(store, path, (int64_t)options.id, options.shown.json, error);
	if (result == -ENOENT)
		error->exit_status = STATUS_USAGE;
	store_close(store);
	free(path);
	return result;
}

const struct command command_show = {
	.name = "show",
	.arguments = "[OPTION]... [ID]",
	.help = "show a run: how it ended, the environment it was taken in, its counters",
	.options = "  Default: the newest.\n\n"
		   "      --campaign       ID is a campaign: its kernels, what differs between their\n"
		   "                       configurations, and its boots\n"
		   "      --histogram      how the samples of each cell are distributed, instead\n"
		   "      --cell PATTERN   of cells whose name matches, as 'exit/*'; with --histogram\n"
		   "      --phase NAME     of walk, callbacks, lock_wait, whole ...; default: what is\n"
		   "                       judged of the cell; with --histogram\n"
		   "      --json           print JSON, with plan and topology\n"
		   "      --store FILE     instead of the usual store\n",
	.run = show,
};
