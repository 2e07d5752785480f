// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether hmmbench itself changed this machine. */
#include "machine/check.h"

#include <errno.h>
#include <string.h>

#include "machine/tune.h"

static enum finding say(const struct machine *machine, const struct tune *tune, char *found)
{
	if (!tune_is_of_this_boot(machine, tune))
		return check_say(FINDING_GOOD, found,
				 "none is in force; one of an earlier start left "
				 "its state, which 'hmmbench tune --restore' removes");
	if (!tune->command[0])
		return check_say(FINDING_GOOD, found,
				 "in force since %s, with %zu settings changed; "
				 "'hmmbench tune --restore' gives them back",
				 tune->since, tune->count);
	if (tune_is_locked())
		return check_say(FINDING_GOOD, found,
				 "in force since %s while %.100s runs, with %zu "
				 "settings changed",
				 tune->since, tune->command, tune->count);
	return check_say(FINDING_NOISY, found,
			 "process %ld was killed that made it for %.100s at %s: "
			 "%zu settings are still changed",
			 tune->process, tune->command, tune->since, tune->count);
}

static enum finding in_force(const struct check *check, const struct machine *machine, char *found)
{
	struct error error = { 0 };
	enum finding finding;
	struct tune tune;
	int result = tune_state_load(&tune, &error);

	if (result == -ENOENT)
		return check_say(FINDING_GOOD, found, "none is in force");
	if (result == -EACCES)
		return check_say(FINDING_UNKNOWN, found, "only root may read %s", check->reads);
	if (result)
		return check_say(FINDING_NOISY, found, "%s", error.text);
	finding = say(machine, &tune, found);
	tune_free(&tune);
	return finding;
}

static const struct check list[] = {
	{ "tune", in_force, "tune.json",
	  "settings that hmmbench tune changed stay so until it gives them back",
	  "hmmbench tune --restore", 0, NULL },
};

const struct check_family checks_tune = { "hmmbench tune", list, sizeof(list) / sizeof(list[0]) };
