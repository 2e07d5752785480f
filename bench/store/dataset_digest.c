// SPDX-License-Identifier: GPL-2.0-or-later
/* The digest of what a verdict is made of, so that it can be told when that is not what it was. */
#include "store/dataset_internal.h"

#include <stdio.h>
#include <string.h>

/* With its length in front, so that no two sequences of texts give the same bytes. */
static void digest_bytes(struct dataset_loading *loading, const void *data, size_t bytes)
{
	char length[24];

	snprintf(length, sizeof(length), "%zu:", bytes);
	SHA256Update(&loading->digest, (const uint8_t *)length, strlen(length));
	SHA256Update(&loading->digest, data, bytes);
}

static void digest_text(struct dataset_loading *loading, const char *text)
{
	digest_bytes(loading, text, strlen(text));
}

/* Everything of a run that a report can show or a verdict depends on, but for its blocks. */
void dataset_digest_run(struct dataset_loading *loading, const struct store_run *run)
{
	char numbers[64];

	digest_text(loading, run->label);
	digest_text(loading, run->plan_json);
	digest_text(loading, run->lab);
	digest_text(loading, run->kernel);
	digest_text(loading, run->lab_json);
	digest_text(loading, run->environment_json);
	digest_text(loading, run->config_digest);
	digest_text(loading, run->started);
	digest_text(loading, run->ended);
	digest_text(loading, run->status_text);
	snprintf(numbers, sizeof(numbers), "%d", run->status);
	digest_text(loading, numbers);
}

void dataset_digest_block(struct dataset_loading *loading, const struct store_block *block)
{
	char numbers[64];

	snprintf(numbers, sizeof(numbers), "%u %llu %llu", block->block,
		 (unsigned long long)block->rows, (unsigned long long)block->dropped);
	digest_text(loading, numbers);
	digest_text(loading, block->end_json);
	digest_bytes(loading, block->samples, block->samples_bytes);
}

void dataset_digest_note(struct dataset_loading *loading, const char *note_json)
{
	digest_text(loading, note_json);
}

/*
 * What decides which boots are exchanged for which, and what the looks at them cost: a run carried
 * elsewhere without its campaign is of another night there. Campaigns have other numbers in another
 * store, nights have not.
 */
static void digest_boots(struct dataset_loading *loading)
{
	const struct dataset *dataset = loading->dataset;
	const struct comparison_input *input = &dataset->input;
	char numbers[64];

	for (size_t i = 0; i < dataset->run_count; i++) {
		const struct comparison_boot *boot = &input->boot[i];

		snprintf(numbers, sizeof(numbers), "%u %u %u", boot->arm, boot->night, boot->pair);
		digest_text(loading, numbers);
	}
	snprintf(numbers, sizeof(numbers), "%u %u", input->looks, input->looks_planned);
	digest_text(loading, numbers);
}

void dataset_digest_end(struct dataset_loading *loading)
{
	struct dataset *dataset = loading->dataset;
	SHA2_CTX runs = loading->digest;

	SHA256End(&runs, dataset->runs_digest);
	if (dataset->input.boot)
		digest_boots(loading);
	SHA256End(&loading->digest, dataset->digest);
}
