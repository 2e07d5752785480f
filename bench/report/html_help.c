// SPDX-License-Identifier: GPL-2.0-or-later
/* How to read the page: what every word and every figure in it means. */
#include "report/html_page.h"

static const char begin[] =
	"<h2 id=\"read\">How to read it</h2>\n"
	"<p>The <em>base</em> is compared with, the <em>candidate</em> is judged. A change is "
	"candidate over base less one: +10 % takes a tenth longer. ";

/* Where the evidence comes from, by design. */
static const char *const designs[] = {
	[DESIGN_IN_BOOT] =
		"Blocks of both alternate in the order ABBA inside one boot; a difference is taken "
		"within each quartet, so that a slow drift of the machine falls out. The change is "
		"the Hodges-Lehmann estimate of those differences, its interval comes from the "
		"signed-rank test, p from a sign-flip permutation, adjusted over all judged results "
		"of the report (Benjamini and Hochberg).</p>\n",
	[DESIGN_BUILDS] =
		"Samples of one boot share its placement, layout and neighbours: the boot is the "
		"unit, and each has one value per cell and quantile (Harrell and Davis). What the "
		"boots of a build share with the control workload is taken out, what a night's boots "
		"share as well. The change is the difference of the builds' means, its interval "
		"Welch's, p from exchanging the builds of a night's boots (studentised permutation), "
		"adjusted over all judged results of the report (Benjamini and Hochberg).</p>\n",
};

static const char exact[] =
	"On the virtual clock a boot gives the same counts of instructions every time: the "
	"change is the plain difference, its range what any two boots differ by, and there is "
	"no p.</p>\n";

static const char verdicts[] =
	"<ul>\n"
	"<li>REGRESSED, IMPROVED: significant, and larger than the smallest effect of "
	"interest.</li>\n"
	"<li>EQUIVALENT: the whole interval lies inside plus or minus that effect.</li>\n"
	"<li>INCONCLUSIVE: neither; more blocks or boots would tell.</li>\n"
	"<li>A verdict with <em>clock</em> and a percentage: the call is so short that one reading "
	"of the clock is more than the smallest effect of interest, which is raised to it.</li>\n"
	"<li>no verdict: shown with the reason why it is not judged.</li>\n"
	"</ul>\n"
	"<p>p10 is the steadiest quantile on a noisy machine, p50 the usual case, p99 the tail. "
	"p99.9 and the maximum are shown and never judged: they hang on single samples.</p>\n";

static const char growth[] =
	"<h3 id=\"read-growth\">Growth</h3>\n"
	"<p>N^1 is a cost for each mirror, N^0 one that does not grow, N^2 one for each pair. The "
	"exponent is fitted to the medians as fixed cost + factor * size^exponent, with the "
	"same weight for every size, so that the fixed cost of small sizes does not bend it; "
	"where latency rises less than four times over the range, no fixed cost can be told from "
	"the rest and both lines are plain. Its interval (95 %) comes from the spread between "
	"quartets, with several boots between boots. <em>Off the curve</em> is how far a point "
	"lies from it at most: caches that are left bend it as well; a dash, that such a curve goes "
	"through any three points. Growth is shown and not judged.</p>\n";

void html_help(struct html_page *page)
{
	html_raw(page, begin);
	html_raw(page, page->report->input->exact ? exact : designs[page->report->input->design]);
	html_raw(page, verdicts);
	html_raw(page, "<p>");
	html_format(page,
		    "Smallest effect of interest here: %g %% for p10 and p50, %g %% for p99. "
		    "False discovery rate: %g. ",
		    page->report->input->threshold * 100, page->report->input->threshold_p99 * 100,
		    page->report->input->false_discovery_rate);
	html_raw(page, "</p>\n");
	if (page->report->comparison->sweep_count)
		html_raw(page, growth);
	html_figure_help(page);
}
