// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report for a mail or a pull request: Markdown as GitHub, GitLab and Gitea read it, and
 * readable as it is. What a name could make of it (a mention, a link, a table's end) is escaped.
 */
#include "report/formats.h"

#include <errno.h>
#include <stdlib.h>

#include "report/clean.h"
#include "report/environment.h"
#include "report/markdown.h"
#include "report/phrase.h"
#include "report/selection.h"
#include "report/strategies.h"

#define CHANGED_MAX 20	/* a mail is read from the top: the page has the rest */
#define UNTOLD_MAX  20
#define RESULTS_MAX 30

struct markdown {
	const struct report *report;
	FILE *file;
	int result;	/* the first -errno */
};

static void fail(struct markdown *markdown)
{
	if (!markdown->result)
		markdown->result = -ENOMEM;
}

/* Text from data on one line, where a line or a cell begins. */
static void text(struct markdown *markdown, const char *from)
{
	char *clean = clean_text(from, false);

	if (clean)
		markdown_text(markdown->file, clean);
	else
		fail(markdown);
	free(clean);
}

/* A line in the making. */
struct line {
	char *text;
	size_t bytes;
	FILE *file;	/* NULL: memory is out */
};

static void line_begin(struct markdown *markdown, struct line *line)
{
	*line = (struct line){ 0 };
	line->file = open_memstream(&line->text, &line->bytes);
	if (!line->file)
		fail(markdown);
}

/* Writes it between `before` and `after`. */
static void line_end(struct markdown *markdown, struct line *line, const char *before,
		     const char *after)
{
	if (!line->file || fclose(line->file)) {
		fail(markdown);
	} else {
		fputs(before, markdown->file);
		text(markdown, line->text);
		fputs(after, markdown->file);
	}
	free(line->text);
}

static void phrase(struct markdown *markdown, void (*write)(FILE *, const struct report *))
{
	char *written = phrase_text(write, markdown->report);

	if (!written)
		fail(markdown);
	else if (written[0]) {
		text(markdown, written);
		fputs("\n\n", markdown->file);
	}
	free(written);
}

static void heading(struct markdown *markdown, const char *words)
{
	fprintf(markdown->file, "### %s\n\n", words);
}

static void top(struct markdown *markdown)
{
	const struct report *report = markdown->report;

	fprintf(markdown->file, "## %s: ", verdict_name(report->comparison->verdict)[0] == '-' ?
						  "no verdict" :
						  verdict_name(report->comparison->verdict));
	text(markdown, report->input->candidate_name);
	fputs(" against ", markdown->file);
	text(markdown, report->input->base_name);
	fputs("\n\n", markdown->file);
	phrase(markdown, phrase_verdict);
	phrase(markdown, phrase_scope);
	for (size_t i = 0; i < report->mark_count; i++) {
		fputs("> ", markdown->file);
		text(markdown, report->marks[i]);
		fputs(i + 1 < report->mark_count ? "  \n" : "\n\n", markdown->file);
	}
}

/* Each in a line of its own, where there are any. */
static void sides(struct markdown *markdown)
{
	bool any = false;

	for (size_t side = 0; side < SIDE_COUNT; side++) {
		struct line line;
		bool written;

		line_begin(markdown, &line);
		if (line.file)
			phrase_side(line.file, markdown->report, side);
		written = line.file && ftell(line.file) > 0;
		any |= written;
		line_end(markdown, &line, "", written ? "\n\n" : "");
	}
	if (any)
		phrase(markdown, phrase_other_half);
}

/* One line of a list about a result. */
static void result_line(struct markdown *markdown, const struct cell_result *result)
{
	struct line line;

	line_begin(markdown, &line);
	if (line.file) {
		phrase_result(line.file, markdown->report, result);
		fprintf(line.file, ": %s, ", verdict_name(result->verdict));
		phrase_effect(line.file, result, result_leading_quantile(result));
	}
	line_end(markdown, &line, "- ", "\n");
}

static void changed(struct markdown *markdown)
{
	struct selection selection;

	if (selection_changed(markdown->report, &selection)) {
		fail(markdown);
		return;
	}
	heading(markdown, "What changed, worst first");
	for (uint32_t i = 0; i < selection.count && i < CHANGED_MAX; i++)
		result_line(markdown,
			    &markdown->report->comparison->results[selection.results[i]]);
	if (!selection.count)
		phrase(markdown, phrase_unchanged);
	if (selection.count > CHANGED_MAX)
		fprintf(markdown->file, "- and %u more\n", selection.count - CHANGED_MAX);
	if (selection.count)
		fputc('\n', markdown->file);
	selection_free(&selection);
}

struct untold {
	struct markdown *markdown;
	size_t count;
};

static void untold_line(const char *line, void *context)
{
	struct untold *untold = context;

	if (!untold->count)
		heading(untold->markdown, "What could not be told, and what it would take");
	if (untold->count++ >= UNTOLD_MAX)
		return;
	fputs("- ", untold->markdown->file);
	text(untold->markdown, line);
	fputc('\n', untold->markdown->file);
}

static void untold(struct markdown *markdown)
{
	struct untold lines = { .markdown = markdown };

	if (untold_each(markdown->report, untold_line, &lines))
		fail(markdown);
	if (lines.count > UNTOLD_MAX)
		fprintf(markdown->file, "- and %zu more\n", lines.count - UNTOLD_MAX);
	if (lines.count)
		fputc('\n', markdown->file);
}

static void growth(struct markdown *markdown)
{
	const struct comparison *comparison = markdown->report->comparison;
	uint32_t count = 0;

	while (count < comparison->sweep_count &&
	       sweep_is_gated(markdown->report, &comparison->sweeps[count]))
		count++;
	if (count)
		heading(markdown, "How the median grows");
	for (uint32_t i = 0; i < count; i++) {
		struct line line;

		line_begin(markdown, &line);
		if (line.file)
			phrase_sweep(line.file, markdown->report, &comparison->sweeps[i]);
		line_end(markdown, &line, "- ", i + 1 < count ? "\n" : "\n\n");
	}
}

/* One quantile of one result. */
static void table_row(struct markdown *markdown, const struct cell_result *result,
		      enum gated_quantile quantile)
{
	const struct effect *effect = &result->effect[quantile];
	const struct arm_summary *arm = result->arm;
	const double base[GATED_COUNT] = { arm[ARM_BASE].p10_ns, arm[ARM_BASE].p50_ns,
					   arm[ARM_BASE].p99_ns };
	const double candidate[GATED_COUNT] = { arm[ARM_CANDIDATE].p10_ns,
						arm[ARM_CANDIDATE].p50_ns,
						arm[ARM_CANDIDATE].p99_ns };
	char base_text[FORMAT_BYTES], candidate_text[FORMAT_BYTES], change[FORMAT_BYTES];
	char interval[FORMAT_BYTES], seen[FORMAT_BYTES];

	format_ns(base[quantile], base_text, sizeof(base_text));
	format_ns(candidate[quantile], candidate_text, sizeof(candidate_text));
	format_effect(effect->estimate, change, sizeof(change));
	format_interval(effect->low, effect->high, interval, sizeof(interval));
	fprintf(markdown->file, " | %s | %s | %s | %s | %s |", gated_quantile_name(quantile),
		base_text, candidate_text, change, interval);
	if (markdown->report->calibration) {
		format_size(effect->seen, seen, sizeof(seen));
		fprintf(markdown->file, " %s |", seen);
	}
	fprintf(markdown->file, " %s |\n", verdict_name(effect->verdict));
}

static void table_head(struct markdown *markdown)
{
	heading(markdown, "All judged results");
	fputs("| what | quantile | ", markdown->file);
	text(markdown, markdown->report->input->base_name);
	fputs(" | ", markdown->file);
	text(markdown, markdown->report->input->candidate_name);
	fputs(markdown->report->calibration ?
		      " | change | 95 % interval | seen here | verdict |\n"
		      "|---|---|--:|--:|--:|--:|--:|---|\n" :
		      " | change | 95 % interval | verdict |\n|---|---|--:|--:|--:|--:|---|\n",
	      markdown->file);
}

/* Its quantiles, the first row with its name. */
static void table_result(struct markdown *markdown, const struct cell_result *result)
{
	struct line line;

	line_begin(markdown, &line);
	if (line.file)
		phrase_result(line.file, markdown->report, result);
	line_end(markdown, &line, "| ", "");
	for (enum gated_quantile quantile = 0; quantile < GATED_COUNT; quantile++) {
		if (quantile)
			fputc('|', markdown->file);
		table_row(markdown, result, quantile);
	}
}

static void table(struct markdown *markdown)
{
	const struct comparison *comparison = markdown->report->comparison;
	struct selection all;
	uint32_t count = 0;

	if (selection_all(markdown->report, &all)) {
		fail(markdown);
		return;
	}
	while (count < all.count && comparison->results[all.results[count]].gated)
		count++;
	if (count)
		table_head(markdown);
	for (uint32_t i = 0; i < count && i < RESULTS_MAX; i++)
		table_result(markdown, &comparison->results[all.results[i]]);
	if (count > RESULTS_MAX)
		fprintf(markdown->file, "\n%u more results are in the whole report.\n",
			count - RESULTS_MAX);
	if (count)
		fputc('\n', markdown->file);
	selection_free(&all);
}

static int strategy_line(const struct strategy_row *row, void *context)
{
	struct markdown *markdown = context;

	fputs("| ", markdown->file);
	if (row->first)
		text(markdown, row->what);
	fprintf(markdown->file, " | %s | %s | %s | %s | %s | %s | ", row->strategy, row->p10, row->p50,
		row->p99, row->over, row->interval);
	text(markdown, row->place);
	fputs(" |\n", markdown->file);
	return 0;
}

static void all_strategies(struct markdown *markdown)
{
	const struct report_strategies *strategies = markdown->report->strategies;
	struct line line;

	if (!strategies)
		return;
	heading(markdown, STRATEGIES_TITLE);
	line_begin(markdown, &line);
	if (line.file)
		strategies_explain(line.file, strategies);
	line_end(markdown, &line, "", "\n\n");
	fputs("| what | strategy | p10 | p50 | p99 | over | 95 % interval | place |\n"
	      "|---|---|--:|--:|--:|--:|--:|---|\n", markdown->file);
	strategy_rows_each(strategies, strategy_line, markdown);
	fputc('\n', markdown->file);
}

struct differences {
	struct markdown *markdown;
	bool any;
};

static void difference(const char *line, void *context)
{
	struct differences *differences = context;
	struct markdown *markdown = differences->markdown;

	fputs(differences->any ? "- " : "What differs between the runs:\n\n- ", markdown->file);
	differences->any = true;
	text(markdown, line);
	fputc('\n', markdown->file);
}

static void environment(struct markdown *markdown)
{
	const struct report *report = markdown->report;
	struct differences differences = { .markdown = markdown };
	char *command;

	if (report->run_count)
		heading(markdown, "Where it was measured");
	for (size_t i = 0; i < report->run_count; i++) {
		struct line line;

		line_begin(markdown, &line);
		if (line.file)
			phrase_run(line.file, &report->runs[i]);
		line_end(markdown, &line, "- ", i + 1 < report->run_count ? "\n" : "\n\n");
	}
	if (environment_lines(report, difference, &differences))
		fail(markdown);
	if (differences.any)
		fputc('\n', markdown->file);
	if (!report->command || !report->command[0])
		return;
	fputs("Again: ", markdown->file);
	command = clean_text(report->command, false);
	if (command)
		markdown_code(markdown->file, command);
	else
		fail(markdown);
	free(command);
	fputc('\n', markdown->file);
}

static int markdown_render(const struct report *report, const struct report_options *options,
			   FILE *file, const char *folder, struct error *error)
{
	struct markdown markdown = { .report = report, .file = file };

	(void)options;
	(void)folder;
	top(&markdown);
	sides(&markdown);
	changed(&markdown);
	untold(&markdown);
	growth(&markdown);
	table(&markdown);
	all_strategies(&markdown);
	environment(&markdown);
	if (markdown.result)
		return error_set(error, -markdown.result, "report: out of memory");
	if (ferror(file))
		return error_set(error, EIO, "report: cannot be written; is the disk full?");
	return 0;
}

const struct report_format report_markdown = {
	.name = "markdown",
	.help = "for a mail or a pull request",
	.file = "report.md",
	.render = markdown_render,
};
