/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels by name: debian:VERSION (fetched and unpacked in the cache), the path of a
 * build tree, an installed release, or "running"; and the module built for each, once,
 * in the cache.
 *
 * NAME@FOLDER is the kernel NAME with a module built from other sources: two versions of the
 * code under test are compared as two kernel builds are.
 */
#ifndef HMMBENCH_KERNEL_H
#define HMMBENCH_KERNEL_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "common/error.h"

enum kernel_source { KERNEL_DEBIAN, KERNEL_TREE, KERNEL_INSTALLED, KERNEL_RUNNING };

struct kernel {
	enum kernel_source source;
	char *name;		/* as given: "debian:6.1" */
	char *release;		/* "6.1.0-56-amd64" */
	char *image;		/* bzImage/vmlinuz; NULL where none is needed (running) */
	char *headers;		/* folder for make -C: headers or build tree */
	char *config;		/* its .config or NULL */
	char *package_version;	/* Debian's, or NULL */
	char *kmod;		/* folder of the module's sources; NULL: the project's own */
};

/*
 * debian:6.1, debian:6.12, debian:5.10, debian:6.1-cloud, debian:6.1-rt: from the cache,
 * fetched into it where missing and `fetch` is set (progress lines to stderr). Behind the
 * last '@' stands a folder with a Kbuild, unless the whole is a folder itself. Errors:
 * STATUS_KERNEL with the remedy.
 */
int kernel_resolve(const char *name, bool fetch, struct kernel **kernel, struct error *error);
void kernel_free(struct kernel *kernel);

/*
 * A kernel of Debian anew: the mirror is asked, and a version newer than the cached one
 * takes its place when it is whole. -EINVAL for a name that is not debian:VERSION.
 */
int kernel_refresh(const char *name, struct kernel **kernel, struct error *error);

/*
 * Can it be booted, can a module be built for it, and is its compiler here? What is wrong
 * with it is found here, before anything is built or boots: STATUS_KERNEL and -ENOENT for
 * what is not there, -EINVAL for a kernel that was built in a way that no module of ours
 * can load into, and kernel_compiler()'s. The other two are parts of kernel_check().
 */
int kernel_check(const struct kernel *kernel, struct error *error);
int kernel_check_image(const struct kernel *kernel, struct error *error);
int kernel_check_headers(const struct kernel *kernel, struct error *error);

/*
 * The compiler for its modules: "clang" for a kernel that clang built, else the gcc of the
 * kernel's own major version where this machine has it ("gcc-12"), else "gcc". *compiler is
 * malloc'ed. STATUS_MISSING_TOOL: there is none; -EINVAL: the one there is has another ABI.
 */
int kernel_compiler(const struct kernel *kernel, char **compiler, struct error *error);

/*
 * What tells one kernel with its module from another, malloc'ed: release, package version,
 * SHA-256 of the image, and the module's entry in the cache, whose name stands for all that
 * it depends on. Builds the module where it is not there: kernel_module()'s errors.
 */
int kernel_identity(const struct kernel *kernel, char **identity, struct error *error);

/*
 * What is in the cache, what is installed, what runs and what can be had: an array of {"name",
 * "release", "package_version", "image", "headers", "state"}, null where that is not known. The
 * caller's reference. -ENOMEM.
 */
int kernel_list(json_t **list, struct error *error);

/*
 * The module for this kernel, built in the cache when what it depends on (sources,
 * headers, compiler) has changed. *path is malloc'ed. STATUS_MODULE with the build
 * log's last lines.
 */
int kernel_module(const struct kernel *kernel, char **path, struct error *error);

/*
 * The one that DKMS or an operator has installed for it, malloc'ed; NULL: there is none.
 * It may be compressed. Where headers are missing, kernel_module() gives it.
 */
char *kernel_module_installed(const struct kernel *kernel);

#endif
