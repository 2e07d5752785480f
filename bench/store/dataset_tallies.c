// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What aimed calls met, and which invalidations were refused, as notes of a dataset: a
 * contended cell whose calls hardly ever met a walk has measured something else.
 */
#include "store/dataset_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/runs_text.h"
#include "store/tally.h"

static int note_tally(struct dataset *dataset, const struct tally *tally, const char *runs)
{
	const char *strategy = strategy_name(tally->strategy);
	int result = 0;

	if (tally->tries != TALLY_UNKNOWN && tally->tries)
		result = dataset_add_line(
			&dataset->notes, &dataset->note_count,
			"%s: %s: %s: %llu of %llu aimed calls met what they were aimed at (%.3g %%)",
			runs, tally->cell, strategy, (unsigned long long)tally->hits,
			(unsigned long long)tally->tries,
			100. * (double)tally->hits / (double)tally->tries);
	if (!result && tally->again != TALLY_UNKNOWN)
		result = dataset_add_line(&dataset->notes, &dataset->note_count,
					  "%s: %s: %s: %llu invalidations gave -EAGAIN", runs,
					  tally->cell, strategy, (unsigned long long)tally->again);
	return result;
}

int dataset_note_tallies(struct store *store, struct dataset *dataset,
			 const struct dataset_arm *const arms[ARM_COUNT], struct error *error)
{
	int result = 0;

	for (size_t i = 0; i < dataset->run_count && !result; i++) {
		struct tally *tallies;
		size_t count;
		char runs[RUNS_TEXT_BYTES];

		result = tallies_load(store, dataset->runs[i].id, &tallies, &count, error);
		runs_text(&dataset->runs[i].id, 1, runs, sizeof(runs));
		for (size_t j = 0; j < count && !result; j++)
			for (size_t arm = 0; arm < ARM_COUNT && !result; arm++)
				if (tallies[j].strategy == arms[arm]->strategy &&
				    tallies[j].unrecorded == arms[arm]->unrecorded)
					result = note_tally(dataset, &tallies[j], runs);
		free(tallies);
	}
	return result;
}
