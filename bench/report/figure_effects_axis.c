// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Axes of effects: logarithms of candidate over base, labelled as the tables say them. Equal
 * distances are equal factors, so that half and double are as far from no change.
 */
#include "report/figure.h"

#include <math.h>

#define LABELS_MAX 9
/* Two labels are at least this part of the axis apart: beside each other they take more room. */
#define ROOM_ACROSS 6
#define ROOM_UP	    8

void figure_effects_take(struct figure_effects *effects, double effect)
{
	if (!isfinite(effect))
		return;
	effects->low = fmin(effects->low, effect);
	effects->high = fmax(effects->high, effect);
}

/* What is drawn: a margin around what was taken. */
static struct figure_effects with_margin(const struct figure_effects *effects)
{
	const double margin = fmax(.06 * (effects->high - effects->low), .002);

	return (struct figure_effects){ effects->low - margin, effects->high + margin };
}

/* Labels in the making: each takes the room around it. */
struct labels {
	FILE *script;
	const struct figure_effects *shown;
	double room;
	double at[LABELS_MAX];
	int count;
};

static void write_label(FILE *script, double effect)
{
	if (effect > 1.2)
		fprintf(script, "'x%.6g' %.9g", exp(effect), effect);
	else if (fabs(effect) < 1e-12)
		fputs("'0' 0", script);
	else
		fprintf(script, "'%+.6g %%%%' %.9g", expm1(effect) * 100, effect);
}

static void offer(struct labels *labels, double effect)
{
	const struct figure_effects *shown = labels->shown;

	if (effect < shown->low || effect > shown->high || labels->count == LABELS_MAX)
		return;
	for (int i = 0; i < labels->count; i++)
		if (fabs(labels->at[i] - effect) < labels->room)
			return;
	if (labels->count)
		fputs(", ", labels->script);
	write_label(labels->script, effect);
	labels->at[labels->count++] = effect;
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

void figure_effects_write(FILE *script, char letter, const struct figure_effects *effects)
{
	const struct figure_effects shown = with_margin(effects);
	struct labels labels = { .script = script, .shown = &shown };

	labels.room = (shown.high - shown.low) / (letter == 'x' ? ROOM_ACROSS : ROOM_UP);
	fprintf(script, "set %crange [%.9g:%.9g]\nset %ctics (", letter, shown.low, shown.high,
		letter);
	write_labels(&labels);
	fputs(")\n", script);
}
