// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a crew is armed before the measured process exits, goes through operation
 * after operation, and that neither its death nor a child's leaves anybody waiting; and
 * the same of a group of processes that exit together.
 */
#include "support.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/crew.h"

#define LONG_NS 60000000000u /* never reached */
#define GROUP	5

static volatile sig_atomic_t interrupted;
static struct placement placement;

static uint32_t first_cpu(void)
{
	cpu_set_t set;
	uint32_t cpu = 0;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

static void nothing_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* All on one CPU: who waits for somebody must not keep it from him. */
static void make_crew(struct crew *crew, struct child *child)
{
	struct error error = { 0 };

	placement.worker_count = 3;
	for (uint32_t i = 0; i < 3; i++)
		placement.workers[i] = first_cpu();
	*crew = (struct crew){ .placement = &placement,
			       .threads = 2,
			       .orders_each = 1,
			       .limit_ns = LONG_NS,
			       .interrupted = &interrupted };
	assert_int_equal(crew_init(crew, &error), 0);
	assert_int_equal(child_init(child, LONG_NS, &interrupted, &error), 0);
}

static void exiting(struct child *child, void *context)
{
	const struct crew *crew = context;

	child_ready(child);
	crew_await_armed(crew);
	child->shared->errnum = (int32_t)crew->shared->armed;
	child_exit_watched(child);
}

static void test_a_child_exits_when_the_whole_crew_is_armed(void **state)
{
	struct error error = { 0 };
	struct child child;
	struct crew crew;
	uint64_t wake_ns;

	(void)state;
	make_crew(&crew, &child);
	for (uint64_t operation = 0; operation < 10; operation++) {
		crew_clear(&crew);
		assert_int_equal(crew_ready(&crew, &error), 0);
		assert_int_equal(child_start(&child, first_cpu(), exiting, &crew, &error), 0);
		assert_int_equal(child_wait_ready(&child, 1, &error), 0);
		crew_go(&crew, operation);
		/* The child reports how many were armed as the number of its error. */
		assert_int_equal(child_wait_exit(&child, &wake_ns, &error), -2);
		assert_int_equal(crew_wait(&crew, &error), 0);
		assert_int_equal(crew.shared->tag, operation);
	}
	child_destroy(&child);
	crew_free(&crew);
	nothing_is_left();
}

static void test_a_killed_crew_costs_its_operation_and_is_replaced(void **state)
{
	struct error error = { 0 };
	struct child child;
	struct crew crew;
	uint64_t wake_ns;
	pid_t first;

	(void)state;
	make_crew(&crew, &child);
	assert_int_equal(crew_ready(&crew, &error), 0);
	first = crew.child.pid;
	assert_int_equal(child_start(&child, first_cpu(), exiting, &crew, &error), 0);
	assert_int_equal(child_wait_ready(&child, 1, &error), 0);
	kill(first, SIGKILL);
	crew_go(&crew, 1);
	child_wait_exit(&child, &wake_ns, &error);
	assert_int_equal(crew_wait(&crew, &error), -ECHILD);
	assert_non_null(strstr(error.text, "signal 9"));
	assert_int_equal(crew_ready(&crew, &error), 0);
	assert_int_not_equal(crew.child.pid, first);
	child_destroy(&child);
	crew_free(&crew);
	nothing_is_left();
}

static void test_a_child_killed_before_its_exit_leaves_the_crew_at_work(void **state)
{
	struct error error = { 0 };
	struct child child;
	struct crew crew;
	uint64_t wake_ns;

	(void)state;
	make_crew(&crew, &child);
	assert_int_equal(crew_ready(&crew, &error), 0);
	assert_int_equal(child_start(&child, first_cpu(), exiting, &crew, &error), 0);
	assert_int_equal(child_wait_ready(&child, 1, &error), 0);
	kill(child.pid, SIGKILL);
	crew_go(&crew, 1);
	assert_int_equal(child_wait_exit(&child, &wake_ns, &error), -ECHILD);
	assert_int_equal(crew_wait(&crew, &error), 0);
	child_destroy(&child);
	crew_free(&crew);
	nothing_is_left();
}

/* ---- a group ---- */

static uint32_t *gate;

static void together(struct child *child, void *context)
{
	(void)context;
	child_ready(child);
	child_await_parent(child);
	__atomic_add_fetch(gate, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(gate, __ATOMIC_ACQUIRE) < GROUP)
		sched_yield();
	child_leave(child);
}

static void start_group(struct child *group, struct child **all)
{
	struct error error = { 0 };

	gate = mmap(NULL, sizeof(*gate), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(gate, MAP_FAILED);
	for (int i = 0; i < GROUP; i++) {
		all[i] = &group[i];
		assert_int_equal(child_init(all[i], LONG_NS, &interrupted, &error), 0);
		assert_int_equal(child_start(all[i], first_cpu(), together, NULL, &error), 0);
	}
	for (int i = 0; i < GROUP; i++)
		assert_int_equal(child_wait_ready(all[i], 1, &error), 0);
}

static void end_group(struct child *group)
{
	for (int i = 0; i < GROUP; i++)
		child_destroy(&group[i]);
	munmap(gate, sizeof(*gate));
	nothing_is_left();
}

static void test_a_group_exits_together_and_each_has_its_time(void **state)
{
	struct child group[GROUP], *all[GROUP];
	uint64_t wake_ns[GROUP] = { 0 };
	struct error error = { 0 };

	(void)state;
	start_group(group, all);
	assert_int_equal(children_wait_exit(all, GROUP, wake_ns, &error), 0);
	for (int i = 0; i < GROUP; i++) {
		assert_int_equal(group[i].pid, 0);
		assert_true(wake_ns[i] > group[i].shared->last_ns);
	}
	end_group(group);
}

static void test_one_killed_of_a_group_ends_all_of_them(void **state)
{
	struct child group[GROUP], *all[GROUP];
	uint64_t wake_ns[GROUP] = { 0 };
	struct error error = { 0 };

	(void)state;
	start_group(group, all);
	kill(group[2].pid, SIGKILL);
	assert_int_equal(children_wait_exit(all, GROUP, wake_ns, &error), -ECHILD);
	assert_non_null(strstr(error.text, "signal 9"));
	for (int i = 0; i < GROUP; i++)
		assert_int_equal(group[i].pid, 0);
	end_group(group);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_child_exits_when_the_whole_crew_is_armed),
		cmocka_unit_test(test_a_killed_crew_costs_its_operation_and_is_replaced),
		cmocka_unit_test(test_a_child_killed_before_its_exit_leaves_the_crew_at_work),
		cmocka_unit_test(test_a_group_exits_together_and_each_has_its_time),
		cmocka_unit_test(test_one_killed_of_a_group_ends_all_of_them),
	};

	return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
