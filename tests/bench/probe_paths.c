// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What recording adds to the path of one operation of the workloads that need several CPUs:
 * contend, bystander, storm, race. Takes the agent's place in a guest on the virtual clock,
 * which has one CPU, and makes the calls of one operation one after the other: the exit, then
 * what meets it in the workload. So every instruction of the operation is there, of the
 * recording too, but no wait: neither those for locks and for the walk's begin, nor for grace
 * periods. What is added is held against the least that an operation takes.
 *
 * An operation is counted by the time on the CPU of the tasks that do it, which the kernel
 * keeps in nanoseconds, here instructions: of a process from its last user instruction to its
 * last in the kernel, of those who call the whole of their calls. Every operation is made
 * recorded and unrecorded in the order ABBA.
 *
 * Prints, each on a line of its own, "end" being the last:
 *	path WORKLOAD PROFILE STRATEGY MIRRORS UNRECORDED RECORDED RECORDS
 *		medians of the instructions of an operation, and the records that one gave
 *	hold CALL STRATEGY MIRRORS INSNS
 *		median of the instructions from the first with mirrors_sem held to its release, of
 *		recorded calls that wait for nobody
 *	counter 0|1	do operations read the counter behind the clock: hmmbench_setup.counter
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../vm/device.h"

enum {
	MIRRORS = 1024,
	MEMORY_BYTES = 256 << 10, /* of the process that exits, as the configurations have it */
	PROCESSES_MAX = 4,
	ROUNDS = 4,		/* of ABBA */
	SAMPLES = 2 * ROUNDS,	/* of each kind */
	RING_RECORDS = 2048,
	RACE_CALLS = 32,	/* the next two: workload_race.c */
	RACE_MIRRORS = 8,
};

enum { OFF, ON, SIDES };

/* One workload: what its recorded sessions are set up with, and what meets the exits. */
struct workload {
	const char *name, *profile_name;
	uint32_t flags, profile;
	uint64_t profile_ns;
	uint32_t processes;
	void (*meet)(struct device *device, uint64_t operation);
};

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	const int errnum = errno;
	va_list args;

	va_start(args, format);
	fprintf(stderr, "probe_paths: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, ": %s\n", strerror(errnum));
	va_end(args);
	exit(EXIT_FAILURE);
}

/* ---- what meets an exit, as the workload's own file has it ---- */

static void unregister(struct device *device, uint64_t operation, uint32_t first, uint32_t count)
{
	struct hmmbench_unregister argument = {
		.flags = HMMBENCH_UNREGISTER_FOREIGN | HMMBENCH_UNREGISTER_AT_WALK |
			 HMMBENCH_UNREGISTER_DESCENDING,
		.operation = operation,
		.first = first,
		.count = count,
		.wait_ns = HMMBENCH_WAIT_NS_MAX,
	};

	if (device_unregister_as(device, &argument) || argument.done != count)
		die("unregistering mirror %u", first);
}

/* Three threads, a mirror each. */
static void meet_contend(struct device *device, uint64_t operation)
{
	for (uint32_t thread = 0; thread < 3; thread++)
		unregister(device, operation, MIRRORS / 3 * (thread + 1), 1);
}

/* The two forms that record more than the exit, in turn, with one thread that invalidates. */
static void meet_bystander(struct device *device, uint64_t operation)
{
	struct hmmbench_invalidate argument = {
		.flags = HMMBENCH_INVALIDATE_FOREIGN | HMMBENCH_INVALIDATE_AT_WALK |
			 (operation & 1 ? HMMBENCH_INVALIDATE_NONBLOCK : 0),
		.operation = operation,
		.count = 1,
		.wait_ns = HMMBENCH_WAIT_NS_MAX,
	};

	unregister(device, operation, MIRRORS / 2, 1);
	if (device_invalidate(device, &argument) || argument.done != 1)
		die("invalidating");
}

static void meet_race(struct device *device, uint64_t operation)
{
	for (uint32_t call = 0; call < RACE_CALLS; call++)
		unregister(device, operation, MIRRORS / RACE_CALLS * (call + 1) - 1, RACE_MIRRORS);
}

/* Each with the profile of configs/ that leaves its operation the fewest instructions. */
static const struct workload workloads[] = {
	{ "contend", "empty", .processes = 1, .meet = meet_contend },
	{ "bystander", "delay:2000", 0, HMMBENCH_PROFILE_DELAY, 2000, 1, meet_bystander },
	{ "storm", "empty", .processes = PROCESSES_MAX },
	{ "race", "delay:2000", HMMBENCH_SETUP_RACE, HMMBENCH_PROFILE_DELAY, 2000, 1, meet_race },
	{ "race", "delay:20000", HMMBENCH_SETUP_RACE, HMMBENCH_PROFILE_DELAY, 20000, 1, meet_race },
};

/* ---- one operation ---- */

struct process {
	pid_t pid;
	int go;
	uint64_t left_ns; /* its time on the CPU at its last user instruction */
};

static struct process *processes; /* mapped shared */

static uint64_t cpu_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void __attribute__((noreturn)) process_main(struct device *device, uint64_t operation,
						   struct process *self, int ready, int go)
{
	char *memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	char byte = 0;

	if (memory == MAP_FAILED || device_register(device, MIRRORS, operation, NULL) ||
	    write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		_exit(EXIT_FAILURE);
	self->left_ns = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
	_exit(EXIT_SUCCESS);
}

static void process_start(struct device *device, uint64_t operation, struct process *process)
{
	int ready_pipe[2], go_pipe[2];
	pid_t pid;
	char byte;

	if (pipe(ready_pipe) || pipe(go_pipe))
		die("making a pipe");
	pid = fork();
	if (pid < 0)
		die("starting a process");
	if (!pid)
		process_main(device, operation, process, ready_pipe[1], go_pipe[0]);
	close(ready_pipe[1]);
	close(go_pipe[0]);
	if (read(ready_pipe[0], &byte, 1) != 1)
		die("waiting for a process with %u mirrors", MIRRORS);
	close(ready_pipe[0]);
	process->pid = pid;
	process->go = go_pipe[1];
}

/* Its instructions behind left_ns, of the process that has exited. Takes it. */
static uint64_t process_end(struct process *process)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	unsigned long long all_ns;
	char path[64];
	siginfo_t info;
	FILE *file;

	if (waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOWAIT))
		die("waiting for a process");
	/* It wakes its parent a little before it leaves the CPU for good. */
	nanosleep(&pause, NULL);
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)process->pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &all_ns) != 1)
		die("%s", path);
	fclose(file);
	if (!child_wait(process->pid, 0))
		die("a process failed");
	return all_ns - process->left_ns;
}

/* One operation; its instructions. */
static uint64_t operate(const struct workload *workload, struct device *device, uint64_t operation)
{
	const uint64_t first_tag = operation * workload->processes;
	uint64_t insns = 0;

	for (uint32_t i = 0; i < workload->processes; i++)
		process_start(device, first_tag + i, &processes[i]);
	for (uint32_t i = 0; i < workload->processes; i++)
		child_go(processes[i].go);
	for (uint32_t i = 0; i < workload->processes; i++)
		insns += process_end(&processes[i]);
	if (workload->meet) {
		const uint64_t before_ns = cpu_ns(CLOCK_THREAD_CPUTIME_ID);

		workload->meet(device, first_tag);
		insns += cpu_ns(CLOCK_THREAD_CPUTIME_ID) - before_ns;
	}
	if (device_reap(device, &(struct hmmbench_reap){ 0 }))
		die("giving mirrors back");
	return insns;
}

/* ---- all of them ---- */

struct values {
	uint64_t of[SAMPLES * RACE_CALLS * RACE_MIRRORS];
	size_t count;
};

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t median(struct values *values)
{
	qsort(values->of, values->count, sizeof(values->of[0]), compare);
	return values->of[values->count / 2];
}

static struct values of_side[SIDES];

/*
 * Calls whose time in the lock is known. A walk of write takes it anew for each mirror, and leaves
 * no mirror on the list for an invalidation behind it.
 */
static struct hold {
	const char *call;
	uint16_t type;
	enum hmmbench_phase phase;
	bool not_write;
	struct values values;
} holds[] = {
	{ .call = "walk", .type = HMMBENCH_RECORD_RELEASE, .phase = HMMBENCH_PHASE_WALK,
	  .not_write = true },
	{ .call = "unregister", .type = HMMBENCH_RECORD_UNREGISTER,
	  .phase = HMMBENCH_PHASE_UNREGISTER },
	{ .call = "invalidate", .type = HMMBENCH_RECORD_INVALIDATE,
	  .phase = HMMBENCH_PHASE_INVALIDATE, .not_write = true },
};
enum { HOLDS = sizeof(holds) / sizeof(holds[0]) };

static void take_holds(const struct hmmbench_record *record)
{
	for (size_t i = 0; i < HOLDS; i++)
		if (record->type == holds[i].type &&
		    record->phases & 1u << HMMBENCH_PHASE_LOCK_WAIT)
			holds[i].values.of[holds[i].values.count++] =
				record->phase_ns[holds[i].phase] -
				record->phase_ns[HMMBENCH_PHASE_LOCK_WAIT];
}

/* Of recorded operations (`workload`; else NULL) the holds, but for walks whose callbacks wait. */
static size_t drain(struct device *device, const struct workload *workload)
{
	static struct hmmbench_record records[RING_RECORDS];
	const size_t count = device_drain(device, records, RING_RECORDS);

	for (size_t i = 0; i < count && workload && !workload->flags; i++)
		if (records[i].type != HMMBENCH_RECORD_RELEASE || !workload->profile)
			take_holds(&records[i]);
	return count;
}

static void print_holds(const struct walk *walk)
{
	for (size_t i = 0; i < HOLDS; i++) {
		if (holds[i].values.count &&
		    !(holds[i].not_write && walk->strategy == HMMBENCH_STRATEGY_WRITE))
			printf("hold %s %s %u %llu\n", holds[i].call, walk->name, MIRRORS,
			       (unsigned long long)median(&holds[i].values));
		holds[i].values.count = 0;
	}
}

static void measure(const struct workload *workload, const struct walk *walk)
{
	static const int order[] = { OFF, ON, ON, OFF };
	struct device devices[SIDES];
	uint64_t operation = 0;
	size_t records = 0;

	for (int side = OFF; side < SIDES; side++) {
		of_side[side].count = 0;
		if (device_start(&devices[side],
				 (struct device_options){
					 WALK(walk),
					 .profile = workload->profile,
					 .profile_ns = workload->profile_ns,
					 .ring_records = RING_RECORDS,
					 .flags = side == OFF ? HMMBENCH_SETUP_UNRECORDED :
								workload->flags }))
			die("a session for %s", workload->name);
	}
	/* The first of each warms up. */
	for (int i = -SIDES; i < ROUNDS * 4; i++) {
		const int side = order[(i + 4) % 4];
		const uint64_t insns = operate(workload, &devices[side], operation++ / SIDES);
		const size_t got = drain(&devices[side], i >= 0 && side == ON ? workload : NULL);

		if (i < 0)
			continue;
		of_side[side].of[of_side[side].count++] = insns;
		if ((side == ON) != (got > 0))
			die("%s: %zu records", workload->name, got);
		records += got;
	}
	if (device_dropped(&devices[ON]))
		die("%s: full rings", workload->name);
	printf("path %s %s %s %u %llu %llu %zu\n", workload->name, workload->profile_name,
	       walk->name, MIRRORS, (unsigned long long)median(&of_side[OFF]),
	       (unsigned long long)median(&of_side[ON]), records / SAMPLES);
	for (int side = OFF; side < SIDES; side++) {
		if (!workload->flags && side == ON)
			printf("counter %u\n", devices[side].setup.counter);
		device_close(&devices[side]);
	}
}

/* As a guest's init calls its agent: --plan FILE --output FILE. */
int main(int argc, char **argv)
{
	if (argc != 5 || !freopen(argv[4], "w", stdout))
		die("no output");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (run_on_cpu(0))
		die("CPU 0");
	processes = mmap(NULL, sizeof(*processes) * PROCESSES_MAX, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (processes == MAP_FAILED)
		die("a page shared with the processes");
	for_each_walk(walk) {
		if (walk->core != HMMBENCH_CORE_BUNDLED || walk->strategy > HMMBENCH_STRATEGY_READ)
			continue;
		for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
			measure(&workloads[i], walk);
		print_holds(walk);
	}
	printf("end\n");
	return EXIT_SUCCESS;
}
