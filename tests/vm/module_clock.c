// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel takes another clocksource while a session lasts: its counter is the clock no
 * longer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define CLOCKSOURCES "/sys/devices/system/clocksource/clocksource0/"

static bool read_line(const char *path, char *text, int bytes)
{
	FILE *file = fopen(path, "re");
	const bool read = file && fgets(text, bytes, file);

	if (file)
		fclose(file);
	if (read)
		text[strcspn(text, "\n")] = '\0';
	return read;
}

/* syslog(2): which messages reach the console, which the lab watches. */
#define CONSOLE_LEVEL	8
#define WARNINGS_ONLY	5
#define AS_IT_WAS	7

/* Said on the console it would be a wound of the guest: here it is on purpose. */
static bool choose(const char *name)
{
	const int fd = open(CLOCKSOURCES "current_clocksource", O_WRONLY | O_CLOEXEC);
	bool good;

	klogctl(CONSOLE_LEVEL, NULL, WARNINGS_ONLY);
	good = fd >= 0 && write(fd, name, strlen(name)) == (ssize_t)strlen(name);
	klogctl(CONSOLE_LEVEL, NULL, AS_IT_WAS);
	if (fd >= 0)
		close(fd);
	return good;
}

/* One that the kernel has beside `current`, or NULL. */
static const char *other_than(const char *current, char *available)
{
	for (char *name = strtok(available, " "); name; name = strtok(NULL, " "))
		if (strcmp(name, current))
			return name;
	return NULL;
}

static enum test_result change_is_told(void)
{
	char current[64], available[256];
	struct hmmbench_counts before, during, after, fresh;
	struct device device, plain, next;
	const char *other;

	if (!read_line(CLOCKSOURCES "current_clocksource", current, sizeof(current)) ||
	    !read_line(CLOCKSOURCES "available_clocksource", available, sizeof(available)))
		SKIP("the kernel does not show its clocksources");
	CHECK(!device_walk(&device, nth_walk(0)));
	if (!device.setup.counter)
		SKIP("the module reads the clock itself");
	other = other_than(current, available);
	if (!other)
		SKIP("this machine has one clocksource");
	CHECK(!device_start(&plain, (struct device_options){ .flags = HMMBENCH_SETUP_CALLBACKS }));
	CHECK(!device_counts(&device, &before));
	CHECK(choose(other));
	CHECK(!device_counts(&device, &during));
	CHECK(choose(current));
	CHECK(!device_counts(&device, &after));
	/* A session of its own after the change is as good as the first was. */
	CHECK(!device_walk(&next, nth_walk(0)));
	CHECK(!device_counts(&next, &fresh));
	CHECK(!before.clock_changed && during.clock_changed == 1 && after.clock_changed == 1);
	CHECK(next.setup.counter && !fresh.clock_changed);
	/* What reads the clock itself has gone along with it. */
	CHECK(!device_counts(&plain, &after) && !after.clock_changed);
	device_close(&device);
	device_close(&plain);
	device_close(&next);
	return TEST_PASSED;
}

const struct test clock_tests[] = {
	{ "a change of the kernel's clocksource is told to the session whose times it falsifies",
	  change_is_told },
	{ NULL, NULL },
};
