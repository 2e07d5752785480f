// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/doctor.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/accelerator.h"
#include "lab/debian_mirror.h"
#include "lab/describe.h"
#include "lab/libraries.h"

#define FOUND_BYTES 256
#define CACHE_BYTES_WANTED (2ull << 30)	/* three kernels unpacked, their images and modules */

#define REINSTALL "build it with make, or install hmmbench again"

struct check {
	const char *name;
	const char *purpose;
	bool needed;		/* for a run in a guest, from configuration to report */
	/* Is it there? Writes what was found, or what is wrong. */
	bool (*look)(const struct check *check, char *found);
	const char *remedy;
	const char *program;	/* of look_program() */
};

static void say(char *found, const char *text)
{
	snprintf(found, FOUND_BYTES, "%.*s", FOUND_BYTES - 1, text);
}

static bool look_program(const struct check *check, char *found)
{
	char *path = spawn_find(check->program);

	say(found, path ? path : "not in PATH");
	free(path);
	return path != NULL;
}

static bool look_qemu(const struct check *check, char *found)
{
	const char *chosen = getenv("HMMBENCH_QEMU");
	const char *const argv[] = { chosen && chosen[0] ? chosen : check->program, "--version",
				     NULL };
	struct error error = { 0 };
	char *version;

	if (spawn_output(argv, 4096, &version, &error)) {
		say(found, error.text);
		return false;
	}
	version[strcspn(version, "\n")] = '\0';
	say(found, version);
	free(version);
	return true;
}

static bool look_busybox(const struct check *check, char *found)
{
	char *loader = NULL;

	if (!look_program(check, found))
		return false;
	if (!libraries_loader(found, &loader, NULL) && !loader)
		return true;
	free(loader);
	say(found, "it is not linked statically");
	return false;
}

static bool look_agent(const struct check *check, char *found)
{
	char *path = path_agent();
	const bool there = path && !access(path, X_OK);

	(void)check;
	snprintf(found, FOUND_BYTES, "%s%s", path ? path : "", there ? "" : " is not there");
	free(path);
	return there;
}

static bool look_sources(const struct check *check, char *found)
{
	char *folder = path_kmod();
	char *makefile = folder ? path_printf("%s/Makefile", folder) : NULL;
	const bool there = makefile && !access(makefile, R_OK);

	(void)check;
	snprintf(found, FOUND_BYTES, "%s%s", folder ? folder : "", there ? "" : " is not there");
	free(makefile);
	free(folder);
	return there;
}

static bool look_cache(const struct check *check, char *found)
{
	char *folder = path_cache("");
	struct error error = { 0 };
	struct statvfs space;
	bool good = false;

	(void)check;
	if (!folder || path_make_folder(folder, &error))
		say(found, error.text);
	else if (access(folder, W_OK) < 0)
		snprintf(found, FOUND_BYTES, "%s: %s", folder, strerror(errno));
	else if (statvfs(folder, &space) < 0)
		snprintf(found, FOUND_BYTES, "%s: %s", folder, strerror(errno));
	else
		good = true;
	if (good) {
		const unsigned long long bytes = (unsigned long long)space.f_bavail * space.f_frsize;

		good = bytes >= CACHE_BYTES_WANTED;
		snprintf(found, FOUND_BYTES, "%s, %.1f GB free%s", folder, (double)bytes * 1e-9,
			 good ? "" : ", which is little");
	}
	free(folder);
	return good;
}

static bool look_store(const struct check *check, char *found)
{
	char *path = path_store(), *slash = path ? strrchr(path, '/') : NULL;
	struct error error = { 0 };
	bool good = false;

	(void)check;
	if (slash)
		*slash = '\0';
	if (slash && path_make_folder(path, &error))
		say(found, error.text);
	else if (access(slash ? path : ".", W_OK) < 0)
		snprintf(found, FOUND_BYTES, "%s: %s", path ? path : "", strerror(errno));
	else
		good = true;
	if (slash)
		*slash = '/';
	if (good)
		say(found, path ? path : "");
	free(path);
	return good;
}

static bool look_mirror(const struct check *check, char *found)
{
	struct debian_mirror mirror;
	struct error error = { 0 };

	(void)check;
	if (debian_mirror_find(&mirror, &error)) {
		say(found, error.text);
		return false;
	}
	snprintf(found, FOUND_BYTES, "%s%s%s", mirror.main, mirror.security ? " and " : "",
		 mirror.security ? mirror.security : "");
	debian_mirror_free(&mirror);
	return true;
}

static bool look_keyring(const struct check *check, char *found)
{
	const bool there = !access(check->program, R_OK);

	snprintf(found, FOUND_BYTES, "%s%s", check->program, there ? "" : " is not there");
	return there;
}

static bool look_kvm(const struct check *check, char *found)
{
	struct accelerator_choice choice;

	(void)check;
	if (!accelerator_kvm_opens(found, FOUND_BYTES))
		return false;
	if (!accelerator_recall(&choice)) {
		say(found, "/dev/kvm opens; a probe boot before the first run decides");
		return true;
	}
	say(found, choice.why);
	return choice.accelerator == ACCELERATOR_KVM;
}

static bool look_cpus(const struct check *check, char *found)
{
	const unsigned int cpus = describe_host_cpus();

	(void)check;
	snprintf(found, FOUND_BYTES, "%u%s", cpus, cpus < 4 ? ": a guest of 4 CPUs shares them, and "
		 "its tails are the host's" : "");
	return cpus >= 4;
}

static bool look_root(const struct check *check, char *found)
{
	(void)check;
	snprintf(found, FOUND_BYTES, "user id %u", (unsigned int)geteuid());
	return geteuid() == 0;
}

static bool look_headers(const struct check *check, char *found)
{
	struct utsname system = { .release = "" };
	char *folder;
	bool there;

	(void)check;
	uname(&system);
	folder = path_printf("/lib/modules/%s/build", system.release);
	there = folder && !access(folder, R_OK);
	snprintf(found, FOUND_BYTES, "%s%s", folder ? folder : "", there ? "" : " is not there");
	free(folder);
	return there;
}

static const struct check checks[] = {
	{ "qemu", "guests", true, look_qemu, "apt-get install qemu-system-x86",
	  "qemu-system-x86_64" },
	{ "busybox", "the guests' /init", true, look_busybox, "apt-get install busybox-static",
	  "busybox" },
	{ "agent", "measuring", true, look_agent, REINSTALL, NULL },
	{ "module sources", "the module of each kernel", true, look_sources, REINSTALL, NULL },
	{ "make", "building the module", true, look_program, "apt-get install make", "make" },
	{ "gcc", "building the module", true, look_program, "apt-get install gcc", "gcc" },
	{ "sha256sum", "telling builds apart", true, look_program, "apt-get install coreutils",
	  "sha256sum" },
	{ "gnuplot", "figures of reports", true, look_program, "apt-get install gnuplot-nox",
	  "gnuplot" },
	{ "cache", "kernels and modules", true, look_cache,
	  "make room there, or set XDG_CACHE_HOME to a folder with 2 GB free", NULL },
	{ "store", "results", true, look_store,
	  "make it writable, or set HMMBENCH_STORE to a file elsewhere", NULL },
	{ "apt-get", "fetching debian: kernels", true, look_program,
	  "only on Debian and its derivatives; elsewhere name a build tree with --kernel", "apt-get" },
	{ "dpkg-deb", "unpacking debian: kernels", true, look_program, "apt-get install dpkg",
	  "dpkg-deb" },
	{ "keyring", "trusting debian: kernels", true, look_keyring,
	  "apt-get install debian-archive-keyring",
	  "/usr/share/keyrings/debian-archive-keyring.gpg" },
	{ "mirror", "fetching debian: kernels", true, look_mirror,
	  "apt-get update, or set HMMBENCH_DEBIAN_MIRROR to a mirror's base URI", NULL },
	{ "kvm", "guests at full speed (else TCG)", false, look_kvm,
	  "turn virtualization on (firmware, or nested in a guest); add the user to the group kvm", NULL },
	{ "cpus", "contended cells in guests", false, look_cpus, "measure on a larger machine", NULL },
	{ "perf", "hmmbench profile", false, look_program, "apt-get install linux-perf", "perf" },
	{ "root", "--on local", false, look_root, "sudo", NULL },
	{ "headers", "--on local", false, look_headers,
	  "apt-get install linux-headers-$(uname -r), or install the module with DKMS", NULL },
};

static void print_line(FILE *file, const struct check *check, bool good, const char *found)
{
	const char *word = good ? "ok" : check->needed ? "MISSING" : "no";

	fprintf(file, "%-8s %-15s %s (%s)\n", word, check->name, found, check->purpose);
	if (!good)
		fprintf(file, "%24s -> %s\n", "", check->remedy);
}

static json_t *line_json(const struct check *check, bool good, const char *found)
{
	return json_pack("{s:s, s:s, s:b, s:b, s:s, s:s?}", "check", check->name, "for",
			 check->purpose, "needed", check->needed, "ok", good, "found", found,
			 "remedy", good ? NULL : check->remedy);
}

int doctor_run(FILE *file, bool json)
{
	json_t *lines = json ? json_array() : NULL;
	char found[FOUND_BYTES];
	size_t missing = 0;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const struct check *check = &checks[i];
		const bool good = check->look(check, found);

		missing += !good && check->needed;
		if (lines)
			json_array_append_new(lines, line_json(check, good, found));
		else
			print_line(file, check, good, found);
	}
	if (lines) {
		json_dumpf(lines, file, JSON_INDENT(2));
		fputc('\n', file);
		json_decref(lines);
	} else if (missing) {
		fprintf(file, "%zu of what is needed %s missing.\n", missing,
			missing == 1 ? "is" : "are");
	} else {
		fputs("Nothing that is needed is missing.\n", file);
	}
	if (ferror(file))
		return -EIO;
	return missing ? STATUS_MISSING_TOOL : STATUS_OK;
}
