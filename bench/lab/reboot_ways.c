// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/reboot_way.h"

#include <errno.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/spawn.h"

const struct reboot_way *const reboot_ways[] = {
	&reboot_kexec,
	&reboot_grub,
	&reboot_systemd_boot,
	NULL,
};

static int named(const char *name, const struct kernel *kernel, const struct reboot_way **way,
		 struct error *error)
{
	int ret;

	for (size_t i = 0; reboot_ways[i]; i++) {
		if (strcmp(reboot_ways[i]->name, name))
			continue;
		*way = reboot_ways[i];
		ret = reboot_ways[i]->probe(kernel, error);
		if (ret)
			error_prefix(error, "--way %s", name);
		return ret;
	}
	return error_set(error, EINVAL, "--way %s: kexec, grub or systemd-boot", name);
}

int reboot_way_find(const char *name, const struct kernel *kernel, const struct reboot_way **way,
		    struct error *error)
{
	char reasons[900] = "";
	size_t used = 0;

	if (error)
		error->exit_status = STATUS_USAGE;
	if (name)
		return named(name, kernel, way, error);
	for (size_t i = 0; reboot_ways[i]; i++) {
		struct error why = { 0 };

		if (!reboot_ways[i]->probe(kernel, &why)) {
			*way = reboot_ways[i];
			if (error)
				error->exit_status = 0;
			return 0;
		}
		if (used < sizeof(reasons))
			used += (size_t)snprintf(reasons + used, sizeof(reasons) - used,
						 "%s%s: %.250s", used ? "; " : "",
						 reboot_ways[i]->name, why.text);
	}
	return error_set(error, ENOTSUP, "no way to start kernel %s from here: %s", kernel->name,
			 reasons);
}

bool reboot_has_systemd(void)
{
	return !access("/run/systemd/system", F_OK);
}

int reboot_go(bool kexec, struct error *error)
{
	const char *const argv[] = { "systemctl", kexec ? "kexec" : "reboot", NULL };
	char *output;
	int ret;

	/* What was written stays, also where a driver or the firmware hangs on the way. */
	sync();
	if (reboot_has_systemd()) {
		ret = spawn_output(argv, 4096, &output, error);
		if (!ret)
			free(output);
		return ret;
	}
	reboot(kexec ? (int)LINUX_REBOOT_CMD_KEXEC : (int)LINUX_REBOOT_CMD_RESTART);
	return error_set_errno(error, errno, "reboot(2)");
}
