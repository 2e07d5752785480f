/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The race aligner: an operation that begins so many nanoseconds after a release walk.
 *
 * Two tasks that are woken for the same moment meet to some microseconds at best. Here the
 * later one polls a word that the walk stores just before its first timed instruction; they
 * meet to the time that a cache line takes between two CPUs, plus one cpu_relax().
 */
#ifndef HMMBENCH_ALIGNER_H
#define HMMBENCH_ALIGNER_H

#include "core.h"

/* HMMBENCH_IOC_UNREGISTER's limits and presence of the two: 0, -EINVAL or -E2BIG. */
int hmmbench_align_check(bool at_walk, bool foreign, u64 offset_ns, u64 wait_ns);

/*
 * Spins until the walk has begun, at most wait_ns, and then offset_ns more. Where the
 * scheduler asks for the CPU it gets it, so that a walk which has to run on this one can
 * begin. -ETIMEDOUT, or -EINTR on a fatal signal. The caller holds a reference.
 */
int hmmbench_align(struct hmmbench_binding *binding, u64 offset_ns, u64 wait_ns);

/* Lets ns pass: spins a short time, sleeps a long one. -EINTR on a fatal signal. */
int hmmbench_pause(u64 ns);

#endif
