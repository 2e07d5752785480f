// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/lab.h"

#include <string.h>

const struct lab *const lab_table[] = {
	&lab_vm,
	&lab_local,
	&lab_reboot,
	NULL,
};

const struct lab *lab_find(const char *name)
{
	for (size_t i = 0; lab_table[i]; i++)
		if (!strcmp(lab_table[i]->name, name))
			return lab_table[i];
	return NULL;
}
