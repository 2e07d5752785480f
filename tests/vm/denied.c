// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Agents that may not count. This program takes the agent's place in a guest, forbids an agent
 * what a machine can forbid it, and prints TAP: whoever is refused says what and the remedy,
 * before anything is measured, and leaves nothing in the module.
 *
 * The module asks for CAP_SYS_ADMIN, which counts as CAP_PERFMON: so an agent that the module
 * lets in is refused counters by a container's seccomp filter alone. What the kernel says to one
 * without either capability, counters_new() is asked by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/counters.h"
#include "agents.h"
#include "common/exit_status.h"

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
#define CANNOT	 99 /* status of a child that could not forbid itself anything */

static const char counted[] =
	"[plan]\nname = denied\nstrategies = write, read\nquartets = 1\noperations = 1\n"
	"warmup = 0%\n"
	"[cells exit]\nworkload = exit\nmirrors = 64\nmemory = 256K\n";

/* ---- what an agent can be forbidden ---- */

/* As a container's filter does: the call fails with EPERM, root or not. */
static void filter_perf(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(CANNOT);
}

static void drop(unsigned int capability)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	struct __user_cap_data_struct *word = &data[CAP_TO_INDEX(capability)];

	if (syscall(SYS_capget, &header, data))
		_exit(CANNOT);
	word->effective &= ~CAP_TO_MASK(capability);
	word->permitted &= ~CAP_TO_MASK(capability);
	word->inheritable &= ~CAP_TO_MASK(capability);
	if (syscall(SYS_capset, &header, data))
		_exit(CANNOT);
}

static void drop_perfmon(void)
{
	drop(CAP_PERFMON);
}

static void drop_both(void)
{
	drop(CAP_PERFMON);
	drop(CAP_SYS_ADMIN);
}

/* ---- what they say then ---- */

/* An agent with that taken from it, whose plan has a counted pass. Its exit status. */
static int run_without(void (*before)(void), struct came *came)
{
	const pid_t agent = agent_start(before);
	int status = -1;

	wait_for_all(agent, &status);
	*came = read_stream();
	fprintf(tap, "# status %#x: %s\n", status, came->text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void refused_by_filter(void)
{
	struct came came;
	const int status = run_without(filter_perf, &came);

	prove(status == STATUS_USAGE, "an agent that may count nothing ends with the status of bad input");
	prove(came.ended && came.status == STATUS_USAGE, "which its stream's end has as well");
	prove(strstr(came.text, "--counters: the kernel lets this process count nothing") &&
		      strstr(came.text, "CAP_PERFMON") && strstr(came.text, "seccomp filter"),
	      "it says what was refused, and what would allow it");
	prove(!came.blocks, "before anything is measured");
	prove(nothing_is_left(), "and leaves nothing in the module");
}

static void refused_by_module(void)
{
	struct came came;
	const int status = run_without(drop_both, &came);

	prove(status == STATUS_MODULE && strstr(came.text, "CAP_SYS_ADMIN only") &&
		      strstr(came.text, "as root"),
	      "an agent without CAP_SYS_ADMIN is told so by the module");
	prove(!came.blocks && nothing_is_left(), "with nothing measured and nothing left");
}

static void not_refused(void)
{
	struct came came;
	const int status = run_without(drop_perfmon, &came);

	prove(!status && came.ended && came.blocks == 4 + 2,
	      "an agent without CAP_PERFMON counts, for it has CAP_SYS_ADMIN");
	prove(nothing_is_left(), "and leaves nothing either");
}

/* In a child without the capabilities: 0 where the error is as it has to be. */
static int ask_for_counters(void)
{
	struct error error = { 0 };
	struct counters *counters;
	int result;

	drop_both();
	result = counters_new(&counters, &error);
	fprintf(tap, "# counters_new: %d, %s\n", result, error.text);
	fflush(tap);
	return result == -EACCES && error.exit_status == STATUS_USAGE && !counters &&
			       strstr(error.text, "kernel.perf_event_paranoid is 3") &&
			       strstr(error.text, "run it as root or with CAP_PERFMON") &&
			       strstr(error.text, "sysctl kernel.perf_event_paranoid=-1")
		       ? 0
		       : 1;
}

static void refused_by_kernel(void)
{
	int status = -1;
	pid_t pid;

	fflush(tap);
	pid = fork();
	if (!pid)
		_exit(ask_for_counters());
	waitpid(pid, &status, 0);
	prove(WIFEXITED(status) && !WEXITSTATUS(status),
	      "without capabilities the kernel's own setting is named, with the remedy");
}

/* As much as any kernel refuses: from 3 on Debian's refuses all that needs no capability. */
static bool allow_the_least(void)
{
	const int fd = open(PARANOID, O_WRONLY | O_CLOEXEC);
	const bool good = fd >= 0 && write(fd, "3\n", 2) == 2;

	if (fd >= 0)
		close(fd);
	return good;
}

int main(int argc, char **argv)
{
	if (!agents_begin(argc, argv))
		return 7;
	prove(allow_the_least(), "the kernel is told to allow the least");
	prove(agents_plan(counted, true), "there is a plan with counters");
	refused_by_filter();
	refused_by_module();
	not_refused();
	refused_by_kernel();
	return agents_finish();
}
