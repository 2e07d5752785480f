// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of /dev/kmsg become the lines that a console shows, and are judged like them. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "lab/console.h"
#include "lab/kernel_log.h"

static void check_line(const char *record, const char *expected)
{
	char line[100];
	const size_t length = kernel_log_line(record, strlen(record), line, sizeof(line));

	assert_int_equal(length, strlen(expected));
	if (length)
		assert_string_equal(line, expected);
}

static void test_lines(void **state)
{
	(void)state;
	check_line("6,339,5140900,-;NET: Registered PF_INET6\n", "[    5.140900] NET: Registered PF_INET6\n");
	check_line("4,1,12345678901234,c;a;b\n SUBSYSTEM=pci\n DEVICE=+pci:0\n", "[12345678.901234] a;b\n");
	check_line("30,2,7,-,caller=T1;systemd: x", "[    0.000007] systemd: x\n");
	check_line("no record", "");
	check_line("6,339;no stamp\n", "");
	check_line("", "");
	/* A record longer than the room for it is cut and still ends its line. */
	check_line("6,1,1000000,-;123456789 123456789 123456789 123456789 123456789 123456789 "
		   "123456789 123456789 123456789\n",
		   "[    1.000000] 123456789 123456789 123456789 123456789 123456789 123456789 "
		   "123456789 123456789 123\n");
}

static void test_judged(void **state)
{
	static const char record[] = "4,339,5140900,-;WARNING: CPU: 3 PID: 7 at mm/a.c:1 f+0x1/0x2\n";
	struct console_scanner scanner;
	char line[200];
	size_t length;

	(void)state;
	assert_int_equal(console_scanner_init(&scanner, NULL), 0);
	length = kernel_log_line(record, strlen(record), line, sizeof(line));
	console_scanner_push(&scanner, line, length);
	assert_int_equal(console_status(&scanner), STATUS_WOUNDED);
	console_scanner_free(&scanner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_judged),
	};

	return cmocka_run_group_tests_name("kernel_log", tests, NULL, NULL);
}
