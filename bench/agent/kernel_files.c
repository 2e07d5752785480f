// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/kernel_files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads on to the end or the limit. 0 or -errno. */
static int read_all(int fd, size_t limit, char **data, size_t *used)
{
	size_t room = 0;

	for (;;) {
		ssize_t got;
		char *larger;

		if (*used == room) {
			room = room ? 2 * room : 4096;
			larger = realloc(*data, room + 1);
			if (!larger)
				return -ENOMEM;
			*data = larger;
		}
		if (*used >= limit)
			return 0;
		got = read(fd, *data + *used, room < limit ? room - *used : limit - *used);
		if (!got)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		*used += got > 0 ? (size_t)got : 0;
	}
}

char *kernel_file_read(const char *path, size_t limit, size_t *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *data = NULL;
	size_t used = 0;
	int result;

	if (fd < 0)
		return NULL;
	result = read_all(fd, limit, &data, &used);
	close(fd);
	if (result) {
		free(data);
		errno = -result;
		return NULL;
	}
	data[used] = '\0';
	if (bytes)
		*bytes = used;
	return data;
}

json_t *json_text(const char *text)
{
	json_t *json = text ? json_string(text) : json_null();
	char *plain;

	if (json)
		return json;
	plain = strdup(text);
	if (!plain)
		return json_null();
	for (char *at = plain; *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	json = json_string(plain);
	free(plain);
	return json ? json : json_null();
}

/* The first line, cut off its newline and trailing blanks; NULL where it is empty. */
static char *first_line(char *data)
{
	size_t length;

	if (!data)
		return NULL;
	length = strcspn(data, "\n");
	while (length && isspace((unsigned char)data[length - 1]))
		length--;
	data[length] = '\0';
	return length ? data : NULL;
}

json_t *kernel_file_line(const char *path)
{
	char *data = kernel_file_read(path, KERNEL_FILE_LIMIT, NULL);
	json_t *json = json_text(first_line(data));

	free(data);
	return json;
}

json_t *kernel_file_number(const char *path)
{
	char *data = kernel_file_read(path, KERNEL_FILE_LIMIT, NULL), *end = NULL;
	long long number = data ? strtoll(data, &end, 10) : 0;
	json_t *json = data && end != data ? json_integer(number) : json_null();

	free(data);
	return json;
}

json_t *kernel_file_words(const char *path)
{
	char *data = kernel_file_read(path, KERNEL_FILE_LIMIT, NULL), *save = NULL;
	char *line = first_line(data);
	json_t *json = line ? json_array() : json_null();

	for (char *word = line ? strtok_r(line, " \t", &save) : NULL; word;
	     word = strtok_r(NULL, " \t", &save))
		json_array_append_new(json, json_text(word));
	free(data);
	return json;
}

json_t *kernel_file_choice(const char *path)
{
	char *data = kernel_file_read(path, KERNEL_FILE_LIMIT, NULL);
	char *line = first_line(data);
	char *open = line ? strchr(line, '[') : NULL;
	char *close = open ? strchr(open, ']') : NULL;
	json_t *json;

	if (close)
		*close = '\0';
	json = json_text(close ? open + 1 : line);
	free(data);
	return json;
}

json_t *kernel_file_field(const char *path, const char *key)
{
	char *data = kernel_file_read(path, KERNEL_FILE_LIMIT, NULL);
	size_t length = strlen(key);
	json_t *json = NULL;

	for (char *line = data; line && *line && !json;) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		if (!strncmp(line, key, length)) {
			char *value = line + length + strspn(line + length, " \t");

			if (*value == ':')
				json = json_text(first_line(value + 1 + strspn(value + 1, " \t")));
		}
		line = next;
	}
	free(data);
	return json ? json : json_null();
}
