// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Axes of effects: logarithms of candidate over base, labelled as the tables say them. Equal
 * distances are equal factors, so that half and double are as far from no change.
 */
#include "report/figure.h"

#include <math.h>
#include <stdio.h>

#include "report/phrase.h"

#define LABELS_MAX 9
#define GAP_PIXELS 6 /* between two labels beside each other */
#define UP_PIXELS  30 /* from one label to the next above it */

void figure_effects_take(struct figure_effects *effects, double effect)
{
	if (!isfinite(effect))
		return;
	effects->low = fmin(effects->low, effect);
	effects->high = fmax(effects->high, effect);
}

struct figure_effects figure_effects_shown(const struct figure_effects *effects)
{
	const double margin = fmax(.06 * (effects->high - effects->low), .002);

	return (struct figure_effects){ effects->low - margin, effects->high + margin };
}

/* Labels in the making: each takes the room around it. */
struct labels {
	FILE *script;
	const struct figure_effects *shown;
	bool across;
	double pixels;		/* of the axis */
	struct {
		double at, half; /* pixels */
	} label[LABELS_MAX];
	int count;
};

static void label_text(double effect, char *text, size_t bytes)
{
	if (effect > 1.2)
		snprintf(text, bytes, "x%.6g", exp(effect));
	else if (fabs(effect) < 1e-12)
		snprintf(text, bytes, "0");
	else
		snprintf(text, bytes, "%+.6g %%", expm1(effect) * 100);
}

/* Half of what a label takes along the axis, and half of the gap beside it. */
static double half_room(const struct labels *labels, const char *text)
{
	if (!labels->across)
		return UP_PIXELS / 2.0;
	return (figure_text_pixels(text, FIGURE_TEXT) + GAP_PIXELS) / 2;
}

/* gnuplot takes the label of a tick for a format. */
static void write_label(struct labels *labels, const char *text, double effect)
{
	fputs(labels->count ? ", '" : "'", labels->script);
	for (; *text; text++)
		fprintf(labels->script, *text == '%' ? "%c%%" : "%c", *text);
	fprintf(labels->script, "' %.9g", effect);
}

static void offer(struct labels *labels, double effect)
{
	const struct figure_effects *shown = labels->shown;

	const double at = (effect - shown->low) / (shown->high - shown->low) * labels->pixels;
	char text[FORMAT_BYTES];
	double half;

	if (effect < shown->low || effect > shown->high || labels->count == LABELS_MAX)
		return;
	label_text(effect, text, sizeof(text));
	half = half_room(labels, text);
	if (labels->across && at + half > labels->pixels + FIGURE_RIGHT)
		return;
	for (int i = 0; i < labels->count; i++)
		if (fabs(labels->label[i].at - at) < labels->label[i].half + half)
			return;
	write_label(labels, text, effect);
	labels->label[labels->count].at = at;
	labels->label[labels->count++].half = half;
}

/* The roundest first, so that the others fill what they leave: 0, tens, halves, fifths .. */
static void write_labels(struct labels *labels)
{
	static const double factors[] = { .5, 2, .2, 5 };
	static const double percents[] = {
		-20, 20, 50, -70, -30, -10, 10, -40, -60, 30,  5,   -5,
		2,   -2, 1,  -1,  .5,  -.5, .2, -.2, .1,  -.1, .05, -.05
	};

	offer(labels, 0);
	for (int decade = 1; decade * log(10) <= fmax(-labels->shown->low, labels->shown->high);
	     decade++) {
		offer(labels, decade * log(10));
		offer(labels, -decade * log(10));
	}
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
		offer(labels, log(factors[i]));
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
		offer(labels, log1p(percents[i] / 100));
}

void figure_effects_write(FILE *script, char letter, double pixels,
			  const struct figure_effects *effects)
{
	const struct figure_effects shown = figure_effects_shown(effects);
	struct labels labels = { .script = script, .shown = &shown,
				 .across = letter == 'x', .pixels = pixels };

	fprintf(script, "set %crange [%.9g:%.9g]\nset %ctics (", letter, shown.low, shown.high,
		letter);
	write_labels(&labels);
	fputs(")\n", script);
}
