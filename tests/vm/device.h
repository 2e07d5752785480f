/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A session of /dev/hmmbench as the module's tests use it: each call is one ioctl and
 * gives 0, or -1 with errno, as the system call does.
 */
#ifndef HMMBENCH_TESTS_DEVICE_H
#define HMMBENCH_TESTS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "hmmbench_uapi.h"

struct device {
	int fd;
	struct hmmbench_setup setup; /* as SETUP answered */
	const char *map;	     /* the rings, or NULL */
	uint32_t cpus;
	uint64_t *tails; /* of each CPU: consumed so far */
};

/* A walk: a core with one of its strategies, and what is to be expected of it. */
struct walk {
	const char *name;
	uint32_t core;
	uint32_t strategy;
	uint32_t lock_phase; /* the bit of LOCK_WAIT where the walk times its locks, else 0 */
	bool lets_go;	 /* unregister does not wait for the callback of its mirror */
	bool invalidates; /* INVALIDATE reaches it */
	bool once;	  /* an address space that has outlived its session can have no other */
};

enum { WALKS = 6, STRATEGIES = 4 /* the first of them: of core bundled, by their numbers */ };
extern struct walk walks[WALKS];

/* The first from `walk` on that the module has, or NULL. */
const struct walk *walk_from(const struct walk *walk);

/* The n-th that the module has, from 0, round and round. */
const struct walk *nth_walk(unsigned int n);
bool has_core(uint32_t core);

#define for_each_walk(w)                                                                           \
	for (const struct walk *w = walk_from(walks); w; w = walk_from(w + 1))

/* In the initializer of struct device_options. */
#define WALK(w) .core = (w)->core, .strategy = (w)->strategy

/* What to set a session up for. All 0: the first walk, profile empty, smallest rings. */
struct device_options {
	uint32_t core;
	uint32_t strategy;
	uint32_t profile;
	uint64_t profile_ns;
	uint32_t flags;
	uint32_t ring_records; /* 0: the smallest */
};

int device_open(struct device *device); /* no SETUP */
int device_setup(struct device *device, struct device_options options);
int device_map(struct device *device);
/* The three above in one. */
int device_start(struct device *device, struct device_options options);
/* With nothing but a walk. */
int device_walk(struct device *device, const struct walk *walk);
void device_close(struct device *device);

int device_info(struct device *device, struct hmmbench_info *info);
int device_register(struct device *device, uint32_t count, uint64_t operation, uint32_t *first);
int device_register_on(struct device *device, uint32_t count, int node, uint32_t *on_node);
int device_unregister(struct device *device, uint32_t first, uint32_t count, uint32_t *done);
/* As they stand, but for size. */
int device_unregister_as(struct device *device, struct hmmbench_unregister *argument);
int device_invalidate(struct device *device, struct hmmbench_invalidate *argument);
int device_nodes(struct device *device, uint32_t first, uint32_t count, int16_t *nodes);
int device_counts(struct device *device, struct hmmbench_counts *counts);
int device_reap(struct device *device, struct hmmbench_reap *reap);
int device_consume(struct device *device, uint32_t cpu, uint64_t tail);

/* The rings: their headers, and head and dropped summed over all CPUs. */
const struct hmmbench_ring *device_ring(const struct device *device, uint32_t cpu);
uint64_t device_head(const struct device *device);
uint64_t device_dropped(const struct device *device);

/* Copies what was not yet consumed, at most `capacity`, and consumes it. The number copied. */
size_t device_drain(struct device *device, struct hmmbench_record *records, size_t capacity);

/*
 * A child that registers `mirrors` mirrors tagged `operation` and then waits for
 * child_go(*go), upon which it exits, or to be killed. The pid, or -1.
 */
pid_t child_start(struct device *device, uint32_t mirrors, uint64_t operation, int *go);
void child_go(int go);
/* Waits for it. True if it exited with status 0 (or died from `signal`, where not 0). */
bool child_wait(pid_t pid, int signal);
/* Starts it, lets it go and waits for it: one exit with mirrors. */
bool child_exit(struct device *device, uint32_t mirrors, uint64_t operation);

/* Pins the caller to one CPU. 0, or -1 where there is no such CPU. */
int run_on_cpu(int cpu);
/* CLOCK_MONOTONIC_RAW, the module's clock. */
uint64_t now_ns(void);

/*
 * One exit of a child with `mirrors` mirrors tagged `operation` while this task, pinned to
 * CPU 0, does `meet` with `context` to it; the child runs on the other CPUs. What `meet`
 * gave, in *result. False: the child went wrong.
 */
bool child_met(struct device *device, uint32_t mirrors, uint64_t operation,
	       int (*meet)(struct device *device, void *context), void *context, int *result);

/* Waits until only `sessions` sessions are alive and no mirror and no binding is. */
bool nothing_left(struct device *device, uint64_t sessions);

#endif
