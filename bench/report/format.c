// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <math.h>
#include <string.h>

static const struct {
	double ns;
	const char *name;
} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" } };

/* Three significant digits; the decimals that this takes for a value that rounds to < 1000. */
static int decimals_for(double value)
{
	if (value < 9.995)
		return 2;
	return value < 99.95 ? 1 : 0;
}

void format_ns(double ns, char *text, size_t bytes)
{
	const char *sign = ns < 0 ? "-" : "";
	const double size = fabs(ns);

	if (isnan(ns)) {
		snprintf(text, bytes, "-");
		return;
	}
	if (size < 1000 && size == floor(size)) {
		snprintf(text, bytes, "%s%.0f ns", sign, size);
		return;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const double value = size / units[i].ns;

		/* 999.7 ns rounds to 1000: that is 1.00 us. */
		if (value < 0.9995 && units[i].ns > 1)
			continue;
		snprintf(text, bytes, "%s%.*f %s", sign, decimals_for(value), value, units[i].name);
		return;
	}
}

/* The number of format_effect(); true where " %" belongs behind it. */
static bool effect_number(double log_ratio, char *text, size_t bytes)
{
	const double percent = expm1(log_ratio) * 100;

	if (isnan(log_ratio)) {
		snprintf(text, bytes, "-");
		return false;
	}
	if (percent > 200) {
		const double ratio = exp(log_ratio);

		if (isinf(ratio))
			snprintf(text, bytes, "unbounded");
		else if (ratio < 9999.5)
			snprintf(text, bytes, "x%.*f", decimals_for(ratio), ratio);
		else
			snprintf(text, bytes, "x%.2e", ratio);
		return false;
	}
	if (fabs(percent) < 0.05)
		snprintf(text, bytes, "0.0"); /* never "-0.0" */
	else if (percent < -99.9995)
		snprintf(text, bytes, "<-99.999"); /* nothing takes no time: never "-100" */
	else
		snprintf(text, bytes, "%+.*f", percent < -99.95 ? 3 : 1, percent);
	return true;
}

void format_effect(double log_ratio, char *text, size_t bytes)
{
	char number[FORMAT_BYTES];
	const bool percent = effect_number(log_ratio, number, sizeof(number));

	snprintf(text, bytes, "%s%s", number, percent ? " %" : "");
}

void format_size(double log_ratio, char *text, size_t bytes)
{
	format_effect(log_ratio, text, bytes);
	if (*text == '+')
		memmove(text, text + 1, strlen(text));
}

void format_interval(double low, double high, char *text, size_t bytes)
{
	char from[FORMAT_BYTES], to[FORMAT_BYTES];
	bool from_percent, to_percent;

	if (isnan(low) || isnan(high)) {
		snprintf(text, bytes, "-");
		return;
	}
	from_percent = effect_number(low, from, sizeof(from));
	to_percent = effect_number(high, to, sizeof(to));
	snprintf(text, bytes, "%s%s .. %s%s", from, from_percent && !to_percent ? " %" : "", to,
		 to_percent ? " %" : "");
}

void format_p(double p, char *text, size_t bytes)
{
	if (isnan(p))
		snprintf(text, bytes, "-");
	else if (p < 0.0001)
		snprintf(text, bytes, "<0.0001");
	else
		snprintf(text, bytes, "%.4f", p);
}

#define SHORT_BYTES 16

/* ".02", "+.18": without the zero in front. */
static void write_short(double value, int decimals, bool sign, char text[SHORT_BYTES])
{
	char number[SHORT_BYTES];

	snprintf(number, sizeof(number), "%.*f", decimals, fmin(fabs(value), 1e6));
	*text = '\0';
	if (sign && (value < 0 || value > 0))
		strcpy(text, value < 0 ? "-" : "+");
	strncat(text, number + (number[0] == '0'), SHORT_BYTES - 2);
}

/* Half of the interval, and the decimals that show it; NAN where there is none. */
static double half_of(const struct slope_interval *interval, int *decimals)
{
	const double half = (interval->high - interval->low) / 2;

	*decimals = half < .01 ? 3 : 2;
	return ceil(half * pow(10, *decimals) - 1e-6) / pow(10, *decimals);
}

/* As it is printed, and never "-0.00". */
static double rounded(double value, int decimals)
{
	return round(value * pow(10, decimals)) / pow(10, decimals) + 0.;
}

void format_slope(const struct slope_interval *exponent, char *text, size_t bytes)
{
	char half_text[SHORT_BYTES];
	int decimals;
	const double half = half_of(exponent, &decimals);

	if (isnan(exponent->estimate)) {
		snprintf(text, bytes, "-");
	} else if (isnan(half)) {
		snprintf(text, bytes, "N^%.2f", rounded(exponent->estimate, 2));
	} else {
		write_short(half, decimals, false, half_text);
		snprintf(text, bytes, "N^%.*f ± %s", decimals,
			 rounded(exponent->estimate, decimals), half_text);
	}
}

void format_slope_difference(const struct slope_interval *difference, char *text, size_t bytes)
{
	char estimate_text[SHORT_BYTES], half_text[SHORT_BYTES];
	int decimals;
	const double half = half_of(difference, &decimals);

	if (isnan(difference->estimate)) {
		snprintf(text, bytes, "-");
		return;
	}
	if (isnan(half))
		decimals = 2;
	write_short(rounded(difference->estimate, decimals), decimals, true, estimate_text);
	if (isnan(half)) {
		snprintf(text, bytes, "%s", estimate_text);
		return;
	}
	write_short(half, decimals, false, half_text);
	snprintf(text, bytes, "%s ± %s", estimate_text, half_text);
}
