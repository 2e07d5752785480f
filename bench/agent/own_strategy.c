// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/own_strategy.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/session.h"

/* What the process does; its exit status. */
static int exit_with_mirror(const struct session *session)
{
	uint32_t on_node;
	int result = session_register(session, 1, HMMBENCH_NODE_ANY, 0, &on_node);

	return result ? -result : 0;
}

static int let_one_exit(const struct session *session, struct error *error)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(exit_with_mirror(session));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return error_set_errno(error, errno, "starting a process with one mirror");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return error_set_errno(error, WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD,
				       "registering one hmm_mirror of the kernel's");
	return 0;
}

int own_strategy_learn(const char *device, struct hmmbench_info *info, struct error *error)
{
	const struct session_options options = {
		.device = device,
		.core = HMMBENCH_CORE_INTREE,
		.strategy = HMMBENCH_STRATEGY_KERNEL,
		.profile = HMMBENCH_PROFILE_EMPTY,
		.flags = HMMBENCH_SETUP_UNRECORDED,
	};
	struct session *session;
	struct hmmbench_info now;
	int result;

	if (!(info->cores & 1u << HMMBENCH_CORE_INTREE) ||
	    info->intree_strategy != HMMBENCH_STRATEGY_UNKNOWN)
		return 0;
	result = session_open(&options, &session, error);
	if (result)
		return result;
	result = let_one_exit(session, error);
	if (!result)
		result = session_reap(session, error);
	if (!result)
		result = session_live(session, &now, error);
	if (!result)
		info->intree_strategy = now.intree_strategy;
	session_close(session);
	return result;
}

uint32_t own_strategy_of(const struct hmmbench_info *info, uint32_t core, uint32_t strategy)
{
	return core == HMMBENCH_CORE_INTREE ? info->intree_strategy : strategy;
}
