// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can be wrong with a kernel, said in its own terms: a compiler's or modpost's error
 * tells nobody that the kernel was built without modules.
 */
#include "lab/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/kernel_config.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/cache.h"

#define CONFIG_BYTES_MAX (16u << 20)

/* What the module cannot be without. */
static const struct needed {
	const char *option;
	const char *what, *remedy;
} needed_options[] = {
	{ "CONFIG_MODULES", "it was built without modules",
	  "build it with CONFIG_MODULES=y, or name another" },
	{ "CONFIG_MMU_NOTIFIER", "it has no mmu_notifier_register(), which every core needs",
	  "build it with an option that selects CONFIG_MMU_NOTIFIER (CONFIG_KVM=m does), or name "
	  "another" },
	{ "CONFIG_64BIT", "it is a 32-bit kernel, and rings carry 64-bit positions",
	  "name a 64-bit one" },
};

static int refuse(const struct kernel *kernel, int errnum, struct error *error, const char *what,
		  const char *remedy)
{
	if (error)
		error->exit_status = STATUS_KERNEL;
	return error_set(error, errnum, "kernel %s: %s; %s", kernel->name, what, remedy);
}

/* Frees the remedy, which is NULL when memory is out. */
static int missing(const struct kernel *kernel, struct error *error, const char *what, char *remedy)
{
	int err;

	if (remedy)
		err = refuse(kernel, ENOENT, error, what, remedy);
	else
		err = error_out_of_memory(error);
	free(remedy);
	return err;
}

int kernel_check_image(const struct kernel *kernel, struct error *error)
{
	if (kernel->image)
		return 0;
	if (kernel->source == KERNEL_TREE)
		return missing(kernel, error,
			       "the tree is not built: arch/x86/boot/bzImage is not there",
			       path_printf("make -C %s", kernel->headers));
	return missing(
		kernel, error,
		kernel->headers ? "its headers are installed and its image is not"
				: "its image is not installed",
		path_printf("on Debian: apt-get install linux-image-%s, or name another with "
			    "--kernel",
			    kernel->release));
}

/* A file of the headers; NULL where it cannot be read. */
static char *read_header(const struct kernel *kernel, const char *name)
{
	char *path = path_printf("%s/%s", kernel->headers, name), *text = NULL;

	if (path)
		path_read_file(path, CONFIG_BYTES_MAX, &text, NULL, NULL);
	free(path);
	return text;
}

static bool has_header(const struct kernel *kernel, const char *name)
{
	char *path = path_printf("%s/%s", kernel->headers, name);
	const bool there = path && !access(path, R_OK);

	free(path);
	return there;
}

/* Has the configuration the option, as "y", "m" or another value? */
static bool has_option(const char *config, const char *option)
{
	char *value = config ? kernel_config_value(config, option) : NULL;

	free(value);
	return value != NULL;
}

static int check_options(const struct kernel *kernel, const char *config, struct error *error)
{
	for (size_t i = 0; i < sizeof(needed_options) / sizeof(needed_options[0]); i++)
		if (!has_option(config, needed_options[i].option))
			return refuse(kernel, EINVAL, error, needed_options[i].what,
				      needed_options[i].remedy);
	return 0;
}

int kernel_check_headers(const struct kernel *kernel, struct error *error)
{
	char *config;
	int err;

	if (!kernel->headers)
		return missing(kernel, error,
			       "its headers are not there, so that no module can be built for it",
			       path_printf("on Debian: apt-get install linux-headers-%s",
					   kernel->release));
	config = read_header(kernel, "include/config/auto.conf");
	if (!config)
		return missing(
			kernel, error,
			"its headers are not prepared: include/config/auto.conf is not there",
			path_printf("make -C %s modules_prepare", kernel->headers));
	err = check_options(kernel, config, error);
	/* After the options: a kernel without modules never has it. */
	if (!err && !has_header(kernel, "Module.symvers"))
		err = missing(kernel, error,
			      kernel->source == KERNEL_TREE
				      ? "the tree is not built: it has no Module.symvers"
				      : "its headers have no Module.symvers",
			      path_printf("make -C %s", kernel->headers));
	free(config);
	return err;
}

/* ---- compiler ---- */

static int no_compiler(const char *compiler, struct error *error)
{
	if (error)
		error->exit_status = STATUS_MISSING_TOOL;
	return error_set(error, ENOENT,
			 "%s: not found, and needed to build the module; on Debian: "
			 "apt-get install %s make",
			 compiler, compiler);
}

static bool is_there(const char *program)
{
	char *path = spawn_find(program);

	free(path);
	return path != NULL;
}

static unsigned long major_of(const char *compiler)
{
	const char *const argv[] = { compiler, "-dumpversion", NULL };
	char *version = NULL;
	unsigned long major = 0;

	if (!spawn_output(argv, 4096, &version, NULL))
		major = strtoul(version, NULL, 10);
	free(version);
	return major;
}

/*
 * Another gcc builds modules that load, as a rule. Not where its plugins had a hand in the
 * kernel: they may have moved the members of structures.
 */
static int choose_gcc(const struct kernel *kernel, const char *config, char **compiler,
		      struct error *error)
{
	char *version = config ? kernel_config_value(config, "CONFIG_GCC_VERSION") : NULL;
	const unsigned long wanted = version ? strtoul(version, NULL, 10) / 10000 : 0;
	char *own = path_printf("gcc-%lu", wanted), text[256];

	free(version);
	if (!own)
		return error_out_of_memory(error);
	if (wanted && is_there(own)) {
		*compiler = own;
		return 0;
	}
	if (!is_there("gcc")) {
		free(own);
		return no_compiler("gcc", error);
	}
	if (wanted && has_option(config, "CONFIG_GCC_PLUGINS") && major_of("gcc") != wanted) {
		snprintf(text, sizeof(text),
			 "gcc %lu and its plugins built it, and gcc %lu, which is here, lays out "
			 "structures otherwise",
			 wanted, major_of("gcc"));
		free(own);
		return missing(kernel, error, text,
			       path_printf("on Debian: apt-get install gcc-%lu gcc-%lu-plugin-dev",
					   wanted, wanted));
	}
	free(own);
	*compiler = strdup("gcc");
	return *compiler ? 0 : error_out_of_memory(error);
}

int kernel_compiler(const struct kernel *kernel, char **compiler, struct error *error)
{
	char *config = read_header(kernel, "include/config/auto.conf");
	int err = 0;

	*compiler = NULL;
	if (!has_option(config, "CONFIG_CC_IS_CLANG")) {
		err = choose_gcc(kernel, config, compiler, error);
	} else if (!is_there("clang") || !is_there("ld.lld")) {
		/* Its modules have to be built by it, and linked by LLVM's linker. */
		err = missing(kernel, error, "clang built it, and clang is not here",
			      strdup("on Debian: apt-get install clang lld llvm"));
		if (error)
			error->exit_status = STATUS_MISSING_TOOL;
	} else {
		*compiler = strdup("clang");
		if (!*compiler)
			err = error_out_of_memory(error);
	}
	free(config);
	return err;
}

int kernel_check(const struct kernel *kernel, struct error *error)
{
	char *compiler, *installed;
	int err = kernel_check_image(kernel, error);

	if (!err && !kernel->headers && !kernel->kmod) {
		installed = kernel_module_installed(kernel);
		if (installed) {
			free(installed);
			return 0;
		}
	}
	if (!err)
		err = kernel_check_headers(kernel, error);
	if (!err)
		err = kernel_compiler(kernel, &compiler, error);
	if (!err)
		free(compiler);
	return err;
}

/* The name of a built module's entry in the cache; of an installed one its digest. */
static int name_module(const struct kernel *kernel, const char *module, char **name,
		       struct error *error)
{
	const char *end = strrchr(module, '/'), *start = end;
	char digest[65];
	int err = kernel->headers || kernel->kmod ? 0 : cache_digest(module, digest, error);

	if (err)
		return err;
	while (start > module && start[-1] != '/')
		start--;
	*name = kernel->headers || kernel->kmod ? strndup(start, (size_t)(end - start))
						: strdup(digest);
	return *name ? 0 : error_out_of_memory(error);
}

int kernel_identity(const struct kernel *kernel, char **identity, struct error *error)
{
	char digest[65], *module, *name;
	int err;

	*identity = NULL;
	err = kernel_check_image(kernel, error);
	if (!err)
		err = cache_digest(kernel->image, digest, error);
	if (!err)
		err = kernel_module(kernel, &module, error);
	if (err)
		return err;
	err = name_module(kernel, module, &name, error);
	free(module);
	if (err)
		return err;
	*identity = path_printf("%s%s%s, image %s, module %s", kernel->release,
				kernel->package_version ? " " : "",
				kernel->package_version ? kernel->package_version : "", digest,
				name);
	free(name);
	return *identity ? 0 : error_out_of_memory(error);
}
