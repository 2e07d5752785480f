// SPDX-License-Identifier: GPL-2.0-or-later
#include "elsewhere/arranging.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"

static int compare_chosen(const void *left, const void *right)
{
	const struct chosen *a = left, *b = right;

	if (a->block->cell != b->block->cell)
		return a->block->cell < b->block->cell ? -1 : 1;
	if (a->block->boot != b->block->boot)
		return a->block->boot < b->block->boot ? -1 : 1;
	if (a->block->block != b->block->block)
		return a->block->block < b->block->block ? -1 : 1;
	return (a->arm > b->arm) - (a->arm < b->arm);
}

static int choose_blocks(struct arranging *arranging)
{
	const struct sample_table *table = arranging->table;

	arranging->chosen = calloc(table->block_count + 1, sizeof(*arranging->chosen));
	arranging->boot_arms = calloc(table->boots.count + 1, 1);
	arranging->cell_arms = calloc(table->cells.count + 1, 1);
	arranging->boot_numbers = calloc(ARM_COUNT * (size_t)table->boots.count + 1,
					 sizeof(*arranging->boot_numbers));
	if (!arranging->chosen || !arranging->boot_arms || !arranging->cell_arms ||
	    !arranging->boot_numbers)
		return -ENOMEM;
	for (uint32_t i = 0; i < table->block_count; i++) {
		const struct table_block *block = &table->blocks[i];

		for (uint32_t arm = 0; arm < ARM_COUNT; arm++) {
			if (block->group != arranging->group[arm])
				continue;
			arranging->chosen[arranging->count++] = (struct chosen){ block, arm };
			arranging->boot_arms[block->boot] |= (uint8_t)(1u << arm);
			arranging->cell_arms[block->cell] |= (uint8_t)(1u << arm);
			arranging->arrangement->samples += block->count;
		}
	}
	qsort(arranging->chosen, arranging->count, sizeof(*arranging->chosen), compare_chosen);
	return 0;
}

static uint32_t count_arms(const uint8_t *arms, uint32_t count, bool both)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++)
		found += arms[i] && (arms[i] == BOTH_ARMS) == both;
	return found;
}

static int compare_names(const void *left, const void *right, void *context)
{
	const struct name_set *names = context;

	return strverscmp(name_set_text(names, *(const uint32_t *)left),
			  name_set_text(names, *(const uint32_t *)right));
}

/* Boots by name: random choices of the analysis must not hang on the order of a file's rows. */
static uint32_t *sorted_boots(const struct name_set *boots)
{
	uint32_t *order = malloc((boots->count + 1) * sizeof(*order));

	for (uint32_t i = 0; i < boots->count && order; i++)
		order[i] = i;
	if (order)
		qsort_r(order, boots->count, sizeof(*order), compare_names, (void *)boots);
	return order;
}

/* Inside boots those with both groups go in; between boots all, each arm's for itself. */
static int number_boots(struct arranging *arranging)
{
	const struct sample_table *table = arranging->table;
	struct arrangement *arrangement = arranging->arrangement;
	const bool between = arrangement->input.design == DESIGN_BUILDS;
	uint32_t next = 0, *order;

	arrangement->boot_arms = calloc(ARM_COUNT * (size_t)table->boots.count + 1,
					sizeof(*arrangement->boot_arms));
	order = sorted_boots(&table->boots);
	if (!arrangement->boot_arms || !order) {
		free(order);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < table->boots.count; i++) {
		const uint32_t boot = order[i];
		uint32_t *numbers = &arranging->boot_numbers[ARM_COUNT * boot];

		if (!between && arranging->boot_arms[boot] != BOTH_ARMS) {
			arrangement->lone_boots += arranging->boot_arms[boot] != 0;
			continue;
		}
		for (uint32_t arm = 0; arm < ARM_COUNT; arm++) {
			if (!(arranging->boot_arms[boot] >> arm & 1))
				continue;
			numbers[arm] = !between && arm ? next - 1 : next++;
			arrangement->boot_arms[numbers[arm]].arm = arm;
			arrangement->boots[arm]++;
		}
	}
	free(order);
	arrangement->input.boots = next;
	arrangement->input.boot = between ? arrangement->boot_arms : NULL;
	return 0;
}

static int number_cells(struct arranging *arranging, uint32_t *numbers)
{
	const struct sample_table *table = arranging->table;
	struct arrangement *arrangement = arranging->arrangement;
	uint32_t count = 0;

	arrangement->cells = calloc(table->cells.count + 1, sizeof(*arrangement->cells));
	arrangement->strategies = calloc(table->cells.count + 1, sizeof(*arrangement->strategies));
	arrangement->refusals = calloc(table->cells.count + 1, sizeof(*arrangement->refusals));
	if (!arrangement->cells || !arrangement->strategies || !arrangement->refusals)
		return -ENOMEM;
	for (uint32_t cell = 0; cell < table->cells.count; cell++) {
		if (!arranging->cell_arms[cell])
			continue;
		arrangement->cells[count] = (struct cell){
			.workload = WORKLOAD_ELSEWHERE, .name = name_set_text(&table->cells, cell)
		};
		arrangement->strategies[count] = COMPARISON_ANY_STRATEGY;
		numbers[cell] = count++;
	}
	arrangement->input.cells = arrangement->cells;
	arrangement->input.cell_count = count;
	arrangement->input.refusals = arrangement->refusals;
	if (arrangement->input.design == DESIGN_BUILDS)
		arrangement->input.strategies = arrangement->strategies;
	arrangement->lone_cells = count_arms(arranging->cell_arms, table->cells.count, false);
	return 0;
}

void arranging_add_block(struct arranging *arranging, const struct chosen *chosen, uint32_t cell,
			 uint32_t quartet, uint32_t position)
{
	struct arrangement *arrangement = arranging->arrangement;
	const struct table_block *from = chosen->block;
	struct comparison_block *block = &arrangement->blocks[arrangement->input.block_count++];

	*block = (struct comparison_block){
		.cell = cell,
		.arm = chosen->arm,
		.quartet = quartet,
		.position = position,
		.boot = arranging->boot_numbers[ARM_COUNT * from->boot + chosen->arm],
		.samples = { .rows = from->count },
	};
	block->samples.columns[COLUMN_WHOLE] = from->values;
}

static void add_boots(struct arranging *arranging, size_t first, size_t end, uint32_t cell)
{
	for (size_t i = first; i < end; i++)
		arranging_add_block(arranging, &arranging->chosen[i], cell, 0,
				    (uint32_t)(i - first));
}

static int add_blocks(struct arranging *arranging)
{
	struct arrangement *arrangement = arranging->arrangement;
	uint32_t *cells = calloc(arranging->table->cells.count + 1, sizeof(*cells));
	int result = -ENOMEM;

	arrangement->blocks = calloc(arranging->count + 1, sizeof(*arrangement->blocks));
	arrangement->input.blocks = arrangement->blocks;
	if (cells && arrangement->blocks)
		result = number_cells(arranging, cells);
	for (size_t first = 0, end; first < arranging->count && !result; first = end) {
		uint32_t cell = arranging->chosen[first].block->cell;

		for (end = first; end < arranging->count; end++)
			if (arranging->chosen[end].block->cell != cell)
				break;
		if (arrangement->input.design == DESIGN_IN_BOOT)
			arranging_pair(arranging, first, end, cells[cell]);
		else
			add_boots(arranging, first, end, cells[cell]);
	}
	free(cells);
	return result;
}

static int arrange(struct arranging *arranging, const struct arrangement_options *options,
		   struct error *error)
{
	const struct sample_table *table = arranging->table;
	struct arrangement *arrangement = arranging->arrangement;
	int result = choose_blocks(arranging);

	if (result)
		return result;
	if (!count_arms(arranging->cell_arms, table->cells.count, true)) {
		error->exit_status = STATUS_NOT_COMPARABLE;
		return error_set(error, EXDEV,
				 "%s and %s have no cell in common: nothing to compare",
				 arrangement->input.base_name, arrangement->input.candidate_name);
	}
	if (options->between || !count_arms(arranging->boot_arms, table->boots.count, true))
		arrangement->input.design = DESIGN_BUILDS;
	result = number_boots(arranging);
	return result ? result : add_blocks(arranging);
}

int arrangement_make(const struct sample_table *table, const struct arrangement_options *options,
		     struct arrangement *arrangement, struct error *error)
{
	struct arranging arranging = { .table = table, .arrangement = arrangement,
				       .force = options->force };
	int result;

	*arrangement = (struct arrangement){ .input = { .sample_ns = table->sample_ns } };
	result = arranging_choose_groups(&table->groups, options, arranging.group, error);
	if (result)
		return result;
	arrangement->input.base_name = name_set_text(&table->groups, arranging.group[ARM_BASE]);
	arrangement->input.candidate_name = name_set_text(&table->groups,
							  arranging.group[ARM_CANDIDATE]);
	result = arrange(&arranging, options, error);
	if (result == -ENOMEM)
		error_out_of_memory(error);
	free(arranging.chosen);
	free(arranging.boot_arms);
	free(arranging.cell_arms);
	free(arranging.boot_numbers);
	if (result)
		arrangement_free(arrangement);
	return result;
}

void arrangement_free(struct arrangement *arrangement)
{
	free(arrangement->blocks);
	free(arrangement->boot_arms);
	free(arrangement->cells);
	free(arrangement->strategies);
	free(arrangement->refusals);
	*arrangement = (struct arrangement){ 0 };
}
