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
