// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel does with pages while is measured. */
#include "machine/check.h"

#include <stdlib.h>
#include <string.h>

static enum finding huge_pages(const struct check *check, const struct machine *machine,
			       char *found)
{
	char choice[MACHINE_TEXT_BYTES];

	if (!machine_choice(machine, check->reads, choice))
		return check_say(FINDING_GOOD, found, "this kernel has none");
	return check_say(strcmp(choice, "always") ? FINDING_GOOD : FINDING_NOISY, found, "%s",
			 choice);
}

static enum finding balancing(const struct check *check, const struct machine *machine, char *found)
{
	long long mode;

	if (!machine_number(machine, check->reads, &mode))
		return check_say(FINDING_GOOD, found, "this kernel has none");
	return check_say(mode ? FINDING_NOISY : FINDING_GOOD, found, mode ? "on (%lld)" : "off",
			 mode);
}

static enum finding merging(const struct check *check, const struct machine *machine, char *found)
{
	long long run;

	if (!machine_number(machine, check->reads, &run))
		return check_say(FINDING_GOOD, found, "this kernel has none");
	/* 2: what was merged is taken apart, and nothing more is merged. */
	return check_say(run == 1 ? FINDING_NOISY : FINDING_GOOD, found, run == 1 ? "on" : "off");
}

/* "Filename Type Size Used Priority", sizes in KiB. */
static enum finding swap(const struct check *check, const struct machine *machine, char *found)
{
	char *text = machine_text(machine, check->reads), *save = NULL;
	unsigned long long used = 0, one;
	size_t devices = 0;

	if (!text)
		return check_say(FINDING_GOOD, found, "this kernel has none");
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*s %*s %*u %llu", &one) != 1)
			continue;
		devices++;
		used += one;
	}
	free(text);
	if (used)
		return check_say(FINDING_NOISY, found, "%llu MiB are in it", (used + 1023) / 1024);
	return check_say(FINDING_GOOD, found, devices ? "nothing is in it" : "none");
}

static const struct check list[] = {
	{ "THP", huge_pages, "/sys/kernel/mm/transparent_hugepage/enabled",
	  "with always, khugepaged turns small pages into huge ones, and a process ends with one "
	  "kind "
	  "or the other",
	  "hmmbench tune, or boot with transparent_hugepage=madvise", 0, NULL },
	{ "NUMA balancing", balancing, "/proc/sys/kernel/numa_balancing",
	  "the kernel unmaps pages to see who uses them, and moves pages and threads between nodes",
	  "hmmbench tune, or sysctl kernel.numa_balancing=0", 0, NULL },
	{ "KSM", merging, "/sys/kernel/mm/ksm/run",
	  "ksmd merges pages of like contents, and takes locks of the processes that have them",
	  "hmmbench tune, or echo 0 > /sys/kernel/mm/ksm/run", 0, NULL },
	{ "swap", swap, "/proc/swaps",
	  "what was swapped out comes back while is measured, and memory is short",
	  "make room, then swapoff -a && swapon -a", 0, NULL },
};

const struct check_family checks_memory = { "memory", list, sizeof(list) / sizeof(list[0]) };
