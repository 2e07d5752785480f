// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/histogram.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

#define WIDTH_OTHERWISE 80
#define BAR_COLUMNS_MIN 8
#define BAR_COLUMNS_MAX 100
#define EDGE_COLUMNS	9 /* "1.25 us" with a margin */

/* The edges of one decade. */
static const double r1[] = { 1 };
static const double r3[] = { 1, 2, 5 };
static const double r10[] = { 1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8 };
static const double r20[] = { 1,    1.12, 1.25, 1.4, 1.6, 1.8, 2,   2.24, 2.5, 2.8,
			      3.15, 3.55, 4,	4.5, 5,	  5.6, 6.3, 7.1,  8,   9 };
static const double r40[] = { 1,    1.06, 1.12, 1.18, 1.25, 1.32, 1.4, 1.5,  1.6, 1.7,
			      1.8,  1.9,  2,	2.12, 2.24, 2.36, 2.5, 2.65, 2.8, 3,
			      3.15, 3.35, 3.55, 3.75, 4,    4.25, 4.5, 4.75, 5,	  5.3,
			      5.6,  6,	  6.3,	6.7,  7.1,  7.5,  8,   8.5,  9,	  9.5 };

static const struct series {
	const double *edges; /* NULL: evenly from 1 to 10 */
	size_t count;
} finest_first[] = { { NULL, 900 }, { NULL, 90 }, { r40, 40 }, { r20, 20 },
		     { r10, 10 },   { r3, 3 },	  { r1, 1 } };

#define SERIES (sizeof(finest_first) / sizeof(finest_first[0]))

/* The edge of that number, from 1 ns up. */
static double edge(const struct series *series, size_t number)
{
	const size_t place = number % series->count;
	const double mantissa = series->edges ? series->edges[place]
					      : 1 + 9. * (double)place / (double)series->count;

	return mantissa * pow(10, (double)(number / series->count));
}

/* The number of the last edge at or below a value of at least 1. */
static size_t edge_below(const struct series *series, double value)
{
	size_t number = (size_t)log10(value) * series->count;

	/* log10() of a power of ten may be a hair below it, or above. */
	while (number && edge(series, number) > value)
		number--;
	while (edge(series, number + 1) <= value)
		number++;
	return number;
}

static const struct series *choose(double smallest, double largest, size_t bins_max)
{
	for (size_t i = 0; i < SERIES; i++)
		if (edge_below(&finest_first[i], largest) - edge_below(&finest_first[i], smallest) <
		    bins_max)
			return &finest_first[i];
	return &finest_first[SERIES - 1];
}

int histogram_make(const uint64_t *sorted, size_t count, size_t bins_max,
		   struct histogram *histogram)
{
	const struct series *series;
	size_t zeros = 0, first, last, bin;

	*histogram = (struct histogram){ 0 };
	while (zeros < count && !sorted[zeros])
		zeros++;
	if (!count)
		return 0;
	/* 64 bits have 20 decades. */
	histogram->bins = calloc((bins_max > 20 ? bins_max : 20) + 1, sizeof(*histogram->bins));
	if (!histogram->bins)
		return -ENOMEM;
	if (zeros)
		histogram->bins[histogram->count++] = (struct histogram_bin){ 0, 1, zeros };
	if (zeros == count)
		return 0;
	series = choose((double)sorted[zeros], (double)sorted[count - 1], bins_max);
	first = edge_below(series, (double)sorted[zeros]);
	last = edge_below(series, (double)sorted[count - 1]);
	for (size_t number = first; number <= last; number++)
		histogram->bins[histogram->count++] = (struct histogram_bin){
			.low_ns = edge(series, number),
			.high_ns = edge(series, number + 1),
		};
	bin = zeros ? 1 : 0;
	for (size_t i = zeros; i < count; i++) {
		while (bin + 1 < histogram->count &&
		       (double)sorted[i] >= histogram->bins[bin].high_ns)
			bin++;
		histogram->bins[bin].count++;
	}
	return 0;
}

void histogram_free(struct histogram *histogram)
{
	free(histogram->bins);
	*histogram = (struct histogram){ 0 };
}

/* Of `eighths` of a column. Block elements of Unicode, U+2588 to U+258F. */
static void put_bar(FILE *file, size_t eighths, bool utf8)
{
	static const char *const parts[] = { "",       "\u258f", "\u258e", "\u258d",
					     "\u258c", "\u258b", "\u258a", "\u2589" };

	if (!utf8)
		eighths = (eighths + 4) / 8 * 8 + (eighths && eighths < 4 ? 8 : 0);
	for (size_t i = 0; i < eighths / 8; i++)
		fputs(utf8 ? "\u2588" : "#", file);
	if (utf8)
		fputs(parts[eighths % 8], file);
}

static size_t digits(uint64_t number)
{
	size_t count = 1;

	for (; number >= 10; number /= 10)
		count++;
	return count;
}

void histogram_print(const struct histogram *histogram, const struct text_style *style, FILE *file)
{
	const size_t width = style->width ? style->width : WIDTH_OTHERWISE;
	size_t bar = BAR_COLUMNS_MIN, taken;
	uint64_t most = 0;

	for (size_t i = 0; i < histogram->count; i++)
		if (histogram->bins[i].count > most)
			most = histogram->bins[i].count;
	/* Two blanks in front, one behind the edge, one behind the bar. */
	taken = 2 + EDGE_COLUMNS + 1 + 1 + digits(most);
	if (width > taken + bar)
		bar = width - taken < BAR_COLUMNS_MAX ? width - taken : BAR_COLUMNS_MAX;
	for (size_t i = 0; i < histogram->count; i++) {
		const struct histogram_bin *bin = &histogram->bins[i];
		size_t eighths = (size_t)(8. * (double)bar * (double)bin->count / (double)most);
		char low[FORMAT_BYTES];

		if (bin->count && !eighths)
			eighths = 1;
		format_ns(bin->low_ns, low, sizeof(low));
		fprintf(file, "  %*s ", EDGE_COLUMNS, low);
		put_bar(file, eighths, style->utf8);
		fprintf(file, "%s%llu\n", bin->count ? " " : "", (unsigned long long)bin->count);
	}
}
