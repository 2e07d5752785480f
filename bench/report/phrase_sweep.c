// SPDX-License-Identifier: GPL-2.0-or-later
/* How latency grows, in words. */
#include "report/phrase.h"

#include <math.h>

#include "report/cell_parts.h"

#define MISFIT_TELLING 0.1   /* a point so far off the curve, in logarithms, is worth a word */
#define MISFIT_NONE    0.005 /* prints as 0 % */
#define CURVE_NUMBERS  3     /* fixed cost, factor, exponent */

static const struct cell_result *point(const struct report *report, const struct sweep *sweep,
				       uint32_t i)
{
	return &report->comparison->results[sweep->results[i]];
}

bool sweep_is_gated(const struct report *report, const struct sweep *sweep)
{
	return point(report, sweep, 0)->gated;
}

void phrase_sweep_range(FILE *file, const struct report *report, const struct sweep *sweep)
{
	const enum cell_part part = cell_part_of_sweep(sweep->part);
	char from[64], to[64];

	cell_part_value(report->input, point(report, sweep, 0)->cell, part, from, sizeof(from));
	cell_part_value(report->input, point(report, sweep, sweep->count - 1)->cell, part, to,
			sizeof(to));
	fprintf(file, "%s to %s", from, to);
}

static double largest_misfit(const struct sweep *sweep)
{
	return fmax(sweep->slope.curve[ARM_BASE].misfit, sweep->slope.curve[ARM_CANDIDATE].misfit);
}

bool sweep_fits_any(const struct sweep *sweep)
{
	return !sweep->slope.plain && sweep->count <= CURVE_NUMBERS &&
	       largest_misfit(sweep) < MISFIT_NONE;
}

bool sweep_is_doubtful(const struct sweep *sweep)
{
	return sweep->slope.plain || largest_misfit(sweep) > MISFIT_TELLING;
}

void phrase_sweep_doubt(FILE *file, const struct sweep *sweep)
{
	const double misfit = largest_misfit(sweep);

	if (sweep->slope.plain)
		fprintf(file, "plain line: latency rises less than %g times over the range",
			SLOPE_RISE_MIN);
	if (misfit > MISFIT_TELLING)
		fprintf(file, "%sa point is %.0f %% off the curve", sweep->slope.plain ? "; " : "",
			expm1(misfit) * 100);
}

void phrase_sweep(FILE *file, const struct report *report, const struct sweep *sweep)
{
	const struct comparison_input *input = report->input;
	const enum cell_part part = cell_part_of_sweep(sweep->part);
	char base[FORMAT_BYTES], candidate[FORMAT_BYTES], difference[FORMAT_BYTES];

	format_slope(&sweep->slope.exponent[ARM_BASE], base, sizeof(base));
	format_slope(&sweep->slope.exponent[ARM_CANDIDATE], candidate, sizeof(candidate));
	format_slope_difference(&sweep->slope.difference, difference, sizeof(difference));
	phrase_words(file, report, point(report, sweep, 0),
		     (report_parts_varying(report) | PART_BIT(PART_WORKLOAD)) & ~PART_BIT(part));
	fprintf(file, " against %s, ", sweep_part_name(sweep->part));
	phrase_sweep_range(file, report, sweep);
	fprintf(file, ": %s %s, %s %s; difference %s", input->base_name, base,
		input->candidate_name, candidate, difference);
	if (!sweep_is_doubtful(sweep))
		return;
	fputs(" (", file);
	phrase_sweep_doubt(file, sweep);
	fputs(")", file);
}
