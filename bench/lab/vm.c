// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The VM lab: QEMU boots the kernel with an initramfs made of busybox, the agent, its
 * libraries, the module and the plan. Nothing is installed and root is not needed.
 *
 * Environment, beside what accelerator.h and kernel.h name:
 *	HMMBENCH_QEMU		the emulator, instead of qemu-system-x86_64
 *	HMMBENCH_VM_APPEND	more for the guest kernel's command line, for instance
 *				"mitigations=off"; it is kept with the run
 */
#include "lab/lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/accelerator.h"
#include "lab/initramfs.h"
#include "lab/guest_init.h"
#include "lab/kernel.h"
#include "lab/kernel_image.h"
#include "lab/libraries.h"
#include "lab/vm_boot.h"
#include "lab/vm_describe.h"
#include "lab/vm_machine.h"

#define QEMU "qemu-system-x86_64"
#define TCG_SLOWER 10	/* the limits are for a guest on KVM */

struct vm {
	const struct lab_request *request;
	char *qemu, *qemu_version, *busybox, *agent, *module, *perf;
	char *kernel;		/* what is booted: the image or the kernel uncompressed from it */
	char *folder, *initramfs, *console, *log;
	char why[256];		/* the accelerator */
	struct vm_machine machine;
	char **argv;
	struct vm_boot boot;
};

static int missing(struct error *error, const char *name, const char *remedy)
{
	if (error)
		error->exit_status = STATUS_MISSING_TOOL;
	return error_set(error, ENOENT, "%s: not found; %s", name, remedy);
}

static int find_qemu(struct vm *vm, struct error *error)
{
	const char *chosen = getenv("HMMBENCH_QEMU");
	char *end;
	int ret;

	if (!chosen || !chosen[0])
		chosen = QEMU;
	vm->qemu = spawn_find(chosen);
	if (!vm->qemu)
		return missing(error, chosen, "on Debian: apt-get install qemu-system-x86, or name "
			       "another in HMMBENCH_QEMU");
	{
		const char *const argv[] = { vm->qemu, "--version", NULL };

		ret = spawn_output(argv, 4096, &vm->qemu_version, error);
	}
	if (ret)
		return ret;
	end = strchr(vm->qemu_version, '\n');
	if (end)
		*end = '\0';
	return 0;
}

static int find_busybox(struct vm *vm, struct error *error)
{
	static const char name[] = "a statically linked busybox";
	static const char remedy[] = "on Debian: apt-get install busybox-static";
	char *loader = NULL;
	int ret;

	vm->busybox = spawn_find("busybox");
	if (!vm->busybox)
		return missing(error, name, remedy);
	ret = libraries_loader(vm->busybox, &loader, error);
	if (!ret && loader)
		ret = missing(error, name, remedy);
	free(loader);
	return ret;
}

static int find_agent(struct vm *vm, struct error *error)
{
	vm->agent = path_agent();
	if (!vm->agent)
		return error_out_of_memory(error);
	if (access(vm->agent, X_OK) < 0) {
		if (error)
			error->exit_status = STATUS_MISSING_TOOL;
		return error_set_errno(error, errno, "the agent %s (build it with make, or name it in "
				       "HMMBENCH_AGENT)", vm->agent);
	}
	return 0;
}

/* Where the plan asks for it. It is some 35 MB of the guest's memory, with its libraries. */
static int find_perf(struct vm *vm, struct error *error)
{
	const struct plan *plan = vm->request->plan;
	uint32_t block = 0;

	while (block < plan->block_count && !plan->blocks[block].profiled)
		block++;
	if (block == plan->block_count)
		return 0;
	vm->perf = spawn_find("perf");
	return vm->perf ? 0 : missing(error, "perf", "on Debian: apt-get install linux-perf");
}

static int choose_accelerator(struct vm *vm, struct error *error)
{
	const struct accelerator_request request = {
		.qemu = vm->qemu,
		.qemu_version = vm->qemu_version,
		.busybox = vm->busybox,
		.image = vm->request->kernel->image,
		.interrupted = vm->request->interrupted,
	};
	struct accelerator_choice choice = {
		.accelerator = ACCELERATOR_TCG,
		.why = "the virtual clock counts instructions, which only TCG can",
	};
	int ret = 0;

	if (vm->machine.clock != PLAN_CLOCK_VIRTUAL)
		ret = accelerator_choose(&request, &choice, error);
	vm->machine.accelerator = choice.accelerator;
	snprintf(vm->why, sizeof(vm->why), "%s", choice.why);
	return ret;
}

/*
 * TCG boots the uncompressed kernel where it can: kernel_image.h says why. KVM runs the
 * image's own decompressor at full speed, with address space randomisation as on metal.
 */
static int choose_kernel(struct vm *vm, struct error *error)
{
	const struct kernel *kernel = vm->request->kernel;
	struct error why = { 0 };
	int ret = -ENOTSUP;

	if (vm->machine.accelerator == ACCELERATOR_TCG) {
		ret = kernel_image_uncompressed(kernel->image, &vm->kernel, &why);
		if (ret && ret != -ENOTSUP) {
			if (error)
				*error = why;
			return ret;
		}
	}
	if (ret)
		vm->kernel = strdup(kernel->image);
	return vm->kernel ? 0 : error_out_of_memory(error);
}

static uint64_t available_bytes(void)
{
	unsigned long long kibibytes = 0;
	char *text, *line;

	if (path_read_file("/proc/meminfo", 65536, &text, NULL, NULL))
		return 0;
	line = strstr(text, "MemAvailable:");
	if (line)
		sscanf(line, "MemAvailable: %llu kB", &kibibytes);
	free(text);
	return kibibytes << 10;
}

/* On the host clock, the host's page faults belong before the boot, where memory is plenty. */
static bool preallocate(const struct vm_machine *machine)
{
	return machine->clock == PLAN_CLOCK_HOST &&
	       machine->memory_bytes <= available_bytes() / 2;
}

static int make_machine(struct vm *vm, struct error *error)
{
	const struct lab_request *request = vm->request;
	const struct initramfs_contents contents = {
		.busybox = vm->busybox,
		.init = guest_init,
		.agent = vm->agent,
		.module = vm->module,
		.plan_json = request->plan_json,
		.perf = vm->perf,
	};
	int ret;

	vm->folder = realpath(request->folder, NULL);
	if (!vm->folder)
		return error_set_errno(error, errno, "%s", request->folder);
	vm->initramfs = path_printf("%s/initramfs.cpio", vm->folder);
	vm->console = path_printf("%s/console.log", vm->folder);
	vm->log = path_printf("%s/qemu.log", vm->folder);
	if (!vm->initramfs || !vm->console || !vm->log)
		return error_out_of_memory(error);
	vm->machine.qemu = vm->qemu;
	vm->machine.nodes = request->vm->nodes;
	vm->machine.cpus = request->vm->cpus;
	vm->machine.memory_bytes = request->vm->memory_bytes;
	vm->machine.each = request->vm->each;
	vm->machine.kernel = vm->kernel;
	vm->machine.initramfs = vm->initramfs;
	vm->machine.console = vm->console;
	vm->machine.append = getenv("HMMBENCH_VM_APPEND");
	vm->machine.preallocate = preallocate(&vm->machine);
	ret = vm_machine_argv(&vm->machine, &vm->argv, error);
	return ret ? ret : initramfs_write(vm->initramfs, &contents, error);
}

static int prepare(struct vm *vm, struct error *error)
{
	const struct kernel *kernel = vm->request->kernel;
	int ret;

	vm->machine.clock = vm->request->plan->clock;
	ret = kernel_check_image(kernel, error);
	if (!ret)
		ret = find_qemu(vm, error);
	if (!ret)
		ret = find_busybox(vm, error);
	if (!ret)
		ret = find_agent(vm, error);
	if (!ret)
		ret = find_perf(vm, error);
	if (!ret)
		ret = kernel_module(kernel, &vm->module, error);
	if (!ret)
		ret = choose_accelerator(vm, error);
	if (!ret)
		ret = choose_kernel(vm, error);
	if (!ret)
		ret = make_machine(vm, error);
	return ret;
}

static int describe(const struct vm *vm, const struct lab_result *result, struct error *error)
{
	const struct lab_request *request = vm->request;
	const struct vm_description description = {
		.request = request,
		.machine = &vm->machine,
		.argv = vm->argv,
		.qemu_version = vm->qemu_version,
		.accelerator_why = vm->why,
		.module = vm->module,
		.agent = vm->agent,
		.quiet_s = vm->boot.quiet_s,
		.total_s = vm->boot.total_s,
		.result = result,
		.console_lines = vm->boot.console_lines,
	};
	char *text = vm_describe(&description, error);
	int ret;

	if (!text)
		return -ENOMEM;
	ret = request->described(text, request->context);
	free(text);
	if (ret < 0 && error && !error->text[0])
		error_set_errno(error, -ret, "what the lab knows cannot be kept");
	return ret < 0 ? ret : 0;
}

/* The command that boots the same again by hand, once the initramfs is kept. */
static int keep_command(const struct vm *vm, struct error *error)
{
	char *path = path_printf("%s/qemu-command", vm->folder);
	char *line = vm_machine_line(vm->argv);
	char *text = line ? path_printf("%s\n", line) : NULL;
	int ret = -ENOMEM;

	if (path && text)
		ret = path_write_file(path, text, strlen(text), error);
	else
		error_out_of_memory(error);
	free(text);
	free(line);
	free(path);
	return ret;
}

static void free_vm(struct vm *vm)
{
	vm_machine_free_argv(vm->argv);
	free(vm->qemu);
	free(vm->qemu_version);
	free(vm->busybox);
	free(vm->agent);
	free(vm->perf);
	free(vm->module);
	free(vm->kernel);
	free(vm->folder);
	free(vm->initramfs);
	free(vm->console);
	free(vm->log);
}

static int boot(struct vm *vm, struct lab_result *result, struct error *error)
{
	const struct lab_request *request = vm->request;
	const unsigned int slower = vm->machine.accelerator == ACCELERATOR_TCG ? TCG_SLOWER : 1;
	int ret;

	vm->boot = (struct vm_boot){
		.request = request,
		.argv = vm->argv,
		.console_path = vm->console,
		.log_path = vm->log,
		.quiet_s = request->vm->quiet_limit_s * slower,
		.stuck_s = request->vm->quiet_limit_s,
		.total_s = request->vm->total_limit_s * slower,
	};
	ret = keep_command(vm, error);
	if (!ret)
		ret = describe(vm, NULL, error);
	if (!ret)
		ret = vm_boot_run(&vm->boot, result, error);
	return ret;
}

/*
 * Some kernels have a PVH entry point and die in it, before their first word: KASAN's
 * instrumented code runs there before KASAN's memory is set up (6.1). Their image boots.
 */
static bool died_uncompressed(const struct vm *vm, const struct lab_result *result)
{
	return result->status == STATUS_NO_BOOT && !vm->boot.console_lines &&
	       strcmp(vm->kernel, vm->request->kernel->image) != 0;
}

static int boot_image(struct vm *vm, struct lab_result *result, struct error *error)
{
	char *image = strdup(vm->request->kernel->image);
	int ret;

	if (!image)
		return error_out_of_memory(error);
	free(vm->kernel);
	vm->kernel = image;
	vm->machine.kernel = image;
	vm_machine_free_argv(vm->argv);
	ret = vm_machine_argv(&vm->machine, &vm->argv, error);
	if (ret)
		return ret;
	free(result->console_tail);
	*result = (struct lab_result){ 0 };
	return boot(vm, result, error);
}

static int run(const struct lab_request *request, struct lab_result *result, struct error *error)
{
	struct vm vm = { .request = request };
	int ret;

	*result = (struct lab_result){ 0 };
	ret = prepare(&vm, error);
	if (!ret)
		ret = boot(&vm, result, error);
	if (!ret && died_uncompressed(&vm, result))
		ret = boot_image(&vm, result, error);
	if (!ret)
		ret = describe(&vm, result, error);
	if (ret == -ENOSPC && error && !error->exit_status)
		error->exit_status = STATUS_STORE;
	/* It can be made again, and the nights would fill the disk with it. */
	if (vm.initramfs)
		unlink(vm.initramfs);
	free_vm(&vm);
	return ret;
}

const struct lab lab_vm = {
	.name = "vm",
	.help = "boots the kernel in QEMU; no root, nothing installed",
	.default_kernel = "debian:6.1",
	.boots = true,
	.guest = true,
	.run = run,
};
