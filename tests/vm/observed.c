// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who looks at an operation sees all of it. This program takes the agent's place in a guest and
 * runs every workload under an observer that takes its time to begin, as counters of many CPUs
 * do: nothing of an operation may have begun before it looks on. And under one that kills what
 * it looks at, once: what is lost is known. It prints TAP.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "agent/clock.h"
#include "agent/placement.h"
#include "agent/session.h"
#include "agent/workload.h"
#include "agents.h"

#define OPERATIONS 4 /* each form of a bystander once */
#define SLOW_MS	   40

static volatile sig_atomic_t interrupted;
static struct placement placement;

/* By operation, mapped shared: when the observer looked on, and when it was over. */
static struct seen {
	uint32_t begun;
	uint32_t ended;
	uint64_t begun_ns[OPERATIONS], ended_ns[OPERATIONS];
} *seen;

static void begin(const struct observer *observer)
{
	const uint32_t at = __atomic_load_n(&seen->begun, __ATOMIC_ACQUIRE);

	(void)observer;
	if (at > __atomic_load_n(&seen->ended, __ATOMIC_ACQUIRE) || at == OPERATIONS)
		return; /* it looks on already */
	sleep_ms(SLOW_MS);
	seen->begun_ns[at] = clock_now_ns();
	__atomic_store_n(&seen->begun, at + 1, __ATOMIC_RELEASE);
}

static void end(const struct observer *observer)
{
	const uint32_t at = __atomic_load_n(&seen->ended, __ATOMIC_ACQUIRE);

	(void)observer;
	if (at == __atomic_load_n(&seen->begun, __ATOMIC_ACQUIRE))
		return; /* it does not look */
	seen->ended_ns[at] = clock_now_ns();
	__atomic_store_n(&seen->ended, at + 1, __ATOMIC_RELEASE);
}

static const struct observer slow = { begin, end };

/* Kills the measured process of the second operation. */
static void begin_killing(const struct observer *observer)
{
	const uint32_t at = __atomic_fetch_add(&seen->begun, 1, __ATOMIC_ACQ_REL);

	(void)observer;
	if (at == 1)
		raise(SIGKILL);
}

static void end_nothing(const struct observer *observer)
{
	(void)observer;
}

static const struct observer killing = { begin_killing, end_nothing };

static int run(const struct workload *workload, const struct cell *cell,
	       const struct observer *observer, struct workload_result *result,
	       struct error *error)
{
	const struct session_options options = {
		.device = HMMBENCH_DEVICE,
		.core = cell->core,
		.strategy = HMMBENCH_STRATEGY_READ,
		.profile = cell->profile,
		.profile_ns = cell->profile_ns,
		.records = workload->ring_records(cell),
		.flags = workload->setup,
	};
	const struct plan_block block = { .strategy = HMMBENCH_STRATEGY_READ,
					  .operations = OPERATIONS,
					  .record_every = 1 };
	uint64_t walk_ns = 0;
	struct workload_context context = {
		.cell = cell,
		.block = &block,
		.strategy = HMMBENCH_STRATEGY_READ,
		.placement = &placement,
		.interrupted = &interrupted,
		.seed = 1,
		.observer = observer,
		.walk_ns = &walk_ns,
	};
	int status = workload->check(cell, &placement, error);

	memset(seen, 0, sizeof(*seen));
	if (!status)
		status = session_open(&options, &context.session, error);
	if (status)
		return status;
	status = workload->run(&context, result, error);
	session_close(context.session);
	return status;
}

/* Samples that began before anybody looked at their operation. */
static size_t unseen(const struct samples *samples)
{
	const uint64_t *operations = samples->columns[COLUMN_OPERATION];
	const uint64_t *starts = samples->columns[COLUMN_START_NS];
	size_t count = 0;

	for (size_t row = 0; row < samples->rows; row++)
		count += starts[row] < seen->begun_ns[operations[row]];
	return count;
}

static void prove_of(const struct workload *workload)
{
	const struct cell cell = {
		.core = HMMBENCH_CORE_BUNDLED,
		.workload = workload->id,
		.profile = HMMBENCH_PROFILE_DELAY,
		.profile_ns = 2000,
		.mirrors = workload->coreless ? 0 : 64,
		.layout = LAYOUT_SAME_NODE,
		.memory_bytes = 65536,
		.threads = 1,
		.processes = workload->id == WORKLOAD_STORM ? 4 : 1,
	};
	const char *name = name_of(workload_names, workload->id);
	struct workload_result result = { 0 };
	struct error error = { 0 };
	const int status = run(workload, &cell, &slow, &result, &error);
	char proves[100];
	size_t early;

	snprintf(proves, sizeof(proves), "%s: a block runs with an observer", name);
	prove(!status && result.samples.rows >= OPERATIONS, proves);
	if (status) {
		fprintf(tap, "# %s\n", error.text);
		return;
	}
	snprintf(proves, sizeof(proves), "%s: which looks at each operation, once", name);
	prove(seen->begun == OPERATIONS && seen->ended == OPERATIONS, proves);
	early = unseen(&result.samples);
	fprintf(tap, "# %s: %zu of %zu samples began before the observer\n", name, early,
		result.samples.rows);
	snprintf(proves, sizeof(proves), "%s: and nothing had begun before", name);
	prove(!early, proves);
	samples_free(&result.samples);
}

/* A race one of whose processes was killed: that walked too, and what it owed nobody knows. */
static void prove_of_a_killed_race(void)
{
	const struct cell cell = {
		.core = HMMBENCH_CORE_BUNDLED,
		.workload = WORKLOAD_RACE,
		.profile = HMMBENCH_PROFILE_DELAY,
		.profile_ns = 2000,
		.mirrors = 64,
		.layout = LAYOUT_SAME_NODE,
		.memory_bytes = 65536,
		.threads = 1,
		.processes = 1,
	};
	struct workload_result result = { 0 };
	struct error error = { 0 };
	const int status = run(&workload_race, &cell, &killing, &result, &error);

	prove(!status && result.operations == OPERATIONS - 1 && result.lost,
	      "race: a block goes on without a process that is killed, and counts what is lost");
	fprintf(tap, "# %llu callbacks checked, %llu due%s%s\n",
		(unsigned long long)result.counts.callbacks,
		(unsigned long long)result.callbacks_due, status ? ": " : "", error.text);
	prove(result.callbacks_due == SAMPLE_MISSING,
	      "race: how many callbacks its walks owed is unknown then");
	samples_free(&result.samples);
}

static bool place(void)
{
	const struct cell cell = { .layout = LAYOUT_SAME_NODE };
	hwloc_topology_t topology;
	struct error error = { 0 };

	return !placement_topology(&topology, &error) &&
	       !placement_make(topology, &cell, &placement, &error);
}

int main(int argc, char **argv)
{
	if (!agents_begin(argc, argv))
		return 7;
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prove(seen != MAP_FAILED && place(), "the guest's CPUs are known");
	for (size_t i = 0; workloads[i]; i++)
		prove_of(workloads[i]);
	prove_of_a_killed_race();
	prove(nothing_is_left(), "nothing is left in the module");
	return agents_finish();
}
