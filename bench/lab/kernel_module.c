// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module for a kernel, built once in the cache. An entry is named by the kernel's
 * release and a checksum of all that the module depends on; the text under the checksum
 * lies in the entry as "key", is compared whole, and tells a reader what was built.
 */
#include "config.h"

#include "lab/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/cache.h"

#define MODULE "hmmbench.ko"
#define MODULES_KEPT 32
#define KEY_BYTES_MAX (1 << 20)
#define FILES_MAX 256

/*
 * What of the headers decides about a module: the configuration, the release, the
 * versions of symbols, and what every new build of the kernel writes.
 */
static const char *const header_files[] = {
	"include/config/auto.conf", "include/generated/utsrelease.h",
	"include/generated/utsversion.h", "include/generated/compile.h", "Module.symvers", NULL
};

/* As configured: whether an unregistered mirror is freed for real. */
static const char real_free[] = "HMMBENCH_REAL_FREE=" HMMBENCH_REAL_FREE;

struct files {
	char *paths[FILES_MAX + 1];
	size_t count;
};

static int add_file(struct files *files, char *path, struct error *error)
{
	if (!path)
		return error_out_of_memory(error);
	if (files->count == FILES_MAX) {
		free(path);
		return error_set(error, E2BIG, "the module has more than %d files", FILES_MAX);
	}
	files->paths[files->count++] = path;
	return 0;
}

static bool is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return !strcmp(name, "Kbuild") || !strcmp(name, "Makefile") ||
	       (dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h")));
}

static int add_sources(struct files *files, const char *folder, struct error *error)
{
	struct dirent **entries;
	const int count = scandir(folder, &entries, NULL, alphasort);
	int ret = 0;

	if (count < 0)
		return error_set_errno(error, errno, "%s: the module's sources", folder);
	for (int i = 0; i < count; i++) {
		if (!ret && is_source(entries[i]->d_name))
			ret = add_file(files, path_printf("%s/%s", folder, entries[i]->d_name),
				       error);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

static int add_headers(struct files *files, const char *headers, struct error *error)
{
	int ret = 0;

	for (size_t i = 0; header_files[i] && !ret; i++) {
		char *path = path_printf("%s/%s", headers, header_files[i]);

		if (path && access(path, R_OK) < 0)
			free(path);
		else
			ret = add_file(files, path, error);
	}
	return ret;
}

/* "<digest>  <path>" for each source and header file. */
static int digests(const char *kmod, const char *headers, char **text, struct error *error)
{
	const char *argv[FILES_MAX + 3] = { "sha256sum", "--" };
	struct files files = { .count = 0 };
	char *probes = path_printf("%s/probes", kmod);
	int ret;

	ret = probes ? add_sources(&files, kmod, error) : error_out_of_memory(error);
	if (!ret && !files.count)
		ret = error_set(error, ENOENT, "%s: the module's sources are not there; HMMBENCH_KMOD "
				"names another folder", kmod);
	if (!ret && !access(probes, R_OK))
		ret = add_sources(&files, probes, error);
	if (!ret)
		ret = add_headers(&files, headers, error);
	for (size_t i = 0; i < files.count; i++)
		argv[i + 2] = files.paths[i];
	if (!ret)
		ret = spawn_output(argv, KEY_BYTES_MAX, text, error);
	for (size_t i = 0; i < files.count; i++)
		free(files.paths[i]);
	free(probes);
	return ret;
}

static int make_key(const struct kernel *kernel, const char *kmod, const char *compiler,
		    char **key, struct error *error)
{
	const char *const version_argv[] = { compiler, "--version", NULL };
	char *version = NULL, *files = NULL;
	int ret;

	ret = spawn_output(version_argv, 65536, &version, error);
	if (!ret)
		ret = digests(kmod, kernel->headers, &files, error);
	if (!ret) {
		version[strcspn(version, "\n")] = '\0';
		*key = path_printf("hmmbench " PACKAGE_VERSION "\n%s\nkernel %s %s\ncompiler %s\n%s",
				   real_free, kernel->release,
				   kernel->package_version ? kernel->package_version : "-", version,
				   files);
		if (!*key)
			ret = error_out_of_memory(error);
	}
	free(version);
	free(files);
	return ret;
}

/* Is the entry there, and made from the same? */
static bool is_built(const char *folder, const char *module, const char *key)
{
	char *path = path_printf("%s/key", folder), *old = NULL;
	bool same = false;

	if (path && !path_read_file(path, KEY_BYTES_MAX, &old, NULL, NULL))
		same = !strcmp(old, key) && !access(module, R_OK);
	free(old);
	free(path);
	return same;
}

/* "a, b": the symbols that modpost found nobody to export. */
static void undefined_symbols(const char *log, char *names, size_t bytes)
{
	static const char before[] = "ERROR: modpost: \"";

	names[0] = '\0';
	for (const char *at = log; (at = strstr(at, before));) {
		const size_t length = strcspn(at + strlen(before), "\"\n");
		const char *rest = at + strlen(before) + length;

		if (strlen(names) + length + 3 > bytes)
			return;
		if (!strncmp(rest + strcspn(rest, "]\n"), "] undefined!", 12)) {
			strcat(names, names[0] ? ", " : "");
			strncat(names, at + strlen(before), length);
		}
		at = rest;
	}
}

/* What is missing, or the first complaint of a compiler, says more than make's last lines. */
static void explain(const char *log, struct error *error)
{
	char *text, *found, *line, names[256];

	if (path_read_file(log, KEY_BYTES_MAX, &text, NULL, NULL))
		return;
	undefined_symbols(text, names, sizeof(names));
	found = strstr(text, "error: ");
	if (names[0]) {
		error_set(error, EIO, "the kernel does not export %s; build it with the options that "
			  "do, or name another; see %s", names, log);
	} else if (found) {
		for (line = found; line > text && line[-1] != '\n'; line--)
			;
		found[strcspn(found, "\n")] = '\0';
		error_set(error, EIO, "it does not compile: %.500s; see %s", line, log);
	}
	free(text);
}

static int run_make(const struct kernel *kernel, const char *kmod, const char *compiler,
		    const char *out, const char *log, struct error *error)
{
	char *makefile = path_printf("%s/Makefile", kmod);
	char *headers = path_printf("KDIR=%s", kernel->headers);
	char *folder = path_printf("OUT=%s", out);
	char *with = strcmp(compiler, "clang") ? path_printf("CC=%s", compiler) : strdup("LLVM=1");
	const char *const argv[] = {
		"make", "-f", makefile, headers, folder, with,
		"HMMBENCH_VERSION=" PACKAGE_VERSION, real_free,
		/* Type information for BPF: nobody reads it here, and it would need pahole. */
		"CONFIG_DEBUG_INFO_BTF_MODULES=", NULL
	};
	int ret;

	if (makefile && headers && folder && with)
		ret = spawn_logged(argv, out, log, error);
	else
		ret = error_out_of_memory(error);
	if (ret == -EIO)
		explain(log, error);
	free(makefile);
	free(headers);
	free(folder);
	free(with);
	return ret;
}

/* Builds in entry->making/build and keeps the module, its key and the log. */
static int build(const struct kernel *kernel, const char *kmod, const char *compiler,
		 const char *key, struct cache_entry *entry, struct error *error)
{
	char *out = path_printf("%s/build", entry->making);
	char *log = path_printf("%s/log", entry->making);
	char *built = path_printf("%s/build/" MODULE, entry->making);
	char *module = path_printf("%s/" MODULE, entry->making);
	char *key_path = path_printf("%s/key", entry->making);
	int ret = -ENOMEM;

	if (!out || !log || !built || !module || !key_path) {
		error_out_of_memory(error);
		goto out;
	}
	ret = cache_make(entry, error);
	if (!ret)
		ret = path_make_folder(out, error);
	if (!ret)
		ret = run_make(kernel, kmod, compiler, out, log, error);
	if (!ret && rename(built, module) < 0)
		ret = error_set_errno(error, errno, "make gave no %s; see %s", built, log);
	if (!ret)
		ret = path_remove_tree(out, error);
	if (!ret)
		ret = path_write_file(key_path, key, strlen(key), error);
	if (!ret)
		ret = cache_commit(entry, error);
out:
	free(out);
	free(log);
	free(built);
	free(module);
	free(key_path);
	return ret;
}

static int find_or_build(const struct kernel *kernel, const char *kmod, const char *compiler,
			 char **path, struct error *error)
{
	struct cache_entry entry;
	char *key = NULL, *name;
	int ret;

	ret = make_key(kernel, kmod, compiler, &key, error);
	if (ret)
		return ret;
	name = path_printf("%s-%08lx", kernel->release,
			   crc32(crc32(0, NULL, 0), (const Bytef *)key, (uInt)strlen(key)));
	ret = name ? cache_open("modules", name, &entry, error) : error_out_of_memory(error);
	free(name);
	if (ret) {
		free(key);
		return ret;
	}
	*path = path_printf("%s/" MODULE, entry.path);
	if (!*path)
		ret = error_out_of_memory(error);
	else if (!is_built(entry.path, *path, key))
		ret = build(kernel, kmod, compiler, key, &entry, error);
	if (!ret) {
		cache_touch(entry.path);
		cache_prune("modules", MODULES_KEPT);
	}
	cache_close(&entry);
	free(key);
	return ret;
}

/* Where DKMS puts it, by distribution. */
static const char *const dkms_paths[] = {
	"updates/dkms/hmmbench.ko", "updates/dkms/hmmbench.ko.xz", "updates/dkms/hmmbench.ko.zst",
	"extra/hmmbench.ko", "extra/hmmbench.ko.xz", "extra/hmmbench.ko.zst",
	"updates/hmmbench.ko", NULL
};

char *kernel_module_installed(const struct kernel *kernel)
{
	for (size_t i = 0; dkms_paths[i]; i++) {
		char *path = path_printf("/lib/modules/%s/%s", kernel->release, dkms_paths[i]);

		if (path && !access(path, R_OK))
			return path;
		free(path);
	}
	return NULL;
}

/* The kernel's own where none can be built. A guest's loader takes it as it is, uncompressed. */
static char *installed_instead(const struct kernel *kernel)
{
	char *path = kernel->headers || kernel->kmod ? NULL : kernel_module_installed(kernel);

	if (path && !strcmp(strrchr(path, '.'), ".ko"))
		return path;
	free(path);
	return NULL;
}

int kernel_module(const struct kernel *kernel, char **path, struct error *error)
{
	char *compiler = NULL, *kmod = NULL;
	int ret;

	*path = installed_instead(kernel);
	if (*path)
		return 0;
	ret = kernel_check_headers(kernel, error);
	if (!ret)
		ret = kernel_compiler(kernel, &compiler, error);
	if (ret)
		goto out;
	kmod = kernel->kmod ? strdup(kernel->kmod) : path_kmod();
	ret = kmod ? find_or_build(kernel, kmod, compiler, path, error) :
		     error_out_of_memory(error);
	if (ret)
		error_prefix(error, "the module for %s", kernel->release);
out:
	free(kmod);
	free(compiler);
	if (ret) {
		free(*path);
		*path = NULL;
		if (error && !error->exit_status)
			error->exit_status = STATUS_MODULE;
	}
	return ret;
}
