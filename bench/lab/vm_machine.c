// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/vm_machine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/paths.h"
#include "common/shell_word.h"

#define NODE_BYTES_MIN (64ull << 20)

struct arguments {
	char **list;	/* NULL-terminated once it holds anything */
	size_t count;
	bool failed;
};

static void add(struct arguments *arguments, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct arguments *arguments, const char *format, ...)
{
	char **larger = realloc(arguments->list, (arguments->count + 2) * sizeof(*larger));
	va_list args;
	int length;

	if (!larger) {
		arguments->failed = true;
		return;
	}
	arguments->list = larger;
	va_start(args, format);
	length = vasprintf(&larger[arguments->count], format, args);
	va_end(args);
	if (length < 0)
		arguments->failed = true;
	else
		arguments->count++;
	larger[arguments->count] = NULL;
}

const char *accelerator_name(enum accelerator accelerator)
{
	return accelerator == ACCELERATOR_KVM ? "kvm" : "tcg";
}

/* CPUs of the nodes before `node`, as far as they are told for each. */
static uint32_t cpus_before(const struct vm_machine *machine, uint32_t node)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < node && i < CONFIG_VM_NODES_MAX; i++)
		count += machine->each.cpus[i];
	return count;
}

uint32_t vm_machine_first_cpu(const struct vm_machine *machine, uint32_t node)
{
	const uint32_t each = machine->cpus / machine->nodes;
	const uint32_t more = machine->cpus % machine->nodes;

	if (cpus_before(machine, machine->nodes))
		return cpus_before(machine, node);
	return node * each + (node < more ? node : more);
}

static uint32_t node_cpus(const struct vm_machine *machine, uint32_t node)
{
	return vm_machine_first_cpu(machine, node + 1) - vm_machine_first_cpu(machine, node);
}

/* What is told for each node, added up; 0: nothing is. */
static uint64_t bytes_told(const struct vm_machine *machine)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < machine->nodes && i < CONFIG_VM_NODES_MAX; i++)
		bytes += machine->each.memory_bytes[i];
	return bytes;
}

uint64_t vm_machine_node_bytes(const struct vm_machine *machine, uint32_t node)
{
	const uint64_t bytes = bytes_told(machine) ? machine->each.memory_bytes[node]
						   : machine->memory_bytes / machine->nodes;

	return bytes >> 20 << 20;
}

uint32_t vm_machine_distance(const struct vm_machine *machine, uint32_t from, uint32_t to)
{
	const uint32_t up = (to + machine->nodes - from) % machine->nodes;
	const uint32_t steps = up <= machine->nodes - up ? up : machine->nodes - up;

	if (from < CONFIG_VM_NODES_MAX && to < CONFIG_VM_NODES_MAX &&
	    machine->each.distances[from][to])
		return machine->each.distances[from][to];
	return 10 + 10 * steps;
}

/*
 * One socket per node, so that the last-level cache that QEMU gives a socket ends where
 * its node does; a socket across nodes makes the guest's scheduler warn at boot. Nodes
 * with unlike numbers of CPUs have a socket for each CPU.
 */
static uint32_t count_sockets(const struct vm_machine *machine)
{
	uint32_t each = 0, sockets = 0;

	for (uint32_t node = 0; node < machine->nodes; node++) {
		const uint32_t here = node_cpus(machine, node);

		if (here && each && here != each)
			return machine->cpus;
		each = here ? here : each;
		sockets += here > 0;
	}
	return sockets;
}

static void add_cpus(struct arguments *arguments, const struct vm_machine *machine)
{
	const uint32_t sockets = count_sockets(machine);

	add(arguments, "-smp");
	add(arguments, "cpus=%u,sockets=%u,cores=%u,threads=1", machine->cpus, sockets,
	    machine->cpus / sockets);
}

/*
 * TCG: "max" has every feature TCG can emulate; Debian's 5.10, 6.1 and 6.12 boot on it,
 * and no more slowly than on the bare default model (measured: 2.4 s against 2.3 s). But
 * cmpxchg16b: QEMU 7.2 leaves wrong flags behind it, which an interrupt just there saves
 * (trap flag, nested task), and the kernel dies of them. Debian's 6.12-cloud, whose
 * allocator is built so that it matters, did in 5 of 10 boots, and in none of 6 without.
 * Virtual clock: "qemu64" has no RDRAND, whose host randomness would enter the counts;
 * one instruction is one nanosecond (shift=0), idle time passes at once (sleep=off),
 * nothing waits for the host's clock (align=off), and the date is always the same.
 * KVM: the host's CPU with an invariant TSC where it has one (migratable=off).
 */
static void add_accelerator(struct arguments *arguments, const struct vm_machine *machine)
{
	add(arguments, "-accel");
	if (machine->accelerator == ACCELERATOR_KVM) {
		add(arguments, "kvm");
		add(arguments, "-cpu");
		add(arguments, "host,migratable=off");
	} else if (machine->clock == PLAN_CLOCK_VIRTUAL) {
		add(arguments, "tcg,thread=single");
		add(arguments, "-icount");
		add(arguments, "shift=0,sleep=off,align=off");
		add(arguments, "-rtc");
		add(arguments, "base=2024-01-01,clock=vm");
		add(arguments, "-seed");
		add(arguments, "1");
		add(arguments, "-cpu");
		add(arguments, "qemu64");
	} else {
		add(arguments, "tcg,thread=multi");
		add(arguments, "-cpu");
		add(arguments, "max,-cx16");
	}
}

/* A node without memory has no memory of the host's behind it. */
static void add_node(struct arguments *arguments, const struct vm_machine *machine, uint32_t node)
{
	const uint64_t mebibytes = vm_machine_node_bytes(machine, node) >> 20;
	const uint32_t first = vm_machine_first_cpu(machine, node);
	const uint32_t here = node_cpus(machine, node);
	char cpus[40] = "", memory[24] = "";

	if (mebibytes) {
		add(arguments, "-object");
		add(arguments, "memory-backend-ram,id=node%u,size=%lluM%s", node,
		    (unsigned long long)mebibytes, machine->preallocate ? ",prealloc=on" : "");
		snprintf(memory, sizeof(memory), ",memdev=node%u", node);
	}
	if (here > 1)
		snprintf(cpus, sizeof(cpus), ",cpus=%u-%u", first, first + here - 1);
	else if (here)
		snprintf(cpus, sizeof(cpus), ",cpus=%u", first);
	add(arguments, "-numa");
	add(arguments, "node,nodeid=%u%s%s", node, cpus, memory);
}

static void add_nodes(struct arguments *arguments, const struct vm_machine *machine)
{
	uint64_t bytes = 0;

	for (uint32_t node = 0; node < machine->nodes; node++)
		bytes += vm_machine_node_bytes(machine, node);
	add(arguments, "-m");
	add(arguments, "%lluM", (unsigned long long)bytes >> 20);
	for (uint32_t node = 0; node < machine->nodes; node++)
		add_node(arguments, machine, node);
	for (uint32_t from = 0; from < machine->nodes; from++) {
		for (uint32_t to = from + 1; to < machine->nodes; to++) {
			add(arguments, "-numa");
			add(arguments, "dist,src=%u,dst=%u,val=%u", from, to,
			    vm_machine_distance(machine, from, to));
		}
	}
}

/*
 * The guest kernel's command line.
 *
 * loglevel=7: a WARN is printed at warning level, which "quiet" hides; the
 * whole log costs no boot time that could be measured on a serial port of QEMU's.
 * printk.time=1: the stamp tells the kernel's lines from those of programs.
 * panic=-1: a panic reboots at once, and with -no-reboot that ends QEMU.
 * cryptomgr.notests: the self-tests of ciphers take 0.2 s of a TCG boot.
 * no_timer_check: on a busy host the boot-time check of the timer can miss its ticks and
 * then panics; a guest on KVM leaves it out by itself.
 * tsc=reliable: with several CPUs under TCG the kernel distrusts the TSC and falls back
 * to the slow HPET; the TSC it reads is the host's. Not on KVM: there a distrusted TSC
 * is a fact about the machine.
 * Mitigations are what the kernel chooses by itself.
 */
static void add_kernel(struct arguments *arguments, const struct vm_machine *machine)
{
	const bool virtual = machine->clock == PLAN_CLOCK_VIRTUAL;
	const bool tcg = machine->accelerator == ACCELERATOR_TCG;
	const char *more = machine->append && machine->append[0] ? machine->append : NULL;

	add(arguments, "-kernel");
	add(arguments, "%s", machine->kernel);
	add(arguments, "-initrd");
	add(arguments, "%s", machine->initramfs);
	add(arguments, "-append");
	add(arguments, "console=ttyS0 loglevel=7 printk.time=1 panic=-1 cryptomgr.notests%s%s%s%s",
	    tcg ? " tsc=reliable no_timer_check" : "", virtual ? " nokaslr maxcpus=1" : "",
	    more ? " " : "", more ? more : "");
}

static void add_ports(struct arguments *arguments, const struct vm_machine *machine)
{
	add(arguments, "-serial");
	add(arguments, "file:%s", machine->console);
	add(arguments, "-chardev");
	add(arguments, "stdio,id=stream,signal=off");
	add(arguments, "-serial");
	add(arguments, "chardev:stream");
	add(arguments, "-device");
	add(arguments, "isa-debug-exit,iobase=0x%x,iosize=0x04", VM_END_PORT);
}

static int check(const struct vm_machine *machine, struct error *error)
{
	const bool each = machine->nodes <= CONFIG_VM_NODES_MAX && bytes_told(machine);

	if (!machine->nodes || !machine->cpus)
		return error_set(error, EINVAL, "a machine needs a node and a CPU");
	for (uint32_t node = 0; node < machine->nodes; node++)
		if (vm_machine_node_bytes(machine, node) < NODE_BYTES_MIN &&
		    !(each && !machine->each.memory_bytes[node]))
			return error_set(error, EINVAL,
					 "a machine needs 64M of memory for each node");
	if (vm_machine_first_cpu(machine, machine->nodes) != machine->cpus)
		return error_set(error, EINVAL,
				 "the CPUs of the nodes are not the machine's %u together",
				 machine->cpus);
	if (machine->clock == PLAN_CLOCK_VIRTUAL && machine->accelerator != ACCELERATOR_TCG)
		return error_set(error, EINVAL, "the virtual clock needs TCG");
	return 0;
}

int vm_machine_argv(const struct vm_machine *machine, char ***argv, struct error *error)
{
	struct arguments arguments = { 0 };
	const int ret = check(machine, error);

	*argv = NULL;
	if (ret)
		return ret;
	add(&arguments, "%s", machine->qemu);
	add(&arguments, "-nodefaults");
	add(&arguments, "-no-user-config");
	add(&arguments, "-display");
	add(&arguments, "none");
	add(&arguments, "-no-reboot");
	add(&arguments, "-machine");
	add(&arguments, "pc");
	add_accelerator(&arguments, machine);
	add_cpus(&arguments, machine);
	add_nodes(&arguments, machine);
	add_kernel(&arguments, machine);
	add_ports(&arguments, machine);
	if (arguments.failed) {
		vm_machine_free_argv(arguments.list);
		return error_out_of_memory(error);
	}
	*argv = arguments.list;
	return 0;
}

void vm_machine_free_argv(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

char *vm_machine_line(char *const *argv)
{
	char *line = NULL;
	size_t bytes;
	FILE *file = open_memstream(&line, &bytes);

	if (!file)
		return NULL;
	for (size_t i = 0; argv[i]; i++) {
		if (i)
			fputc(' ', file);
		shell_word_write(file, argv[i]);
	}
	if (fclose(file)) {
		free(line);
		return NULL;
	}
	return line;
}
