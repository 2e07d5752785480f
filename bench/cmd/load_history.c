// SPDX-License-Identifier: GPL-2.0-or-later
/* The nights behind a comparison: of the candidate's machine and configuration. */
#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cmd/command.h"

#define NIGHTS_SHOWN 365

/* The first run of an arm; inside a boot all runs are of both. */
static const struct store_run *run_of(const struct dataset *dataset, uint32_t arm)
{
	for (size_t i = 0; i < dataset->run_count; i++)
		if (!dataset->input.boot || dataset->input.boot[i].arm == arm)
			return &dataset->runs[i];
	return &dataset->runs[0];
}

/* A night that ended is in its own report, whether or not anybody asks for the history. */
static int gather(const struct loaded *loaded, struct error *error)
{
	struct error reason = { 0 };
	struct store *store = NULL;
	bool waits;
	int result = history_waits(loaded->store, &waits, error);

	if (result || !waits)
		return result;
	result = command_open_store(loaded->store_given, STORE_WRITE, &store, &reason);
	if (!result)
		result = history_gather(store, time(NULL), &reason);
	store_close(store);
	if (result == -ENOMEM)
		return error_out_of_memory(error);
	if (result)
		fprintf(stderr, "hmmbench: the newest nights are not in the history: %s\n", reason.text);
	return 0;
}

int load_history(struct loaded *loaded, struct error *error)
{
	struct loaded_history *history = &loaded->history;
	struct history_filter filter = { 0 };
	char *machine = NULL;
	int result = gather(loaded, error);

	if (result)
		return result;
	for (uint32_t arm = 0; arm < ARM_COUNT && !result; arm++) {
		free(machine);
		result = history_place(run_of(loaded->dataset, arm), &machine, &history->line[arm]);
	}
	history->machine = machine;
	if (result)
		return error_out_of_memory(error);
	filter.machine = machine;
	result = history_page_load(loaded->store, &filter, NIGHTS_SHOWN, &history->page, error);
	if (result == -ENOENT) {	/* there is a history, of other machines */
		*error = (struct error){ 0 };
		return 0;
	}
	if (result || !history->page.row_count)
		return result;
	history->shown = (struct report_history){
		.page = &history->page,
		.machine = machine,
		.plan = loaded->dataset->plan->name,
		.line = { history->line[ARM_BASE], history->line[ARM_CANDIDATE] },
	};
	loaded->report.history = &history->shown;
	return 0;
}

void loaded_history_free(struct loaded_history *history)
{
	history_page_free(&history->page);
	free(history->machine);
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		free(history->line[arm]);
}
