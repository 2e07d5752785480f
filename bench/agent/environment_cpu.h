/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor's part of the environment: see environment.h. New references. */
#ifndef HMMBENCH_ENVIRONMENT_CPU_H
#define HMMBENCH_ENVIRONMENT_CPU_H

#include <jansson.h>
#include <stdbool.h>

json_t *environment_cpu(void);

/* null: bare metal, as far as this can be seen. */
json_t *environment_hypervisor(void);

/*
 * Does this kernel know what a hypervisor takes from it? True on bare metal, where nobody
 * takes anything; in a guest where the hypervisor tells (KVM's steal time, Xen) and the
 * kernel was not told to ignore it. False where it cannot be told.
 */
bool environment_tells_steal(void);

#endif
