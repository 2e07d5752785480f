// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/describe.h"

#include <sched.h>
#include <stdlib.h>
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

json_t *describe_host(void)
{
	struct utsname system = { .release = "?" };
	double load[3];

	uname(&system);
	if (getloadavg(load, 3) < 3)
		return json_pack("{s:i, s:n, s:s}", "cpus", (int)describe_host_cpus(), "load",
				 "release", system.release);
	return json_pack("{s:i, s:[f,f,f], s:s}", "cpus", (int)describe_host_cpus(), "load", load[0],
			 load[1], load[2], "release", system.release);
}
