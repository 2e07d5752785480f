// SPDX-License-Identifier: GPL-2.0-or-later
/* hmmbench history: what the nights said, and what changed over them. */
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/look.h"
#include "common/exit_status.h"
#include "report/history_report.h"
#include "store/history.h"
#include "store/history_page.h"

#define ACKNOWLEDGED_MAX 256	/* by one command */

struct history_options {
	const char *store, *note;
	struct history_filter filter;
	bool all, json;
};

/* The nights that are over since the last time come in first; a store that is not there is none. */
static int open_history(const struct history_options *options, struct store **store,
			struct error *error)
{
	int result = command_open_store(options->store, STORE_READ, store, error);

	store_close(*store);
	*store = NULL;
	if (!result)
		result = command_open_store(options->store, STORE_WRITE, store, error);
	return result ? result : history_gather(*store, time(NULL), error);
}

/* To be looked at: who may not write has the nights that were taken in before. */
static int open_to_show(const struct history_options *options, struct store **store,
			struct error *error)
{
	struct error reason = { 0 };
	bool waits = false;
	int result = command_open_store(options->store, STORE_READ, store, error);

	if (!result)
		result = history_waits(*store, &waits, error);
	if (result || !waits)
		return result;
	store_close(*store);
	*store = NULL;
	result = command_open_store(options->store, STORE_WRITE, store, &reason);
	if (!result)
		return history_gather(*store, time(NULL), error);
	fprintf(stderr, "hmmbench: the newest nights are not in the history: %s\n", reason.text);
	return command_open_store(options->store, STORE_READ, store, error);
}

static int show(const struct history_options *options, struct error *error)
{
	const uint32_t nights = options->filter.cell ? UINT32_MAX : 0;
	struct history_page page = { 0 };
	const struct history_report report = { .page = &page, .all = options->all,
					       .nights = options->filter.cell != NULL };
	struct report_options look = command_look();
	struct store *store = NULL;
	int result = open_to_show(options, &store, error);

	if (!result)
		result = history_page_load(store, &options->filter, nights, &page, error);
	if (!result && !page.row_count && !options->json)
		puts("no nights in the store yet; they come of campaigns, 'hmmbench run CONFIG --kernel A "
		     "--kernel B', and of runs on several days");
	else if (!result)
		result = options->json ? history_json(&report, stdout, error) :
					 history_text(&report, &look, stdout, error);
	if (!result)
		result = page.exit_status;
	history_page_free(&page);
	store_close(store);
	return result;
}

static int take_numbers(char **words, int count, int64_t *numbers, struct error *error)
{
	int result = 0;

	for (int i = 0; i < count && !result; i++) {
		uint64_t number;

		result = command_number("history ack", words[i], 1, INT64_MAX, &number, error);
		numbers[i] = (int64_t)number;
	}
	return result;
}

static int acknowledge(const struct history_options *options, char **words, int count,
		       struct error *error)
{
	int64_t numbers[ACKNOWLEDGED_MAX];
	struct store *store = NULL;
	int result;

	if (!count || count > ACKNOWLEDGED_MAX || !options->note || !options->note[strspn(options->note, " \t")])
		return command_usage(&command_history, error,
				     "ack: give the numbers of changes, at most %d, and --note TEXT, which "
				     "says why they alarm no more", ACKNOWLEDGED_MAX);
	result = take_numbers(words, count, numbers, error);
	if (!result)
		result = open_history(options, &store, error);
	if (!result)
		result = history_acknowledge(store, numbers, (size_t)count, options->note, error);
	store_close(store);
	return result;
}

static int history(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "note", required_argument, NULL, 'n' },
		{ "machine", required_argument, NULL, 'm' },
		{ "line", required_argument, NULL, 'l' },
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
	struct history_options options = { 0 };
	bool acks;
	int option;

	command_options_begin();
	while ((option = command_option(&command_history, argc, argv, "", longs, error)) >= 0) {
		if (option == 'n')
			options.note = optarg;
		else if (option == 'm')
			options.filter.machine = optarg;
		else if (option == 'l')
			options.filter.line = optarg;
		else if (option == 'S')
			options.store = optarg;
		else
			*(option == 'a' ? &options.all : &options.json) = true;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	acks = optind < argc && !strcmp(argv[optind], "ack");
	if (acks && !options.filter.machine && !options.filter.line && !options.all &&
	    !options.json)
		return acknowledge(&options, argv + optind + 1, argc - optind - 1, error);
	if (acks || options.note || argc - optind > 1)
		return command_usage(&command_history, error,
				     "give at most one CELL, or 'ack NUMBER... --note TEXT'");
	options.filter.cell = argc > optind ? argv[optind] : NULL;
	return show(&options, error);
}

const struct command command_history = {
	.name = "history",
	.arguments = "[OPTION]... [CELL]\nack --note TEXT NUMBER...",
	.help = "what the nights said, and what changed over them",
	.options = "  CELL is a part of a cell's name: its series, with every night. Without it a page of\n"
		   "  all, those first that changed. The exit status is 1 while a change to slower was\n"
		   "  not acknowledged.\n\n"
		   "      --note TEXT      why the changes alarm no more (ack)\n"
		   "      --machine NAME   series of machines whose name begins so\n"
		   "      --line NAME      series of that kernel line\n"
		   "      --all            every series, and changes that were acknowledged\n"
		   "      --json           print JSON, of every series\n"
		   "      --store FILE     instead of the usual store\n",
	.run = history,
};
