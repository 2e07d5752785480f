// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/runs_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REST_BYTES 32	/* ", ... and 4294967295 more" */

static int by_id(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static void range_text(int64_t from, int64_t to, char *text, size_t bytes)
{
	if (from == to)
		snprintf(text, bytes, "%lld", (long long)from);
	else
		snprintf(text, bytes, "%lld%s%lld", (long long)from, to == from + 1 ? ", " : "-",
			 (long long)to);
}

static void write_sorted(const int64_t *ids, size_t count, char *text, size_t bytes)
{
	size_t used = (size_t)snprintf(text, bytes, count == 1 ? "run " : "runs ");
	const char *between = "";

	for (size_t first = 0, end; first < count; first = end) {
		char range[48];
		size_t rest;

		for (end = first + 1; end < count && ids[end] == ids[end - 1] + 1;)
			end++;
		range_text(ids[first], ids[end - 1], range, sizeof(range));
		rest = end < count ? REST_BYTES : 1;
		if (used + strlen(between) + strlen(range) + rest > bytes) {
			snprintf(text + used, bytes - used, "%s... and %zu more", between,
				 count - first);
			return;
		}
		used += (size_t)snprintf(text + used, bytes - used, "%s%s", between, range);
		between = ", ";
	}
}

void runs_text(const int64_t *ids, size_t count, char *text, size_t bytes)
{
	int64_t *sorted = malloc((count + 1) * sizeof(*sorted));

	snprintf(text, bytes, "runs");
	if (!sorted)
		return;
	memcpy(sorted, ids, count * sizeof(*ids));
	qsort(sorted, count, sizeof(*sorted), by_id);
	write_sorted(sorted, count, text, bytes);
	free(sorted);
}

void runs_text_chosen(const struct store_run *runs, size_t count, const bool *chosen, char *text,
		      size_t bytes)
{
	int64_t *ids = malloc((count + 1) * sizeof(*ids));
	size_t found = 0;

	snprintf(text, bytes, "runs");
	if (!ids)
		return;
	for (size_t i = 0; i < count; i++)
		if (chosen[i])
			ids[found++] = runs[i].id;
	runs_text(ids, found, text, bytes);
	free(ids);
}
