// SPDX-License-Identifier: GPL-2.0-or-later
/* Trials shared out among processes, and their tallies added up. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulation.h"

/* What the parent and its workers share: the tallies of one worker after the other. */
struct shared {
	size_t workers, rows, bytes;
	struct tally *tallies;
};

static size_t cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))	/* more CPUs than a set holds */
		return 1;
	return (size_t)CPU_COUNT(&set);
}

static int share(struct shared *shared)
{
	shared->bytes = shared->workers * shared->rows * sizeof(*shared->tallies);
	shared->tallies = mmap(NULL, shared->bytes, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared->tallies == MAP_FAILED ? -errno : 0;
}

/* Each worker takes every trial that leaves its number over; does not return. */
static void work(const struct shared *shared, size_t worker, uint64_t trials,
		 trial_function trial, void *context)
{
	int ret = 0;

	for (uint64_t i = worker; i < trials && !ret; i += shared->workers)
		ret = trial(i, context, shared->tallies + worker * shared->rows);
	_exit(-ret);
}

/* 0, or the errno that it ended with. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static int start_and_wait(const struct shared *shared, uint64_t trials, trial_function trial,
			  void *context)
{
	pid_t *pids = calloc(shared->workers, sizeof(*pids));
	size_t started = 0;
	int ret = 0;

	if (!pids)
		return -ENOMEM;
	fflush(NULL);	/* else every worker has what was printed, too */
	while (started < shared->workers && !ret) {
		pids[started] = fork();
		if (!pids[started])
			work(shared, started, trials, trial, context);
		if (pids[started] < 0)
			ret = -errno;
		else
			started++;
	}
	for (size_t i = 0; i < started; i++) {
		const int ended = wait_for(pids[i]);

		ret = ret ? ret : ended;
	}
	free(pids);
	return ret;
}

int simulate_trials(uint64_t trials, size_t rows, trial_function trial, void *context,
		    struct tally *tallies)
{
	struct shared shared = { .workers = cpus(), .rows = rows };
	int ret = share(&shared);

	if (ret)
		return ret;
	ret = start_and_wait(&shared, trials, trial, context);
	for (size_t i = 0; i < shared.workers * rows; i++) {
		tallies[i % rows].hits += shared.tallies[i].hits;
		tallies[i % rows].trials += shared.tallies[i].trials;
	}
	munmap(shared.tallies, shared.bytes);
	return ret;
}
