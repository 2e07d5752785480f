/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures for tests that look at them: a PNG as pixels, as cairo writes it (8 bits a
 * channel, RGB or RGBA, not interlaced), and the texts of an SVG, as gnuplot writes it.
 */
#ifndef HMMBENCH_TEST_PICTURE_H
#define HMMBENCH_TEST_PICTURE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "support.h"

#define SVG_WIDTH 640 /* of every figure */

struct picture {
	uint32_t width, height;
	unsigned int channels;
	unsigned char *pixels; /* rows from the top, `channels` bytes a pixel */
};

static inline uint32_t picture_word(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The IDAT chunks joined; IHDR into *picture. NULL where it is no such PNG. */
static inline unsigned char *picture_packed(const unsigned char *data, size_t bytes,
					    struct picture *picture, size_t *packed_bytes)
{
	unsigned char *packed = malloc(bytes);
	size_t at = 8;

	*packed_bytes = 0;
	*picture = (struct picture){ 0 };
	if (bytes < 8 || memcmp(data, "\x89PNG\r\n\x1a\n", 8))
		at = bytes;
	while (at + 12 <= bytes && picture_word(data + at) <= bytes - at - 12) {
		const uint32_t length = picture_word(data + at);
		const unsigned char *chunk = data + at + 8;

		if (!memcmp(data + at + 4, "IHDR", 4) && length == 13 && chunk[8] == 8 &&
		    !chunk[12]) {
			picture->width = picture_word(chunk);
			picture->height = picture_word(chunk + 4);
			picture->channels = chunk[9] == 2 ? 3 : chunk[9] == 6 ? 4 : 0;
		} else if (!memcmp(data + at + 4, "IDAT", 4)) {
			memcpy(packed + *packed_bytes, chunk, length);
			*packed_bytes += length;
		}
		at += 12 + length;
	}
	if (picture->channels && picture->width && picture->width < 10000 &&
	    picture->height < 10000)
		return packed;
	free(packed);
	return NULL;
}

static inline unsigned char picture_paeth(unsigned int left, unsigned int up, unsigned int corner)
{
	const int guess = (int)left + (int)up - (int)corner;
	const int to_left = abs(guess - (int)left), to_up = abs(guess - (int)up);
	const int to_corner = abs(guess - (int)corner);

	if (to_left <= to_up && to_left <= to_corner)
		return (unsigned char)left;
	return (unsigned char)(to_up <= to_corner ? up : corner);
}

/* Undoes the filter of one row; `above` is the row before it or NULL. */
static inline void picture_unfilter(unsigned char *row, const unsigned char *above, size_t bytes,
				    unsigned int step, unsigned int filter)
{
	for (size_t i = 0; i < bytes; i++) {
		const unsigned int left = i >= step ? row[i - step] : 0;
		const unsigned int up = above ? above[i] : 0;
		const unsigned int corner = above && i >= step ? above[i - step] : 0;
		const unsigned int add[] = { 0, left, up, (left + up) / 2,
					     picture_paeth(left, up, corner) };

		row[i] = (unsigned char)(row[i] + add[filter]);
	}
}

/* False where the data is no such PNG. The pixels are the caller's. */
static inline bool picture_read(const void *data, size_t bytes, struct picture *picture)
{
	size_t packed_bytes, row_bytes;
	unsigned char *packed = picture_packed(data, bytes, picture, &packed_bytes), *plain;
	uLongf plain_bytes;
	bool good;

	picture->pixels = NULL;
	if (!packed)
		return false;
	row_bytes = (size_t)picture->width * picture->channels;
	plain_bytes = (row_bytes + 1) * picture->height;
	plain = malloc(plain_bytes);
	picture->pixels = malloc(row_bytes * picture->height);
	good = uncompress(plain, &plain_bytes, packed, packed_bytes) == Z_OK &&
	       plain_bytes == (row_bytes + 1) * picture->height;
	for (uint32_t y = 0; good && y < picture->height; y++) {
		unsigned char *row = picture->pixels + y * row_bytes;

		good = plain[y * (row_bytes + 1)] <= 4;
		memcpy(row, plain + y * (row_bytes + 1) + 1, row_bytes);
		if (good)
			picture_unfilter(row, y ? row - row_bytes : NULL, row_bytes,
					 picture->channels, plain[y * (row_bytes + 1)]);
	}
	free(packed);
	free(plain);
	return good;
}

static inline const unsigned char *picture_pixel(const struct picture *picture, uint32_t x,
						 uint32_t y)
{
	return picture->pixels + ((size_t)y * picture->width + x) * picture->channels;
}

/* How many pixels are so close to a colour (0xRRGGBB), each channel. */
static inline size_t picture_count(const struct picture *picture, uint32_t colour, int distance)
{
	size_t found = 0;

	for (uint32_t y = 0; y < picture->height; y++) {
		for (uint32_t x = 0; x < picture->width; x++) {
			const unsigned char *pixel = picture_pixel(picture, x, y);

			found += abs(pixel[0] - (int)(colour >> 16)) <= distance &&
				 abs(pixel[1] - (int)(colour >> 8 & 0xff)) <= distance &&
				 abs(pixel[2] - (int)(colour & 0xff)) <= distance;
		}
	}
	return found;
}

/* Characters of an SVG text; an entity is one. */
static inline size_t svg_text_length(const char *text, const char *end)
{
	size_t length = 0;

	for (; text < end; text++) {
		if (((unsigned char)*text & 0xc0) == 0x80)
			continue;
		if (*text == '&')
			text = strchr(text, ';');
		length++;
	}
	return length;
}

/*
 * Is a text of `length` characters of this size, set at x, y, inside the picture? The width
 * of a character is taken as .64 of the size: DejaVu Sans, among the widest, has .6 on average.
 */
static inline bool svg_inside(double x, double y, double size, size_t length, const char *anchor,
			      bool turned, double svg_height)
{
	const double width = .64 * size * (double)length;
	double from = !strcmp(anchor, "end") ? -width : !strcmp(anchor, "middle") ? -width / 2 : 0;

	if (turned) {
		from += svg_height - y;
		return x - size >= -1 && x <= SVG_WIDTH && from >= 0 && from + width <= svg_height;
	}
	from += x;
	return from >= 0 && from + width <= SVG_WIDTH && y - size >= 0 &&
	       y + .3 * size <= svg_height;
}

/* Of the picture, as its viewBox says; 0: it has none of that width. */
static inline double svg_height(const char *svg)
{
	const char *box = strstr(svg, "viewBox=\"0 0 640 ");

	return box ? strtod(box + strlen("viewBox=\"0 0 640 "), NULL) : 0;
}

/* One text of an SVG. */
struct svg_text {
	double x, y, size;
	char anchor[16];
	bool turned;
	const char *text, *end; /* without blanks at its beginning */
};

/* The next text behind *at, which moves to it; false: there is no other. */
static inline bool svg_next_text(const char **at, struct svg_text *text)
{
	while ((*at = strstr(*at + 1, "<g transform=\"translate(")) != NULL) {
		const char *tag = strchr(*at, '>'), *size = strstr(*at, "font-size=\"");
		const char *anchor = strstr(*at, "text-anchor=\"");

		if (sscanf(*at, "<g transform=\"translate(%lf,%lf)", &text->x, &text->y) != 2 ||
		    !size || size > tag || !anchor || anchor > tag)
			continue;
		assert_int_equal(sscanf(size, "font-size=\"%lf", &text->size), 1);
		assert_int_equal(sscanf(anchor, "text-anchor=\"%15[a-z]", text->anchor), 1);
		text->turned = memmem(*at, (size_t)(tag - *at), "rotate(", 7) != NULL;
		text->text = strstr(*at, "<text>");
		assert_non_null(text->text);
		text->text += strlen("<text>");
		text->text += strspn(text->text, " ");
		text->end = strstr(text->text, "</text>");
		assert_non_null(text->end);
		return true;
	}
	return false;
}

/* Every text's place and size; gives how many there are. */
static inline size_t svg_assert_texts_inside(const char *svg, const char *name)
{
	const double height = svg_height(svg);
	struct svg_text text;
	size_t texts = 0;

	assert_true(height > 0);
	for (const char *at = svg; svg_next_text(&at, &text); texts++)
		if (!svg_inside(text.x, text.y, text.size, svg_text_length(text.text, text.end),
				text.anchor, text.turned, height))
			fail_msg("%s: clipped at %g,%g: %.*s", name, text.x, text.y,
				 (int)(text.end - text.text), text.text);
	return texts;
}

/* Labels of an axis `below` pixels higher than usual that come too near to each other. */
static inline size_t svg_overlapping_ticks(const char *svg, double below)
{
	const double bottom = svg_height(svg) - below;
	struct svg_text one, other;
	size_t found = 0;

	for (const char *at = svg; svg_next_text(&at, &one);) {
		if (strcmp(one.anchor, "middle") || one.y < bottom - 105 || one.y > bottom - 75)
			continue;
		for (const char *next = at; svg_next_text(&next, &other);) {
			const size_t length = svg_text_length(one.text, one.end) +
					      svg_text_length(other.text, other.end);

			found += !strcmp(other.anchor, "middle") && fabs(one.y - other.y) < .5 &&
				 one.text < one.end && other.text < other.end &&
				 fabs(one.x - other.x) < .32 * one.size * (double)length;
		}
	}
	return found;
}

/* Labels beside the vertical axis that lie on each other. */
static inline size_t svg_overlapping_rows(const char *svg)
{
	struct svg_text one, other;
	size_t found = 0;

	for (const char *at = svg; svg_next_text(&at, &one);) {
		if (strcmp(one.anchor, "end") || one.text == one.end)
			continue;
		for (const char *next = at; svg_next_text(&next, &other);)
			found += !strcmp(other.anchor, "end") && other.text < other.end &&
				 fabs(one.x - other.x) < .5 && fabs(one.y - other.y) < one.size;
	}
	return found;
}

/* Where a text that is all of its element stands; false: it is not there. */
static inline bool svg_find_text(const char *svg, const char *wanted, struct svg_text *text)
{
	for (const char *at = svg; svg_next_text(&at, text);)
		if ((size_t)(text->end - text->text) == strlen(wanted) &&
		    !memcmp(text->text, wanted, strlen(wanted)))
			return true;
	return false;
}

/* All its texts, one behind the other, without blanks. malloc'ed. */
static inline char *svg_joined_texts(const char *svg)
{
	char *joined = malloc(strlen(svg) + 1), *to = joined;
	struct svg_text text;

	for (const char *at = svg; svg_next_text(&at, &text);)
		for (const char *from = text.text; from < text.end; from++)
			if (*from != ' ')
				*to++ = *from;
	*to = '\0';
	return joined;
}

#endif
