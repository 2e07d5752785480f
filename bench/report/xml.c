// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/xml.h"

#include <stdbool.h>

#include "report/clean.h"

/* XML 1.0 (fifth edition), production 2. */
static bool is_xml(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

const char *xml_entity(uint32_t character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void xml_text(FILE *file, const char *text)
{
	uint32_t c;

	while (clean_next(&text, &c)) {
		const char *entity = xml_entity(c);

		if (entity)
			fputs(entity, file);
		else if (c == '\t' || c == '\n' || c == '\r')
			fprintf(file, "&#%u;", c);
		else
			clean_put(file, is_xml(c) ? c : 0xfffd);
	}
}

void xml_attribute(FILE *file, const char *name, const char *value)
{
	fprintf(file, " %s=\"", name);
	xml_text(file, value);
	fputc('"', file);
}
