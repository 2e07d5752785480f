// SPDX-License-Identifier: GPL-2.0-or-later
/* Every way a boot can end has its own status, and the cause goes before the symptom. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "common/exit_status.h"
#include "lab/guest_init.h"
#include "lab/vm_machine.h"
#include "lab/vm_outcome.h"

#define END(end) (((end) << 1) | 1)
#define STAMP "[    1.000001] "
#define STARTED STAMP GUEST_MARK_AGENT "\n"
#define ENDED STARTED STAMP GUEST_MARK_ENDED "with status 0\n"
#define OOPS STAMP "BUG: kernel NULL pointer dereference, address: 0\n"
#define LOCKUP STAMP "watchdog: BUG: soft lockup - CPU#0 stuck for 22s!\n"
#define PANIC STAMP "Kernel panic - not syncing: Fatal exception\n"

static const struct {
	const char *console;
	struct vm_evidence evidence;
	int status;
	const char *says;	/* a part of the text */
} ends[] = {
	/* A whole run, however the machine then went. */
	{ ENDED, { .ended = true, .qemu_status = END(VM_END_AGENT) }, STATUS_OK, "complete" },
	{ STARTED, { .ended = true, .qemu_status = 0 }, STATUS_OK, "complete" },
	{ STARTED, { .ended = true, .qemu_status = -1, .limit = VM_LIMIT_QUIET }, STATUS_OK, "complete" },
	/* The end record tells the agent's status; the lab does not. */
	{ ENDED, { .ended = true, .qemu_status = END(VM_END_AGENT + STATUS_AGENT) }, STATUS_OK, "complete" },
	/* QEMU's exit status 0 alone is never success. */
	{ STARTED, { .qemu_status = 0 }, STATUS_CUT_STREAM, "went away" },
	{ "", { .qemu_status = 0 }, STATUS_NO_BOOT, "before the agent started" },
	{ ENDED, { .qemu_status = END(VM_END_AGENT) }, STATUS_CUT_STREAM, "status 0" },
	{ ENDED, { .qemu_status = END(VM_END_SIGNAL) }, STATUS_CUT_STREAM, "before its end record" },
	{ ENDED, { .qemu_status = END(VM_END_ODD) }, STATUS_CUT_STREAM, "before its end record" },
	{ ENDED, { .qemu_status = END(VM_END_AGENT + STATUS_AGENT) }, STATUS_AGENT, "status 31" },
	{ ENDED, { .qemu_status = END(VM_END_AGENT + STATUS_MODULE) }, STATUS_MODULE, "status 27" },
	{ ENDED, { .qemu_status = END(VM_END_AGENT + 1) }, STATUS_AGENT, "status 1" },
	{ ENDED, { .qemu_status = END(VM_END_AGENT + 77) }, STATUS_AGENT, "status 77" },
	/* Before the agent. */
	{ STAMP "hmmbench-init: no second serial port\n", { .qemu_status = END(VM_END_INIT) },
	  STATUS_NO_BOOT, "no second serial port" },
	{ STAMP "hmmbench-init: the module does not load: invalid module format\n",
	  { .qemu_status = END(VM_END_MODULE) }, STATUS_MODULE, "invalid module format" },
	{ STAMP "Booting paravirtualized kernel\n", { .qemu_status = -1, .limit = VM_LIMIT_QUIET, .limit_s = 60 },
	  STATUS_NO_BOOT, "within 60 s" },
	{ "", { .qemu_status = -1, .limit = VM_LIMIT_TOTAL, .limit_s = 1200 }, STATUS_NO_BOOT, "1200 s" },
	{ PANIC, { .qemu_status = 0 }, STATUS_PANIC, "before the agent started" },
	/* Limits. */
	{ STARTED, { .qemu_status = -1, .limit = VM_LIMIT_QUIET, .limit_s = 600 }, STATUS_HANG, "600 s" },
	{ STARTED, { .qemu_status = -1, .limit = VM_LIMIT_TOTAL, .limit_s = 1200 }, STATUS_TIMEOUT, "1200 s" },
	{ "", { .first_byte = true, .qemu_status = -1, .limit = VM_LIMIT_QUIET, .limit_s = 9 }, STATUS_HANG, "9 s" },
	/* What the console says explains all the others. */
	{ STARTED OOPS, { .ended = true, .qemu_status = END(VM_END_AGENT) }, STATUS_WOUNDED, "no verdict" },
	{ STARTED OOPS, { .qemu_status = END(VM_END_SIGNAL) }, STATUS_WOUNDED, "NULL pointer" },
	{ STARTED OOPS, { .qemu_status = -1, .limit = VM_LIMIT_STUCK, .limit_s = 60 }, STATUS_WOUNDED, "NULL pointer" },
	{ STARTED LOCKUP, { .qemu_status = -1, .limit = VM_LIMIT_STUCK, .limit_s = 60 }, STATUS_LOCKUP, "soft lockup" },
	{ STARTED LOCKUP, { .ended = true, .qemu_status = END(VM_END_AGENT) }, STATUS_LOCKUP, "no verdict" },
	{ STARTED PANIC, { .qemu_status = 0 }, STATUS_PANIC, "Fatal exception" },
	{ STARTED OOPS PANIC, { .qemu_status = 0 }, STATUS_PANIC, "NULL pointer" },
	{ STARTED OOPS PANIC, { .qemu_status = 0 }, STATUS_PANIC, "Fatal exception" },
	{ STARTED PANIC, { .ended = true, .qemu_status = 0 }, STATUS_PANIC, "no verdict" },
	/* A scan that could not run is a failure. */
	{ ENDED, { .ended = true, .qemu_status = END(VM_END_AGENT), .console_error = "Input/output error" },
	  STATUS_FAILED, "Input/output error" },
	/* So is a console that lacks the end: its disk was full, or it was told to be quiet. */
	{ STARTED, { .ended = true, .qemu_status = END(VM_END_AGENT) }, STATUS_FAILED, "/init said" },
	{ "", { .ended = true, .first_byte = true, .qemu_status = END(VM_END_SIGNAL) }, STATUS_FAILED, "/init said" },
	{ STARTED OOPS, { .ended = true, .qemu_status = END(VM_END_AGENT) }, STATUS_WOUNDED, "NULL" },
	/* QEMU itself. */
	{ "", { .qemu_status = 1, .qemu_error = "qemu: no such machine" }, STATUS_FAILED, "no such machine" },
	{ STARTED, { .qemu_status = 256 + 9, .qemu_error = "" }, STATUS_FAILED, "signal 9" },
	{ STARTED, { .ended = true, .qemu_status = 256 + 11, .qemu_error = "" }, STATUS_FAILED, "signal 11" },
	/* A user's Ctrl-C is nobody's fault. */
	{ STARTED OOPS, { .interrupted = true, .qemu_status = -1 }, STATUS_INTERRUPTED, "interrupted" },
};

static void test_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct vm_evidence evidence = ends[i].evidence;
		struct lab_result result = { .status = -1 };
		struct console_scanner console;

		assert_int_equal(console_scanner_init(&console, NULL), 0);
		console_scanner_push(&console, ends[i].console, strlen(ends[i].console));
		console_scanner_finish(&console);
		evidence.console = &console;
		evidence.console_path = "/run/console.log";
		evidence.release = "6.1.0-amd64";
		if (!evidence.qemu_error)
			evidence.qemu_error = "";
		vm_outcome(&evidence, &result);
		if (result.status != ends[i].status || !strstr(result.text, ends[i].says))
			fail_msg("end %zu: status %d, wanted %d: \"%s\" should say \"%s\"", i,
				 result.status, ends[i].status, result.text, ends[i].says);
		/* Whatever failed, the text says where more of it stands. */
		if (result.status != STATUS_OK && result.status != STATUS_INTERRUPTED &&
		    evidence.qemu_status != 1 && !evidence.console_error)
			assert_non_null(strstr(result.text, "/run/console.log"));
		console_scanner_free(&console);
	}
}

/* No two kinds of end share a status by accident: each status above is met. */
static void test_all_statuses(void **state)
{
	static const int wanted[] = {
		STATUS_OK, STATUS_NO_BOOT, STATUS_PANIC, STATUS_WOUNDED, STATUS_LOCKUP, STATUS_HANG,
		STATUS_TIMEOUT, STATUS_CUT_STREAM, STATUS_MODULE, STATUS_AGENT, STATUS_FAILED,
		STATUS_INTERRUPTED,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		size_t met = 0;

		for (size_t j = 0; j < sizeof(ends) / sizeof(ends[0]); j++)
			met += ends[j].status == wanted[i];
		assert_true(met > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_all_statuses),
	};

	return cmocka_run_group_tests_name("vm_outcome", tests, NULL, NULL);
}
