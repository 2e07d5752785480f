// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a console says is read right: on logs recorded in guests of three kernels, which
 * were really wounded (tests/vm/wound), and line by line.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/console.h"
#include "lab/guest_init.h"

#define LOG_BYTES_MAX (1 << 20)

static const char *const kernels[] = { "5.10", "6.1", "6.12" };

/* tests/fixtures/console/NAME-KERNEL.log */
static const struct {
	const char *name;
	int status;
	const char *pattern;	/* of the first line that matches */
	const char *line;	/* what it begins with */
} recorded[] = {
	{ "healthy", 0, NULL, NULL },
	{ "panic", STATUS_PANIC, "panic", "Kernel panic - not syncing: sysrq triggered crash" },
	{ "warn", STATUS_WOUNDED, "WARN", "WARNING: CPU: " },
	{ "oops", STATUS_WOUNDED, "BUG", "BUG: kernel NULL pointer dereference" },
	{ "bug", STATUS_WOUNDED, "BUG", "kernel BUG at " },
	{ "list", STATUS_WOUNDED, "corruption", "list_del corruption" },
	{ "soft-lockup", STATUS_LOCKUP, "soft lockup", "watchdog: BUG: soft lockup - CPU#" },
	{ "rcu-stall", STATUS_LOCKUP, "RCU stall", "rcu: INFO: rcu_" },
	{ "hung-task", STATUS_LOCKUP, "hung task", "INFO: task agent:" },
};

static void scan(struct console_scanner *scanner, const char *text, size_t bytes, size_t piece)
{
	struct error error = { 0 };

	assert_int_equal(console_scanner_init(scanner, &error), 0);
	for (size_t at = 0; at < bytes; at += piece)
		console_scanner_push(scanner, text + at, bytes - at < piece ? bytes - at : piece);
	console_scanner_finish(scanner);
	console_scanner_free(scanner);
}

static char *read_log(const char *name, const char *kernel, size_t *bytes)
{
	char *file = path_printf("console/%s-%s.log", name, kernel), *path = support_fixture(file);
	struct error error = { 0 };
	char *text;

	if (path_read_file(path, LOG_BYTES_MAX, &text, bytes, &error))
		fail_msg("%s", error.text);
	free(path);
	free(file);
	return text;
}

static void test_recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
		for (size_t j = 0; j < 3; j++) {
			struct console_scanner scanner;
			size_t bytes;
			char *text = read_log(recorded[i].name, kernels[j], &bytes);

			scan(&scanner, text, bytes, bytes);
			if (console_status(&scanner) != recorded[i].status)
				fail_msg("%s-%s: status %d: %s", recorded[i].name, kernels[j],
					 console_status(&scanner), scanner.first.line);
			assert_true(scanner.agent_started);
			if (recorded[i].pattern) {
				assert_string_equal(scanner.first.pattern->name,
						    recorded[i].pattern);
				assert_memory_equal(scanner.first.line, recorded[i].line,
						    strlen(recorded[i].line));
			}
			free(text);
		}
	}
}

/* One kernel built with lockdep and KASAN, and what only they see. */
static void test_recorded_debug_kernel(void **state)
{
	static const char *const names[] = { "lockdep", "kasan" };
	static const char *const patterns[] = { "lockdep", "KASAN" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct console_scanner scanner;
		size_t bytes;
		char *text = read_log(names[i], "6.1", &bytes);

		scan(&scanner, text, bytes, bytes);
		assert_int_equal(console_status(&scanner), STATUS_WOUNDED);
		assert_string_equal(scanner.first.pattern->name, patterns[i]);
		free(text);
	}
}

/* However the text comes in pieces, the same is found at the same line. */
static void test_pieces(void **state)
{
	static const size_t pieces[] = { 1, 7, 512, 100000 };
	struct console_scanner whole, scanner;
	size_t bytes;
	char *text = read_log("oops", "6.1", &bytes);

	(void)state;
	scan(&whole, text, bytes, bytes);
	for (size_t i = 0; i < 4; i++) {
		scan(&scanner, text, bytes, pieces[i]);
		assert_int_equal(scanner.lines, whole.lines);
		assert_int_equal(scanner.matches, whole.matches);
		assert_int_equal(scanner.first.line_number, whole.first.line_number);
		assert_string_equal(scanner.first.line, whole.first.line);
		assert_string_equal(scanner.said, whole.said);
	}
	free(text);
}

/* Formats of kernel sources 4.19 to 6.12 that no guest here was made to print. */
static const struct {
	const char *line;
	const char *pattern;
} lines[] = {
	{ "NMI watchdog: Watchdog detected hard LOCKUP on cpu 3", "hard lockup" },
	{ "watchdog: Watchdog detected hard LOCKUP on cpu 3", "hard lockup" },
	{ "BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 30s!",
	  "workqueue lockup" },
	{ "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", "RCU stall" },
	{ "rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 1-... } 5 jiffies s: 9",
	  "RCU stall" },
	{ "INFO: rcu_tasks detected stalls on tasks:", "RCU stall" },
	{ "rcu: rcu_preempt kthread starved for 5252 jiffies! g1 f0x0 RCU_GP_WAIT_FQS(5)",
	  "RCU starvation" },
	{ "rcu: rcu_preempt kthread timer wakeup didn't happen for 9 jiffies! g1 f0x0",
	  "RCU starvation" },
	{ "BUG: KFENCE: use-after-free read in test+0x1/0x2", "KFENCE" },
	{ "BUG: KCSAN: data-race in a / b", "KCSAN" },
	{ "BUG: KMSAN: uninit-value in a+0x1/0x2", "KMSAN" },
	{ "UBSAN: array-index-out-of-bounds in mm/a.c:1:2", "UBSAN" },
	{ "BUG: sleeping function called from invalid context at mm/a.c:1", "BUG" },
	{ "BUG: scheduling while atomic: agent/7/0x00000002", "BUG" },
	{ "BUG: Bad page state in process agent  pfn:00001", "BUG" },
	{ "general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP",
	  "oops" },
	{ "invalid opcode: 0000 [#1] SMP NOPTI", "oops" },
	{ "Oops: general protection fault, probably for non-canonical address 0x1: 0000 [#1] SMP",
	  "oops" },
	{ "Unable to handle kernel paging request at virtual address 0000000000000100", "oops" },
	{ "WARNING: mm/a.c:1 at f+0x1/0x2, CPU#0: agent/7", "WARN" },
	{ "WARNING: possible recursive locking detected", "lockdep" },
	{ "WARNING: inconsistent lock state", "lockdep" },
	{ "WARNING: bad unlock balance detected!", "lockdep" },
	{ "WARNING: suspicious RCU usage", "lockdep" },
	{ "WARNING: lock held when returning to user space!", "lockdep" },
	{ "WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected", "lockdep" },
	{ "WARNING: agent/7 still has locks held!", "lockdep" },
	{ "DEBUG_LOCKS_WARN_ON(1)", "lockdep" },
	{ "INFO: trying to register non-static key.", "lockdep" },
	{ "[ INFO: possible circular locking dependency detected ]", "lockdep" },
	{ "refcount_t: underflow; use-after-free.", "corruption" },
	{ "BUG kmalloc-64 (Tainted: G           OE     ): Poison overwritten", "slab" },
	{ "ODEBUG: free active (active state 0) object type: rcu_head hint: 0x0", "debug objects" },
	{ "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)", "leak" },
	{ "Out of memory: Killed process 7 (agent) total-vm:1kB", "out of memory" },
	{ "agent: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP)",
	  "allocation" },
	/* These three mean something while measuring only. */
	{ "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:",
	  "clock" },
	{ "tsc: Marking TSC unstable due to clocksource watchdog", "clock" },
	{ "clocksource: Switched to clocksource hpet", "clock" },
	{ "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)", "panic" },
};

static void scan_line(struct console_scanner *scanner, const char *before, const char *line)
{
	char *text = path_printf("[    0.000001] " GUEST_MARK_AGENT "\n%s%s\r\n", before, line);

	scan(scanner, text, strlen(text), strlen(text));
	free(text);
}

static void test_lines(void **state)
{
	struct console_scanner scanner;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		scan_line(&scanner, "[    1.234567] ", lines[i].line);
		if (!scanner.first.pattern ||
		    strcmp(scanner.first.pattern->name, lines[i].pattern))
			fail_msg("\"%s\" is taken for %s", lines[i].line,
				 scanner.first.pattern ? scanner.first.pattern->name : "nothing");
		assert_string_equal(scanner.first.line, lines[i].line);
		/* Said by a program, without the kernel's stamp, it means nothing. */
		scan_line(&scanner, "", lines[i].line);
		assert_null(scanner.first.pattern);
		/* Behind a program's unfinished line, and with CONFIG_PRINTK_CALLER. */
		scan_line(&scanner, "agent: 3 of 7[12345.000001][  T107] ", lines[i].line);
		assert_string_equal(scanner.first.pattern->name, lines[i].pattern);
	}
}

/* Every pattern is met by a recorded log or a line above: none is there for nothing. */
static void test_every_pattern_is_tested(void **state)
{
	(void)state;
	for (size_t i = 0; console_patterns[i].name; i++) {
		bool met = false;

		for (size_t j = 0; j < sizeof(recorded) / sizeof(recorded[0]); j++)
			met |= recorded[j].pattern &&
			       !strcmp(recorded[j].pattern, console_patterns[i].name);
		for (size_t j = 0; j < sizeof(lines) / sizeof(lines[0]); j++)
			met |= !strcmp(lines[j].pattern, console_patterns[i].name);
		if (!met && strcmp(console_patterns[i].name, "KASAN"))
			fail_msg("pattern %s", console_patterns[i].name);
		assert_true(console_patterns[i].status == STATUS_PANIC ||
			    console_patterns[i].status == STATUS_WOUNDED ||
			    console_patterns[i].status == STATUS_LOCKUP);
		assert_true(strlen(console_patterns[i].why) > 0);
	}
}

static void test_harmless_lines(void **state)
{
	static const char *const harmless[] = {
		"AMD-Vi: AMD IOMMUv2 functionality not available on this system - This is not a bug.",
		"Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on",
		"PCI: Using host bridge windows from ACPI; if necessary, use \"pci=nocrs\" and report a bug",
		"[Firmware Bug]: TSC ADJUST: CPU0: -1 force to 0",
		"clocksource: Switched to clocksource tsc-early",
		"clocksource: Switched to clocksource kvm-clock",
		"hmmbench: loading out-of-tree module taints kernel.",
		"agent[107]: segfault at 0 ip 0000 sp 0000 error 4 in agent[1000+1000]",
		"traps: agent[107] general protection fault ip:1 sp:2 error:0 in agent[1000+1000]",
		"rcu: Hierarchical SRCU implementation.",
		"SLUB: HWalign=64, Order=0-3, MinObjects=0, CPUs=2, Nodes=2",
		"watchdog: Disabling watchdog on nohz_full cores by default",
		"NMI watchdog: Perf NMI watchdog permanently disabled",
	};
	struct console_scanner scanner;

	(void)state;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		scan_line(&scanner, "[    1.234567] ", harmless[i]);
		if (scanner.first.pattern)
			fail_msg("\"%s\" is taken for %s", harmless[i], scanner.first.pattern->name);
	}
}

/* At boot the kernel looks for a clock to use; while measuring it must not change. */
static void test_clock_before_and_after(void **state)
{
	static const char text[] =
		"[    1.000001] tsc: Marking TSC unstable due to TSCs unsynchronized\n"
		"[    1.000002] clocksource: Switched to clocksource hpet\n"
		"[    1.000003] " GUEST_MARK_AGENT "\n"
		"[    1.000004] tsc: Marking TSC unstable due to clocksource watchdog\n";
	struct console_scanner scanner;

	(void)state;
	scan(&scanner, text, sizeof(text) - 1, 9);
	assert_int_equal(scanner.matches, 1);
	assert_int_equal(scanner.first.line_number, 4);
}

static void test_exceptions(void **state)
{
	struct console_scanner scanner;

	(void)state;
	scan_line(&scanner, "[    1.234567] ", "BUG: MAX_LOCKDEP_ENTRIES too low!");
	assert_null(scanner.first.pattern);
	scan_line(&scanner, "[    1.234567] ", "BUG: MAX_ANYTHING too low!");
	assert_non_null(scanner.first.pattern);
	for (size_t i = 0; console_exceptions[i].regex; i++)
		assert_true(strlen(console_exceptions[i].why) > 0);
}

/* The panic is the end, what came first is the cause: both are kept. */
static void test_cause_and_end(void **state)
{
	static const char text[] =
		"[    1.000001] BUG: KASAN: use-after-free in f+0x1/0x2\n"
		"[    1.000002] WARNING: CPU: 0 PID: 7 at mm/a.c:1 f+0x1/0x2\n"
		"[    1.000003] Kernel panic - not syncing: Fatal exception\n";
	struct console_scanner scanner;

	(void)state;
	scan(&scanner, text, sizeof(text) - 1, 5);
	assert_int_equal(console_status(&scanner), STATUS_PANIC);
	assert_string_equal(scanner.first.pattern->name, "KASAN");
	assert_int_equal(scanner.first.line_number, 1);
	assert_int_equal(scanner.panic.line_number, 3);
	assert_int_equal(scanner.matches, 3);
}

static void test_marks_of_init(void **state)
{
	static const char text[] =
		"[    1.000001] " GUEST_MARK_AGENT "\r\n"
		"[    1.000002] hmmbench-init: the agent ended with status 31\r\n";
	struct console_scanner scanner;

	(void)state;
	scan(&scanner, text, sizeof(text) - 1, 100);
	assert_true(scanner.agent_started);
	assert_true(scanner.agent_ended);
	assert_string_equal(scanner.said, "the agent ended with status 31");
	scan(&scanner, GUEST_MARK_AGENT "\n", sizeof(GUEST_MARK_AGENT), 100);
	assert_false(scanner.agent_started);	/* a program's line: no stamp */
}

/* A line longer than any buffer is cut, not believed to be two. */
static void test_long_lines(void **state)
{
	const size_t bytes = 100000;
	char *text = malloc(bytes);
	struct console_scanner scanner;

	(void)state;
	memset(text, 'x', bytes);
	memcpy(text, "[    1.000001] ", 15);
	memcpy(text + 50000, "[    1.000001] BUG: f", 21);
	text[bytes - 1] = '\n';
	scan(&scanner, text, bytes, 1000);
	assert_int_equal(scanner.lines, 1);
	assert_null(scanner.first.pattern);
	memcpy(text + 15, "BUG: ", 5);
	scan(&scanner, text, bytes, 1000);
	assert_int_equal(scanner.matches, 1);
	assert_int_equal(strlen(scanner.first.line), CONSOLE_LINE_BYTES - 1);
	free(text);
}

static void check_tail(const char *text, unsigned int count, size_t bytes, const char *expected)
{
	char *tail = console_tail(text, strlen(text), count, bytes);

	assert_string_equal(tail, expected);
	free(tail);
}

static void test_tail(void **state)
{
	(void)state;
	check_tail("a\nb\nc\n", 2, 100, "b\nc");
	check_tail("a\r\nb\r\nc\r\n\r\n", 2, 100, "b\nc");
	check_tail("a\nb", 5, 100, "a\nb");
	check_tail("", 5, 100, "");
	check_tail("\n\n", 5, 100, "");
	check_tail("a\nbcdefg\n", 5, 3, "efg");
	/* Nothing that a terminal would obey: colours, a title, a bell, bytes above ASCII. */
	check_tail("a\x1b[1;31mb\x1b[0m\a\tc\xff" "d\x1b", 5, 100, "ab\tcd");
}

/* Any bytes at all: no crash, and every newline counted. */
static void test_any_bytes(void **state)
{
	unsigned char data[4096];
	uint64_t random = 11;

	(void)state;
	for (uint64_t round = support_count("HMMBENCH_FUZZ_ROUNDS", 300); round; round--) {
		struct console_scanner scanner;
		size_t newlines = 0;
		char *tail;

		support_fill(&random, data, sizeof(data));
		for (size_t i = 0; i < sizeof(data); i++)
			newlines += data[i] == '\n';
		scan(&scanner, (char *)data, sizeof(data), 1 + support_below(&random, 600));
		assert_true(scanner.lines == newlines || scanner.lines == newlines + 1);
		tail = console_tail((char *)data, sizeof(data), 3, 500);
		for (const char *byte = tail; *byte; byte++)
			assert_true(*byte == '\n' || *byte == '\t' ||
				    (*byte >= ' ' && *byte < 0x7f));
		free(tail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_recorded_debug_kernel),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_every_pattern_is_tested),
		cmocka_unit_test(test_harmless_lines),
		cmocka_unit_test(test_clock_before_and_after),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_cause_and_end),
		cmocka_unit_test(test_marks_of_init),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
