// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/shell_word.h"

#include <stdbool.h>
#include <string.h>

static bool is_plain(const char *word)
{
	return word[0] && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789_-+=:,./@%") == strlen(word);
}

void shell_word_write(FILE *file, const char *word)
{
	if (is_plain(word)) {
		fputs(word, file);
		return;
	}
	fputc('\'', file);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", file);
		else
			fputc(*word, file);
	}
	fputc('\'', file);
}
