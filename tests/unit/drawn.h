/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figures drawn for a test, and what must hold of each: nothing clipped, ink where it belongs. */
#ifndef HMMBENCH_TEST_DRAWN_H
#define HMMBENCH_TEST_DRAWN_H

#include "support.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/paths.h"
#include "picture.h"
#include "report/figure.h"

#define VERMILLION 0xD55E00
#define BLUE	   0x0072B2

/* The SVG is read, the PNG is looked at. */
#define FORMATS (FIGURE_FORMAT_BIT(FIGURE_SVG) | FIGURE_FORMAT_BIT(FIGURE_PNG))

struct drawn {
	char *folder;
	struct figure *figures;
	size_t count;
};

static inline void draw_formats(const struct report *report, const char *name, unsigned int formats,
				struct drawn *drawn)
{
	struct error error = { 0 };
	char *log;

	drawn->folder = support_path(name);
	if (figures_make(report, drawn->folder, formats, &drawn->figures, &drawn->count, &error))
		fail_msg("%s", error.text);
	log = path_printf("%s/gnuplot.log", drawn->folder);
	if (!access(log, F_OK))
		fail_msg("gnuplot complains: see %s", log);
	free(log);
}

static inline void draw(const struct report *report, const char *name, struct drawn *drawn)
{
	draw_formats(report, name, FORMATS, drawn);
}

/* The first of its kind. */
static inline size_t index_of(const struct drawn *drawn, const struct figure_maker *maker)
{
	size_t i = 0;

	while (i < drawn->count && drawn->figures[i].maker != maker)
		i++;
	if (i == drawn->count)
		fail_msg("there is no figure %s", maker->name);
	return i;
}

static inline const struct figure *first_of(const struct drawn *drawn,
					    const struct figure_maker *maker)
{
	return &drawn->figures[index_of(drawn, maker)];
}

static inline size_t count_of(const struct drawn *drawn, const struct figure_maker *maker)
{
	size_t found = 0;

	for (size_t i = 0; i < drawn->count; i++)
		found += drawn->figures[i].maker == maker;
	return found;
}

static inline void drawn_free(struct drawn *drawn)
{
	free(drawn->folder);
	free(drawn->figures);
}

static inline char *read_beside(const struct drawn *drawn, size_t figure, const char *ending,
			 size_t *bytes)
{
	char *path = path_printf("%s/%s.%s", drawn->folder, drawn->figures[figure].name, ending);
	struct error error;
	char *data = NULL;

	if (path_read_file(path, 8 << 20, &data, bytes, &error))
		fail_msg("%s", error.text);
	free(path);
	return data;
}

/* Pixels that are not white along the four edges: something is cut off there. */
static inline size_t edge_ink(const struct picture *picture)
{
	const uint32_t right = picture->width - 1, bottom = picture->height - 1;
	size_t ink = 0;

	for (uint32_t x = 0; x <= right; x++)
		for (uint32_t k = 0; k < 3; k++)
			ink += (picture_pixel(picture, x, k)[1] != 0xff) +
			       (picture_pixel(picture, x, bottom - k)[1] != 0xff);
	for (uint32_t y = 0; y <= bottom; y++)
		for (uint32_t k = 0; k < 3; k++)
			ink += (picture_pixel(picture, k, y)[1] != 0xff) +
			       (picture_pixel(picture, right - k, y)[1] != 0xff);
	return ink;
}

/*
 * Dark or coloured pixels between the axes, less the grid and the bands behind the data: what
 * the figure is there to show.
 */
static inline size_t frame_ink(const struct picture *picture, const struct figure *figure)
{
	const uint32_t left = 2 * figure->left + 6, right = picture->width * 95 / 100 - 6;
	const uint32_t top = 2 * FIGURE_TOP + 6,
		       bottom = picture->height - 2 * (FIGURE_BOTTOM + figure->below) - 6;
	size_t ink = 0;

	for (uint32_t y = top; y < bottom; y++) {
		for (uint32_t x = left; x < right; x++) {
			const unsigned char *pixel = picture_pixel(picture, x, y);

			ink += pixel[0] < 0xb0 || pixel[1] < 0xb0 || pixel[2] < 0xb0;
		}
	}
	return ink;
}

/* Figures with a colour for each strategy. */
static inline bool has_strategies(const struct figure_maker *maker)
{
	return maker != &figure_effects && maker != &figure_phases && maker != &figure_nodes &&
	       maker != &figure_shift;
}

/* A PNG of two pixels for one has ink in a plausible amount, none at the edge, and both colours. */
static inline void assert_inked(const char *data, size_t bytes, const struct figure *figure,
				bool both)
{
	struct picture picture;
	size_t pixels, white;

	assert_true(picture_read(data, bytes, &picture));
	assert_int_equal(picture.width, 2 * SVG_WIDTH);
	assert_int_equal(picture.height, 2 * figure->height);
	pixels = (size_t)picture.width * picture.height;
	white = picture_count(&picture, 0xffffff, 0);
	if (white < pixels / 3 || white > pixels - pixels / 100)
		fail_msg("%s: %zu of %zu pixels are white", figure->name, white, pixels);
	if (edge_ink(&picture))
		fail_msg("%s: ink at the edge", figure->name);
	if (frame_ink(&picture, figure) < 100)
		fail_msg("%s: its frame is blank", figure->name);
	if (has_strategies(figure->maker) && picture_count(&picture, VERMILLION, 8) < 200)
		fail_msg("%s: the base is not drawn", figure->name);
	if (both && has_strategies(figure->maker) && picture_count(&picture, BLUE, 8) < 200)
		fail_msg("%s: the candidate is not drawn", figure->name);
	free(picture.pixels);
}

static inline void assert_picture(const struct drawn *drawn, size_t figure, bool both)
{
	size_t bytes;
	char *data = read_beside(drawn, figure, "png", &bytes);

	assert_inked(data, bytes, &drawn->figures[figure], both);
	free(data);
}

static inline void assert_all_good(const struct drawn *drawn, bool both)
{
	for (size_t i = 0; i < drawn->count; i++) {
		char *svg = read_beside(drawn, i, "svg", NULL);

		assert_true(fabs(svg_height(svg) - drawn->figures[i].height) < 1e-9);
		assert_true(svg_assert_texts_inside(svg, drawn->figures[i].name) >= 9);
		if (svg_overlapping_ticks(svg, drawn->figures[i].below))
			fail_msg("%s: labels overlap", drawn->figures[i].name);
		if (svg_overlapping_rows(svg))
			fail_msg("%s: labels lie on each other", drawn->figures[i].name);
		assert_picture(drawn, i, both);
		free(svg);
	}
}

#endif
