// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/warnings.h"

#include <stdio.h>
#include <string.h>

/* The entry of a kind. A new one has no times yet, and its text is the caller's to write. */
static struct warning *entry_of(struct warnings *warnings, const char *kind)
{
	struct warning *warning = warnings->all;
	const struct warning *end = warning + warnings->count;

	while (warning < end && warning->kind != kind)
		warning++;
	/* No kind is lost without a trace, though no room was left for its words. */
	if (warning == warnings->all + WARNINGS_MAX)
		warning--;
	if (warning == end) {
		warnings->count++;
		warning->kind = kind;
	}
	return warning;
}

void warnings_add_list(struct warnings *warnings, const char *format, va_list args)
{
	struct warning *warning = entry_of(warnings, format);

	if (!warning->times++)
		vsnprintf(warning->text, sizeof(warning->text), format, args);
}

void warnings_add_all(struct warnings *warnings, const struct warnings *more)
{
	for (uint32_t i = 0; i < more->count; i++) {
		const struct warning *from = &more->all[i];
		struct warning *warning = entry_of(warnings, from->kind);

		if (!warning->times)
			memcpy(warning->text, from->text, sizeof(warning->text));
		warning->times += from->times;
	}
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
