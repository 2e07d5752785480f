// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gnuplot's SVG as part of a page. It is read as the little XML it is; what is not on
 * the two lists below does not get into the page, whoever wrote it.
 */
#include "report/html_page.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const elements[] = { "g",	  "defs",    "use",	 "path",     "rect",
					"circle", "ellipse", "line",	 "polyline", "polygon",
					"text",	  "tspan",   "clipPath", "symbol",   NULL };

static const char *const attributes[] = { "x",
					  "y",
					  "dx",
					  "dy",
					  "x1",
					  "y1",
					  "x2",
					  "y2",
					  "cx",
					  "cy",
					  "r",
					  "rx",
					  "ry",
					  "d",
					  "points",
					  "width",
					  "height",
					  "transform",
					  "fill",
					  "fill-opacity",
					  "fill-rule",
					  "stroke",
					  "stroke-width",
					  "stroke-opacity",
					  "stroke-dasharray",
					  "stroke-linecap",
					  "stroke-linejoin",
					  "stroke-miterlimit",
					  "color",
					  "opacity",
					  "font-family",
					  "font-size",
					  "font-weight",
					  "font-style",
					  "text-anchor",
					  "dominant-baseline",
					  "xml:space",
					  NULL };

struct reader {
	const char *at;
	FILE *out;
	const char *prefix, *label;
	unsigned int skipped; /* depth inside an element that is left out */
	unsigned int depth;
	bool begun, failed;
};

struct name {
	const char *text;
	size_t bytes;
};

static bool listed(const char *const *list, struct name name)
{
	for (; *list; list++)
		if (strlen(*list) == name.bytes && !memcmp(*list, name.text, name.bytes))
			return true;
	return false;
}

static bool is(struct name name, const char *text)
{
	return strlen(text) == name.bytes && !memcmp(text, name.text, name.bytes);
}

static void skip_blanks(struct reader *reader)
{
	reader->at += strspn(reader->at, " \t\r\n");
}

static struct name read_name(struct reader *reader)
{
	struct name name = { reader->at, 0 };

	while (isalnum((unsigned char)name.text[name.bytes]) ||
	       (name.text[name.bytes] && strchr("-_:.", name.text[name.bytes])))
		name.bytes++;
	reader->at += name.bytes;
	return name;
}

/* One of XML's own entities or a number: as it is. Any other & is escaped. */
static size_t entity_bytes(const char *at)
{
	const char *const known[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&apos;" };
	size_t bytes;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strncmp(at, known[i], strlen(known[i])))
			return strlen(known[i]);
	if (at[1] != '#')
		return 0;
	bytes = 2 + strspn(at + 2, "0123456789");
	return bytes > 2 && at[bytes] == ';' ? bytes + 1 : 0;
}

static void write_escaped(FILE *out, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		const size_t entity = text[i] == '&' ? entity_bytes(text + i) : 0;
		const char one[] = { text[i], '\0' };

		if (entity && i + entity <= bytes) {
			fwrite(text + i, 1, entity, out);
			i += entity - 1;
		} else {
			html_escape(out, one);
		}
	}
}

static bool has_url(struct name value)
{
	return memmem(value.text, value.bytes, "url(", 4) || memchr(value.text, '\\', value.bytes);
}

static void write_attribute(struct reader *reader, struct name name, struct name value)
{
	if (is(name, "id")) {
		fprintf(reader->out, " id=\"%s", reader->prefix);
	} else if ((is(name, "xlink:href") || is(name, "href")) && value.bytes &&
		   value.text[0] == '#') {
		fprintf(reader->out, " href=\"#%s", reader->prefix);
		value.text++;
		value.bytes--;
	} else if (listed(attributes, name) && !has_url(value)) {
		fprintf(reader->out, " %.*s=\"", (int)name.bytes, name.text);
	} else {
		return;
	}
	write_escaped(reader->out, value.text, value.bytes);
	fputc('"', reader->out);
}

static void begin_root(struct reader *reader)
{
	fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"", reader->out);
	html_escape(reader->out, reader->label);
	fputc('"', reader->out);
	reader->begun = true;
}

static void read_attributes(struct reader *reader, bool write, bool root)
{
	for (skip_blanks(reader); *reader->at && *reader->at != '>' && *reader->at != '/';
	     skip_blanks(reader)) {
		struct name name = read_name(reader), value;
		char quote;
		const char *end;

		skip_blanks(reader);
		reader->failed = !name.bytes || *reader->at != '=';
		if (reader->failed)
			return;
		reader->at++;
		skip_blanks(reader);
		quote = *reader->at;
		end = quote == '"' || quote == '\'' ? strchr(reader->at + 1, quote) : NULL;
		reader->failed = !end;
		if (reader->failed)
			return;
		reader->at++;
		value = (struct name){ reader->at, (size_t)(end - reader->at) };
		reader->at = end + 1;
		if (write && root && is(name, "viewBox")) {
			fputs(" viewBox=\"", reader->out);
			write_escaped(reader->out, value.text, value.bytes);
			fputc('"', reader->out);
		} else if (write && !root) {
			write_attribute(reader, name, value);
		}
	}
}

static void read_start(struct reader *reader)
{
	struct name name = read_name(reader);
	const bool root = !reader->begun && is(name, "svg");
	const bool write = root || (reader->begun && !reader->skipped && listed(elements, name));
	bool closed;

	if (!name.bytes || (!reader->begun && !root)) {
		reader->failed = true;
		return;
	}
	if (root)
		begin_root(reader);
	else if (write)
		fprintf(reader->out, "<%.*s", (int)name.bytes, name.text);
	read_attributes(reader, write, root);
	closed = *reader->at == '/';
	reader->at += closed;
	if (reader->failed || *reader->at != '>') {
		reader->failed = true;
		return;
	}
	reader->at++;
	if (write)
		fputs(closed ? "/>" : ">", reader->out);
	else if (!closed)
		reader->skipped++;
	if (!closed)
		reader->depth++;
}

static void read_end(struct reader *reader)
{
	struct name name = read_name(reader);

	skip_blanks(reader);
	reader->failed = !reader->depth || *reader->at != '>';
	if (reader->failed)
		return;
	reader->at++;
	reader->depth--;
	if (reader->skipped)
		reader->skipped--;
	else if (!(reader->depth ? listed(elements, name) : is(name, "svg")))
		reader->failed = true;
	else
		fprintf(reader->out, "</%.*s>", (int)name.bytes, name.text);
}

/* Declarations, comments, instructions: read over. */
static void skip_to(struct reader *reader, const char *end)
{
	const char *found = strstr(reader->at, end);

	if (found)
		reader->at = found + strlen(end);
	else
		reader->failed = true;
}

static void read_markup(struct reader *reader)
{
	if (!strncmp(reader->at, "<!--", 4))
		skip_to(reader, "-->");
	else if (!strncmp(reader->at, "<?", 2))
		skip_to(reader, "?>");
	else if (!strncmp(reader->at, "<!", 2))
		reader->failed = true; /* a document type or CDATA: not gnuplot's */
	else if (!strncmp(reader->at, "</", 2)) {
		reader->at += 2;
		read_end(reader);
	} else {
		reader->at++;
		read_start(reader);
	}
}

int svg_embed(FILE *file, const char *svg, const char *prefix, const char *label)
{
	char *copy = NULL;
	size_t bytes;
	struct reader reader = { .at = svg, .prefix = prefix, .label = label };
	int result = 0;

	reader.out = open_memstream(&copy, &bytes);
	if (!reader.out)
		return -ENOMEM;
	while (!reader.failed && *reader.at) {
		const size_t text = strcspn(reader.at, "<");

		if (reader.begun && reader.depth && !reader.skipped)
			write_escaped(reader.out, reader.at, text);
		reader.at += text;
		if (*reader.at)
			read_markup(&reader);
	}
	if (fclose(reader.out))
		result = -ENOMEM;
	else if (reader.failed || !reader.begun || reader.depth)
		result = -EBADMSG;
	else
		fwrite(copy, 1, bytes, file);
	free(copy);
	return result;
}
