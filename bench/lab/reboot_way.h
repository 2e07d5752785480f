/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways from the running kernel to another: a table of small structs. Each arms the next
 * start and that only; the machine's default kernel stays what it is, and comes up when
 * whatever was armed fails.
 */
#ifndef HMMBENCH_REBOOT_WAY_H
#define HMMBENCH_REBOOT_WAY_H

#include <stdbool.h>

#include "common/error.h"
#include "lab/kernel.h"

struct reboot_way {
	const char *name;
	const char *help;
	/* Has this machine what it takes, and has it an entry for the kernel? -errno says why not. */
	int (*probe)(const struct kernel *kernel, struct error *error);
	/* Arms the next start. Called as root, right before the machine goes down. */
	int (*prepare)(const struct kernel *kernel, struct error *error);
	bool kexec;	/* it goes by kexec, and not through the firmware */
};

extern const struct reboot_way reboot_kexec, reboot_grub, reboot_systemd_boot;
extern const struct reboot_way *const reboot_ways[];	/* in order of preference; ends with NULL */

/*
 * The way of this name, or, with NULL, the first whose probe is content with the kernel.
 * -EINVAL: no such name, or it cannot; -ENOTSUP: none can, and the text says why of each.
 */
int reboot_way_find(const char *name, const struct kernel *kernel,
		    const struct reboot_way **way, struct error *error);

/*
 * Goes down, by systemd where that runs, which stops what runs in order; else by sync and
 * reboot(2), which does not return. `kexec`: into the kernel that is loaded.
 */
int reboot_go(bool kexec, struct error *error);

/* Is systemd the init of this machine (sd_booted(3))? */
bool reboot_has_systemd(void);

/* ---- pure parts of the ways ---- */

/*
 * The next kernel's command line from the running one's, malloc'ed: without the boot
 * loader's BOOT_IMAGE= and initrd=, and with panic=30, so that a kernel that panics gives
 * the machine back to its firmware, where it has no panic= of its own.
 */
char *reboot_command_line(const char *running);

/*
 * The entry of a kernel's release in a grub.cfg as grub-mkconfig writes it, as grub-reboot
 * takes it: "SUBMENU-ID>ENTRY-ID". Recovery entries are passed over. malloc'ed; NULL: none.
 */
char *reboot_grub_entry(const char *config, const char *release);

/*
 * The id of the entry of `bootctl list --json=short` whose version is this release, or
 * whose kernel's path has it. malloc'ed; NULL: none.
 */
char *reboot_systemd_boot_entry(const char *json, const char *release);

#endif
