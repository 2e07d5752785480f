// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/tune.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine/settings.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

void tune_free(struct tune *tune)
{
	free(tune->values);
	*tune = (struct tune){ 0 };
}

bool tune_is_of_this_boot(const struct machine *machine, const struct tune *tune)
{
	char boot_id[MACHINE_TEXT_BYTES];

	return machine_line(machine, BOOT_ID, boot_id) && !strcmp(boot_id, tune->boot_id);
}

static int describe(const struct machine *machine, struct tune *tune, struct error *error)
{
	const time_t now = time(NULL);
	char boot_id[MACHINE_TEXT_BYTES];
	struct tm utc;

	if (!machine_line(machine, BOOT_ID, boot_id))
		return error_set(error, ENOENT, BOOT_ID " cannot be read; is /proc mounted?");
	snprintf(tune->boot_id, sizeof(tune->boot_id), "%.*s", (int)sizeof(tune->boot_id) - 1,
		 boot_id);
	strftime(tune->since, sizeof(tune->since), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	tune->process = (long)getpid();
	return 0;
}

int tune_plan(const struct machine *machine, struct tune *tune, struct error *error)
{
	bool there = false;
	int result = describe(machine, tune, error);

	if (result)
		return result;
	for (const struct setting *setting = settings; setting->name; setting++) {
		if (setting->otherwise && there)
			continue;
		there = machine_count(machine, setting->files, "").files;
		if (setting->collect(setting, machine, tune))
			return error_out_of_memory(error);
	}
	return 0;
}

/* Reads back what the kernel made of it: some take a value and keep their own. */
static int set_value(const struct machine *machine, const char *path, const char *value)
{
	char now[MACHINE_TEXT_BYTES];
	const int result = machine_write(machine, path, value);

	if (result)
		return result;
	if (!machine_choice(machine, path, now))
		return -EIO;
	return strcmp(now, value) ? -EINVAL : 0;
}

int tune_apply(const struct machine *machine, struct tune *tune, struct error *error)
{
	int result = tune_state_save(tune, error);

	if (result)
		return result;
	for (size_t i = 0; i < tune->count; i++) {
		struct tune_value *value = &tune->values[i];

		result = set_value(machine, value->path, value->set);
		value->end = result ? TUNE_REFUSED : TUNE_SET;
		value->errnum = -result;
	}
	return 0;
}

static void restore_value(const struct machine *machine, struct tune_value *value)
{
	char now[MACHINE_TEXT_BYTES];
	int result;

	value->end = TUNE_RESTORED;
	if (!machine_choice(machine, value->path, now)) {
		value->end = TUNE_GONE;
		return;
	}
	if (!strcmp(now, value->was))
		return;
	if (strcmp(now, value->set)) {
		value->end = TUNE_FOREIGN;
		return;
	}
	result = set_value(machine, value->path, value->was);
	if (result) {
		value->end = TUNE_STUCK;
		value->errnum = -result;
	}
}

/* What is stuck, as a state of its own. Shares nothing with the tune. 0 or -errno. */
static int keep_stuck(const struct tune *tune, size_t stuck, struct error *error)
{
	struct tune rest = *tune;
	int result;

	rest.count = 0;
	rest.values = calloc(stuck, sizeof(*rest.values));
	if (!rest.values)
		return error_out_of_memory(error);
	for (size_t i = 0; i < tune->count; i++)
		if (tune->values[i].end == TUNE_STUCK)
			rest.values[rest.count++] = tune->values[i];
	result = tune_state_save(&rest, error);
	free(rest.values);
	return result;
}

int tune_restore(const struct machine *machine, struct tune *tune, struct error *error)
{
	const struct tune_value *first = NULL;
	size_t stuck = 0;
	int result;

	for (size_t i = tune->count; i-- > 0;) {
		restore_value(machine, &tune->values[i]);
		if (tune->values[i].end == TUNE_STUCK) {
			first = &tune->values[i];
			stuck++;
		}
	}
	if (!stuck)
		return tune_state_remove(error);
	result = keep_stuck(tune, stuck, error);
	if (result)
		return result;
	return error_set(error, EBUSY,
			 "%zu of %zu settings cannot be restored, the first is %s, which "
			 "was %s: %s; set it by hand, then 'hmmbench tune --restore' again",
			 stuck, tune->count, first->path, first->was, strerror(first->errnum));
}
