/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor's part of the environment: see environment.h. New references. */
#ifndef HMMBENCH_ENVIRONMENT_CPU_H
#define HMMBENCH_ENVIRONMENT_CPU_H

#include <jansson.h>

json_t *environment_cpu(void);

/* null: bare metal, as far as this can be seen. */
json_t *environment_hypervisor(void);

#endif
