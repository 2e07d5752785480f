// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/tree_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

#define CONFIG_BYTES_MAX (4u << 20)

static int run_make(const char *tree, const char *build, const char *target, const char *log,
		    struct error *error)
{
	char *ccache = spawn_find("ccache");
	char *output = path_printf("O=%s", build);
	char *jobs = path_printf("-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	const char *const argv[] = { "make", "-C", tree,
				     output, jobs, ccache ? "CC=ccache gcc" : "CC=gcc",
				     target, NULL };
	int result = output && jobs ? spawn_logged(argv, NULL, log, error)
				    : error_out_of_memory(error);

	free(ccache);
	free(output);
	free(jobs);
	return result;
}

int tree_build(const char *tree, const char *build, const char *log, struct error *error)
{
	int result = run_make(tree, build, "olddefconfig", log, error);

	if (!result)
		result = run_make(tree, build, "all", log, error);
	return result == -EIO ? -ENOEXEC : result;
}

int tree_build_prepare(const char *build, const char *config, struct error *error)
{
	char *path = path_printf("%s/.config", build), *text = NULL;
	size_t bytes;
	int result = path ? path_make_folder(build, error)
			  : error_out_of_memory(error);

	if (!result && access(path, R_OK)) {
		result = path_read_file(config, CONFIG_BYTES_MAX, &text, &bytes, NULL);
		if (result) {
			error->exit_status = STATUS_USAGE;
			error_set_errno(error, -result,
					"%s: no configuration to build the kernel "
					"with; name one with --config",
					config);
		}
	}
	if (!result && text)
		result = path_write_file(path, text, bytes, error);
	free(text);
	free(path);
	return result;
}
