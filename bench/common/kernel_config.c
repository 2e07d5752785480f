// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/kernel_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One option that is set: pieces of the text, not NUL-terminated. */
struct setting {
	const char *name, *value;
	size_t name_length, value_length;
};

struct settings {
	struct setting *list;
	size_t count;
};

/* "CONFIG_NAME=VALUE" in one line, but for VALUE "n". */
static int read_line(const char *line, size_t length, struct setting *setting)
{
	static const char prefix[] = "CONFIG_";
	const char *equal;

	if (length && line[length - 1] == '\r')
		length--;
	equal = memchr(line, '=', length);
	if (!equal || strncmp(line, prefix, strlen(prefix)))
		return 0;
	*setting = (struct setting){
		.name = line,
		.name_length = (size_t)(equal - line),
		.value = equal + 1,
		.value_length = length - (size_t)(equal - line) - 1,
	};
	return !(setting->value_length == 1 && *setting->value == 'n');
}

static int by_name(const void *left, const void *right)
{
	const struct setting *a = left, *b = right;
	const size_t shorter = a->name_length < b->name_length ? a->name_length : b->name_length;
	const int order = memcmp(a->name, b->name, shorter);

	return order ? order
		     : (a->name_length > b->name_length) - (a->name_length < b->name_length);
}

static int read_settings(const char *config, struct settings *settings)
{
	size_t room = 0;

	*settings = (struct settings){ 0 };
	while (*config) {
		const size_t length = strcspn(config, "\n");
		struct setting setting;

		if (read_line(config, length, &setting)) {
			if (settings->count == room) {
				struct setting *grown;

				room = room ? 2 * room : 4096;
				grown = reallocarray(settings->list, room, sizeof(*grown));
				if (!grown)
					return -ENOMEM;
				settings->list = grown;
			}
			settings->list[settings->count++] = setting;
		}
		config += length + (config[length] == '\n');
	}
	if (settings->count)
		qsort(settings->list, settings->count, sizeof(*settings->list), by_name);
	return 0;
}

char *kernel_config_value(const char *config, const char *option)
{
	const size_t wanted = strlen(option);

	while (*config) {
		const size_t length = strcspn(config, "\n");
		struct setting setting;

		if (read_line(config, length, &setting) && setting.name_length == wanted &&
		    !memcmp(setting.name, option, wanted))
			return strndup(setting.value, setting.value_length);
		config += length + (config[length] == '\n');
	}
	return NULL;
}

/* NULL on either side: it is not set there. */
static int add(struct kernel_option **options, size_t *count, const struct setting *base,
	       const struct setting *candidate)
{
	const struct setting *named = base ? base : candidate;
	struct kernel_option *grown, *option;

	grown = reallocarray(*options, *count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*options = grown;
	option = &grown[(*count)++];
	option->name = strndup(named->name, named->name_length);
	option->base = base ? strndup(base->value, base->value_length) : strdup("n");
	option->candidate = candidate ? strndup(candidate->value, candidate->value_length)
				      : strdup("n");
	return option->name && option->base && option->candidate ? 0 : -ENOMEM;
}

static int same_value(const struct setting *a, const struct setting *b)
{
	return a->value_length == b->value_length && !memcmp(a->value, b->value, a->value_length);
}

/* A module that is there or not, and that nothing here loads. */
static int is_module(const struct kernel_option *option)
{
	return !strcmp(option->base, "m") || !strcmp(option->candidate, "m");
}

static int built_in_first(const void *left, const void *right)
{
	const struct kernel_option *a = left, *b = right;
	const int order = is_module(a) - is_module(b);

	return order ? order : strcmp(a->name, b->name);
}

/* Both lists are sorted. */
static int merge(const struct settings *base, const struct settings *candidate,
		 struct kernel_option **options, size_t *count)
{
	size_t i = 0, j = 0;
	int err = 0;

	while (!err && (i < base->count || j < candidate->count)) {
		const struct setting *a = i < base->count ? &base->list[i] : NULL;
		const struct setting *b = j < candidate->count ? &candidate->list[j] : NULL;
		const int order = !a ? 1 : !b ? -1 : by_name(a, b);

		i += order <= 0;
		j += order >= 0;
		if (order || !same_value(a, b))
			err = add(options, count, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
	}
	return err;
}

int kernel_config_differences(const char *base, const char *candidate,
			      struct kernel_option **options, size_t *count)
{
	struct settings base_settings, candidate_settings = { 0 };
	int err = read_settings(base, &base_settings);

	*options = NULL;
	*count = 0;
	if (!err)
		err = read_settings(candidate, &candidate_settings);
	if (!err)
		err = merge(&base_settings, &candidate_settings, options, count);
	if (!err && *count)
		qsort(*options, *count, sizeof(**options), built_in_first);
	free(base_settings.list);
	free(candidate_settings.list);
	if (err) {
		kernel_options_free(*options, *count);
		*options = NULL;
		*count = 0;
	}
	return err;
}

void kernel_options_free(struct kernel_option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(options[i].name);
		free(options[i].base);
		free(options[i].candidate);
	}
	free(options);
}
