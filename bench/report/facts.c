// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/facts.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_BYTES_MAX 600 /* longer ones get a box of their own */
#define DEPTH_MAX	8   /* deeper JSON is shown as JSON */

void facts_free(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		free(facts->facts[i].group);
		free(facts->facts[i].name);
		free(facts->facts[i].value);
	}
	free(facts->facts);
	*facts = (struct facts){ 0 };
}

const struct fact *facts_find(const struct facts *facts, const char *group, const char *name)
{
	for (size_t i = 0; i < facts->count; i++)
		if (!strcmp(facts->facts[i].group, group) && !strcmp(facts->facts[i].name, name))
			return &facts->facts[i];
	return NULL;
}

bool fact_is_document(const struct fact *fact)
{
	return strlen(fact->value) > VALUE_BYTES_MAX || strchr(fact->value, '\n');
}

static int add(struct facts *facts, const char *group, const char *name, const char *value)
{
	struct fact *fact;

	if (facts->count == facts->allocated) {
		const size_t more = facts->allocated ? 2 * facts->allocated : 64;
		struct fact *larger = realloc(facts->facts, more * sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		facts->facts = larger;
		facts->allocated = more;
	}
	fact = &facts->facts[facts->count];
	fact->group = strdup(group);
	fact->name = strdup(name);
	fact->value = strdup(value ? value : "");
	fact->null = !value;
	facts->count++;
	return fact->group && fact->name && fact->value ? 0 : -ENOMEM;
}

/* "read_cost_ns" as "read cost ns". */
static char *words(const char *before, const char *key)
{
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", before, before[0] && key[0] ? " " : "", key) < 0)
		return NULL;
	for (char *at = text; *at; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

static bool is_plain_list(const json_t *json)
{
	for (size_t i = 0; i < json_array_size(json); i++) {
		const json_t *entry = json_array_get(json, i);

		if (json_is_object(entry) || json_is_array(entry))
			return false;
	}
	return json_is_array(json);
}

/* Text as it is, lists of plain values with commas, all else as JSON. */
static char *value_text(const json_t *json)
{
	char *text = NULL, *entry;
	size_t bytes;
	FILE *file;

	if (json_is_string(json))
		return strdup(json_string_value(json));
	if (!is_plain_list(json))
		return json_dumps(json, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
	file = open_memstream(&text, &bytes);
	if (!file)
		return NULL;
	for (size_t i = 0; i < json_array_size(json); i++) {
		entry = value_text(json_array_get(json, i));
		fprintf(file, "%s%s", i ? ", " : "", entry ? entry : "?");
		free(entry);
	}
	if (fclose(file)) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_value(struct facts *facts, const char *group, const char *name, json_t *json,
		     int depth);

static int add_member(struct facts *facts, const char *group, const char *name, const char *key,
		      json_t *json, int depth)
{
	char *longer = words(name, key);
	int result;

	if (!longer)
		return -ENOMEM;
	result = add_value(facts, group, longer, json, depth);
	free(longer);
	return result;
}

static int add_value(struct facts *facts, const char *group, const char *name, json_t *json,
		     int depth)
{
	char number[24], *text;
	const char *key;
	json_t *member;
	size_t i;
	int result = 0;

	if (json_is_object(json) && depth < DEPTH_MAX) {
		json_object_foreach(json, key, member) {
			result = add_member(facts, group, name, key, member, depth + 1);
			if (result)
				break;
		}
		return result;
	}
	if (json_is_array(json) && !is_plain_list(json) && depth < DEPTH_MAX) {
		json_array_foreach(json, i, member) {
			snprintf(number, sizeof(number), "%zu", i);
			result = add_member(facts, group, name, number, member, depth + 1);
			if (result)
				break;
		}
		return result;
	}
	if (json_is_null(json))
		return add(facts, group, name, NULL);
	text = value_text(json);
	result = text ? add(facts, group, name, text) : -ENOMEM;
	free(text);
	return result;
}

int facts_add(struct facts *facts, const char *prefix, const char *json)
{
	json_t *parsed;
	const char *key;
	json_t *member;
	int result = 0;

	if (!json || !json[0])
		return 0;
	parsed = json_loads(json, 0, NULL);
	if (!json_is_object(parsed)) {
		json_decref(parsed);
		return add(facts, prefix[0] ? prefix : "environment", "", json);
	}
	json_object_foreach(parsed, key, member) {
		char *group;

		if (!strcmp(key, "hello")) /* the version of the list, not a fact */
			continue;
		if (!strcmp(key, "plan")) /* thousands, and their order is random */
			json_object_del(member, "blocks");
		group = words(prefix, key);
		result = group ? add_value(facts, group, "", member, 0) : -ENOMEM;
		free(group);
		if (result)
			break;
	}
	json_decref(parsed);
	return result;
}
