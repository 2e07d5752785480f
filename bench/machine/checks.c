// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/check.h"

#include <stdarg.h>
#include <string.h>

/* In the order they are printed: what is impossible without first. */
const struct check_family *const check_families[] = {
	&checks_tools,	&checks_running, &checks_frequency, &checks_cpus, &checks_memory,
	&checks_kernel, &checks_time,	 &checks_tune,	    NULL,
};

static const struct {
	const char *name;
	unsigned int lab;
} known_labs[] = { { "vm", CHECK_VM }, { "local", CHECK_LOCAL }, { "reboot", CHECK_REBOOT } };

#define LABS (sizeof(known_labs) / sizeof(known_labs[0]))

const char *finding_name(enum finding finding)
{
	static const char *const names[] = {
		[FINDING_GOOD] = "good",
		[FINDING_NOISY] = "noisy",
		[FINDING_IMPOSSIBLE] = "impossible",
		[FINDING_UNKNOWN] = "unknown",
	};

	return names[finding];
}

unsigned int check_lab_named(const char *name)
{
	for (size_t i = 0; i < LABS; i++)
		if (!strcmp(known_labs[i].name, name))
			return known_labs[i].lab;
	return 0;
}

enum finding check_say(enum finding finding, char *found, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(found, CHECK_FOUND_BYTES, format, args);
	va_end(args);
	return finding;
}

enum finding check_unknown(const struct check *check, char *found)
{
	return check_say(FINDING_UNKNOWN, found, "no %s", check->reads);
}

const char *check_remedy(const struct check *check, enum finding finding)
{
	switch (finding) {
	case FINDING_GOOD:
		return NULL;
	case FINDING_UNKNOWN:
		return check->to_tell;
	default:
		return check->remedy;
	}
}

json_t *check_json(const struct check_family *family, const struct check *check,
		   enum finding finding, const char *found)
{
	json_t *needed_by = json_array();

	for (size_t i = 0; i < LABS; i++)
		if (check->needs & known_labs[i].lab)
			json_array_append_new(needed_by, json_string(known_labs[i].name));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:o}", "check", check->name,
			 "family", family->name, "finding", finding_name(finding), "found", found,
			 "reads", check->reads, "why", check->why, "remedy",
			 check_remedy(check, finding), "needed_by", needed_by);
}
