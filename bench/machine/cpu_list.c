// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/cpu_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool number(const char **at, unsigned long *value)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*value = strtoul(*at, &end, 10);
	*at = end;
	return *value < CPU_LIST_MAX;
}

int cpu_list_parse(const char *text, struct cpu_list *list)
{
	memset(list, 0, sizeof(*list));
	while (*text && *text != '\n') {
		unsigned long first, last;

		if (!number(&text, &first))
			return -EINVAL;
		last = first;
		if (*text == '-') {
			text++;
			if (!number(&text, &last) || last < first)
				return -EINVAL;
		}
		for (; first <= last; first++)
			list->has[first] = true;
		if (*text == ',' && isdigit((unsigned char)text[1]))
			text++;
		else if (*text && *text != '\n')
			return -EINVAL;
	}
	return 0;
}

size_t cpu_list_count(const struct cpu_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < CPU_LIST_MAX; i++)
		count += list->has[i];
	return count;
}

bool cpu_list_meets(const struct cpu_list *left, const struct cpu_list *right)
{
	for (size_t i = 0; i < CPU_LIST_MAX; i++)
		if (left->has[i] && right->has[i])
			return true;
	return false;
}

void cpu_list_minus(const struct cpu_list *left, const struct cpu_list *right, struct cpu_list *to)
{
	for (size_t i = 0; i < CPU_LIST_MAX; i++)
		to->has[i] = left->has[i] && !right->has[i];
}

char *cpu_list_text(const struct cpu_list *list)
{
	const char *separator = "";
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	for (size_t i = 0; i < CPU_LIST_MAX; i++) {
		const size_t first = i;

		if (!list->has[i])
			continue;
		while (i + 1 < CPU_LIST_MAX && list->has[i + 1])
			i++;
		fprintf(file, "%s%zu", separator, first);
		if (i > first)
			fprintf(file, "-%zu", i);
		separator = ",";
	}
	if (fclose(file)) {
		free(text);
		return NULL;
	}
	return text;
}
