// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/interrupt.h"

#include <stddef.h>

#include "common/exit_status.h"
#include "common/spawn.h"

volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

void interrupt_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	spawn_stop_by(&interrupted);
}

int interrupt_status(int result, struct error *error)
{
	if (interrupted && result < 0 && error->exit_status != STATUS_LEAVES)
		error->exit_status = STATUS_INTERRUPTED;
	return result;
}
