// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/crew.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "agent/aim.h"
#include "agent/clock.h"

#define PAUSE_NS       20000
#define ARMED_LIMIT_NS 1000000000u
#define ENTRY_NS       20000 /* from "armed" into the module */

static size_t shared_bytes(const struct crew *crew)
{
	return sizeof(struct crew_shared) +
	       (size_t)crew->threads * crew->orders_each * sizeof(struct crew_order);
}

struct crew_order *crew_orders(const struct crew *crew, uint32_t thread)
{
	return &crew->shared->orders[(size_t)thread * crew->orders_each];
}

void crew_clear(struct crew *crew)
{
	memset(crew->shared, 0, shared_bytes(crew));
}

int crew_init(struct crew *crew, struct error *error)
{
	size_t bytes = shared_bytes(crew);
	void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int result;

	crew->shared = NULL;
	crew->child = (struct child){ .parent_stat = -1 };
	crew->rounds = 0;
	if (shared == MAP_FAILED)
		return error_set_errno(error, errno, "mapping %zu bytes shared with a process",
				       bytes);
	result = child_init(&crew->child, crew->limit_ns, crew->interrupted, error);
	if (result) {
		munmap(shared, bytes);
		return result;
	}
	crew->shared = shared;
	return 0;
}

void crew_free(struct crew *crew)
{
	if (!crew->shared)
		return;
	child_destroy(&crew->child);
	munmap(crew->shared, shared_bytes(crew));
	crew->shared = NULL;
}

/* ---- the crew's process ---- */

struct hand {
	struct crew *crew;
	uint32_t index;
	int pinned; /* 0 or -errno */
};

static void carry_out(struct crew *crew, struct crew_order *order)
{
	const struct session_aim aim = { crew->shared->tag, order->offset_ns, AIM_WAIT_NS };

	switch (order->action) {
	case CREW_UNREGISTER:
		order->result = session_unregister_at_walk(crew->session, &aim, order->first,
							   order->count, &order->done);
		break;
	case CREW_INVALIDATE:
	case CREW_INVALIDATE_NONBLOCK:
		order->result = session_invalidate_at_walk(crew->session, &aim,
							   order->action ==
								   CREW_INVALIDATE_NONBLOCK,
							   &order->done, &order->again);
		break;
	default:
		break;
	}
}

static void act(struct hand *hand)
{
	struct crew *crew = hand->crew;
	struct crew_order *orders = crew_orders(crew, hand->index);

	__atomic_add_fetch(&crew->shared->armed, 1, __ATOMIC_RELEASE);
	for (uint32_t i = 0; i < crew->orders_each; i++)
		carry_out(crew, &orders[i]);
}

static void *hand_main(void *context)
{
	struct hand *hand = context;

	hand->pinned = placement_pin(hand->crew->placement->workers[1 + hand->index]);
	pthread_barrier_wait(&hand->crew->meeting);
	for (;;) {
		pthread_barrier_wait(&hand->crew->meeting);
		act(hand);
		pthread_barrier_wait(&hand->crew->meeting);
	}
	return NULL;
}

static void start_hands(struct crew *crew, struct child *child, struct hand *hands)
{
	int errnum = pthread_barrier_init(&crew->meeting, NULL, crew->threads);
	pthread_t thread;

	if (errnum)
		child_fail(child, errnum, "making a barrier for %u threads", crew->threads);
	for (uint32_t i = 0; i < crew->threads; i++) {
		hands[i] = (struct hand){ .crew = crew, .index = i };
		errnum = i ? pthread_create(&thread, NULL, hand_main, &hands[i]) : 0;
		if (errnum)
			child_fail(child, errnum, "starting thread %u of %u", i + 1, crew->threads);
	}
	hands[0].pinned = placement_pin(crew->placement->workers[1]);
	pthread_barrier_wait(&crew->meeting);
	for (uint32_t i = 0; i < crew->threads; i++)
		if (hands[i].pinned)
			child_fail(child, -hands[i].pinned, "pinning a thread to CPU %u",
				   crew->placement->workers[1 + i]);
}

static void crew_body(struct child *child, void *context)
{
	struct crew *crew = context;
	struct hand hands[CELL_THREADS_MAX + 1];

	start_hands(crew, child, hands);
	for (;;) {
		child_ready(child);
		child_await_parent(child);
		pthread_barrier_wait(&crew->meeting);
		act(&hands[0]);
		pthread_barrier_wait(&crew->meeting);
	}
}

/* ---- the parent ---- */

int crew_ready(struct crew *crew, struct error *error)
{
	int result;

	if (crew->child.pid)
		return 0;
	crew->rounds = 0;
	result = child_start(&crew->child, crew->placement->workers[1], crew_body, crew, error);
	return result ? result : child_wait_ready(&crew->child, 1, error);
}

void crew_go(struct crew *crew, uint64_t tag)
{
	crew->shared->tag = tag;
	__atomic_store_n(&crew->shared->armed, 0, __ATOMIC_RELEASE);
	crew->rounds++;
	child_let_go(&crew->child);
}

int crew_wait(struct crew *crew, struct error *error)
{
	int result = child_wait_ready(&crew->child, crew->rounds + 1, error);

	if (result)
		error_prefix(error, "the process beside the measured one");
	return result;
}

/* ---- the child ---- */

void crew_await_armed(const struct crew *crew)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	uint64_t deadline_ns = clock_now_ns() + ARMED_LIMIT_NS, armed_ns;

	while (__atomic_load_n(&crew->shared->armed, __ATOMIC_ACQUIRE) < crew->threads &&
	       clock_now_ns() < deadline_ns)
		nanosleep(&pause, NULL);
	armed_ns = clock_now_ns();
	while (clock_now_ns() < armed_ns + ENTRY_NS)
		;
}
