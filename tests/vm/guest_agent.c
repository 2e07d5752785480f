// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands in for the agent where a test wants the guest to end badly: does in the guest
 * what its plan says, {"guest": "MODE"}. Its stream is lines of text; "end" is the last.
 * Modes that need the kernel's help write to the test's module, tests/vm/wound/.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

static int stream;

static void say(const char *text)
{
	const size_t bytes = strlen(text);

	if (write(stream, text, bytes) != (ssize_t)bytes)
		exit(31);
}

/* Writes a word to a file of the kernel; a file that is missing ends the guest's test. */
static void tell(const char *path, const char *word)
{
	const int fd = open(path, O_WRONLY);

	if (fd < 0 || (write(fd, word, strlen(word)) < 0 && errno != EINTR)) {
		fprintf(stderr, "%s: %s: %s\n", path, word, strerror(errno));
		exit(9);
	}
	close(fd);
}

static void wound(const char *how)
{
	tell("/dev/hmmbench", how);
}

static void whole(void)
{
}

/* More than the pipes and buffers between guest and host hold. */
static void much(void)
{
	char line[64];

	for (int i = 0; i < 20000; i++) {
		snprintf(line, sizeof(line), "line %06d of what an agent says\n", i);
		say(line);
	}
}

static void do_panic(void)
{
	tell("/proc/sysrq-trigger", "c");
}

static void warn(void)
{
	wound("warn");
}

static void oops(void)
{
	wound("oops");
}

static void bug(void)
{
	wound("bug");
}

static void soft_lockup(void)
{
	tell("/proc/sys/kernel/watchdog_thresh", "1");
	wound("spin");
}

static void rcu_stall(void)
{
	tell("/proc/sys/kernel/soft_watchdog", "0");
	tell("/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout", "3");
	wound("spin");
}

static void hung_task(void)
{
	tell("/proc/sys/kernel/hung_task_timeout_secs", "2");
	wound("sleep");
}

static void list_corruption(void)
{
	wound("list");
}

static void lockdep(void)
{
	wound("lock");
}

static void use_after_free(void)
{
	wound("free");
}

static void silent(void)
{
	for (;;)
		pause();
}

static void chatty(void)
{
	for (;;) {
		say("still here\n");
		sleep(1);
	}
}

static void cut(void)
{
	exit(0);
}

static void killed(void)
{
	raise(SIGKILL);
}

static void status(void)
{
	exit(31);
}

static void power_off(void)
{
	reboot(RB_POWER_OFF);
}

static const struct {
	const char *name;
	void (*run)(void);
} modes[] = {
	{ "whole", whole },
	{ "much", much },
	{ "panic", do_panic },
	{ "warn", warn },
	{ "oops", oops },
	{ "bug", bug },
	{ "list", list_corruption },
	{ "lockdep", lockdep },
	{ "use after free", use_after_free },
	{ "soft lockup", soft_lockup },
	{ "RCU stall", rcu_stall },
	{ "hung task", hung_task },
	{ "silent", silent },
	{ "chatty", chatty },
	{ "cut", cut },
	{ "killed", killed },
	{ "status", status },
	{ "power off", power_off },
};

static void run(const char *plan)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "\"%s\"", modes[i].name);
		if (strstr(plan, wanted)) {
			modes[i].run();
			return;
		}
	}
	fprintf(stderr, "guest_agent: no mode of mine: %s\n", plan);
	exit(8);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "plan", required_argument, NULL, 'p' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	char plan[4096] = "";
	FILE *file = NULL;
	int option;

	stream = -1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'p')
			file = fopen(optarg, "r");
		else if (option == 'o')
			stream = optarg[0] >= '0' && optarg[0] <= '9' ? atoi(optarg) :
									open(optarg, O_WRONLY);
	}
	if (!file || !fgets(plan, sizeof(plan), file) || stream < 0)
		return 7;
	fclose(file);
	say("begin\n");
	run(plan);
	say("end\n");
	return 0;
}
