// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a measured process exits under the eyes of a parent that sleeps already,
 * and that no end it may take leaves a parent waiting or a process behind.
 */
#include "support.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/child.h"
#include "agent/clock.h"

#define LONG_NS	 60000000000u /* never reached */
#define SHORT_NS 100000000u   /* always reached */

static volatile sig_atomic_t interrupted;
static uint64_t busy_ns, waiting_ns;

/* In front of the library's: the parent stays busy for a while before it sleeps. */
int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	uint64_t until_ns = clock_now_ns() + busy_ns;

	while (clock_now_ns() < until_ns)
		;
	if (!(options & WNOHANG))
		waiting_ns = clock_now_ns();
	return (int)syscall(SYS_waitid, type, id, info, options, NULL);
}

static uint32_t first_cpu(void)
{
	cpu_set_t set;
	uint32_t cpu = 0;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

static int set_up(void **state)
{
	static struct child child;
	struct error error = { 0 };

	interrupted = 0;
	busy_ns = 0;
	assert_int_equal(child_init(&child, LONG_NS, &interrupted, &error), 0);
	*state = &child;
	return 0;
}

/* Whatever a test did, no child is left. */
static int tear_down(void **state)
{
	child_destroy(*state);
	assert_int_equal(syscall(SYS_waitid, P_ALL, 0, NULL, WEXITED | WNOHANG, NULL), -1);
	assert_int_equal(errno, ECHILD);
	return 0;
}

static void start(struct child *child, void (*body)(struct child *, void *))
{
	struct error error = { 0 };

	assert_int_equal(child_start(child, first_cpu(), body, NULL, &error), 0);
}

static void watched(struct child *child, void *context)
{
	(void)context;
	child_ready(child);
	child_exit_watched(child);
}

static void test_a_child_exits_only_when_its_parent_sleeps(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };
	uint64_t wake_ns;

	for (int i = 0; i < 20; i++) {
		start(child, watched);
		busy_ns = 0;
		assert_int_equal(child_wait_ready(child, 1, &error), 0);
		busy_ns = i % 2 ? 20000000 : 0;
		assert_int_equal(child_wait_exit(child, &wake_ns, &error), 0);
		assert_true(child->shared->last_ns >= waiting_ns);
		assert_true(wake_ns > child->shared->last_ns);
	}
}

static void stepping(struct child *child, void *context)
{
	(void)context;
	for (uint64_t i = 1; i <= 3; i++) {
		child_ready(child);
		child->shared->last_ns = i;
	}
	child_ready(child);
	child_exit(child);
}

static void test_a_child_takes_one_step_at_a_time(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };
	uint64_t wake_ns;

	start(child, stepping);
	for (uint32_t step = 1; step <= 4; step++) {
		assert_int_equal(child_wait_ready(child, step, &error), 0);
		assert_int_equal(child->shared->last_ns, step - 1);
		if (step < 4)
			child_let_go(child);
	}
	assert_int_equal(child_wait_exit(child, &wake_ns, &error), 0);
}

static void failing(struct child *child, void *context)
{
	(void)context;
	child_fail(child, ENOSPC, "taking %d bytes", 42);
}

static void test_a_childs_error_reaches_the_parent(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };

	start(child, failing);
	assert_int_equal(child_wait_ready(child, 1, &error), -ENOSPC);
	assert_non_null(strstr(error.text, "taking 42 bytes"));
	assert_non_null(strstr(error.text, strerror(ENOSPC)));
}

static void killed(struct child *child, void *context)
{
	(void)context;
	child_ready(child);
	raise(SIGKILL);
}

static void test_a_killed_child_is_told_from_one_that_exits(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };
	uint64_t wake_ns;

	start(child, killed);
	assert_int_equal(child_wait_ready(child, 1, &error), 0);
	assert_int_equal(child_wait_exit(child, &wake_ns, &error), -ECHILD);
	assert_non_null(strstr(error.text, "signal 9"));

	start(child, killed);
	child_let_go(child);
	assert_int_equal(child_wait_ready(child, 2, &error), -ECHILD);
	assert_non_null(strstr(error.text, "signal 9"));
}

static void leaving(struct child *child, void *context)
{
	(void)child, (void)context;
	_exit(0);
}

static void test_a_child_that_leaves_without_a_word_is_an_error(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };

	start(child, leaving);
	assert_int_equal(child_wait_ready(child, 1, &error), -ECHILD);
	assert_non_null(strstr(error.text, "exited with status 0"));
}

static void hanging(struct child *child, void *context)
{
	(void)context;
	child_ready(child);
	child_ready(child);
	for (;;)
		pause();
}

static void test_a_child_that_hangs_is_killed_at_its_limit(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };
	uint64_t wake_ns;

	child->limit_ns = SHORT_NS;
	start(child, hanging);
	child_let_go(child);
	child_let_go(child);
	assert_int_equal(child_wait_ready(child, 3, &error), -ETIMEDOUT);
	assert_int_equal(child->pid, 0);

	start(child, hanging);
	child->limit_ns = LONG_NS;
	assert_int_equal(child_wait_ready(child, 1, &error), 0);
	child_let_go(child);
	child->limit_ns = SHORT_NS;
	assert_int_equal(child_wait_exit(child, &wake_ns, &error), -ETIMEDOUT);
	assert_int_equal(child->pid, 0);
}

static void test_an_interrupted_parent_does_not_wait_for_the_limit(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };

	interrupted = 1;
	start(child, hanging);
	assert_int_equal(child_wait_ready(child, 2, &error), -EINTR);
	assert_int_equal(child->pid, 0);
}

static void test_children_ignore_the_terminals_signals_and_die_with_their_parent(void **state)
{
	struct child *child = *state;
	struct error error = { 0 };
	struct pollfd end;
	pid_t parent, grandchild = 0;
	int ends[2], gone;

	/* The grandchild holds the pipe's end open for as long as it lives. */
	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (!parent) {
		child->parent = getpid();
		close(ends[0]);
		start(child, hanging);
		if (child_wait_ready(child, 1, &error))
			_exit(1);
		kill(child->pid, SIGINT);
		kill(child->pid, SIGTERM);
		child_let_go(child);
		if (child_wait_ready(child, 2, &error))
			_exit(1);
		if (write(ends[1], &child->pid, sizeof(child->pid)) != sizeof(child->pid))
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	end = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	gone = poll(&end, 1, 30000) == 1 && end.revents & POLLHUP;
	if (!gone)
		kill(grandchild, SIGKILL);
	close(ends[0]);
	assert_true(gone);
}

/* An observer that notes, on a page that both sides see, whether it looks. */
struct looking {
	struct observer observer;
	bool *looks;
};

static void look(const struct observer *observer)
{
	*((const struct looking *)(const void *)observer)->looks = true;
}

static void look_away(const struct observer *observer)
{
	*((const struct looking *)(const void *)observer)->looks = false;
}

static void observed_in_part(struct child *child, void *context)
{
	const struct looking *looking = context;

	child_ready(child);
	child_observed(child);
	if (!*looking->looks)
		child_fail(child, EPROTO, "nobody looks");
	child_unobserved(child);
	child_ready(child);
	child_await_parent(child);
	child_leave(child);
}

static void test_an_observer_looks_on_until_the_child_says_that_it_is_over(void **state)
{
	struct looking looking = { .observer = { look, look_away } };
	struct child *child = *state;
	struct error error = { 0 };
	uint64_t wake_ns;

	looking.looks = mmap(NULL, sizeof(*looking.looks), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(looking.looks != MAP_FAILED);
	child->observer = &looking.observer;
	assert_int_equal(child_start(child, first_cpu(), observed_in_part, &looking, &error), 0);
	child_let_go(child);
	assert_int_equal(child_wait_ready(child, 2, &error), 0);
	assert_false(*looking.looks);
	/* In the child alone: its exit is not looked at, the next child is. */
	child->observer = NULL;
	assert_int_equal(child_wait_exit(child, &wake_ns, &error), 0);
	assert_false(*looking.looks);
	munmap(looking.looks, sizeof(*looking.looks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_child_exits_only_when_its_parent_sleeps,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_child_takes_one_step_at_a_time, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_childs_error_reaches_the_parent, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_killed_child_is_told_from_one_that_exits,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_child_that_leaves_without_a_word_is_an_error,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_child_that_hangs_is_killed_at_its_limit,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_an_interrupted_parent_does_not_wait_for_the_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_children_ignore_the_terminals_signals_and_die_with_their_parent,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_an_observer_looks_on_until_the_child_says_that_it_is_over, set_up,
			tear_down),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
