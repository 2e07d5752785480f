// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Comma-separated values (RFC 4180), for spreadsheets and other programs: a row for each
 * quantile of each result, judged or shown. A number that does not exist is an empty field.
 */
#include "report/formats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/clean.h"
#include "report/phrase.h"
#include "report/selection.h"

static const char heading[] =
	"cell,column,quantile,judged,verdict,base,candidate,base_ns,candidate_ns,base_rows,"
	"candidate_rows,estimate,low,high,p,p_adjusted,threshold,pairs,needed,why\r\n";

/* A field with its comma before it, quoted where it has to be. */
static int field(FILE *file, const char *text)
{
	char *clean = clean_text(text, false);

	if (!clean)
		return -ENOMEM;
	fputc(',', file);
	if (!clean[strcspn(clean, ",\"")]) {
		fputs(clean, file);
	} else {
		fputc('"', file);
		for (const char *at = clean; *at; at++) {
			if (*at == '"')
				fputc('"', file);
			fputc(*at, file);
		}
		fputc('"', file);
	}
	free(clean);
	return 0;
}

static void number(FILE *file, double value)
{
	if (isfinite(value))
		fprintf(file, ",%.15g", value);
	else
		fputc(',', file);
}

static int row(const struct report *report, const struct cell_result *result,
	       enum gated_quantile quantile, FILE *file)
{
	const struct effect *effect = &result->effect[quantile];
	const struct arm_summary *base = &result->arm[ARM_BASE];
	const struct arm_summary *candidate = &result->arm[ARM_CANDIDATE];
	char cell[sizeof(((struct report_case *)0)->cell)];
	char *text = NULL;
	size_t bytes;
	FILE *line = open_memstream(&text, &bytes);
	int ret;

	if (!line)
		return -ENOMEM;
	result_cell_name(report, result, cell, sizeof(cell));
	ret = field(line, cell);
	fprintf(line, ",%s,%s,%s,%s", column_name(result->column), gated_quantile_name(quantile),
		result->gated ? "yes" : "no", verdict_name(effect->verdict));
	if (!ret)
		ret = field(line, report->input->base_name);
	if (!ret)
		ret = field(line, report->input->candidate_name);
	number(line, arm_quantile_ns(base, quantile));
	number(line, arm_quantile_ns(candidate, quantile));
	fprintf(line, ",%llu,%llu", (unsigned long long)base->rows,
		(unsigned long long)candidate->rows);
	number(line, effect->estimate);
	number(line, effect->low);
	number(line, effect->high);
	number(line, effect->p);
	number(line, effect->p_adjusted);
	number(line, effect->threshold);
	fprintf(line, ",%u,%u", effect->pairs, effect->needed);
	if (!ret)
		ret = field(line, effect->why);
	if (fclose(line) && !ret)
		ret = -ENOMEM;
	/* Each field brought its comma; the first has none before it. */
	if (!ret)
		fprintf(file, "%s\r\n", text + 1);
	free(text);
	return ret;
}

static int csv_render(const struct report *report, const struct report_options *options, FILE *file,
		      const char *folder, struct error *error)
{
	(void)options;
	(void)folder;
	fputs(heading, file);
	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		for (enum gated_quantile quantile = 0; quantile < GATED_COUNT; quantile++)
			if (row(report, &report->comparison->results[i], quantile, file))
				return error_set(error, ENOMEM, "report: out of memory");
	return report_written(file, error);
}

const struct report_format report_csv = {
	.name = "csv",
	.help = "a row per quantile, RFC 4180",
	.file = "report.csv",
	.render = csv_render,
};
