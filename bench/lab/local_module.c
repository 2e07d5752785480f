// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/local_module.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/exit_status.h"

#define NAME "hmmbench"
#define UNLOAD_TRIES 100	/* of 50 ms */

#ifndef MODULE_INIT_COMPRESSED_FILE	/* since 5.17 */
#define MODULE_INIT_COMPRESSED_FILE 4
#endif

static bool is_loaded(void)
{
	return !access("/sys/module/" NAME, F_OK);
}

static const char *load_remedy(int errnum)
{
	switch (errnum) {
	case ENOEXEC:
		return "it was built for another kernel; the kernel's log says what differs";
	case EKEYREJECTED:
	case ENOKEY:
		return "this kernel takes signed modules only: sign it, or turn Secure Boot off";
	case EPERM:
		return "the kernel is locked down, or this is a container without CAP_SYS_MODULE";
	case ENOSYS:
		return "this kernel has no loadable modules";
	default:
		return "the kernel's log may say why";
	}
}

static int load(const char *path, struct error *error)
{
	const char *dot = strrchr(path, '.');
	const int flags = dot && strcmp(dot, ".ko") ? MODULE_INIT_COMPRESSED_FILE : 0;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret = 0, errnum;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", path);
	if (syscall(SYS_finit_module, fd, "", flags) && errno != EEXIST) {
		errnum = errno;
		ret = error_set(error, errnum, "%s cannot be loaded: %s; %s", path,
				strerror(errnum), load_remedy(errnum));
	}
	close(fd);
	return ret;
}

int local_module_load(const struct kernel *kernel, struct local_module *module,
		      struct error *error)
{
	int ret = 0;

	*module = (struct local_module){ 0 };
	if (is_loaded())
		return 0;
	if (!kernel->headers)
		module->path = kernel_module_installed(kernel);
	if (!module->path)
		ret = kernel_module(kernel, &module->path, error);
	if (!ret)
		ret = load(module->path, error);
	if (ret) {
		free(module->path);
		module->path = NULL;
		if (error && !error->exit_status)
			error->exit_status = STATUS_MODULE;
		return ret;
	}
	module->loaded = true;
	return 0;
}

int local_module_unload(struct local_module *module, struct error *error)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	int ret = 0;

	for (int i = 0; module->loaded && i < UNLOAD_TRIES; i++) {
		if (!syscall(SYS_delete_module, NAME, O_NONBLOCK) || errno == ENOENT) {
			module->loaded = false;
			ret = 0;
			break;
		}
		ret = -errno;
		if (ret != -EWOULDBLOCK && ret != -EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	free(module->path);
	module->path = NULL;
	return ret ? error_set_errno(error, -ret, "module " NAME " cannot be unloaded") : 0;
}
