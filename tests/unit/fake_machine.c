// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/paths.h"
#include "support.h"

/* "\n" of a fixture becomes a line end. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (from[0] == '\\' && from[1] == 'n') {
			*to++ = '\n';
			from++;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

void fake_machine_file(const struct machine *machine, const char *path, const char *text)
{
	char *whole = machine_path(machine, path), *slash = strrchr(whole, '/');
	FILE *file;

	*slash = '\0';
	assert_int_equal(path_make_folder(whole, NULL), 0);
	*slash = '/';
	if (slash[1]) {
		file = fopen(whole, "w");
		assert_non_null(file);
		fprintf(file, "%s\n", text);
		assert_int_equal(fclose(file), 0);
	}
	free(whole);
}

static void lay_out(struct fake_machine *fake, char *line, FILE *expected)
{
	char *text = strchr(line, ' ');

	if (line[0] == '=') {
		fprintf(expected, "%s\n", line + 2);
	} else if (!strncmp(line, "user ", 5)) {
		fake->machine.root_user = !strcmp(line + 5, "root");
	} else if (line[0] == '/') {
		if (text)
			*text++ = '\0';
		else
			text = line + strlen(line);
		unescape(text);
		fake_machine_file(&fake->machine, line, text);
	}
}

struct fake_machine fake_machine(const char *name)
{
	char *folder = path_printf("machines/%s.txt", name);
	char *path = support_fixture(folder), *text, *save = NULL;
	struct fake_machine fake = { .machine.root = support_path(name) };
	size_t bytes;
	FILE *expected = open_memstream(&fake.expected, &bytes);

	assert_int_equal(path_read_file(path, 1 << 20, &text, NULL, NULL), 0);
	assert_int_equal(path_make_folder(fake.machine.root, NULL), 0);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		lay_out(&fake, line, expected);
	assert_int_equal(fclose(expected), 0);
	free(text);
	free(path);
	free(folder);
	return fake;
}

void fake_machine_free(struct fake_machine *fake)
{
	free((char *)fake->machine.root);
	free(fake->expected);
}
