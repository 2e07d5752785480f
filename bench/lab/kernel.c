// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/kernel_debian.h"

#define DEBIAN "debian:"

static char *if_readable(char *path)
{
	if (path && access(path, R_OK) < 0) {
		free(path);
		return NULL;
	}
	return path;
}

/* A kernel whose files lie where installed ones do; any of them may be missing. */
static int installed(const char *release, struct kernel *kernel, struct error *error)
{
	kernel->release = strdup(release);
	if (!kernel->release)
		return error_out_of_memory(error);
	kernel->image = if_readable(path_printf("/boot/vmlinuz-%s", release));
	if (!kernel->image)	/* where distributions with a unified /usr keep it */
		kernel->image = if_readable(path_printf("/lib/modules/%s/vmlinuz", release));
	kernel->headers = if_readable(path_printf("/lib/modules/%s/build", release));
	if (!kernel->headers)
		kernel->headers = if_readable(path_printf("/usr/src/linux-headers-%s", release));
	kernel->config = if_readable(path_printf("/boot/config-%s", release));
	return 0;
}

static int running(struct kernel *kernel, struct error *error)
{
	struct utsname system;

	kernel->source = KERNEL_RUNNING;
	if (uname(&system) < 0)
		return error_set_errno(error, errno, "uname");
	return installed(system.release, kernel, error);
}

/* "~/linux" that no shell has expanded, as in --kernel=~/linux. */
static char *expand_home(const char *path)
{
	const char *home = getenv("HOME");
	char *text, *whole;

	if (!strncmp(path, "~/", 2) && home)
		text = path_printf("%s%s", home, path + 1);
	else
		text = strdup(path);
	whole = text ? realpath(text, NULL) : NULL;
	if (!whole)
		return text;
	free(text);
	return whole;
}

/* A build tree: Kbuild has written the release, and the image lies where the build puts it. */
static int tree(const char *name, struct kernel *kernel, struct error *error)
{
	char *folder = expand_home(name), *file = NULL;
	int ret;

	kernel->source = KERNEL_TREE;
	if (!folder)
		return error_out_of_memory(error);
	file = path_printf("%s/include/config/kernel.release", folder);
	if (!file) {
		ret = error_out_of_memory(error);
		goto out;
	}
	ret = path_read_file(file, 256, &kernel->release, NULL, NULL);
	if (ret) {
		error_set(error, ENOENT, "kernel %s: no build tree of a kernel (%s is not there); "
			  "build the kernel first, or name its build folder (O=)", name, file);
		goto out;
	}
	kernel->release[strcspn(kernel->release, "\n")] = '\0';
	kernel->headers = strdup(folder);
	kernel->image = if_readable(path_printf("%s/arch/x86/boot/bzImage", folder));
	kernel->config = if_readable(path_printf("%s/.config", folder));
	if (!kernel->headers)
		ret = error_out_of_memory(error);
out:
	free(file);
	free(folder);
	return ret;
}

static bool is_path(const char *name)
{
	struct stat status;

	return strchr(name, '/') || name[0] == '.' || name[0] == '~' ||
	       (!stat(name, &status) && S_ISDIR(status.st_mode));
}

static int resolve(const char *name, bool fetch, struct kernel *kernel, struct error *error)
{
	int ret;

	if (!strcmp(name, "running"))
		return running(kernel, error);
	if (!strncmp(name, DEBIAN, strlen(DEBIAN)))
		return kernel_debian_resolve(name + strlen(DEBIAN), fetch, kernel, error);
	if (is_path(name))
		return tree(name, kernel, error);
	kernel->source = KERNEL_INSTALLED;
	ret = installed(name, kernel, error);
	if (!ret && !kernel->image && !kernel->headers)
		ret = error_set(error, ENOENT, "kernel %s: nothing of that release is installed "
				"(/boot/vmlinuz-%s, /lib/modules/%s/build); 'hmmbench kernel list' "
				"shows what there is", name, name, name);
	return ret;
}

/* What stands behind the last '@' of a name that is no folder; else NULL. */
static const char *module_sources(const char *name)
{
	const char *at = strrchr(name, '@');
	struct stat status;

	if (!at || (!stat(name, &status) && S_ISDIR(status.st_mode)))
		return NULL;
	return at + 1;
}

static int take_sources(const char *name, const char *folder, struct kernel *kernel,
			struct error *error)
{
	char *kbuild;

	kernel->kmod = expand_home(folder);
	kbuild = kernel->kmod ? path_printf("%s/Kbuild", kernel->kmod) : NULL;
	if (!kbuild)
		return error_out_of_memory(error);
	if (access(kbuild, R_OK)) {
		free(kbuild);
		return error_set(error, ENOENT, "kernel %s: %s holds no sources of the module (no Kbuild "
				 "there); give a copy of the project's kmod folder behind the @", name,
				 kernel->kmod);
	}
	free(kbuild);
	return 0;
}

static int resolve_named(const char *name, bool fetch, struct kernel *kernel, struct error *error)
{
	const char *folder = module_sources(name);
	char *plain = folder ? strndup(name, (size_t)(folder - name) - 1) : strdup(name);
	int ret = 0;

	kernel->name = strdup(name);
	if (!plain || !kernel->name)
		ret = error_out_of_memory(error);
	if (!ret && folder)
		ret = take_sources(name, folder, kernel, error);
	if (!ret)
		ret = resolve(plain, fetch, kernel, error);
	free(plain);
	return ret;
}

int kernel_resolve(const char *name, bool fetch, struct kernel **kernel, struct error *error)
{
	struct kernel *found = calloc(1, sizeof(*found));
	int ret;

	*kernel = NULL;
	if (!found)
		return error_out_of_memory(error);
	ret = resolve_named(name, fetch, found, error);
	if (ret) {
		kernel_free(found);
		if (error && !error->exit_status)
			error->exit_status = STATUS_KERNEL;
		return ret;
	}
	*kernel = found;
	return 0;
}

int kernel_refresh(const char *name, struct kernel **kernel, struct error *error)
{
	struct kernel *found;
	int ret;

	*kernel = NULL;
	if (strncmp(name, DEBIAN, strlen(DEBIAN)))
		return error_set(error, EINVAL, "kernel %s: only Debian's kernels are fetched; "
				 "debian:6.1 for instance", name);
	found = calloc(1, sizeof(*found));
	if (found)
		found->name = strdup(name);
	if (found && found->name)
		ret = kernel_debian_refresh(name + strlen(DEBIAN), found, error);
	else
		ret = error_out_of_memory(error);
	if (ret) {
		kernel_free(found);
		if (error && !error->exit_status)
			error->exit_status = STATUS_KERNEL;
		return ret;
	}
	*kernel = found;
	return 0;
}

void kernel_free(struct kernel *kernel)
{
	if (!kernel)
		return;
	free(kernel->name);
	free(kernel->release);
	free(kernel->image);
	free(kernel->headers);
	free(kernel->config);
	free(kernel->package_version);
	free(kernel->kmod);
	free(kernel);
}
