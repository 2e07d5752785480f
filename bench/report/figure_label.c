// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts of a figure: how much room one takes, lines where there is less, and gnuplot strings.
 *
 * What font a viewer has for sans-serif is not known here. Widths are those of DejaVu Sans, which
 * is as wide as any in use, rounded up, and 6 % more for the PNG, whose letters are larger by that:
 * what is given room by them has room.
 */
#include "report/figure.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"

#define NO_GLYPH 0xfffdu

/* Of the font's size. */
static double width_of(uint32_t c)
{
	if (c >= 0x80)
		return 1.15;
	if (c && strchr("MW@m%", (int)c))
		return 1.06;
	if (isupper((int)c) || (c && strchr("w#&+<=>^~", (int)c)))
		return .89;
	return .68;
}

double figure_text_pixels(const char *text, int size)
{
	double pixels = 0;
	uint32_t c;

	while (clean_next(&text, &c))
		pixels += size * width_of(c);
	return pixels;
}

int figure_text_size(const char *text, double pixels, int largest, int least)
{
	while (largest > least && figure_text_pixels(text, largest) > pixels)
		largest--;
	return largest;
}

/* The end of what fits. */
static const char *fit_end(const char *text, double pixels, int size)
{
	const char *at = text;
	uint32_t c;

	while (clean_next(&at, &c)) {
		pixels -= size * width_of(c);
		if (pixels < 0)
			break;
		text = at;
	}
	return text;
}

/* Where the part behind which `pixels` are left begins. */
static const char *fit_begin(const char *text, const char *end, double pixels, int size)
{
	double over = figure_text_pixels(text, size) - figure_text_pixels(end, size) - pixels;
	uint32_t c;

	while (over > 0 && text < end && clean_next(&text, &c))
		over -= size * width_of(c);
	return text;
}

/* Where two texts begin to differ, at a character. */
static const char *difference(const char *text, const char *other)
{
	const char *at = text, *next = text, *next_other = other;
	uint32_t c, d;

	while (clean_next(&next, &c) && clean_next(&next_other, &d) && c == d)
		at = next;
	return at;
}

void figure_shorten(const char *text, const char *other, double pixels, int size, char *shortened,
		    size_t bytes)
{
	const double room = pixels - figure_text_pixels("....", size);
	char *clean = clean_text(text, false), *beside = other ? clean_text(other, false) : NULL;
	const char *from = clean, *end;

	shortened[0] = '\0';
	if (!clean || (other && !beside))
		goto out;
	if (figure_text_pixels(clean, size) <= pixels) {
		snprintf(shortened, bytes, "%s", clean);
		goto out;
	}
	if (beside && strcmp(clean, beside)) {
		const char *apart = difference(clean, beside);
		const char *tail = fit_begin(clean, clean + strlen(clean), room, size);

		if (fit_end(clean, room, size) <= apart)
			from = tail <= apart ? tail : fit_begin(clean, apart, room / 2, size);
	}
	end = fit_end(from, room, size);
	snprintf(shortened, bytes, "%s%.*s%s", from > clean ? ".." : "", (int)(end - from), from,
		 *end ? ".." : "");
out:
	free(clean);
	free(beside);
}

void figure_arm_name(const struct report *report, enum comparison_arm arm, double pixels, int size,
		     char *name, size_t bytes)
{
	const char *const names[ARM_COUNT] = { report->input->base_name,
					       report->input->candidate_name };

	figure_shorten(names[arm], names[arm == ARM_BASE ? ARM_CANDIDATE : ARM_BASE], pixels, size,
		       name, bytes);
}

void figure_key(FILE *script, const struct report *report, enum comparison_arm arm,
		const char *rest)
{
	char name[FIGURE_SHORT_BYTES], key[2 * FIGURE_SHORT_BYTES];

	figure_arm_name(report, arm, FIGURE_KEY_PIXELS - figure_text_pixels(rest, FIGURE_TEXT),
			FIGURE_TEXT, name, sizeof(name));
	snprintf(key, sizeof(key), "%s%.100s", name, rest);
	figure_quote(script, key, sizeof(key));
}

/* DejaVu Sans has letters and symbols of these, or most of them. */
static bool has_glyph(uint32_t c)
{
	return c < 0x700 || (c >= 0x1e00 && c < 0x2c00);
}

/*
 * In double quotes gnuplot would run what stands between backquotes: what is not plain is octal.
 * Of a letter that no font has, its cairo draws a box as large as the picture.
 */
static void write_plain(FILE *script, const char *text, const char *end)
{
	uint32_t c;

	while (text < end && clean_next(&text, &c)) {
		if (c >= 0x80)
			clean_put(script, has_glyph(c) ? c : NO_GLYPH);
		else if (isalnum((int)c) || strchr(" .,:;()=+-/_", (int)c))
			fputc((int)c, script);
		else
			fprintf(script, "\\%03o", c);
	}
}

void figure_quote(FILE *script, const char *text, size_t columns)
{
	char *clean = clean_text(text, false);

	fputc('"', script);
	if (clean) {
		clean_cut(clean, columns);
		write_plain(script, clean, clean + strlen(clean));
	}
	fputc('"', script);
	free(clean);
}

/* Where a line can end, the best first. */
enum line_break { BREAK_PART, BREAK_BLANK, BREAK_MARK, BREAK_ANYWHERE, BREAK_COUNT };

static enum line_break break_behind(const char *text, const char *at, uint32_t c)
{
	if (c == ' ')
		return at - text > 1 && at[-2] == ',' ? BREAK_PART : BREAK_BLANK;
	return c && c < 0x80 && strchr("/_:.=-+,;", (int)c) ? BREAK_MARK : BREAK_ANYWHERE;
}

/* The end of the text's first line: a character or more; no good place leaves most of it empty. */
static const char *line_end(const char *text, double pixels, int size)
{
	const char *best[BREAK_COUNT] = { NULL }, *at = text;
	double used = 0;
	uint32_t c;

	while (clean_next(&at, &c)) {
		const enum line_break way = break_behind(text, at, c);

		used += size * width_of(c);
		if (used > pixels && best[BREAK_ANYWHERE]) {
			for (size_t i = 0; i < BREAK_COUNT; i++)
				if (best[i])
					return best[i];
		}
		if (way != BREAK_ANYWHERE && 3 * used >= pixels)
			best[way] = at;
		best[BREAK_ANYWHERE] = at;
	}
	return at;
}

unsigned int figure_lines(FILE *script, const char *text, double pixels, int size)
{
	char *clean = clean_text(text, false);
	unsigned int lines = 0;

	if (script)
		fputc('"', script);
	for (const char *at = clean; at && *at; lines++) {
		const char *end = line_end(at, pixels, size), *behind = end;

		while (behind > at && behind[-1] == ' ')
			behind--;
		if (script) {
			fputs(lines ? "\\n" : "", script);
			write_plain(script, at, behind);
		}
		at = end;
	}
	if (script)
		fputc('"', script);
	free(clean);
	return lines ? lines : 1;
}
