// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of the HTML page. */
#include "report/html_page.h"

#include <string.h>

#include "report/cell_parts.h"

static const struct cell_result *result_at(const struct html_page *page,
					   const struct result_group *group, uint32_t i)
{
	return &page->report->comparison->results[group->results[i]];
}

static uint32_t cell_at(const struct html_page *page, const struct result_group *group, uint32_t i)
{
	return result_at(page, group, i)->cell;
}

static const char *workload_at(const struct html_page *page, const struct result_group *group)
{
	const struct comparison_input *input = page->report->input;

	return cell_workload(&input->cells[cell_at(page, group, 0)]);
}

static void table_begin(struct html_page *page, const struct result_group *group, const char *title)
{
	const uint32_t constant = PARTS_ALL & ~group->varying & ~PART_BIT(PART_WORKLOAD);
	const char *workload = workload_at(page, group);
	char words[CELL_WORDS_BYTES];

	cell_words_text(page->report->input, cell_at(page, group, 0), constant, words,
			sizeof(words));
	html_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	html_format(page, "table of %s, %s: %s", workload, title, words);
	html_raw(page, "\">\n<table>\n<caption>");
	html_format(page, "%s%s%s: %s%s", workload, strcmp(title, workload) ? ", " : "",
		    strcmp(title, workload) ? title : "", words, words[0] ? "; " : "");
	if (group->least_rows == group->most_rows)
		html_format(page, "n = %llu for each alternative",
			    (unsigned long long)group->most_rows);
	else
		html_format(page, "n = %llu to %llu", (unsigned long long)group->least_rows,
			    (unsigned long long)group->most_rows);
	html_raw(page, "</caption>\n<thead>\n<tr>");
	for (enum cell_part part = 0; part < PART_COUNT; part++) {
		if (!(group->varying & PART_BIT(part)))
			continue;
		html_raw(page, cell_part_is_number(part) ? "<th scope=\"col\" class=\"number\">"
							 : "<th scope=\"col\">");
		html_text(page, cell_part_names[part]);
		html_raw(page, "</th>");
	}
}

static void table_end(struct html_page *page)
{
	html_raw(page, "</table>\n</div>\n");
}

/* Heads of the rows of one cell, over `rows` rows. */
static void cell_heads(struct html_page *page, const struct result_group *group,
		       uint32_t cell, unsigned int rows)
{
	char value[CELL_NAME_BYTES];

	for (enum cell_part part = 0; part < PART_COUNT; part++) {
		if (!(group->varying & PART_BIT(part)))
			continue;
		cell_part_value(page->report->input, cell, part, value, sizeof(value));
		fprintf(page->file, "<th scope=\"rowgroup\" rowspan=\"%u\"%s>", rows,
			cell_part_is_number(part) ? " class=\"number\"" : "");
		html_text(page, value);
		html_raw(page, "</th>");
	}
}

static void number_cell(struct html_page *page, const char *text)
{
	html_raw(page, "<td class=\"number\">");
	html_text(page, text);
	html_raw(page, "</td>");
}

static void duration_cell(struct html_page *page, double ns)
{
	char text[FORMAT_BYTES];

	format_ns(ns, text, sizeof(text));
	number_cell(page, text);
}

static void effect_cells(struct html_page *page, const struct cell_result *result,
			 enum gated_quantile quantile)
{
	const struct effect *effect = &result->effect[quantile];
	char text[FORMAT_BYTES];

	format_effect(effect->estimate, text, sizeof(text));
	number_cell(page, text);
	format_interval(effect->low, effect->high, text, sizeof(text));
	number_cell(page, text);
	format_p(effect->p_adjusted, text, sizeof(text));
	number_cell(page, text);
	if (page->report->calibration) {
		format_size(effect->seen, text, sizeof(text));
		number_cell(page, text);
	}
	html_raw(page, "<td>");
	html_verdict(page, effect->verdict);
	if (effect_is_clock_bound(page->report, result, quantile)) {
		format_effect(effect->threshold, text, sizeof(text));
		html_raw(page, " <span class=\"soft\">");
		html_format(page, "clock: %s", text);
		html_raw(page, "</span>");
	}
	html_raw(page, "</td>");
}

static void judged_cell(struct html_page *page, const struct result_group *group, uint32_t i)
{
	const struct cell_result *result = result_at(page, group, i);
	const struct arm_summary *base = &result->arm[ARM_BASE];
	const struct arm_summary *candidate = &result->arm[ARM_CANDIDATE];
	const struct {
		const char *name;
		double base_ns, candidate_ns;
		enum gated_quantile quantile;
	} rows[] = {
		{ "p10", base->p10_ns, candidate->p10_ns, GATED_P10 },
		{ "p50", base->p50_ns, candidate->p50_ns, GATED_P50 },
		{ "p99", base->p99_ns, candidate->p99_ns, GATED_P99 },
		{ "p99.9", base->p999_ns, candidate->p999_ns, GATED_COUNT },
		{ "max", base->max_ns, candidate->max_ns, GATED_COUNT },
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	html_raw(page, "<tbody>\n");
	for (size_t row = 0; row < count; row++) {
		html_raw(page, "<tr>");
		if (!row)
			cell_heads(page, group, cell_at(page, group, i), count);
		html_raw(page, "<th scope=\"row\">");
		html_raw(page, rows[row].name);
		html_raw(page, "</th>");
		duration_cell(page, rows[row].base_ns);
		duration_cell(page, rows[row].candidate_ns);
		if (rows[row].quantile < GATED_COUNT)
			effect_cells(page, result, rows[row].quantile);
		else
			html_raw(page, page->report->calibration ? "<td colspan=\"5\"></td>" :
								   "<td colspan=\"4\"></td>");
		html_raw(page, "</tr>\n");
	}
	html_raw(page, "</tbody>\n");
}

static void head(struct html_page *page, const char *before, const char *name)
{
	html_raw(page, "<th scope=\"col\" class=\"number\">");
	html_text(page, before);
	html_raw(page, "<bdi>");
	html_text(page, name);
	html_raw(page, "</bdi></th>");
}

static void judged_table(struct html_page *page, const struct result_group *group)
{
	table_begin(page, group, column_name(result_at(page, group, 0)->column));
	html_raw(page, "<th scope=\"col\">quantile</th>");
	head(page, "", page->report->input->base_name);
	head(page, "", page->report->input->candidate_name);
	html_raw(page, "<th scope=\"col\" class=\"number\">change</th>"
		       "<th scope=\"col\" class=\"number\">95 % interval</th>"
		       "<th scope=\"col\" class=\"number\">p adjusted</th>");
	if (page->report->calibration)
		html_raw(page, "<th scope=\"col\" class=\"number\">seen here</th>");
	html_raw(page, "<th scope=\"col\">verdict</th></tr>\n</thead>\n");
	for (uint32_t i = 0; i < group->count; i++)
		judged_cell(page, group, i);
	table_end(page);
}

/* Results of one cell are neighbours: how many from i on are to be shown. */
static unsigned int shown_rows(const struct html_page *page, const struct result_group *group,
			       uint32_t i, uint32_t *end)
{
	unsigned int rows = 0;

	for (*end = i; *end < group->count &&
		       result_at(page, group, *end)->cell == result_at(page, group, i)->cell;
	     ++*end)
		rows += !result_is_unavailable(result_at(page, group, *end));
	return rows;
}

static void shown_cell(struct html_page *page, const struct result_group *group, uint32_t first,
		       uint32_t end, unsigned int rows)
{
	bool heads = false;
	char change[FORMAT_BYTES];

	html_raw(page, "<tbody>\n");
	for (uint32_t i = first; i < end; i++) {
		const struct cell_result *result = result_at(page, group, i);

		if (result_is_unavailable(result))
			continue;
		html_raw(page, "<tr>");
		if (!heads)
			cell_heads(page, group, cell_at(page, group, i), rows);
		heads = true;
		html_raw(page, "<th scope=\"row\">");
		html_text(page, column_name(result->column));
		html_raw(page, "</th>");
		duration_cell(page, result->arm[ARM_BASE].p50_ns);
		duration_cell(page, result->arm[ARM_CANDIDATE].p50_ns);
		format_effect(result->effect[GATED_P50].estimate, change, sizeof(change));
		number_cell(page, change);
		duration_cell(page, result->arm[ARM_BASE].p99_ns);
		duration_cell(page, result->arm[ARM_CANDIDATE].p99_ns);
		html_raw(page, "</tr>\n");
	}
	html_raw(page, "</tbody>\n");
}

static void columns_line(struct html_page *page, const char *what, uint32_t columns)
{
	const char *between = "";

	if (!columns)
		return;
	html_format(page, "<p class=\"soft\">%s: ", what);
	for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
		if (!(columns & 1u << column))
			continue;
		html_raw(page, between);
		html_text(page, column_name(column));
		between = ", ";
	}
	html_raw(page, ".</p>\n");
}

static void unavailable_columns(struct html_page *page, const struct result_group *group)
{
	columns_line(page, "Unavailable here", group->lacking & ~group->columns);
	columns_line(page, "Unavailable in some cells", group->lacking & group->columns);
}

/* A name that says too much: the one phase of which a strategy's samples have a part. */
static void lock_wait_note(struct html_page *page, const struct result_group *group)
{
	if (!(group->columns & 1u << COLUMN_LOCK_WAIT))
		return;
	html_raw(page, "<p class=\"soft\">");
	html_format(page, "%s: %s.", column_name(COLUMN_LOCK_WAIT), column_help(COLUMN_LOCK_WAIT));
	html_raw(page, "</p>\n");
}

static void shown_rows_table(struct html_page *page, const struct result_group *group)
{
	const struct comparison_input *input = page->report->input;
	uint32_t end;

	table_begin(page, group, "phases");
	html_raw(page, "<th scope=\"col\">phase</th>");
	head(page, "p50 ", input->base_name);
	head(page, "p50 ", input->candidate_name);
	html_raw(page, "<th scope=\"col\" class=\"number\">change</th>");
	head(page, "p99 ", input->base_name);
	head(page, "p99 ", input->candidate_name);
	html_raw(page, "</tr>\n</thead>\n");
	for (uint32_t i = 0; i < group->count; i = end) {
		const unsigned int rows = shown_rows(page, group, i, &end);

		if (rows)
			shown_cell(page, group, i, end, rows);
	}
	table_end(page);
}

static void shown_table(struct html_page *page, const struct result_group *group)
{
	bool any = false;

	for (uint32_t i = 0; i < group->count; i++)
		any = any || !result_is_unavailable(result_at(page, group, i));
	html_fold(page, group->count, "Shown, not judged: phases of ");
	html_text(page, workload_at(page, group));
	html_raw(page, "</summary>\n");
	if (any)
		shown_rows_table(page, group);
	unavailable_columns(page, group);
	lock_wait_note(page, group);
	html_raw(page, "</details>\n");
}

static void each_group(struct html_page *page, const struct selection *all, bool gated,
		       void (*table)(struct html_page *page, const struct result_group *group))
{
	struct result_group group;

	for (uint32_t first = 0; first < all->count; first += group.count) {
		group = result_group_at(page->report, all, first);
		if (group.gated == gated)
			table(page, &group);
	}
}

void html_judged_tables(struct html_page *page, const struct selection *all)
{
	each_group(page, all, true, judged_table);
}

void html_shown_tables(struct html_page *page, const struct selection *all)
{
	each_group(page, all, false, shown_table);
}
