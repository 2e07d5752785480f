// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints the samples of a run for a test that holds them against each other:
 *
 *	print_samples STORE RUN
 *
 * An object a line, {"cell", "strategy", "warmup", "block"} and of the sample each column that
 * it has, by its name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "common/samples.h"
#include "store/store.h"

static void print_row(const struct store_block *block, const struct samples *samples, size_t row)
{
	json_t *json = json_pack("{s:s, s:s, s:b, s:I}", "cell", block->cell_name, "strategy",
				 strategy_name(block->plan.strategy), "warmup",
				 (int)block->plan.warmup, "block", (json_int_t)block->block);

	for (int i = 0; i < COLUMN_COUNT; i++)
		if (samples->columns[i] && samples->columns[i][row] != SAMPLE_MISSING)
			json_object_set_new(json, sample_columns[i].name,
					    json_integer((json_int_t)samples->columns[i][row]));
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static int print_block(const struct store_block *block, void *context)
{
	struct samples samples;
	int result = samples_decode(block->samples, block->samples_bytes, &samples);

	if (result)
		return error_set_errno(context, -result, "the samples of block %u", block->block);
	for (size_t row = 0; row < samples.rows; row++)
		print_row(block, &samples, row);
	samples_free(&samples);
	return 0;
}

int main(int argc, char **argv)
{
	struct store *store = NULL;
	struct error error = { 0 };
	int result;

	if (argc != 3) {
		fputs("usage: print_samples STORE RUN\n", stderr);
		return STATUS_USAGE;
	}
	result = store_open(argv[1], STORE_READ, &store, &error);
	if (!result)
		result = store_blocks_each(store, atoll(argv[2]), print_block, &error, &error);
	if (result)
		fprintf(stderr, "print_samples: %s\n", error.text);
	store_close(store);
	return result ? STATUS_FAILED : STATUS_OK;
}
