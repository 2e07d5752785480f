// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/irqs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASIDE "/sys/devices/system/cpu/"

struct walking {
	int (*visit)(const struct machine *machine, const struct irq *irq, void *context);
	void *context;
	struct irq irq;
	char folder[64]; /* of the last interrupt: one may have several handlers */
};

static bool read_list(const struct machine *machine, const char *folder, const char *name,
		      struct cpu_list *list)
{
	char path[128], text[MACHINE_TEXT_BYTES];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return machine_line(machine, path, text) && text[0] && !cpu_list_parse(text, list);
}

/* "/proc/irq/24/nvme0q1/": a handler's folder. */
static int visit_handler(const struct machine *machine, const char *path, void *context)
{
	struct walking *walking = context;
	char folder[sizeof(walking->folder)];
	const char *number = path + strlen("/proc/irq/");

	snprintf(folder, sizeof(folder), "%.*s", (int)(number - path + (int)strcspn(number, "/")),
		 path);
	if (!strcmp(folder, walking->folder))
		return 0;
	memcpy(walking->folder, folder, sizeof(folder));
	walking->irq.folder = walking->folder;
	if (!read_list(machine, folder, "smp_affinity_list", &walking->irq.asked))
		return 0;
	/* Empty until the interrupt is started, and not there on every architecture. */
	if (!read_list(machine, folder, "effective_affinity_list", &walking->irq.effective))
		walking->irq.effective = walking->irq.asked;
	return walking->visit(machine, &walking->irq, walking->context);
}

int irqs_each(const struct machine *machine,
	      int (*visit)(const struct machine *machine, const struct irq *irq, void *context),
	      void *context)
{
	struct walking *walking = calloc(1, sizeof(*walking));
	int result;

	if (!walking)
		return -ENOMEM;
	walking->visit = visit;
	walking->context = context;
	result = machine_each(machine, "/proc/irq/[0-9]*/*/", visit_handler, walking);
	free(walking);
	return result;
}

static bool add(const struct machine *machine, const char *path, struct cpu_list *list)
{
	char text[MACHINE_TEXT_BYTES];
	struct cpu_list *more;
	bool good;

	/* nohz_full prints "(null)" where it was not asked for, before Linux 6.3. */
	if (!machine_line(machine, path, text) || !strcmp(text, "(null)"))
		return true;
	more = malloc(sizeof(*more));
	good = more && !cpu_list_parse(text, more);
	for (size_t i = 0; good && i < CPU_LIST_MAX; i++)
		list->has[i] |= more->has[i];
	free(more);
	return good;
}

bool cpus_set_aside(const struct machine *machine, struct cpu_list *list)
{
	memset(list, 0, sizeof(*list));
	return add(machine, ASIDE "isolated", list) && add(machine, ASIDE "nohz_full", list);
}
