// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a figure can be drawn as. The SVG says what things measure, in pixels; the others keep
 * the proportions: the PNG has two pixels for one, the PDF a hundredth of an inch.
 */
#include "report/figure.h"

#include <errno.h>
#include <string.h>

const char *const figure_format_names[FIGURE_FORMAT_COUNT] = {
	[FIGURE_SVG] = "svg",
	[FIGURE_PNG] = "png",
	[FIGURE_PDF] = "pdf",
};

int figure_format_lookup(const char *name, enum figure_format *format)
{
	for (enum figure_format i = 0; i < FIGURE_FORMAT_COUNT; i++) {
		if (!strcmp(figure_format_names[i], name)) {
			*format = i;
			return 0;
		}
	}
	return -ENOENT;
}

void figure_terminal(const struct figure *figure, enum figure_format format, FILE *script)
{
	switch (format) {
	case FIGURE_SVG:
		fprintf(script,
			"set terminal svg size %d,%u dynamic noenhanced font 'sans-serif,14' "
			"background '#ffffff'\n",
			FIGURE_WIDTH, figure->height);
		break;
	case FIGURE_PNG:
		fprintf(script,
			"set terminal pngcairo size %d,%u noenhanced font 'sans-serif,14' "
			"fontscale 1.6 linewidth 2 pointscale 2.5 dashlength 0.5 background "
			"'#ffffff'\n",
			2 * FIGURE_WIDTH, 2 * figure->height);
		break;
	case FIGURE_PDF:
		fprintf(script,
			"set terminal pdfcairo size %.2fin,%.2fin noenhanced font 'sans-serif,14' "
			"fontscale 0.66 dashlength 0.5 background '#ffffff'\n",
			FIGURE_WIDTH / 100.0, figure->height / 100.0);
		break;
	case FIGURE_FORMAT_COUNT:
		return;
	}
	fprintf(script, "set output '%s.%s'\n", figure->name, figure_format_names[format]);
}
