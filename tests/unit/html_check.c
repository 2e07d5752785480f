// SPDX-License-Identifier: GPL-2.0-or-later
#include "html_check.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static bool in_list(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

static const char *const known_elements[] = {
	"html",	  "head",    "meta", "link", "title", "style",	"body",	      "main",	 "header",
	"nav",	  "section", "h1",   "h2",   "h3",    "p",	"ul",	      "li",	 "a",
	"strong", "em",	     "span", "bdi",  "code",  "pre",	"div",	      "table",	 "caption",
	"thead",  "tbody",   "tr",   "th",   "td",    "figure", "figcaption", "details", "summary",
	"svg",	  "g",	     "defs", "use",  "path",  "rect",	"circle",     "text",	 "polygon", NULL
};

static const char *const known_attributes[] = { "lang",
						"charset",
						"http-equiv",
						"content",
						"name",
						"rel",
						"href",
						"class",
						"id",
						"role",
						"tabindex",
						"aria-label",
						"aria-labelledby",
						"scope",
						"rowspan",
						"colspan",
						"xmlns",
						"viewBox",
						"x",
						"y",
						"cx",
						"cy",
						"r",
						"d",
						"width",
						"height",
						"transform",
						"fill",
						"stroke",
						"stroke-width",
						"stroke-dasharray",
						"stroke-linecap",
						"stroke-linejoin",
						"color",
						"font-family",
						"font-size",
						"text-anchor",
						"xml:space",
						"opacity",
						"fill-opacity",
						"points",
						NULL };

static const char *const void_elements[] = { "meta", "link", NULL };

#define DEPTH_MAX 64
#define IDS_MAX	  20000

struct walk {
	const char *at;
	char open[DEPTH_MAX][24];
	size_t depth;
	char *ids[IDS_MAX];
	size_t id_count;
	size_t elements;
};

static void read_word(struct walk *walk, char *word, size_t bytes)
{
	size_t used = 0;

	while (isalnum((unsigned char)*walk->at) || (*walk->at && strchr("-:", *walk->at))) {
		assert_true(used + 1 < bytes);
		word[used++] = *walk->at++;
	}
	word[used] = '\0';
	if (!used)
		fail_msg("markup that is none: %.60s", walk->at - 1);
}

static void read_attribute(struct walk *walk)
{
	char name[24];
	const char *end;

	read_word(walk, name, sizeof(name));
	if (!in_list(known_attributes, name))
		fail_msg("attribute %s", name);
	assert_int_equal(walk->at[0], '=');
	assert_int_equal(walk->at[1], '"');
	walk->at += 2;
	end = strchr(walk->at, '"');
	assert_non_null(end);
	assert_null(memchr(walk->at, '<', (size_t)(end - walk->at)));
	if (!strcmp(name, "href"))
		assert_true(*walk->at == '#' || !strncmp(walk->at, "data:,\"", 7));
	if (!strcmp(name, "id")) {
		assert_true(walk->id_count < IDS_MAX);
		walk->ids[walk->id_count++] = strndup(walk->at, (size_t)(end - walk->at));
	}
	walk->at = end + 1;
}

static void read_element(struct walk *walk)
{
	char name[24];
	bool closed;

	read_word(walk, name, sizeof(name));
	if (!in_list(known_elements, name))
		fail_msg("element <%s>", name);
	walk->elements++;
	while (*walk->at == ' ') {
		walk->at++;
		read_attribute(walk);
	}
	closed = *walk->at == '/';
	walk->at += closed;
	assert_int_equal(*walk->at++, '>');
	if (closed || in_list(void_elements, name))
		return;
	assert_true(walk->depth < DEPTH_MAX);
	strcpy(walk->open[walk->depth++], name);
	if (!strcmp(name, "style"))
		walk->at = strstr(walk->at, "</style>");
}

static void read_end(struct walk *walk)
{
	char name[24];

	read_word(walk, name, sizeof(name));
	assert_true(walk->depth > 0);
	if (strcmp(walk->open[--walk->depth], name))
		fail_msg("<%s> closed by </%s>", walk->open[walk->depth], name);
	assert_int_equal(*walk->at++, '>');
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

size_t assert_well_formed_html(const char *page)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	size_t elements;

	assert_int_equal(strncmp(page, "<!DOCTYPE html>\n", 16), 0);
	walk->at = page + 16;
	while ((walk->at = strchr(walk->at, '<'))) {
		walk->at++;
		if (*walk->at == '/') {
			walk->at++;
			read_end(walk);
		} else {
			read_element(walk);
		}
	}
	assert_int_equal(walk->depth, 0);
	qsort(walk->ids, walk->id_count, sizeof(*walk->ids), by_text);
	for (size_t i = 0; i < walk->id_count; i++) {
		if (i && !strcmp(walk->ids[i - 1], walk->ids[i]))
			fail_msg("id %s twice", walk->ids[i]);
	}
	for (size_t i = 0; i < walk->id_count; i++)
		free(walk->ids[i]);
	elements = walk->elements;
	free(walk);
	return elements;
}
