// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/placement.h"

#define SECOND_NS	   1000000000ull
#define SLICE_NS	   50000000 /* how soon a parent sees that its child died unready */
#define AFTER_INTERRUPT_NS (2 * SECOND_NS)
#define AFTER_KILL_NS	   (30 * SECOND_NS)

static void futex_wait(uint32_t *word, uint32_t while_value, long slice_ns)
{
	struct timespec slice = { .tv_nsec = slice_ns };

	syscall(SYS_futex, word, FUTEX_WAIT, while_value, slice_ns ? &slice : NULL, NULL, 0);
}

static void futex_post(uint32_t *word)
{
	__atomic_add_fetch(word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void on_tick(int signal)
{
	(void)signal;
}

int child_init(struct child *child, uint64_t limit_ns, volatile sig_atomic_t *interrupted,
	       struct error *error)
{
	const struct sigaction interrupting = { .sa_handler = on_tick }; /* no SA_RESTART */

	/* An inherited SIG_IGN of SIGCHLD would take every child's status away. */
	sigaction(SIGALRM, &interrupting, NULL);
	signal(SIGCHLD, SIG_DFL);
	*child = (struct child){
		.limit_ns = limit_ns,
		.interrupted = interrupted,
		.parent = getpid(),
		.parent_stat = open("/proc/self/stat", O_RDONLY | O_CLOEXEC),
	};
	if (child->parent_stat < 0)
		return error_set_errno(error, errno,
				       "/proc/self/stat cannot be opened; mount /proc");
	child->shared = mmap(NULL, sizeof(*child->shared), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (child->shared == MAP_FAILED) {
		child->shared = NULL;
		close(child->parent_stat);
		return error_set_errno(error, errno, "mapping the page shared with a child");
	}
	return 0;
}

/* ---- the parent's side ---- */

/* A signal every second, so that no sleep in waitid(2) lasts for ever. */
static void tick(bool on)
{
	struct itimerval every = { .it_interval.tv_sec = on, .it_value.tv_sec = on };

	setitimer(ITIMER_REAL, &every, NULL);
}

/* 1: gone and reaped, *info filled; 0: it runs. */
static int reap(struct child *child, siginfo_t *info, int options)
{
	info->si_pid = 0;
	if (waitid(P_PID, (id_t)child->pid, info, WEXITED | options) || info->si_pid != child->pid)
		return 0;
	child->pid = 0;
	return 1;
}

/* SIGKILL and its end. -ETIME: the kernel does not let go of it. */
int child_kill(struct child *child)
{
	uint64_t deadline_ns = clock_now_ns() + AFTER_KILL_NS;
	siginfo_t info;

	if (!child->pid)
		return 0;
	kill(child->pid, SIGKILL);
	while (!reap(child, &info, WNOHANG)) {
		struct timespec pause = { .tv_nsec = 1000000 };

		if (clock_now_ns() > deadline_ns) {
			child->pid = 0;
			return -ETIME;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

void child_destroy(struct child *child)
{
	child_kill(child);
	if (child->shared)
		munmap(child->shared, sizeof(*child->shared));
	child->shared = NULL;
	if (child->parent_stat >= 0)
		close(child->parent_stat);
	child->parent_stat = -1;
}

/* How a child that is gone ended, as an error; 0 when it ended well. */
static int ending(const struct child *child, const siginfo_t *info, struct error *error)
{
	const struct child_shared *shared = child->shared;

	if (info->si_code != CLD_EXITED)
		return error_set(error, ECHILD,
				 "the measured process was killed by signal %d (%s)%s",
				 info->si_status, strsignal(info->si_status),
				 info->si_status == SIGKILL
					 ? ": by hand, or memory ran out; see the kernel's log"
					 : "");
	if (shared->ended && shared->errnum)
		return error_set_errno(error, shared->errnum, "the measured process: %.*s",
				       (int)sizeof(shared->text), shared->text);
	if (!shared->ended || info->si_status)
		return error_set(error, ECHILD,
				 "the measured process exited with status %d before it "
				 "was to",
				 info->si_status);
	return 0;
}

/* Has a wait lasted too long? Kills the child then, and says why. */
static int overdue(struct child *child, uint64_t *deadline_ns, const char *what,
		   struct error *error)
{
	uint64_t now_ns = clock_now_ns();
	bool interrupted = *child->interrupted;

	if (interrupted && *deadline_ns > now_ns + AFTER_INTERRUPT_NS)
		*deadline_ns = now_ns + AFTER_INTERRUPT_NS;
	if (now_ns < *deadline_ns)
		return 0;
	if (child_kill(child))
		return error_set(error, ETIME,
				 "the measured process does not die of SIGKILL: it hangs "
				 "in the kernel; see the kernel's log");
	if (interrupted)
		return error_set(error, EINTR, "interrupted");
	return error_set(error, ETIMEDOUT,
			 "the measured process did not %s within %llu s and was "
			 "killed",
			 what, (unsigned long long)(child->limit_ns / SECOND_NS));
}

static void set_up_child(struct child *child, uint32_t cpu)
{
	int result;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != child->parent)
		_exit(1);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	result = placement_pin(cpu);
	if (result)
		child_fail(child, -result, "pinning itself to CPU %u", cpu);
}

int child_start(struct child *child, uint32_t cpu, void (*body)(struct child *child, void *context),
		void *context, struct error *error)
{
	memset(child->shared, 0, sizeof(*child->shared));
	child->pid = fork();
	if (child->pid < 0) {
		int errnum = errno;

		child->pid = 0;
		return error_set_errno(error, errnum, "starting a process to measure");
	}
	if (child->pid)
		return 0;
	set_up_child(child, cpu);
	body(child, context);
	child_fail(child, EPROTO, "its workload returned");
}

int child_wait_ready(struct child *child, uint32_t step, struct error *error)
{
	uint64_t deadline_ns = clock_now_ns() + child->limit_ns;
	siginfo_t info;
	uint32_t seen;
	int result;

	while ((seen = __atomic_load_n(&child->shared->child_step, __ATOMIC_ACQUIRE)) < step) {
		if (reap(child, &info, WNOHANG)) {
			result = ending(child, &info, error);
			return result ? result
				      : error_set(error, EPROTO,
						  "the measured process "
						  "exited too early");
		}
		result = overdue(child, &deadline_ns, "get ready", error);
		if (result)
			return result;
		futex_wait(&child->shared->child_step, seen, SLICE_NS);
	}
	return 0;
}

void child_let_go(struct child *child)
{
	futex_post(&child->shared->parent_step);
}

int child_wait_exit(struct child *child, uint64_t *wake_ns, struct error *error)
{
	uint64_t deadline_ns = clock_now_ns() + child->limit_ns, now_ns;
	siginfo_t info;
	int result;

	tick(true);
	memset(&info, 0, sizeof(info)); /* its page is written again inside the timed part */
	child_let_go(child);
	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED)) {
		result = errno == EINTR ? overdue(child, &deadline_ns, "exit", error)
					: error_set_errno(error, errno,
							  "waiting for the measured process");
		if (result) {
			tick(false);
			return result;
		}
	}
	now_ns = clock_now_ns();
	observer_end(child->observer);
	tick(false);
	child->pid = 0;
	*wake_ns = now_ns;
	return ending(child, &info, error);
}

/* Which of them it is; `count`: none. */
static uint32_t child_index(struct child *const *children, uint32_t count, pid_t pid)
{
	uint32_t i = 0;

	while (i < count && children[i]->pid != pid)
		i++;
	return i;
}

static int wait_each(struct child *const *children, uint32_t count, uint64_t *wake_ns,
		     struct error *error)
{
	uint64_t deadline_ns = clock_now_ns() + children[0]->limit_ns * count;

	for (uint32_t i = 0; i < count; i++)
		child_let_go(children[i]);
	for (uint32_t left = count; left; left--) {
		siginfo_t info = { 0 };
		uint64_t now_ns;
		uint32_t i;
		int result;

		while (waitid(P_ALL, 0, &info, WEXITED)) {
			struct child *running = children[0];

			for (i = 0; i < count; i++)
				running = children[i]->pid ? children[i] : running;
			result = errno == EINTR
					 ? overdue(running, &deadline_ns, "exit", error)
					 : error_set_errno(error, errno,
							   "waiting for the measured processes");
			if (result)
				return result;
		}
		now_ns = clock_now_ns();
		i = child_index(children, count, info.si_pid);
		if (i == count)
			return error_set(error, EPROTO,
					 "a process exited that is none of those "
					 "measured");
		wake_ns[i] = now_ns;
		children[i]->pid = 0;
		result = ending(children[i], &info, error);
		if (result)
			return result;
	}
	return 0;
}

int children_wait_exit(struct child *const *children, uint32_t count, uint64_t *wake_ns,
		       struct error *error)
{
	int result;

	tick(true);
	result = wait_each(children, count, wake_ns, error);
	observer_end(children[0]->observer);
	tick(false);
	for (uint32_t i = 0; i < count; i++)
		if (child_kill(children[i]))
			result = error_set(error, ETIME,
					   "a measured process does not die of SIGKILL: "
					   "it hangs in the kernel; see the kernel's log");
	return result;
}

/* ---- the child's side ---- */

void child_ready(struct child *child)
{
	uint32_t step = child->shared->child_step + 1;

	futex_post(&child->shared->child_step);
	while (__atomic_load_n(&child->shared->parent_step, __ATOMIC_ACQUIRE) < step)
		futex_wait(&child->shared->parent_step, step - 1, 0);
}

void child_fail(struct child *child, int errnum, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(child->shared->text, sizeof(child->shared->text), format, args);
	va_end(args);
	child->shared->errnum = errnum;
	child_exit(child);
}

void child_exit(struct child *child)
{
	child->shared->ended = 1;
	_exit(0);
}

/* Does the parent sleep interruptibly? The one such sleep it has left is waitid(2). */
static bool parent_sleeps(struct child *child)
{
	char text[256];
	ssize_t bytes = pread(child->parent_stat, text, sizeof(text) - 1, 0);
	const char *state;

	if (bytes <= 0)
		child_fail(child, bytes < 0 ? errno : ENODATA, "reading its parent's state");
	text[bytes] = '\0';
	/* "PID (NAME) STATE ...", and a name may hold anything. */
	state = strrchr(text, ')');
	return state && state[1] == ' ' && state[2] == 'S';
}

/*
 * Everything from the clock reading to the system call lies on code and data that were
 * used just before: a fault in between would be measured.
 */
static void __attribute__((noreturn, noinline, aligned(256))) leave(struct child_shared *shared)
{
	for (int warm = 1; warm >= 0; warm--) {
		shared->last_ns = clock_now_ns();
		syscall(warm ? SYS_getppid : SYS_exit_group, 0);
	}
	__builtin_unreachable();
}

void child_await_parent(struct child *child)
{
	const struct timespec pause = { .tv_nsec = 50000 };

	while (!parent_sleeps(child))
		nanosleep(&pause, NULL);
}

void child_observed(struct child *child)
{
	observer_begin(child->observer);
}

void child_unobserved(struct child *child)
{
	observer_end(child->observer);
	child->observer = NULL; /* this process's own: its exit does not begin anew */
}

void child_leave(struct child *child)
{
	unsigned int cpu = 0;

	child_observed(child);
	getcpu(&cpu, NULL);
	child->shared->cpu = cpu;
	child->shared->ended = 1;
	leave(child->shared);
}

void child_exit_watched(struct child *child)
{
	child_await_parent(child);
	child_leave(child);
}
