// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/warnings.h"

#include <stdio.h>

void warnings_add_list(struct warnings *warnings, const char *format, va_list args)
{
	struct warning *warning = warnings->all;
	const struct warning *end = warning + warnings->count;

	while (warning < end && warning->kind != format)
		warning++;
	/* No kind is lost without a trace, though no room was left for its words. */
	if (warning == warnings->all + WARNINGS_MAX)
		warning--;
	if (warning == end) {
		warnings->count++;
		warning->kind = format;
		vsnprintf(warning->text, sizeof(warning->text), format, args);
	}
	warning->times++;
}

void warnings_add(struct warnings *warnings, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	warnings_add_list(warnings, format, args);
	va_end(args);
}

void warning_text(const struct warning *warning, char *text, size_t bytes)
{
	if (warning->times == 1)
		snprintf(text, bytes, "%s", warning->text);
	else
		snprintf(text, bytes, "%s (and %llu more like it)", warning->text,
			 (unsigned long long)warning->times - 1);
}
