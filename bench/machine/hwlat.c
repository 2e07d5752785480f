// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/hwlat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/paths.h"

/* An instance of our own: its buffer and tracer are nobody else's. */
#define INSTANCE "instances/hmmbench-hwlat"

#define PIECES_A_SECOND 10

/* "  <...>-1638  [000] d...  1.2: #1     inner/outer(us):   12/14    ts:1.2 count:1" */
struct hwlat hwlat_parse(const char *trace)
{
	static const char mark[] = "inner/outer(us):";
	struct hwlat hwlat = { 0 };

	while ((trace = strstr(trace, mark))) {
		unsigned long inner, outer;

		trace += strlen(mark);
		if (sscanf(trace, " %lu / %lu", &inner, &outer) != 2)
			continue;
		hwlat.gaps++;
		if (inner > hwlat.max_us)
			hwlat.max_us = inner;
		if (outer > hwlat.max_us)
			hwlat.max_us = outer;
	}
	return hwlat;
}

/* Where tracefs is: below debugfs on older systems. NULL: nowhere. */
static const char *tracing_folder(const struct machine *machine)
{
	if (machine_has(machine, "/sys/kernel/tracing/available_tracers"))
		return "/sys/kernel/tracing/";
	if (machine_has(machine, "/sys/kernel/debug/tracing/available_tracers"))
		return "/sys/kernel/debug/tracing/";
	return NULL;
}

static bool has_tracer(const struct machine *machine, const char *folder)
{
	char *path = path_printf("%savailable_tracers", folder);
	char *names = path ? machine_text(machine, path) : NULL;
	bool there = false;

	for (char *save = NULL, *name = names ? strtok_r(names, " \n", &save) : NULL;
	     name && !there; name = strtok_r(NULL, " \n", &save))
		there = !strcmp(name, "hwlat");
	free(names);
	free(path);
	return there;
}

static int set_tracer(const struct machine *machine, const char *instance, const char *name)
{
	char *path = path_printf("%s/current_tracer", instance);
	const int result = path ? machine_write(machine, path, name) : -ENOMEM;

	free(path);
	return result;
}

/* One that a killed program left still spins: it goes first. */
static int make_instance(const struct machine *machine, const char *instance)
{
	char *whole = machine_path(machine, instance);
	int result = 0;

	if (!whole)
		return -ENOMEM;
	if (mkdir(whole, 0700) < 0)
		result = -errno;
	if (result == -EEXIST) {
		set_tracer(machine, instance, "nop");
		result = rmdir(whole) < 0 || mkdir(whole, 0700) < 0 ? -errno : 0;
	}
	free(whole);
	return result;
}

static int remove_instance(const struct machine *machine, const char *instance)
{
	char *whole = machine_path(machine, instance);
	int result = set_tracer(machine, instance, "nop");

	if (!whole)
		return -ENOMEM;
	if (rmdir(whole) < 0)
		result = -errno;
	free(whole);
	return result;
}

/*
 * Until the time is over or a signal came, in pieces: one that came just before a sleep does
 * not end it.
 */
static void wait_for(const struct machine *machine)
{
	const struct timespec piece = { .tv_nsec = 1000000000 / PIECES_A_SECOND };

	for (unsigned int i = 0; i < machine->hwlat_s * PIECES_A_SECOND; i++) {
		if (machine->interrupted && *machine->interrupted)
			return;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &piece, NULL);
	}
}

static int measure(const struct machine *machine, const char *folder, struct hwlat *hwlat)
{
	char *instance = path_printf("%s" INSTANCE, folder);
	char *path = instance ? path_printf("%s/trace", instance) : NULL, *trace = NULL;
	int result = path ? make_instance(machine, instance) : -ENOMEM, removed;

	if (result)
		goto out;
	result = set_tracer(machine, instance, "hwlat");
	if (!result) {
		wait_for(machine);
		trace = machine_text(machine, path);
		if (trace)
			*hwlat = hwlat_parse(trace);
		else
			result = -EIO;
	}
	removed = remove_instance(machine, instance);
	if (!result)
		result = removed;
out:
	free(trace);
	free(path);
	free(instance);
	return result;
}

enum finding hwlat_look(const struct check *check, const struct machine *machine, char *found)
{
	const char *folder = tracing_folder(machine);
	struct hwlat hwlat = { 0 };
	int result;

	if (!machine->root_user)
		return check_say(FINDING_UNKNOWN, found, "only root can look");
	if (!folder)
		return check_say(FINDING_UNKNOWN, found,
				 "no tracefs; mount -t tracefs nodev "
				 "/sys/kernel/tracing");
	if (!has_tracer(machine, folder))
		return check_say(FINDING_UNKNOWN, found,
				 "no tracer hwlat in %s: this kernel was "
				 "built without CONFIG_HWLAT_TRACER",
				 check->reads);
	if (!machine->hwlat_s)
		return check_say(FINDING_UNKNOWN, found,
				 "not looked for; hmmbench doctor --hwlat 30");
	result = measure(machine, folder, &hwlat);
	if (result)
		return check_say(FINDING_UNKNOWN, found, "%s%s: %s", folder, INSTANCE,
				 strerror(-result));
	if (hwlat.gaps)
		return check_say(FINDING_NOISY, found, "%zu gap%s in %u s, the longest of %lu us",
				 hwlat.gaps, hwlat.gaps == 1 ? "" : "s", machine->hwlat_s,
				 hwlat.max_us);
	return check_say(FINDING_GOOD, found, "no gap in %u s", machine->hwlat_s);
}
