// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs and files that a run needs, from configuration to report, on this machine. */
#include "machine/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/spawn.h"
#include "lab/accelerator.h"
#include "lab/debian_mirror.h"
#include "lab/describe.h"
#include "lab/kernel.h"
#include "lab/kernel_debian.h"
#include "lab/libraries.h"

#define CACHE_BYTES_WANTED (2ull << 30) /* three kernels unpacked, their images and modules */
#define CPUS_WANTED	   4		/* of the guests of configs/quick.conf and nightly.conf */

#define REINSTALL "build it with make, or install hmmbench again"

static enum finding there_or(bool there, char *found, const char *path)
{
	return check_say(there ? FINDING_GOOD : FINDING_IMPOSSIBLE, found, "%s%s", path ? path : "",
			 there ? "" : " is not there");
}

static enum finding program(const struct check *check, const struct machine *machine, char *found)
{
	char *path = spawn_find(check->reads);
	const enum finding finding = path ? FINDING_GOOD : FINDING_IMPOSSIBLE;

	(void)machine;
	check_say(finding, found, "%s", path ? path : "not in PATH");
	free(path);
	return finding;
}

static enum finding qemu(const struct check *check, const struct machine *machine, char *found)
{
	const char *chosen = getenv("HMMBENCH_QEMU");
	const char *const argv[] = { chosen && chosen[0] ? chosen : check->reads, "--version",
				     NULL };
	struct error error = { 0 };
	char *version;

	(void)machine;
	if (spawn_output(argv, 4096, &version, &error))
		return check_say(FINDING_IMPOSSIBLE, found, "%s", error.text);
	version[strcspn(version, "\n")] = '\0';
	check_say(FINDING_GOOD, found, "%s", version);
	free(version);
	return FINDING_GOOD;
}

static enum finding busybox(const struct check *check, const struct machine *machine, char *found)
{
	char *loader = NULL;

	if (program(check, machine, found) != FINDING_GOOD)
		return FINDING_IMPOSSIBLE;
	if (!libraries_loader(found, &loader, NULL) && !loader)
		return FINDING_GOOD;
	free(loader);
	return check_say(FINDING_IMPOSSIBLE, found, "it is not linked statically");
}

static enum finding agent(const struct check *check, const struct machine *machine, char *found)
{
	char *path = path_agent();
	const enum finding finding = there_or(path && !access(path, X_OK), found, path);

	(void)check;
	(void)machine;
	free(path);
	return finding;
}

static enum finding sources(const struct check *check, const struct machine *machine, char *found)
{
	char *folder = path_kmod();
	char *makefile = folder ? path_printf("%s/Makefile", folder) : NULL;
	const enum finding finding = there_or(makefile && !access(makefile, R_OK), found, folder);

	(void)check;
	(void)machine;
	free(makefile);
	free(folder);
	return finding;
}

static enum finding look_at_cache(const char *folder, char *found)
{
	struct error error = { 0 };
	struct statvfs space;
	unsigned long long bytes;

	if (path_make_folder(folder, &error))
		return check_say(FINDING_IMPOSSIBLE, found, "%s", error.text);
	if (access(folder, W_OK) < 0 || statvfs(folder, &space) < 0)
		return check_say(FINDING_IMPOSSIBLE, found, "%s: %s", folder, strerror(errno));
	bytes = (unsigned long long)space.f_bavail * space.f_frsize;
	return check_say(bytes < CACHE_BYTES_WANTED ? FINDING_IMPOSSIBLE : FINDING_GOOD, found,
			 "%s, %.1f GB free%s", folder, (double)bytes * 1e-9,
			 bytes < CACHE_BYTES_WANTED ? ", which is little" : "");
}

static enum finding cache(const struct check *check, const struct machine *machine, char *found)
{
	char *folder = path_cache("");
	enum finding finding = folder ? look_at_cache(folder, found) : check_unknown(check, found);

	(void)machine;
	free(folder);
	return finding;
}

static enum finding look_at_store(char *path, char *found)
{
	struct error error = { 0 };
	char *slash = strrchr(path, '/');
	enum finding finding = FINDING_IMPOSSIBLE;

	if (slash)
		*slash = '\0';
	if (slash && path_make_folder(path, &error))
		check_say(finding, found, "%s", error.text);
	else if (access(slash ? path : ".", W_OK) < 0)
		check_say(finding, found, "%s: %s", path, strerror(errno));
	else
		finding = FINDING_GOOD;
	if (slash)
		*slash = '/';
	return finding == FINDING_GOOD ? check_say(finding, found, "%s", path) : finding;
}

static enum finding store(const struct check *check, const struct machine *machine, char *found)
{
	char *path = path_store();
	enum finding finding = path ? look_at_store(path, found) : check_unknown(check, found);

	(void)machine;
	free(path);
	return finding;
}

static enum finding mirror(const struct check *check, const struct machine *machine, char *found)
{
	struct debian_mirror mirror;
	struct error error = { 0 };

	(void)check;
	(void)machine;
	if (debian_mirror_find(&mirror, &error))
		return check_say(FINDING_IMPOSSIBLE, found, "%s", error.text);
	check_say(FINDING_GOOD, found, "%s%s%s", mirror.main, mirror.security ? " and " : "",
		  mirror.security ? mirror.security : "");
	debian_mirror_free(&mirror);
	return FINDING_GOOD;
}

static enum finding keyring(const struct check *check, const struct machine *machine, char *found)
{
	(void)machine;
	return there_or(!access(check->reads, R_OK), found, check->reads);
}

/* The first kernel of Debian's in the cache that has an image; NULL: there is none. */
static struct kernel *cached_kernel(void)
{
	struct kernel *kernel = NULL;
	char name[32];

	for (size_t i = 0; kernel_debian_name(i, name); i++) {
		if (!kernel_resolve(name, false, &kernel, NULL) && kernel->image)
			return kernel;
		kernel_free(kernel);
		kernel = NULL;
	}
	return NULL;
}

/* The probe boot of lab/accelerator.h, which a run would do. False: it cannot be done here. */
static bool probe_kvm(const struct machine *machine, struct accelerator_choice *choice)
{
	const char *chosen = getenv("HMMBENCH_QEMU");
	/* The lab writes to it nowhere; its own handler is what sets it. */
	struct accelerator_request request = {
		.interrupted = (volatile sig_atomic_t *)machine->interrupted,
	};
	struct kernel *kernel = cached_kernel();
	char *qemu = spawn_find(chosen && chosen[0] ? chosen : "qemu-system-x86_64");
	char *busybox = spawn_find("busybox"), *version = NULL;
	const char *const argv[] = { qemu, "--version", NULL };
	struct error error = { 0 };
	bool done = false;

	if (kernel && qemu && busybox && !spawn_output(argv, 4096, &version, &error)) {
		version[strcspn(version, "\n")] = '\0';
		request.qemu = qemu;
		request.qemu_version = version;
		request.busybox = busybox;
		request.image = kernel->image;
		done = !accelerator_choose(&request, choice, &error);
	}
	free(version);
	free(busybox);
	free(qemu);
	kernel_free(kernel);
	return done;
}

static enum finding kvm(const struct check *check, const struct machine *machine, char *found)
{
	struct accelerator_choice choice;
	char why[CHECK_FOUND_BYTES];

	(void)check;
	if (!accelerator_kvm_opens(why, sizeof(why)))
		return check_say(FINDING_NOISY, found, "%s", why);
	if (!accelerator_recall(&choice) && !probe_kvm(machine, &choice))
		return check_say(FINDING_UNKNOWN, found,
				 "/dev/kvm opens; whether it works a probe boot tells, which takes "
				 "QEMU, busybox and a kernel in the cache");
	return check_say(choice.accelerator == ACCELERATOR_KVM ? FINDING_GOOD : FINDING_NOISY,
			 found, "%s", choice.why);
}

static enum finding cpus(const struct check *check, const struct machine *machine, char *found)
{
	const unsigned int count = describe_host_cpus();

	(void)check;
	(void)machine;
	if (count >= CPUS_WANTED)
		return check_say(FINDING_GOOD, found, "%u", count);
	return check_say(FINDING_NOISY, found, "%u, which a guest of %d shares", count,
			 CPUS_WANTED);
}

static const struct check list[] = {
	{ "qemu", qemu, "qemu-system-x86_64", "guests", "apt-get install qemu-system-x86",
	  CHECK_VM, NULL },
	{ "busybox", busybox, "busybox", "the guests' /init", "apt-get install busybox-static",
	  CHECK_VM, NULL },
	{ "agent", agent, "hmmbench-agent", "measuring", REINSTALL, CHECK_ALL, NULL },
	{ "module sources", sources, "kmod/Makefile", "the module of each kernel", REINSTALL,
	  CHECK_ALL, NULL },
	{ "make", program, "make", "building the module", "apt-get install make", CHECK_ALL, NULL },
	{ "gcc", program, "gcc", "building the module", "apt-get install gcc", CHECK_ALL, NULL },
	{ "sha256sum", program, "sha256sum", "telling builds apart", "apt-get install coreutils",
	  CHECK_ALL, NULL },
	{ "gnuplot", program, "gnuplot", "figures of reports", "apt-get install gnuplot-nox",
	  CHECK_ALL, NULL },
	{ "cache", cache, "the cache's folder", "kernels and modules",
	  "make room there, or set XDG_CACHE_HOME to a folder with 2 GB free", CHECK_ALL, NULL },
	{ "store", store, "the store's folder", "results",
	  "make it writable, or set HMMBENCH_STORE to a file elsewhere", CHECK_ALL, NULL },
	{ "apt-get", program, "apt-get", "fetching debian: kernels",
	  "only on Debian and its derivatives; elsewhere name a build tree with --kernel",
	  CHECK_VM, NULL },
	{ "dpkg-deb", program, "dpkg-deb", "unpacking debian: kernels", "apt-get install dpkg",
	  CHECK_VM, NULL },
	{ "keyring", keyring, "/usr/share/keyrings/debian-archive-keyring.gpg",
	  "trusting debian: kernels", "apt-get install debian-archive-keyring", CHECK_VM, NULL },
	{ "mirror", mirror, "apt's sources", "fetching debian: kernels",
	  "apt-get update, or set HMMBENCH_DEBIAN_MIRROR to a mirror's base URI", CHECK_VM, NULL },
	{ "kvm", kvm, "/dev/kvm", "guests at full speed (else TCG), whose times are a machine's",
	  "turn virtualization on (firmware, or nested in a guest); add the user to the group kvm",
	  0, "hmmbench kernel fetch debian:6.1, then hmmbench doctor again" },
	{ "cpus", cpus, "the CPUs allowed here",
	  "contended cells in guests: where CPUs are shared, their tails are the host's",
	  "measure on a larger machine", 0, NULL },
	{ "perf", program, "perf", "hmmbench profile", "apt-get install linux-perf", 0, NULL },
};

const struct check_family checks_tools = { "programs and files", list,
					   sizeof(list) / sizeof(list[0]) };
