// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/history_page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "stats/nights.h"
#include "stats/quantile.h"
#include "stats/series.h"
#include "stats/sort.h"
#include "stats/verdict.h"
#include "store/history_internal.h"

/* While series come in. */
struct loading {
	struct store *store;
	const struct history_filter *filter;
	struct history_page *page;
	size_t room, seen;
	struct error *error;
};

static bool is_wanted(const struct history_filter *filter, const struct history_series *series)
{
	if (filter->cell && !strstr(series->cell, filter->cell))
		return false;
	if (filter->machine && strncmp(series->machine, filter->machine, strlen(filter->machine)))
		return false;
	return !filter->line || !strcmp(series->line, filter->line);
}

static int copy_series(const struct history_series *from, struct history_series *to)
{
	*to = *from;
	to->machine = strdup(from->machine);
	to->line = strdup(from->line);
	to->plan = strdup(from->plan);
	to->cell = strdup(from->cell);
	to->strategy = strdup(from->strategy);
	return to->machine && to->line && to->plan && to->cell && to->strategy ? 0 : -ENOMEM;
}

static int take_series(const struct history_series *series, void *context)
{
	struct loading *loading = context;
	struct history_page *page = loading->page;

	loading->seen++;
	if (!series->nights || !is_wanted(loading->filter, series))
		return 0;
	if (page->row_count == loading->room) {
		const size_t room = loading->room ? 2 * loading->room : 64;
		struct history_row *grown = reallocarray(page->rows, room, sizeof(*grown));

		if (!grown)
			return store_out_of_memory(loading->store, loading->error);
		page->rows = grown;
		loading->room = room;
	}
	page->rows[page->row_count] = (struct history_row){ .level = NAN };
	if (copy_series(series, &page->rows[page->row_count++].series))
		return store_out_of_memory(loading->store, loading->error);
	return 0;
}

static int by_series(const void *key, const void *element)
{
	const int64_t series = *(const int64_t *)key;
	const struct history_change *change = element;

	return series < change->series ? -1 : series > change->series;
}

/* The part of page->changes that is of the row's series. */
static int find_changes(struct store *store, const struct history_page *page,
			struct history_row *row, struct error *error)
{
	struct history_change *found = NULL, *end = page->changes + page->change_count;
	int result = 0;

	if (page->change_count)
		found = bsearch(&row->series.id, page->changes, page->change_count,
				sizeof(*page->changes), by_series);
	while (found && found > page->changes && found[-1].series == row->series.id)
		found--;
	row->changes = found;
	while (found && found < end && found->series == row->series.id) {
		found++;
		row->change_count++;
	}
	row->change_kernels = calloc(row->change_count + 1, sizeof(*row->change_kernels));
	if (!row->change_kernels)
		return store_out_of_memory(store, error);
	for (size_t i = 0; i < row->change_count && !result; i++)
		result = history_kernel_at(store, row->series.id, row->changes[i].first_s,
					   &row->change_kernels[i], error);
	return result;
}

static void find_level(struct history_row *row)
{
	double values[NIGHTS_WINDOW];
	size_t count = row->night_count < NIGHTS_WINDOW ? row->night_count : NIGHTS_WINDOW;
	size_t first = row->night_count - count;

	for (size_t i = 0; i < row->change_count; i++)
		while (row->changes[i].kind == HISTORY_LEVEL && first + 1 < row->night_count &&
		       row->nights[first].night_s < row->changes[i].first_s)
			first++;
	count = row->night_count - first;
	for (size_t i = 0; i < count; i++)
		values[i] = row->nights[first + i].value;
	sort_doubles(values, count);
	row->since_s = row->nights[first].night_s;
	row->level = quantile_type7(values, count, .5);
}

/* The worst of the changes that nobody acknowledged. */
static void give_verdict(struct history_row *row, struct history_page *page)
{
	row->verdict = VERDICT_NONE;
	if (!row->series.judged)
		return;
	if (row->series.nights < SERIES_NIGHTS_MIN)
		row->verdict = VERDICT_INCONCLUSIVE;
	for (size_t i = 0; i < row->change_count; i++) {
		if (row->changes[i].acknowledged[0])
			continue;
		page->alarms++;
		row->verdict = verdict_worse(row->verdict, row->changes[i].shift > 0 ?
						     VERDICT_REGRESSED : VERDICT_IMPROVED);
	}
}

static int fill_row(struct store *store, uint32_t nights, struct history_page *page,
		    struct history_row *row, struct error *error)
{
	int result = history_nights(store, row->series.id,
				    nights > NIGHTS_WINDOW ? nights : NIGHTS_WINDOW, &row->nights,
				    &row->night_count, error);

	if (!result)
		result = history_kernel_get(store, row->nights[row->night_count - 1].kernel,
					    &row->kernel, error);
	if (!result)
		result = find_changes(store, page, row, error);
	if (result)
		return result;
	find_level(row);
	give_verdict(row, page);
	return 0;
}

/* A new cell among old ones is no reason to call the whole undecided. */
static void give_whole(struct history_page *page)
{
	bool enough = false, judged = false;

	page->verdict = VERDICT_NONE;
	for (size_t i = 0; i < page->row_count; i++) {
		const struct history_row *row = &page->rows[i];

		judged |= row->series.judged;
		enough |= row->series.judged && row->series.nights >= SERIES_NIGHTS_MIN;
		if (row->verdict != VERDICT_INCONCLUSIVE)
			page->verdict = verdict_worse(page->verdict, row->verdict);
	}
	if (!enough && (judged || !page->row_count) && page->verdict == VERDICT_NONE)
		page->verdict = VERDICT_INCONCLUSIVE;
	page->exit_status = series_exit_status(page->verdict);
}

int history_page_load(struct store *store, const struct history_filter *filter, uint32_t nights,
		      struct history_page *page, struct error *error)
{
	struct loading loading = { .store = store, .filter = filter, .page = page, .error = error };
	int result;

	*page = (struct history_page){ 0 };
	result = history_series_each(store, take_series, &loading, error);
	if (!result && loading.seen && !page->row_count) {
		error->exit_status = STATUS_USAGE;
		result = error_set(error, ENOENT, "no series of the history is of that cell, machine and "
				   "line; 'hmmbench history --all' shows those there are");
	}
	if (!result)
		result = history_changes(store, 0, &page->changes, &page->change_count, error);
	for (size_t i = 0; i < page->row_count && !result; i++)
		result = fill_row(store, nights, page, &page->rows[i], error);
	if (!result)
		give_whole(page);
	return result;
}

void history_page_free(struct history_page *page)
{
	for (size_t i = 0; i < page->row_count; i++) {
		struct history_row *row = &page->rows[i];

		history_series_free(&row->series);
		for (size_t j = 0; row->change_kernels && j < row->change_count; j++)
			free(row->change_kernels[j]);
		free(row->change_kernels);
		free(row->nights);
		free(row->kernel);
	}
	free(page->rows);
	history_changes_free(page->changes, page->change_count);
	*page = (struct history_page){ 0 };
}
