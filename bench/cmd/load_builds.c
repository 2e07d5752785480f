// SPDX-License-Identifier: GPL-2.0-or-later
/* Two sets of runs, each of one kernel build. */
#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pick.h"

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

static char *builds_command(const struct dataset *dataset, bool force)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	fprintf(file, COMMAND_BEGIN "%s", force ? "--force " : "");
	write_runs(file, dataset, ARM_BASE);
	fputc(' ', file);
	write_runs(file, dataset, ARM_CANDIDATE);
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
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

int load_builds(const struct load_options *options, struct loaded *loaded, struct error *error)
{
	struct pick picks[ARM_COUNT];
	struct dataset_side sides[ARM_COUNT];
	int result;

	result = pick_sides(loaded->store, options->base, options->candidate, options->runs,
			    options->run_count, picks, error);
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		sides[arm] = (struct dataset_side){ .name = picks[arm].name,
						    .note = picks[arm].note,
						    .runs = picks[arm].runs,
						    .run_count = picks[arm].count };
	if (!result)
		result = dataset_load_builds(loaded->store, &sides[ARM_BASE],
					     &sides[ARM_CANDIDATE], options->force,
					     &loaded->dataset, error);
	if (!result)
		result = load_kernels(loaded, error);
	if (!result) {
		loaded->command = builds_command(loaded->dataset, options->force);
		if (!loaded->command)
			result = error_set(error, ENOMEM, "out of memory");
	}
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		pick_free(&picks[arm]);
	return result;
}
