// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/xml.h"

#include <stdbool.h>
#include <stdint.h>

#include "report/clean.h"

/* XML 1.0 (fifth edition), production 2. */
static bool is_xml(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

void xml_text(FILE *file, const char *text)
{
	uint32_t c;

	while (clean_next(&text, &c)) {
		switch (c) {
		case '&':
			fputs("&amp;", file);
			break;
		case '<':
			fputs("&lt;", file);
			break;
		case '>':
			fputs("&gt;", file);
			break;
		case '"':
			fputs("&quot;", file);
			break;
		case '\t':
		case '\n':
		case '\r':
			fprintf(file, "&#%u;", c);
			break;
		default:
			clean_put(file, is_xml(c) ? c : 0xfffd);
		}
	}
}

void xml_attribute(FILE *file, const char *name, const char *value)
{
	fprintf(file, " %s=\"", name);
	xml_text(file, value);
	fputc('"', file);
}
