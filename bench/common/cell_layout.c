// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Layouts that take numbers: a pair of nodes, and an explicit list. A list is kept as its
 * text, in the one form that has no second: runs of ascending numbers as FROM-TO.
 */
#include "cell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char matrix_prefix[] = "matrix:", list_prefix[] = "list:";

int cell_layout_takes_numbers(uint32_t layout)
{
	return layout == LAYOUT_MATRIX || layout == LAYOUT_LIST;
}

void cell_layout_name(const struct cell *cell, char *text, size_t bytes)
{
	if (cell->layout == LAYOUT_MATRIX)
		snprintf(text, bytes, "%s%u:%u", matrix_prefix, cell->cpu_node, cell->memory_node);
	else if (cell->layout == LAYOUT_LIST)
		snprintf(text, bytes, "%s%s", list_prefix, cell->list);
	else
		snprintf(text, bytes, "%s", name_of(layout_names, cell->layout));
}

int cell_layout_equal(const struct cell *a, const struct cell *b)
{
	return a->layout == b->layout && a->cpu_node == b->cpu_node &&
	       a->memory_node == b->memory_node && !strcmp(a->list, b->list);
}

/* ---- reading ---- */

/* Digits at *text, which is moved behind them. */
static int take_number(const char **text, uint32_t most, uint32_t *value)
{
	unsigned long long number;
	char *end;

	if (**text < '0' || **text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoull(*text, &end, 10);
	*text = end;
	if (errno || number > most)
		return -ERANGE;
	*value = (uint32_t)number;
	return 0;
}

static int add_number(uint32_t number, uint16_t *numbers, uint32_t *count, uint32_t room)
{
	for (uint32_t i = 0; i < *count; i++)
		if (numbers[i] == number)
			return -EEXIST;
	if (*count == room)
		return -E2BIG;
	numbers[(*count)++] = (uint16_t)number;
	return 0;
}

/* "4+0-2" at *text, up to its ':' or its end. */
static int take_numbers(const char **text, uint32_t most, uint16_t *numbers, uint32_t *count,
			uint32_t room)
{
	uint32_t from, to;
	int result;

	*count = 0;
	for (;; (*text)++) {
		result = take_number(text, most, &from);
		to = from;
		if (!result && **text == '-') {
			(*text)++;
			result = take_number(text, most, &to);
		}
		if (!result && from > to)
			result = -EINVAL;
		for (; !result && from <= to; from++)
			result = add_number(from, numbers, count, room);
		if (result || **text != '+')
			return result;
	}
}

static int compare_numbers(const void *left, const void *right)
{
	return *(const uint16_t *)left - *(const uint16_t *)right;
}

static int parse_list(const char *text, struct cell_list *list)
{
	int result = take_numbers(&text, CELL_CPU_MAX, list->cpus, &list->cpu_count,
				  CELL_LIST_CPUS_MAX);

	if (!result)
		result = *text++ == ':' ? take_numbers(&text, CELL_NODE_MAX, list->mirror_nodes,
						       &list->mirror_node_count, CELL_NODE_MAX + 1)
					: -EINVAL;
	if (!result)
		result = *text++ == ':' ? take_numbers(&text, CELL_NODE_MAX, list->page_nodes,
						       &list->page_node_count, CELL_NODE_MAX + 1)
					: -EINVAL;
	if (!result && *text)
		result = -EINVAL;
	if (!result)
		qsort(list->page_nodes, list->page_node_count, sizeof(list->page_nodes[0]),
		      compare_numbers);
	return result;
}

int cell_list_expand(const struct cell *cell, struct cell_list *list)
{
	return cell->layout == LAYOUT_LIST && !parse_list(cell->list, list) ? 0 : -EINVAL;
}

/* ---- writing ---- */

/* Appends to text. -E2BIG: it has no room. */
static int put_numbers(const uint16_t *numbers, uint32_t count, const char *before, char *text,
		       size_t bytes)
{
	size_t used = strlen(text);

	for (uint32_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && numbers[end] == numbers[end - 1] + 1;)
			end++;
		used += (size_t)snprintf(text + used, bytes - used, "%s%u", i ? "+" : before,
					 numbers[i]);
		if (used < bytes && end - i > 1)
			used += (size_t)snprintf(text + used, bytes - used, "-%u",
						 numbers[end - 1]);
		if (used >= bytes)
			return -E2BIG;
	}
	return 0;
}

static int parse_into(const char *text, struct cell *cell)
{
	struct cell_list list;
	char canonical[CELL_LIST_BYTES] = "";
	int result = parse_list(text, &list);

	if (!result)
		result = put_numbers(list.cpus, list.cpu_count, "", canonical, sizeof(canonical));
	if (!result)
		result = put_numbers(list.mirror_nodes, list.mirror_node_count, ":", canonical,
				     sizeof(canonical));
	if (!result)
		result = put_numbers(list.page_nodes, list.page_node_count, ":", canonical,
				     sizeof(canonical));
	if (!result)
		memcpy(cell->list, canonical, sizeof(cell->list));
	return result;
}

static int parse_pair(const char *text, struct cell *cell)
{
	uint32_t cpu_node, memory_node;
	int result = take_number(&text, CELL_NODE_MAX, &cpu_node);

	if (!result)
		result = *text++ == ':' ? take_number(&text, CELL_NODE_MAX, &memory_node) : -EINVAL;
	if (!result && *text)
		result = -EINVAL;
	if (result)
		return result;
	cell->cpu_node = cpu_node;
	cell->memory_node = memory_node;
	return 0;
}

/* Where no layout has the whole name: the one before its ':', if it takes nothing. */
static int unknown(const char *text)
{
	char name[24];
	uint32_t layout;
	int length = snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, ":"), text);

	return length < (int)sizeof(name) && !name_lookup(layout_names, name, &layout) ? -EINVAL
										       : -ENOENT;
}

int cell_layout_parse(const char *text, struct cell *cell)
{
	struct cell made = { 0 };
	int result = 0;

	if (!strncmp(text, matrix_prefix, strlen(matrix_prefix))) {
		made.layout = LAYOUT_MATRIX;
		result = parse_pair(text + strlen(matrix_prefix), &made);
	} else if (!strncmp(text, list_prefix, strlen(list_prefix))) {
		made.layout = LAYOUT_LIST;
		result = parse_into(text + strlen(list_prefix), &made);
	} else if (name_lookup(layout_names, text, &made.layout)) {
		result = unknown(text);
	} else if (cell_layout_takes_numbers(made.layout)) {
		result = -EINVAL;
	}
	if (result)
		return result;
	cell->layout = made.layout;
	cell->cpu_node = made.cpu_node;
	cell->memory_node = made.memory_node;
	memcpy(cell->list, made.list, sizeof(cell->list));
	return 0;
}
