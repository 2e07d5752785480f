/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every lab tells about itself, as JSON; new references, NULL when memory is out.
 */
#ifndef HMMBENCH_DESCRIBE_H
#define HMMBENCH_DESCRIBE_H

#include <jansson.h>

/* {"path", "sha256"}: the digest is null for what cannot be read; null for no path. */
json_t *describe_file(const char *path);

/*
 * {"name", "model" of its CPUs, "cpus", "load": [1, 5, 15 minutes] or null, "release"} of this
 * machine: name and model tell machines apart whose results are compared; null where the machine
 * does not say.
 */
json_t *describe_host(void);

/* CPUs this process may run on. */
unsigned int describe_host_cpus(void);

#endif
