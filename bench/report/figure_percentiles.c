// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * HdrHistogram's percentile axis: x = -log10(1 - F), so that 90 %, 99 %, 99.9 % are equally far
 * apart and the tail gets the room it needs.
 */
#include "report/figure.h"

#include <math.h>

double figure_percentile_place(double fraction)
{
	return log10(1 / (1 - fraction));
}

void figure_percentile_axis(FILE *script, double end)
{
	char label[32];

	if (end < 1)
		end = 1;
	fprintf(script,
		"set xrange [0:%.6g]\n"
		"set xtics ('%s' 0, '50 %%%%' %.6g, '90 %%%%' 1",
		end * 1.03, end > 3.2 ? "" : "0 %%", figure_percentile_place(.5));
	if (end < 2)
		fprintf(script, ", '75 %%%%' %.6g", figure_percentile_place(.75));
	for (int nines = 2; nines <= end * 1.03; nines++) {
		snprintf(label, sizeof(label), "%.*f", nines > 2 ? nines - 2 : 0,
			 100 - pow(10, 2 - nines));
		fprintf(script, ", '%s %%%%' %d", label, nines);
	}
	fputs(")\n", script);
}
