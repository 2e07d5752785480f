/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time that the hardware or firmware takes from the kernel (SMIs), by the kernel's own
 * hwlat tracer: Documentation/trace/hwlat_detector.rst of Linux 6.12. It spins on one CPU
 * after another with interrupts off, half of the time.
 */
#ifndef HMMBENCH_HWLAT_H
#define HMMBENCH_HWLAT_H

#include "machine/check.h"

struct hwlat {
	size_t gaps;	      /* above the tracer's threshold, 10 us where nobody set one */
	unsigned long max_us; /* the longest of them */
};

/* Of the tracer's output. Pure. */
struct hwlat hwlat_parse(const char *trace);

/* The check: looks for machine->hwlat_s seconds, or says how that is asked for. */
enum finding hwlat_look(const struct check *check, const struct machine *machine, char *found);

#endif
