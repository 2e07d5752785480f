/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a text has and what it has not, for tests of what is printed. */
#ifndef HMMBENCH_TEST_HAS_H
#define HMMBENCH_TEST_HAS_H

#include <string.h>

#include "support.h"

#define HAS_SHOWN 2000	/* of the text, where it is not as it should be */

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%.*s", part, HAS_SHOWN, text);
}

static inline void assert_has_not(const char *text, const char *part)
{
	const char *at = strstr(text, part);

	if (at)
		fail_msg("'%s' is in: %.*s", part, HAS_SHOWN, at);
}

/* How often; no two overlap. */
static inline size_t has_count(const char *text, const char *part)
{
	size_t found = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		found++;
	return found;
}

#endif
