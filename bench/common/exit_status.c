// SPDX-License-Identifier: GPL-2.0-or-later
#include "exit_status.h"

#include <stddef.h>

static const struct {
	int status;
	const char *text;
} texts[] = {
	{ STATUS_OK, "complete" },
	{ STATUS_REGRESSION, "regression" },
	{ STATUS_INCONCLUSIVE, "inconclusive" },
	{ STATUS_NOT_COMPARABLE, "not comparable" },
	{ STATUS_USAGE, "usage or input error" },
	{ STATUS_FAILED, "measurement failed" },
	{ STATUS_NO_BOOT, "kernel did not boot" },
	{ STATUS_PANIC, "kernel panicked" },
	{ STATUS_WOUNDED, "kernel reported a fault" },
	{ STATUS_LOCKUP, "kernel locked up or stalled" },
	{ STATUS_HANG, "hung: nothing was heard for too long" },
	{ STATUS_TIMEOUT, "total time limit reached" },
	{ STATUS_CUT_STREAM, "stream ended without its end record" },
	{ STATUS_MODULE, "module does not build or load" },
	{ STATUS_MISSING_TOOL, "a program is missing" },
	{ STATUS_STORE, "store cannot be written" },
	{ STATUS_KERNEL, "kernel cannot be found or fetched" },
	{ STATUS_AGENT, "agent reported an error" },
	{ STATUS_BOOTS, "boots are missing" },
	{ STATUS_LEAVES, "the machine restarts, the campaign goes on then" },
	{ STATUS_INTERRUPTED, "interrupted" },
};

const char *exit_status_text(int status)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return "unknown end";
}
