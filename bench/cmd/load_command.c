// SPDX-License-Identifier: GPL-2.0-or-later
/* The command that makes a report again. */
#include "cmd/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/shell_word.h"

/* "3,5-8" of the runs of one arm, as pick.h takes it. */
static void write_runs(FILE *file, const struct dataset *dataset, uint32_t arm)
{
	const char *between = "";
	int64_t last = 0;
	bool open = false;

	for (size_t i = 0; i < dataset->run_count; i++) {
		const int64_t id = dataset->runs[i].id;

		if (dataset->input.boot[i].arm != arm)
			continue;
		if (last && id == last + 1) {
			last = id;
			open = true;
			continue;
		}
		if (open)
			fprintf(file, "-%lld", (long long)last);
		fprintf(file, "%s%lld", between, (long long)id);
		between = ",";
		last = id;
		open = false;
	}
	if (open)
		fprintf(file, "-%lld", (long long)last);
}

static void write_strategies(FILE *file, const struct dataset *dataset)
{
	for (size_t i = 0; i < dataset->run_count; i++)
		fprintf(file, "--run %lld ", (long long)dataset->runs[i].id);
	fprintf(file, "strategy=%s strategy=%s", dataset->input.base_name,
		dataset->input.candidate_name);
}

char *load_store_words(const char *given)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	if (given) {
		fputs("--store ", file);
		shell_word_write(file, given);
		fputc(' ', file);
	}
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}

char *load_command(const struct loaded *loaded)
{
	const struct dataset *dataset = loaded->dataset;
	const struct request *request = &loaded->request;
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	fprintf(file, COMMAND_BEGIN "%s%s", loaded->store_words, request->force ? "--force " : "");
	if (request->baseline.name)	/* baseline_name_check(): no word to quote */
		fprintf(file, "--baseline %s ", request->baseline.name);
	if (dataset->input.design == DESIGN_BUILDS) {
		if (!request->baseline.is_base)
			write_runs(file, dataset, ARM_BASE);
		fputs(request->baseline.is_base ? "" : " ", file);
		write_runs(file, dataset, ARM_CANDIDATE);
	} else {
		write_strategies(file, dataset);
	}
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}
