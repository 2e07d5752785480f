// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Renders a report made by hand to standard output, in the format of its first argument:
 * every verdict, and names and marks that no format may take for its own syntax. With
 * "empty" behind it, a report in which nothing was judged; with "plain", one with usual names.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "../unit/hand_made_report.h"
#include "report/report.h"

static const char *const odd_marks[] = {
	"run 3: \"quoted\", <b>marked & up</b>, 5 % # hash \\ back",
	"two\nlines\tand a bell\a, caf\xc3\xa9, \xff\xfe no UTF-8 ]]> --",
};

static struct kernel_option odd_options[] = {
	{ (char *)"CONFIG_CC_VERSION_TEXT", (char *)"\"gcc <12> & \\\"",
	  (char *)"\"\xff #1\"" },
};
static const struct kernel_pair odd_kernels = {
	.base = { .name = (char *)"~/src/linux \"a\" <b>", .compiler = (char *)"gcc <12> & #1" },
	.candidate = { .name = (char *)"6.12\xff", .release = (char *)"6.12.0", .build_id = (char *)"ab",
		       .config_sha256 = (char *)"cd" },
	.compared = true,
	.options = odd_options,
	.option_count = 1,
};

static void set_verdict(struct cell_result *result, size_t quantile, enum verdict verdict,
			double estimate)
{
	struct effect *effect = &result->effect[quantile];

	effect->verdict = verdict;
	effect->estimate = estimate;
	effect->low = estimate - .01;
	effect->high = estimate + .01;
	effect->why[0] = '\0';
	if (verdict == VERDICT_INCONCLUSIVE)
		effect->needed = 40;
	if (verdict == VERDICT_NONE) {
		effect->p = effect->p_adjusted = NAN;
		snprintf(effect->why, sizeof(effect->why),
			 "448 samples, p99 takes \"8000\" <so> #1");
	}
}

/* One cell per verdict, and one in which no quantile has any. */
static void set_verdicts(struct hand_made *made)
{
	static const enum verdict verdicts[] = { VERDICT_REGRESSED, VERDICT_IMPROVED,
						 VERDICT_EQUIVALENT, VERDICT_INCONCLUSIVE,
						 VERDICT_NONE };
	static const double estimates[] = { .05, -.3, .001, .03, NAN };
	size_t next = 0;

	for (uint32_t i = 0; i < made->comparison.result_count && next < 5; i++) {
		struct cell_result *result = &made->comparison.results[i];

		if (!result->gated)
			continue;
		for (size_t quantile = 0; quantile < GATED_COUNT; quantile++)
			set_verdict(result, quantile,
				    quantile == GATED_P99 ? VERDICT_NONE : verdicts[next],
				    quantile == GATED_P99 ? NAN : estimates[next]);
		result->verdict = verdicts[next++];
	}
	hand_made_verdict(made);
}

int main(int argc, char **argv)
{
	const struct hand_made_shape shape = {
		.exit_cells = 3, .unregister_cells = 2, .rows = 400, .boots = 1
	};
	const struct hand_made_shape none = { .boots = 1 };
	const struct report_options options = { 0 };
	const char *how = argc > 2 ? argv[2] : "";
	struct hand_made *made = hand_made_new(!strcmp(how, "empty") ? &none : &shape);
	const struct report_format *format = argc > 1 ? report_format_find(argv[1]) : NULL;
	struct error error = { 0 };
	int result;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!format) {
		fprintf(stderr, "render_format FORMAT [empty|plain]\n");
		return 4;
	}
	set_verdicts(made);
	if (strcmp(how, "empty"))
		hand_made_sweep(made, 0, 3, 3)->slope.difference.low = NAN;
	if (strcmp(how, "plain")) {
		made->input.base_name = "wr\"ite <&>, #1\\";
		made->input.candidate_name = "r\xc3\xa9"
					     "ad\n'2' {x=\"y\"}";
		made->report.marks = odd_marks;
		made->report.mark_count = 2;
		made->report.kernels = &odd_kernels;
		made->run.kernel = (char *)"~/src/linux \"a\" <b>";
		made->report.command = "hmmbench compare 'wr\"ite <&>, #1\\'";
	}
	result = format->render(&made->report, &options, stdout, NULL, &error);
	if (result)
		fprintf(stderr, "%s\n", error.text);
	hand_made_free(made);
	return result ? 5 : 0;
}
