// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/vm_outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/exit_status.h"
#include "lab/vm_machine.h"

#define DECIDED 1

static int decide(struct lab_result *result, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int decide(struct lab_result *result, int status, const char *format, ...)
{
	va_list args;

	result->status = status;
	va_start(args, format);
	vsnprintf(result->text, sizeof(result->text), format, args);
	va_end(args);
	return DECIDED;
}

static bool started(const struct vm_evidence *evidence)
{
	return evidence->first_byte || evidence->console->agent_started;
}

/* The end that /init gave the machine, or -1 for any other. */
static int init_end(const struct vm_evidence *evidence)
{
	const int status = evidence->qemu_status;

	if (status < 0 || status > 255 || !(status & 1) || status >> 1 < VM_END_INIT)
		return -1;
	return status >> 1;
}

static int by_console(const struct vm_evidence *evidence, struct lab_result *result)
{
	const struct console_scanner *console = evidence->console;
	const struct console_finding *first = &console->first;
	const int status = console_status(console);

	if (evidence->console_error)
		return decide(result, STATUS_FAILED,
			      "the console cannot be looked at, so that a fault of the kernel "
			      "would not be seen: %s", evidence->console_error);
	if (init_end(evidence) == VM_END_MODULE)
		return decide(result, STATUS_MODULE, "%s: %.300s; see %s", evidence->release,
			      console->said, evidence->console_path);
	if (!status && init_end(evidence) >= VM_END_SIGNAL && !console->agent_ended)
		return decide(result, STATUS_FAILED,
			      "%s does not have what /init said at the end, so that a fault of the "
			      "kernel would not be seen either (is its disk full, or does "
			      "HMMBENCH_VM_APPEND lower the loglevel?)", evidence->console_path);
	if (!status)
		return 0;
	if (status == STATUS_PANIC && first->pattern != console->panic.pattern)
		return decide(result, status, "%.180s; then %.120s; see %s", first->line,
			      console->panic.line, evidence->console_path);
	return decide(result, status, "%.160s (%s)%s%s; see %s, line %llu", first->line,
		      first->pattern->why, started(evidence) ? "" : ", before the agent started",
		      evidence->ended ? "; the numbers are kept and give no verdict" : "",
		      evidence->console_path, (unsigned long long)first->line_number);
}

static int by_limit(const struct vm_evidence *evidence, struct lab_result *result)
{
	if (evidence->limit == VM_LIMIT_NONE || evidence->ended)
		return 0;
	if (!started(evidence))
		return decide(result, STATUS_NO_BOOT,
			      "%s: the agent was not reached within %u s%s%s; see %s",
			      evidence->release, evidence->limit_s,
			      evidence->console->said[0] ? "; last said: " : "",
			      evidence->console->said, evidence->console_path);
	if (evidence->limit == VM_LIMIT_TOTAL)
		return decide(result, STATUS_TIMEOUT,
			      "not done within %u s, the total limit; what was measured is kept; "
			      "raise total-limit in [vm] or measure less; console in %s",
			      evidence->limit_s, evidence->console_path);
	return decide(result, STATUS_HANG,
		      "nothing came from the guest for %u s, the quiet limit; console in %s",
		      evidence->limit_s, evidence->console_path);
}

static int by_init(const struct vm_evidence *evidence, struct lab_result *result)
{
	const int end = init_end(evidence);

	if (end < 0 || evidence->ended)
		return 0;
	if (end == VM_END_INIT)
		return decide(result, STATUS_NO_BOOT, "%s: /init: %.200s; see %s",
			      evidence->release,
			      evidence->console->said[0] ? evidence->console->said :
							   "cannot mount /dev",
			      evidence->console_path);
	if (end >= VM_END_AGENT) {
		const int status = end - VM_END_AGENT;
		const bool known = strcmp(exit_status_text(status), "unknown end") != 0 &&
				   status > STATUS_NOT_COMPARABLE;

		return decide(result, !status ? STATUS_CUT_STREAM : known ? status : STATUS_AGENT,
			      "the agent ended with status %d (%s) and without its end record; "
			      "console in %s", status, exit_status_text(status),
			      evidence->console_path);
	}
	return decide(result, STATUS_CUT_STREAM, "%.200s before its end record; console in %s",
		      evidence->console->said[0] ? evidence->console->said : "the agent ended",
		      evidence->console_path);
}

static void by_qemu(const struct vm_evidence *evidence, struct lab_result *result)
{
	const int status = evidence->qemu_status;
	const char *colon = evidence->qemu_error[0] ? ": " : "";

	if (evidence->ended && (status <= 0 || init_end(evidence) >= 0))
		decide(result, STATUS_OK, "%s", exit_status_text(STATUS_OK));
	else if (status >= 256)
		decide(result, STATUS_FAILED, "QEMU was killed by signal %d%s%.200s; console in %s",
		       status - 256, colon, evidence->qemu_error, evidence->console_path);
	else if (status > 0)
		decide(result, STATUS_FAILED, "QEMU ended with status %d%s%.250s", status, colon,
		       evidence->qemu_error);
	else if (!started(evidence))
		decide(result, STATUS_NO_BOOT,
		       "%s: the guest reset or powered off before the agent started; see %s",
		       evidence->release, evidence->console_path);
	else
		decide(result, STATUS_CUT_STREAM,
		       "the guest went away without a word (power-off, reset or triple fault); "
		       "console in %s", evidence->console_path);
}

void vm_outcome(const struct vm_evidence *evidence, struct lab_result *result)
{
	if (evidence->interrupted) {
		decide(result, STATUS_INTERRUPTED, "%s", exit_status_text(STATUS_INTERRUPTED));
		return;
	}
	if (by_console(evidence, result) == DECIDED || by_limit(evidence, result) == DECIDED ||
	    by_init(evidence, result) == DECIDED)
		return;
	by_qemu(evidence, result);
}
