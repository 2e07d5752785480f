// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/describe.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lab/cache.h"

unsigned int describe_host_cpus(void)
{
	cpu_set_t set;

	if (!sched_getaffinity(0, sizeof(set), &set))
		return (unsigned int)CPU_COUNT(&set);
	return (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);	/* more CPUs than a cpu_set_t holds */
}

json_t *describe_file(const char *path)
{
	char digest[65];

	if (!path)
		return json_null();
	if (cache_digest(path, digest, NULL))
		return json_pack("{s:s, s:n}", "path", path, "sha256");
	return json_pack("{s:s, s:s}", "path", path, "sha256", digest);
}

/* Bytes that are no UTF-8 leave null, as what is not there does. */
static json_t *text_or_null(const char *text)
{
	json_t *json = text && *text ? json_string(text) : NULL;

	return json ? json : json_null();
}

/* What /proc/cpuinfo calls the first CPU; some architectures do not say. */
static json_t *cpu_model(void)
{
	static const char key[] = "model name";
	FILE *file = fopen("/proc/cpuinfo", "re");
	json_t *model = NULL;
	char *line = NULL;
	size_t room = 0;

	while (file && !model && getline(&line, &room, file) >= 0) {
		const char *value = strncmp(line, key, strlen(key)) ? NULL : strchr(line, ':');

		if (!value)
			continue;
		line[strcspn(line, "\n")] = '\0';
		model = text_or_null(value + strspn(value, ": "));
	}
	free(line);
	if (file)
		fclose(file);
	return model ? model : json_null();
}

static json_t *load_averages(void)
{
	double load[3];

	if (getloadavg(load, 3) < 3)
		return json_null();
	return json_pack("[f,f,f]", load[0], load[1], load[2]);
}

json_t *describe_host(void)
{
	struct utsname system = { .release = "?" };

	uname(&system);
	return json_pack("{s:o, s:o, s:i, s:o, s:s}", "name", text_or_null(system.nodename),
			 "model", cpu_model(), "cpus", (int)describe_host_cpus(), "load",
			 load_averages(), "release", system.release);
}
