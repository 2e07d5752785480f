// SPDX-License-Identifier: GPL-2.0-or-later
/* A dataset and its memory; blocks and notes of runs, out of the store into it. */
#include "store/dataset_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"

int dataset_add_line(char ***lines, size_t *count, const char *format, ...)
{
	char **grown = reallocarray(*lines, *count + 1, sizeof(*grown));
	va_list args;
	int length;

	if (!grown)
		return -ENOMEM;
	*lines = grown;
	va_start(args, format);
	length = vasprintf(&grown[*count], format, args);
	va_end(args);
	if (length < 0)
		return -ENOMEM;
	(*count)++;
	return 0;
}

static uint64_t end_number(const char *end_json, const char *key)
{
	json_t *json = json_loads(end_json, 0, NULL);
	json_int_t value = json_integer_value(json_object_get(json, key));

	json_decref(json);
	return value > 0 ? (uint64_t)value : 0;
}

static struct comparison_block *block_new(struct block_list *list)
{
	uint32_t room = list->room ? 2 * list->room : 256;
	struct comparison_block *grown;

	if (list->count < list->room)
		return &list->blocks[list->count];
	grown = reallocarray(list->blocks, room, sizeof(*grown));
	if (!grown)
		return NULL;
	list->blocks = grown;
	list->room = room;
	return &list->blocks[list->count];
}

static int take_block(const struct store_block *block, void *context)
{
	struct dataset_loading *loading = context;
	struct dataset_loss *loss = &loading->dataset->losses[loading->boot];
	struct block_place place = { 0 };
	struct comparison_block *taken;
	struct block_list *list;

	dataset_digest_block(loading, block);
	if (plan_block_is_apart(&block->plan))
		return 0;
	loss->dropped += block->dropped;
	loss->lost += end_number(block->end_json, "lost");
	if (!loading->place(loading, &block->plan, &place))
		return 0;
	list = place.beside ? &loading->beside : &loading->blocks;
	taken = block_new(list);
	if (!taken)
		return -ENOMEM;
	*taken = (struct comparison_block){
		.cell = place.cell,
		.arm = place.arm,
		.boot = loading->boot,
		.quartet = block->plan.quartet,
		.position = block->plan.position,
		.warmup = block->plan.warmup,
		.dropped = block->dropped,
		.marks = loading->marks,
		.samples = { .rows = block->rows },
		.source = block->id,
	};
	list->count++;
	return 0;
}

/* Runs from before the agent said it had two marks. */
static uint32_t marks_of(const struct store_run *run)
{
	json_t *environment = json_loads(run->environment_json, 0, NULL);
	const json_t *names = json_object_get(environment, "marks"), *name;
	uint32_t marks = names ? 0 : SAMPLE_FLAG_SWITCHED | SAMPLE_FLAG_MIGRATED;
	size_t i;

	json_array_foreach(names, i, name)
		for (size_t mark = 0; mark < MARK_COUNT; mark++)
			if (json_is_string(name) &&
			    !strcmp(json_string_value(name), sample_marks[mark].name))
				marks |= sample_marks[mark].flag;
	json_decref(environment);
	return marks;
}

/* A note as one line; the same of several runs stands once. */
static int take_note(const char *note_json, void *context)
{
	struct dataset_loading *loading = context;
	struct dataset *dataset = loading->dataset;
	json_t *json = json_loads(note_json, 0, NULL);
	const char *level = json_string_value(json_object_get(json, "level"));
	const char *text = json_string_value(json_object_get(json, "text"));
	const char *cell = json_string_value(json_object_get(json, "cell"));
	const bool plain = !level || !strcmp(level, "info");
	char line[1024];
	int result = 0;

	dataset_digest_note(loading, note_json);
	/* Of many runs, what each of them said in passing would hide what matters. */
	if (text && !(plain && !cell && dataset->run_count > 1)) {
		snprintf(line, sizeof(line), "%s%s%s%s%s", plain ? "" : level, plain ? "" : ": ",
			 cell ? cell : "", cell ? ": " : "", text);
		for (size_t i = 0; i < dataset->note_count && text; i++)
			if (!strcmp(dataset->notes[i], line))
				text = NULL;
		if (text)
			result = dataset_add_line(&dataset->notes, &dataset->note_count, "%s",
						  line);
	}
	json_decref(json);
	return result;
}

/* While samples of one block are decoded. */
struct bringing {
	uint32_t mask;
	struct samples *samples;
};

static int decode(const void *encoded, size_t bytes, void *context)
{
	const struct bringing *bringing = context;

	return samples_decode_columns(encoded, bytes, bringing->mask, bringing->samples);
}

/* comparison_input.bring() */
static int bring_samples(void *source, const struct comparison_block *block, uint32_t mask,
			 struct samples *samples, struct error *error)
{
	const struct dataset *dataset = source;
	struct bringing bringing = { mask, samples };
	int result = store_block_samples(dataset->store, block->source, decode, &bringing, error);

	if (!result && samples->rows != block->samples.rows) {
		samples_free(samples);
		result = -EBADMSG;
	}
	if (result && result != -ENOMEM && !error->text[0]) {
		error->exit_status = STATUS_STORE;
		error_set(error, -result,
			  "run %lld: a block's samples cannot be decoded; the store is damaged",
			  (long long)dataset->runs[block->boot].id);
	}
	return result;
}

int dataset_read_run(struct store *store, struct dataset_loading *loading, struct error *error)
{
	const int64_t run = loading->dataset->runs[loading->boot].id;
	int result;

	dataset_digest_run(loading, &loading->dataset->runs[loading->boot]);
	loading->marks = marks_of(&loading->dataset->runs[loading->boot]);
	loading->dataset->store = store;
	loading->dataset->input.bring = bring_samples;
	loading->dataset->input.source = loading->dataset;
	result = store_blocks_each(store, run, take_block, loading, error);
	if (!result)
		result = store_notes_each(store, run, take_note, loading, error);
	return result;
}

struct dataset *dataset_new(size_t run_count)
{
	struct dataset *dataset = calloc(1, sizeof(*dataset));

	if (!dataset)
		return NULL;
	dataset->runs = calloc(run_count + 1, sizeof(*dataset->runs));
	dataset->losses = calloc(run_count + 1, sizeof(*dataset->losses));
	if (dataset->runs && dataset->losses)
		return dataset;
	dataset_free(dataset);
	return NULL;
}

void dataset_begin(struct dataset_loading *loading, struct dataset *dataset)
{
	loading->dataset = dataset;
	SHA256Init(&loading->digest);
}

int dataset_finish(struct dataset_loading *loading, int result, struct dataset **dataset,
		   struct error *error)
{
	if (loading->dataset) {
		loading->dataset->input.blocks = loading->blocks.blocks;
		loading->dataset->input.block_count = loading->blocks.count;
		loading->dataset->unrecorded = loading->beside.blocks;
		loading->dataset->unrecorded_count = loading->beside.count;
	}
	if (!result) {
		dataset_digest_end(loading);
		*dataset = loading->dataset;
		return 0;
	}
	if (result == -ENOMEM && !error->text[0])
		error_out_of_memory(error);
	dataset_free(loading->dataset);
	return result;
}

static void free_lines(char **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
	free(lines);
}

void dataset_free(struct dataset *dataset)
{
	if (!dataset)
		return;
	/* The input is read-only to everyone else; here is its owner. */
	free((void *)dataset->input.blocks);
	free(dataset->unrecorded);
	free((void *)dataset->input.refusals);
	free((void *)dataset->input.boot);
	free((void *)dataset->input.cells);
	free((void *)dataset->input.strategies);
	for (size_t i = 0; i < dataset->run_count; i++)
		store_run_free(&dataset->runs[i]);
	free(dataset->runs);
	free(dataset->losses);
	plan_free(dataset->plan);
	free_lines(dataset->marks, dataset->mark_count);
	free_lines(dataset->notes, dataset->note_count);
	free(dataset);
}
