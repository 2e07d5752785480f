/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module in the running kernel.
 */
#ifndef HMMBENCH_LOCAL_MODULE_H
#define HMMBENCH_LOCAL_MODULE_H

#include <stdbool.h>

#include "common/error.h"
#include "lab/kernel.h"

struct local_module {
	char *path;	/* of the file loaded; NULL where it was loaded already */
	bool loaded;	/* by us: so we unload it */
};

/*
 * Loads the module where it is not loaded: the one built for this kernel, or without its
 * headers the one that DKMS has built. STATUS_MODULE with the reason.
 */
int local_module_load(const struct kernel *kernel, struct local_module *module,
		      struct error *error);

/* Unloads it if we loaded it, waiting some seconds for its last session to be freed. */
int local_module_unload(struct local_module *module, struct error *error);

#endif
