// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The agent and its processes are killed at random moments, again and again, while they
 * measure every workload. This program takes the agent's place in a guest, starts the real
 * agent in children of its own, and prints TAP into the guest's stream. Whatever is killed
 * and when, nothing of it may be left in the module, and the stream must be whole as far as
 * it goes. The moments and the victims come from one seed, which is printed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agents.h"
#include "common/paths.h"
#include "common/random.h"

#define MODULE	 "/hmmbench/hmmbench.ko"
#define DEBUGFS	 "/sys/kernel/debug"
#define SEED	 20190131
#define TRIALS	 48
#define ENOUGH_S 45  /* of a slow guest: fewer trials then, and no failure for it */
#define VICTIMS_MAX 256

/* Every workload, strategy and profile; it does not end by itself. */
static const char endless[] =
	"[plan]\nname = killer\nstrategies = write, read, srcu, getput\nquartets = 400\n"
	"operations = 4\nwarmup = 0%\n"
	"[cells exit]\nworkload = exit\nprofile = empty, schedule-unregister, writeback\n"
	"mirrors = 2000\nmemory = 256K\n"
	"[cells drain]\nworkload = exit\nprofile = drain-workqueue\nmirrors = 256\n"
	"memory = 256K\n"
	"[cells unregister]\nworkload = unregister\nmirrors = 2000\nthreads = 2\nmemory = 256K\n"
	"[cells contend]\nworkload = contend\nprofile = delay:2000\nmirrors = 256\nmemory = 256K\n"
	"[cells bystander]\nworkload = bystander\nprofile = delay:2000\nmirrors = 256\n"
	"memory = 256K\n"
	"[cells storm]\nworkload = storm\nmirrors = 256\nprocesses = 4\nmemory = 256K\n"
	"[cells race]\nworkload = race\nprofile = delay:2000\nmirrors = 256\nmemory = 256K\n";

/* A run that ends at once. */
static const char small[] =
	"[plan]\nname = small\nstrategies = write, read\nquartets = 1\noperations = 1\n"
	"warmup = 0%\n"
	"[cells exit]\nworkload = exit\nmirrors = 64\nmemory = 256K\n"
	"[cells unregister]\nworkload = unregister\nmirrors = 64\nmemory = 256K\n";

/* ---- the agent and its processes ---- */

/* The parent of a process, or 0 where it is gone. */
static pid_t parent_of(const char *pid)
{
	char path[64], line[512], *behind;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* PID (NAME) STATE PARENT */
	if (fgets(line, sizeof(line), file) && (behind = strrchr(line, ')')))
		sscanf(behind, ") %*c %d", &parent);
	fclose(file);
	return parent;
}

/* Processes that `pid` started; what these started in turn is none of this agent's. */
static size_t children_of(pid_t pid, pid_t *children)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	size_t count = 0;

	while (folder && (entry = readdir(folder)) && count < VICTIMS_MAX)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    parent_of(entry->d_name) == pid)
			children[count++] = atoi(entry->d_name);
	if (folder)
		closedir(folder);
	return count;
}

/* Until it measures: it has started a process. */
static bool agent_measures(pid_t agent)
{
	pid_t children[VICTIMS_MAX];

	for (double end = seconds() + LIMIT_S; seconds() < end; sleep_ms(1))
		if (children_of(agent, children))
			return true;
	return false;
}

static bool kill_a_child(pid_t agent, uint64_t *random)
{
	pid_t children[VICTIMS_MAX];
	size_t count = children_of(agent, children);

	/* It may have ended in between; then it was not killed. */
	return count && !kill(children[splitmix64(random) % count], SIGKILL);
}

/* ---- what is left ---- */

/* The same for who has no session. */
static bool debugfs_says_so(void)
{
	char *text = NULL;
	size_t bytes;
	bool good;

	if (mount("none", DEBUGFS, "debugfs", 0, NULL) && errno != EBUSY)
		return false;
	good = !path_read_file(DEBUGFS "/hmmbench/live", 4096, &text, &bytes, NULL) &&
	       !strcmp(text, "sessions 0\nbindings 0\nmirrors 0\n");
	if (!good)
		fprintf(tap, "# debugfs: %s\n", text ? text : strerror(errno));
	free(text);
	return good;
}

/* ---- trials ---- */

enum victim { VICTIM_AGENT, VICTIM_CHILDREN, VICTIM_BOTH, VICTIMS };

struct sum {
	unsigned int trials, blocks, told, killed_children;
	bool went_wrong;     /* the agent did not start, or something of it did not end */
	bool left, broken;   /* something alive in the module; a stream that is no stream */
	bool agent_gave_way; /* an agent whose child was killed ended other than by itself */
};

static void strike(pid_t agent, enum victim victim, uint64_t *random, struct sum *sum)
{
	sleep_ms((long)(splitmix64(random) % 150));
	if (victim != VICTIM_AGENT)
		for (uint64_t i = 0; i <= splitmix64(random) % 3; i++) {
			sum->killed_children += kill_a_child(agent, random);
			sleep_ms(victim == VICTIM_BOTH ? 0 : (long)(splitmix64(random) % 40));
		}
	kill(agent, victim == VICTIM_CHILDREN ? SIGTERM : SIGKILL);
}

static void try_once(uint64_t *random, struct sum *sum)
{
	const enum victim victim = (enum victim)(splitmix64(random) % VICTIMS);
	const pid_t agent = agent_start(NULL);
	struct came came;
	int status = 0;

	sum->trials++;
	if (agent < 0 || !agent_measures(agent)) {
		sum->went_wrong = true;
		kill(agent, SIGKILL);
	} else {
		strike(agent, victim, random, sum);
	}
	if (!wait_for_all(agent, &status))
		sum->went_wrong = true;
	came = read_stream();
	sum->blocks += came.blocks;
	sum->told += came.told;
	sum->broken |= came.broken;
	if (victim == VICTIM_CHILDREN && !(WIFEXITED(status) && came.ended)) {
		fprintf(tap, "# trial %u: status %#x, stream %s\n", sum->trials, status,
			came.ended ? "whole" : "cut");
		sum->agent_gave_way = true;
	}
	if (!nothing_is_left())
		sum->left = true;
}

/* In a slow guest fewer trials will do, but not before one showed what the last test is about. */
static bool enough(const struct sum *sum, double end)
{
	return sum->trials == TRIALS || (seconds() >= end && (sum->told || !sum->killed_children));
}

static void kill_at_random(void)
{
	uint64_t random = SEED;
	struct sum sum = { 0 };
	double end = seconds() + ENOUGH_S;

	fprintf(tap, "# seed %d\n", SEED);
	if (!agents_plan(endless, false)) {
		prove(false, "there is a plan");
		return;
	}
	while (!enough(&sum, end) && !sum.went_wrong && !sum.left) {
		try_once(&random, &sum);
		if (sum.trials % 8 == 0)
			fprintf(tap, "# %u trials, %u processes killed beside the agents, %u blocks\n",
				sum.trials, sum.killed_children, sum.blocks);
		fflush(tap);
	}
	prove(!sum.went_wrong, "agents and their processes, killed at any moment, all end");
	prove(!sum.left, "nothing of them is left in the module");
	prove(debugfs_says_so(), "which debugfs says as well");
	prove(!sum.broken, "what an agent had written until then is a whole stream");
	prove(!sum.agent_gave_way,
	      "an agent whose process is killed goes on, and ends its stream when asked to");
	prove(sum.told > 0 || !sum.killed_children,
	      "what a killed process has not measured is told as lost");
}

static void module_comes_back(void)
{
	const int fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	struct came came;
	int status = -1;
	pid_t agent;

	prove(!syscall(SYS_delete_module, "hmmbench", O_NONBLOCK), "the module unloads");
	prove(fd >= 0 && !syscall(SYS_finit_module, fd, "", 0), "and loads again");
	close(fd);
	agents_plan(small, false);
	agent = agent_start(NULL);
	wait_for_all(agent, &status);
	came = read_stream();
	prove(WIFEXITED(status) && !WEXITSTATUS(status) && came.ended && came.blocks == 8,
	      "and a run then is whole");
}

int main(int argc, char **argv)
{
	if (!agents_begin(argc, argv))
		return 7;
	kill_at_random();
	module_comes_back();
	return agents_finish();
}
