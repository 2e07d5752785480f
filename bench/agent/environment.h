/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment a run was taken in: the payload of FRAME_HELLO.
 *
 * A thing that this kernel or machine does not tell is null, never guessed.
 *
 *	{"hello": 1,
 *	 "agent": {"version"},
 *	 "module": null or {"version", "srcversion", "abi", "cores": [..], "strategies": [..],
 *		"intree_strategy": "write", "read" (what core intree found the kernel to have) or
 *		null, "profiles": [..], "info": text of --module-info or null},
 *	 "kernel": {"release", "version", "machine", "banner", "build_id" (hexadecimal),
 *		"command_line", "tainted" (number), "lockdown", "preempt"},
 *	 "clock": {"name", "resolution_ns", "read_cost_ns" (median), "read_cost_min_ns",
 *		"kernel_clocksource", "kernel_clocksources": [..]},
 *	 "cpu": {"model", "microcode", "flags": [..] (those that matter), "online" (number),
 *		"possible" ("0-7"), "smt", "governor", "driver", "turbo" (true, false)},
 *	 "memory": {"total_bytes", "nodes": [{"node", "total_bytes", "free_bytes"}, ..],
 *		"transparent_hugepage", "numa_balancing" (number)},
 *	 "topology": {"nodes", "cores", "cpus", "xml" (hwloc's)},
 *	 "layouts": {"same-node": {"child_cpu", "agent_cpu", "workers": [..],
 *		"mirror_nodes": [..], "page_nodes": [..]} or {"reason": why not}, ..}: those
 *		by distance, and each matrix and list of the plan,
 *	 "hypervisor": null (bare metal) or its name: "KVMKVMKVM", "TCGTCGTCGTCG", "xen",
 *	 "marks": [..]: of "switched", "migrated", "stolen" and "interrupted" those that a
 *		sample can get on this kernel and machine; another cannot be told here,
 *	 "mitigations": {"meltdown": "Mitigation: PTI", ..} or null,
 *	 "watchdog": {"soft", "nmi"} (numbers),
 *	 "load": [1, 5, 15 minutes], "uptime_s",
 *	 "plan": the plan as it was given, or null where it cannot be read: with it a
 *		stream carried by hand can be imported without anything else}
 */
#ifndef HMMBENCH_ENVIRONMENT_H
#define HMMBENCH_ENVIRONMENT_H

#include <hwloc.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/clock.h"
#include "common/error.h"

struct hmmbench_info;
struct plan;

struct environment_input {
	hwloc_topology_t topology;
	const struct clock_quality *clock;
	const struct hmmbench_info *module; /* NULL: no module answered */
	const char *module_info;	    /* free text, or NULL */
	const struct plan *plan;	    /* NULL: none was read */
};

/* The HELLO object as text, malloc'ed and the caller's. -ENOMEM. */
int environment_to_json(const struct environment_input *input, char **text, size_t *bytes,
			struct error *error);

/* What changes while blocks run. */
struct environment_moment {
	double load;	   /* 1-minute load average; negative: unknown */
	uint64_t steal_ns; /* stolen by the hypervisor since boot, all CPUs; UINT64_MAX: unknown */
};

void environment_moment(struct environment_moment *moment);

/*
 * The build id in an ELF notes section (/sys/kernel/notes), as lower-case hexadecimal,
 * malloc'ed; NULL where there is none or the notes are malformed. Native byte order.
 */
char *environment_build_id(const void *notes, size_t bytes);

/*
 * Overwrites serial numbers, UUIDs and asset tags in hwloc's XML with '-', in place: a
 * report is shown to others, and the machine's owner did not ask for that.
 */
void environment_blank_serials(char *xml);

#endif
