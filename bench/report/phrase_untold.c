// SPDX-License-Identifier: GPL-2.0-or-later
/* What a report could not tell, line by line, each with what it would take. */
#include "report/phrase.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan/campaign.h"
#include "report/selection.h"

/*
 * Reasons why quantiles of judged results have no verdict, each once. Begin with zeroes and
 * call reason_next() until it gives false.
 */
struct reason {
	uint32_t quantile; /* enum gated_quantile */
	uint32_t result;   /* where to go on */
	uint32_t found;	   /* the first result that has it */
};

static void write_needed_boots(FILE *file, const struct report *report,
			       const struct effect *effect)
{
	fprintf(file, " from %u and %u boots", effect->boots[ARM_BASE],
		effect->boots[ARM_CANDIDATE]);
	if (report->input->exact)
		fputs("; boots of one build differ on the virtual clock, which equal inputs "
		      "do not: look for what differs, more boots tell nothing", file);
	else if (effect_is_suspicion(report->input, effect))
		fputs("; a suspicion: the base's kernel, measured in the candidate's night, decides",
		      file);
	else if (effect->needed > CAMPAIGN_BOOTS_MAX)
		fprintf(file, "; about %u boots of each build would decide, more than the %u that a "
			"campaign has at most", effect->needed, CAMPAIGN_BOOTS_MAX);
	else if (effect->needed)
		fprintf(file, "; about %u boots of each build would decide", effect->needed);
	else
		fputs("; how many would decide cannot be told from these", file);
}

static void write_needed_pairs(FILE *file, const struct report *report,
			       const struct effect *effect)
{
	fprintf(file, " from %u paired differences", effect->pairs);
	if (effect->needed > effect->pairs && effect->pairs)
		fprintf(file, "; about %u would decide: %.1f times as many %s", effect->needed,
			(double)effect->needed / effect->pairs,
			report->comparison->boots > 1 ? "boots" : "quartets");
	else
		fputs("; how many would decide cannot be told from these", file);
}

/* The INCONCLUSIVE quantiles of a result: what was seen and what it would take. */
static void write_undecided(FILE *file, const struct report *report,
			    const struct cell_result *result)
{
	const char *between = "";

	for (size_t i = 0; i < GATED_COUNT; i++) {
		const struct effect *effect = &result->effect[i];

		if (effect->verdict != VERDICT_INCONCLUSIVE)
			continue;
		fputs(between, file);
		phrase_effect(file, result, i);
		if (report->input->design == DESIGN_BUILDS)
			write_needed_boots(file, report, effect);
		else
			write_needed_pairs(file, report, effect);
		between = ". ";
	}
	fputc('.', file);
}

static bool unjudged(const struct report *report, const struct reason *reason, uint32_t result)
{
	const struct cell_result *candidate = &report->comparison->results[result];

	return candidate->gated && candidate->effect[reason->quantile].verdict == VERDICT_NONE;
}

static bool same_reason(const struct report *report, const struct reason *reason, uint32_t result)
{
	const struct cell_result *results = report->comparison->results;

	return unjudged(report, reason, result) &&
	       !strcmp(results[result].effect[reason->quantile].why,
		       results[reason->result].effect[reason->quantile].why);
}

/* Has an earlier result the same reason, so that it was said there? */
static bool said_before(const struct report *report, const struct reason *reason)
{
	for (uint32_t i = 0; i < reason->result; i++)
		if (same_reason(report, reason, i))
			return true;
	return false;
}

static bool reason_next(const struct report *report, struct reason *reason)
{
	for (; reason->quantile < GATED_COUNT; reason->quantile++, reason->result = 0) {
		while (reason->result < report->comparison->result_count) {
			const struct reason here = *reason;

			reason->result++;
			if (!unjudged(report, &here, here.result) || said_before(report, &here))
				continue;
			reason->found = here.result;
			return true;
		}
	}
	return false;
}

static void write_reason(FILE *file, const struct report *report, const struct reason *reason)
{
	const struct reason here = { .quantile = reason->quantile, .result = reason->found };
	const struct cell_result *result = &report->comparison->results[reason->found];
	const char *why = result->effect[reason->quantile].why;
	uint32_t count = 0, judged = 0;

	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		judged += report->comparison->results[i].gated;
		count += same_reason(report, &here, i);
	}
	fprintf(file, "%s has no verdict in ", gated_quantile_name(reason->quantile));
	if (count == 1)
		phrase_result(file, report, result);
	else
		fprintf(file, "%u of %u judged results", count, judged);
	fprintf(file, ": %s.", why[0] ? why : "no reason was given");
}

/* A line in the making; its text is the callback's for the call only. */
struct lines {
	const struct report *report;
	void (*each)(const char *line, void *context);
	void *context;
	char *text;
	size_t bytes;
};

static FILE *line_begin(struct lines *lines)
{
	lines->text = NULL;
	return open_memstream(&lines->text, &lines->bytes);
}

static int line_end(struct lines *lines, FILE *file)
{
	const int result = fclose(file) ? -ENOMEM : 0;

	if (!result)
		lines->each(lines->text, lines->context);
	free(lines->text);
	return result;
}

static int result_lines(struct lines *lines,
			int (*choose)(const struct report *, struct selection *),
			void (*write)(FILE *, const struct report *, const struct cell_result *))
{
	struct selection selection;
	int result = choose(lines->report, &selection);

	for (uint32_t i = 0; i < selection.count && !result; i++) {
		const struct cell_result *shown =
			&lines->report->comparison->results[selection.results[i]];
		FILE *file = line_begin(lines);

		if (!file) {
			result = -ENOMEM;
			break;
		}
		phrase_result(file, lines->report, shown);
		fputs(": ", file);
		write(file, lines->report, shown);
		result = line_end(lines, file);
	}
	selection_free(&selection);
	return result;
}

int untold_each(const struct report *report, void (*each)(const char *line, void *context),
		void *context)
{
	struct lines lines = { .report = report, .each = each, .context = context };
	struct reason reason = { 0 };
	int result = result_lines(&lines, selection_untold, write_undecided);

	if (!result)
		result = result_lines(&lines, selection_below_clock, phrase_below_clock);
	while (!result && reason_next(report, &reason)) {
		FILE *file = line_begin(&lines);

		if (!file)
			return -ENOMEM;
		write_reason(file, report, &reason);
		result = line_end(&lines, file);
	}
	return result;
}
