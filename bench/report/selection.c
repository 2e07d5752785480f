// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/selection.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "report/cell_parts.h"
#include "report/phrase.h"

void selection_free(struct selection *selection)
{
	free(selection->results);
	selection->results = NULL;
	selection->count = 0;
}

const char *gated_quantile_name(enum gated_quantile quantile)
{
	static const char *const names[GATED_COUNT] = {
		[GATED_P10] = "p10", [GATED_P50] = "p50", [GATED_P99] = "p99"
	};

	return names[quantile];
}

enum gated_quantile result_leading_quantile(const struct cell_result *result)
{
	static const enum gated_quantile order[] = { GATED_P50, GATED_P10, GATED_P99 };
	enum gated_quantile leading = GATED_P50;
	double most = -1;

	for (size_t i = 0; i < GATED_COUNT; i++) {
		const struct effect *effect = &result->effect[order[i]];

		if (effect->verdict == result->verdict && fabs(effect->estimate) > most) {
			most = fabs(effect->estimate);
			leading = order[i];
		}
	}
	return leading;
}

static double leading_estimate(const struct cell_result *result)
{
	const double estimate = result->effect[result_leading_quantile(result)].estimate;

	return isnan(estimate) ? 0 : estimate;
}

/* qsort_r() gives results in any order among equals: the index decides, so order is stable. */
static int by_index(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_display(const void *left, const void *right, void *context)
{
	const struct report *report = context;
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	const struct cell_result *x = &report->comparison->results[a];
	const struct cell_result *y = &report->comparison->results[b];
	const uint32_t x_workload = report->input->cells[x->cell].workload;
	const uint32_t y_workload = report->input->cells[y->cell].workload;

	if (x->gated != y->gated)
		return x->gated ? -1 : 1;
	if (x_workload != y_workload)
		return x_workload < y_workload ? -1 : 1;
	if (x->gated && x->column != y->column)
		return x->column < y->column ? -1 : 1;
	if (!x->gated && x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return by_index(a, b);
}

static int compare_changed(const void *left, const void *right, void *context)
{
	const struct report *report = context;
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	const struct cell_result *x = &report->comparison->results[a];
	const struct cell_result *y = &report->comparison->results[b];
	const double x_size = fabs(leading_estimate(x)), y_size = fabs(leading_estimate(y));

	if (x->verdict != y->verdict)
		return x->verdict == VERDICT_REGRESSED ? -1 : 1;
	if (x_size < y_size || x_size > y_size)
		return x_size > y_size ? -1 : 1;
	return by_index(a, b);
}

static bool any(const struct report *report, const struct cell_result *result)
{
	(void)report;
	(void)result;
	return true;
}

static bool changed(const struct report *report, const struct cell_result *result)
{
	(void)report;
	return result->gated &&
	       (result->verdict == VERDICT_REGRESSED || result->verdict == VERDICT_IMPROVED);
}

static bool untold(const struct report *report, const struct cell_result *result)
{
	bool open = false;

	(void)report;
	for (size_t i = 0; i < GATED_COUNT; i++)
		open |= result->effect[i].verdict == VERDICT_INCONCLUSIVE;
	return result->gated && open;
}

static int select_results(const struct report *report,
			  bool (*wanted)(const struct report *, const struct cell_result *),
			  int (*order)(const void *, const void *, void *),
			  struct selection *selection)
{
	const struct comparison *comparison = report->comparison;

	selection->count = 0;
	selection->results = calloc(comparison->result_count + 1, sizeof(*selection->results));
	if (!selection->results)
		return -ENOMEM;
	for (uint32_t i = 0; i < comparison->result_count; i++)
		if (wanted(report, &comparison->results[i]))
			selection->results[selection->count++] = i;
	qsort_r(selection->results, selection->count, sizeof(*selection->results), order,
		(void *)report);
	return 0;
}

int selection_all(const struct report *report, struct selection *selection)
{
	return select_results(report, any, compare_display, selection);
}

int selection_changed(const struct report *report, struct selection *selection)
{
	return select_results(report, changed, compare_changed, selection);
}

int selection_below_clock(const struct report *report, struct selection *selection)
{
	return select_results(report, result_hides_below_clock, compare_display, selection);
}

int selection_untold(const struct report *report, struct selection *selection)
{
	return select_results(report, untold, compare_display, selection);
}

static bool same_group(const struct report *report, uint32_t a, uint32_t b)
{
	const struct cell_result *x = &report->comparison->results[a];
	const struct cell_result *y = &report->comparison->results[b];

	if (x->gated != y->gated ||
	    report->input->cells[x->cell].workload != report->input->cells[y->cell].workload)
		return false;
	return !x->gated || x->column == y->column;
}

bool result_is_unavailable(const struct cell_result *result)
{
	return !result->arm[ARM_BASE].rows && !result->arm[ARM_CANDIDATE].rows;
}

static void count_rows(struct result_group *group, const struct cell_result *result)
{
	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		const uint64_t rows = result->arm[arm].rows;

		if (rows && (!group->most_rows || rows < group->least_rows))
			group->least_rows = rows;
		if (rows > group->most_rows)
			group->most_rows = rows;
	}
}

struct result_group result_group_at(const struct report *report, const struct selection *all,
				    uint32_t first)
{
	const struct cell_result *results = report->comparison->results;
	struct result_group group = { .results = &all->results[first] };

	group.gated = results[group.results[0]].gated;
	while (first + group.count < all->count &&
	       same_group(report, group.results[0], group.results[group.count])) {
		const struct cell_result *result = &results[group.results[group.count]];

		group.varying |= cell_parts_differ(report->input, results[group.results[0]].cell,
						   result->cell);
		count_rows(&group, result);
		*(result_is_unavailable(result) ? &group.lacking : &group.columns) |=
			1u << result->column;
		group.count++;
	}
	return group;
}
