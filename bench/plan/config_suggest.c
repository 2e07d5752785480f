// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The nearest known word for one that is not known.
 */
#include "plan/config_internal.h"

#include <string.h>

#define WORD_MAX 40

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time; WORD_MAX for words too long to be meant. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], before, above;
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > WORD_MAX || b_length > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		before = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			above = row[j];
			row[j] = smallest(row[j] + 1, row[j - 1] + 1,
					  before + (a[i - 1] != b[j - 1]));
			before = above;
		}
	}
	return row[b_length];
}

void config_suggest(const char *word, const char *(*next)(const void *names, uint32_t index),
		    const void *names, char *text, size_t bytes)
{
	size_t best = strlen(word) > 3 ? 3 : 2, used;
	const char *name, *nearest = NULL;

	for (uint32_t i = 0; (name = next(names, i)); i++) {
		if (distance(word, name) >= best)
			continue;
		best = distance(word, name);
		nearest = name;
	}
	if (nearest) {
		snprintf(text, bytes, "did you mean '%s'?", nearest);
		return;
	}
	used = (size_t)snprintf(text, bytes, "known:");
	for (uint32_t i = 0; (name = next(names, i)) && used < bytes; i++)
		used += (size_t)snprintf(text + used, bytes - used, "%s %s", i ? "," : "", name);
}
