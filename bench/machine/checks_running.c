// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the running kernel takes the module: what --on local and --on reboot need. */
#include "machine/check.h"

#include <stdlib.h>
#include <string.h>

#include "common/paths.h"

#define LOCAL (CHECK_LOCAL | CHECK_REBOOT)

static enum finding root(const struct check *check, const struct machine *machine, char *found)
{
	(void)check;
	return check_say(machine->root_user ? FINDING_GOOD : FINDING_IMPOSSIBLE, found,
			 "you are %s", machine->root_user ? "root" : "not root");
}

/* A module that is installed needs none, lab/kernel_module.c. */
static bool is_installed(const struct machine *machine, const char *release)
{
	static const char *const folders[] = { "updates/dkms", "updates", "extra" };
	bool there = false;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !there; i++) {
		char *pattern = path_printf("/lib/modules/%s/%s/hmmbench.ko*", release, folders[i]);

		there = pattern && machine_count(machine, pattern, "").files;
		free(pattern);
	}
	return there;
}

static enum finding headers(const struct check *check, const struct machine *machine, char *found)
{
	char release[MACHINE_TEXT_BYTES], *folder;
	enum finding finding = FINDING_GOOD;

	if (!machine_line(machine, "/proc/sys/kernel/osrelease", release))
		return check_unknown(check, found);
	folder = path_printf("/lib/modules/%s/build", release);
	if (folder && machine_has(machine, folder))
		check_say(finding, found, "%s", folder);
	else if (is_installed(machine, release))
		check_say(finding, found, "none, and the module is installed");
	else
		finding = check_say(FINDING_IMPOSSIBLE, found, "%s is not there",
				    folder ? folder : check->reads);
	free(folder);
	return finding;
}

static enum finding modules(const struct check *check, const struct machine *machine, char *found)
{
	long long disabled;

	if (!machine_number(machine, check->reads, &disabled))
		return check_say(FINDING_IMPOSSIBLE, found, "this kernel has no loadable modules");
	return check_say(disabled ? FINDING_IMPOSSIBLE : FINDING_GOOD, found,
			 disabled ? "no more are taken until the next start" : "can be loaded");
}

static enum finding signing(const struct check *check, const struct machine *machine, char *found)
{
	char enforced[MACHINE_TEXT_BYTES];

	if (!machine_line(machine, check->reads, enforced))
		return check_say(FINDING_GOOD, found, "this kernel asks for no signatures");
	if (enforced[0] == 'Y' || enforced[0] == '1')
		return check_say(FINDING_IMPOSSIBLE, found, "only signed modules are taken");
	return check_say(FINDING_GOOD, found, "unsigned modules are taken");
}

/* kernel_lockdown(7): integrity refuses unsigned modules, confidentiality perf as well. */
static enum finding lockdown(const struct check *check, const struct machine *machine, char *found)
{
	char mode[MACHINE_TEXT_BYTES];

	if (!machine_choice(machine, check->reads, mode))
		return check_say(machine_has(machine, "/sys/kernel/security") ? FINDING_GOOD
									      : FINDING_UNKNOWN,
				 found, "no %s", check->reads);
	return check_say(strcmp(mode, "none") ? FINDING_IMPOSSIBLE : FINDING_GOOD, found, "%s",
			 mode);
}

static const struct check list[] = {
	{ "root", root, "the user", "loading the module", "sudo", LOCAL, NULL },
	{ "headers", headers, "/lib/modules/RELEASE/build", "building the module for this kernel",
	  "apt-get install linux-headers-$(uname -r), or install the module with DKMS", LOCAL, NULL },
	{ "modules", modules, "/proc/sys/kernel/modules_disabled", "loading the module",
	  "start the machine anew, without kernel.modules_disabled=1 in its sysctl settings",
	  LOCAL, NULL },
	{ "module signing", signing, "/sys/module/module/parameters/sig_enforce",
	  "loading a module that was built here",
	  "sign it (mokutil --import, then the kernel's scripts/sign-file), or turn Secure Boot "
	  "off",
	  LOCAL, NULL },
	{ "lockdown", lockdown, "/sys/kernel/security/lockdown",
	  "loading a module that was built here, kexec, and perf",
	  "turn Secure Boot off, or boot without lockdown=", LOCAL, NULL },
};

const struct check_family checks_running = { "module on the running kernel", list,
					     sizeof(list) / sizeof(list[0]) };
