// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure.h"

#include <math.h>
#include <string.h>

#define EVEN_LABELS	5  /* in round steps */
#define DURATION_PIXELS 65 /* of an axis across for each: "20.5 ms" */

double figure_axis_take(struct figure_axis *axis, double ns)
{
	double value = ns;

	if (ns < FIGURE_LEAST_NS) {
		axis->raised = true;
		value = FIGURE_LEAST_NS;
	}
	if (axis->low <= 0 || value < axis->low)
		axis->low = value;
	if (value > axis->high)
		axis->high = value;
	return value;
}

/* A list of ticks in the making; `script` NULL: they are only counted. */
struct ticks {
	FILE *script;
	const char *between;
	int labels;
	double last, least; /* ln: the last label's place; the shortest distance between two */
};

static void minor_tick(struct ticks *ticks, double ns)
{
	if (ticks->script)
		fprintf(ticks->script, "%s'' %.9g 1", ticks->between, ns);
	ticks->between = ", ";
}

/* "2 us", "101.5 us": exact, since a tick is where its label says. */
static void major_tick(struct ticks *ticks, double ns)
{
	static const struct {
		double ns;
		const char *name;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 0, "ns" } };
	size_t i = 0;

	while (ns < units[i].ns * (1 - 1e-9))
		i++;
	if (ticks->script)
		fprintf(ticks->script, "%s'%.6g %s' %.9g", ticks->between,
			units[i].ns > 0 ? ns / units[i].ns : ns, units[i].name, ns);
	ticks->between = ", ";
	if (ticks->labels++)
		ticks->least = fmin(ticks->least, log(ns) - ticks->last);
	ticks->last = log(ns);
}

/* Labels at these digits of every decade that `step` divides; other digits without one. */
static struct ticks decade_ticks(FILE *script, double low, double high, const char *digits,
				 int step)
{
	struct ticks ticks = { .script = script, .between = "", .least = INFINITY };
	const int first = (int)floor(log10(low)), last = (int)ceil(log10(high));

	for (int exponent = first; exponent <= last; exponent++) {
		for (int digit = 1; digit <= 9; digit++) {
			const double ns = digit * pow(10, exponent);

			if (ns < low || ns > high)
				continue;
			if (strchr(digits, '0' + digit) && exponent % step == 0)
				major_tick(&ticks, ns);
			else
				minor_tick(&ticks, ns);
		}
	}
	return ticks;
}

/* A range inside one decade: round steps, `most` or nearly as many, as on a linear axis. */
static void even_ticks(FILE *script, double low, double high, double most)
{
	struct ticks ticks = { .script = script, .between = "" };
	const double rough = (high - low) / most, power = pow(10, floor(log10(rough)));
	double step = (rough / power < 2 ? 2 : rough / power < 5 ? 5 : 10) * power;

	if (most >= 2 && floor(high / step) - ceil(low / step) < 1)
		step /= 2; /* one label is no scale */
	for (double ns = ceil(low / step) * step; ns <= high; ns += step)
		major_tick(&ticks, ns);
}

static double labels_across(double pixels)
{
	return fmin(EVEN_LABELS, fmax(1, pixels / DURATION_PIXELS));
}

/* Labels below each other have more room than beside each other. */
static void write_ticks(FILE *script, char letter, double pixels, double low, double high)
{
	static const struct {
		const char *digits;
		int step, least, most; /* taken when it gives so many labels */
	} choices[] = { { "1", 1, 3, 8 },
			{ "1", 2, 3, 8 },
			{ "125", 1, 3, 6 },
			{ "13", 1, 3, 6 },
			{ "123456789", 1, 4, 6 } };
	/* What two labels are apart at least, as a part of the axis. */
	const double room = letter == 'x' ? log(high / low) * DURATION_PIXELS / pixels : 0;

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		const struct ticks ticks = decade_ticks(NULL, low, high, choices[i].digits,
							choices[i].step);

		if (ticks.labels < choices[i].least || ticks.labels > choices[i].most ||
		    ticks.least < room)
			continue;
		decade_ticks(script, low, high, choices[i].digits, choices[i].step);
		return;
	}
	even_ticks(script, low, high, letter == 'x' ? labels_across(pixels) : EVEN_LABELS);
}

void figure_axis_shown(const struct figure_axis *axis, double *low, double *high)
{
	double margin;

	*low = axis->low > 0 ? axis->low : FIGURE_LEAST_NS;
	*high = axis->high > *low ? axis->high : *low;
	margin = pow(*high / *low, 0.06);
	if (margin < 1.02)
		margin = 1.02; /* all values equal, or nearly: the line runs through the middle */
	*low /= margin;
	*high *= margin;
}

void figure_axis_write(FILE *script, char letter, double pixels, const struct figure_axis *axis)
{
	double low, high;

	figure_axis_shown(axis, &low, &high);
	fprintf(script, "set logscale %c\nset %crange [%.9g:%.9g]\nset %ctics (", letter, letter,
		low, high, letter);
	write_ticks(script, letter, pixels, low, high);
	fputs(")\n", script);
}

void figure_axis_free(FILE *script, double pixels, const struct figure_axis *axis, double free)
{
	double low, high;

	figure_axis_shown(axis, &low, &high);
	fprintf(script, "set yrange [%.9g:%.9g]\n", low, high * pow(high / low, free / pixels));
}

void figure_durations_write(FILE *script, char letter, double pixels, double longest_ns)
{

	fprintf(script, "set %crange [0:%.9g]\nset %ctics ('0' 0, ", letter, longest_ns * 1.02,
		letter);
	even_ticks(script, longest_ns / 20, longest_ns * 1.02, labels_across(pixels));
	fputs(")\n", script);
}
