// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/bystander_live.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/placement.h"
#include "agent/session.h"

struct unregisterer {
	const struct session *session;
	struct live_report *report;
	uint32_t cpu, mirrors;
	uint32_t next, seen, over; /* between the two threads: calls announced, seen to be, returned */
	uint32_t done;
	int result; /* 0 or -errno */
};

/*
 * The share of call `at`, which has been announced: all of it, or as much as the call leaves time
 * for. Under a strategy that waits for a grace period in each that is little.
 */
static void unregister_share(struct unregisterer *self, uint32_t at)
{
	const uint32_t each = self->mirrors / LIVE_CALLS, end = self->done + (each ? each : 1);
	struct live_call *call = &self->report->calls[at];

	call->last_ns = 0;
	call->first_ns = clock_now_ns();
	__atomic_store_n(&self->seen, at + 1, __ATOMIC_RELEASE);
	/* One at least, should the other thread have been through before this one came to it. */
	while (self->done < end && self->done < self->mirrors &&
	       (!call->last_ns || __atomic_load_n(&self->over, __ATOMIC_ACQUIRE) <= at)) {
		self->result = session_unregister(self->session, self->done, false);
		if (self->result)
			return;
		self->done++;
		call->last_ns = clock_now_ns();
	}
}

static void *unregisterer_main(void *context)
{
	struct unregisterer *self = context;

	self->result = placement_pin(self->cpu);
	for (uint32_t at = 0; at < LIVE_CALLS && !self->result; at++) {
		while (__atomic_load_n(&self->next, __ATOMIC_ACQUIRE) <= at)
			sched_yield();
		unregister_share(self, at);
	}
	/* Behind a failure no call waits for its share. */
	__atomic_store_n(&self->seen, LIVE_CALLS, __ATOMIC_RELEASE);
	return NULL;
}

/* Call `at` is the next one: returns when its unregisters are at hand. */
static void announce(struct unregisterer *unregisterer, uint32_t at)
{
	__atomic_store_n(&unregisterer->next, at + 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&unregisterer->seen, __ATOMIC_ACQUIRE) <= at)
		sched_yield();
}

/* Every second page is used: each call splits or ends a mapping of its own. */
static char *take_pages(struct child *child, size_t page)
{
	char *pages = mmap(NULL, 2 * LIVE_CALLS * page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		child_fail(child, errno, "mapping %d pages", 2 * LIVE_CALLS);
	if (madvise(pages, 2 * LIVE_CALLS * page, MADV_NOHUGEPAGE) && errno != EINVAL)
		child_fail(child, errno, "asking for small pages");
	for (size_t i = 0; i < 2 * LIVE_CALLS; i++)
		((volatile char *)pages)[i * page] = 1;
	return pages;
}

static long switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

static void make_call(struct child *child, char *page_at, size_t page, bool protect,
		      struct live_call *call)
{
	unsigned int cpu = 0;
	long before = switches();
	int result;

	getcpu(&cpu, NULL);
	call->cpu = cpu;
	call->start_ns = clock_now_ns();
	result = protect ? mprotect(page_at, page, PROT_READ) : munmap(page_at, page);
	call->whole_ns = clock_now_ns() - call->start_ns;
	if (result)
		child_fail(child, errno, "%s of a page", protect ? "mprotect" : "munmap");
	call->switched = switches() != before;
}

void live_run(struct operations *operations, struct child *child, bool mprotect,
	      struct live_report *report)
{
	const struct workload_context *context = operations->context;
	uint32_t mirrors = context->cell->mirrors;
	struct unregisterer unregisterer = {
		.session = context->session,
		.report = report,
		.cpu = context->placement->workers[1],
		.mirrors = mirrors < LIVE_UNREGISTERS_MAX ? mirrors : LIVE_UNREGISTERS_MAX,
	};
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = take_pages(child, page);
	pthread_t thread;
	int errnum = pthread_create(&thread, NULL, unregisterer_main, &unregisterer);

	if (errnum)
		child_fail(child, errnum, "starting a second thread");
	for (uint32_t i = 0; i < LIVE_CALLS; i++) {
		announce(&unregisterer, i);
		make_call(child, pages + 2 * i * page, page, mprotect, &report->calls[i]);
		__atomic_store_n(&unregisterer.over, i + 1, __ATOMIC_RELEASE);
	}
	pthread_join(thread, NULL);
	if (unregisterer.result)
		child_fail(child, -unregisterer.result, "unregistering mirror %u",
			   unregisterer.done);
}

bool live_call_met(const struct live_call *call)
{
	return call->last_ns > call->start_ns && call->first_ns < call->start_ns + call->whole_ns;
}
