// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/run_alone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run_boot.h"
#include "common/exit_status.h"
#include "common/paths.h"

static int run_on(const struct run_alone *alone, const struct config *config,
		  const struct plan *plan, const struct kernel *kernel, struct error *error)
{
	char *path = alone->store ? strdup(alone->store) : path_store();
	struct store *store = NULL;
	struct run_end end;
	int result;

	if (!path)
		return error_out_of_memory(error);
	result = store_open(path, STORE_WRITE, &store, error);
	if (!result) {
		const struct run_boot boot = {
			.config = config,
			.plan = plan,
			.lab = alone->lab,
			.kernel = kernel,
			.store = store,
			.store_path = path,
			.label = alone->label,
			.progress = alone->progress,
		};

		result = run_boot(&boot, &end, error);
	}
	if (!result && end.status != STATUS_OK) {
		error->exit_status = end.status;
		result = error_set(error, EIO, "run %lld: %.900s", (long long)end.run, end.text);
	} else if (!result) {
		result = alone->print(store, end.run, path, error);
	}
	store_close(store);
	free(path);
	return result;
}

int run_alone(const struct run_alone *alone, struct error *error)
{
	const struct lab *lab = alone->lab;
	struct config *config = NULL;
	struct plan *plan = NULL;
	struct kernel *kernel = NULL;
	uint32_t nodes = 0;
	int result;

	/* Everything that can be wrong in the input is found before anything is fetched or boots. */
	result = lab->nodes ? lab->nodes(&nodes, error) : 0;
	if (!result)
		result = alone->configure(alone->given, nodes, &config, error);
	if (!result && lab->guest)
		result = config_check_vm(config, error);
	if (!result)
		result = plan_make(config, alone->seed_given ? alone->seed : config->seed,
				   alone->clock, &plan, error);
	if (!result)
		result = kernel_resolve(alone->kernel ? alone->kernel : lab->default_kernel,
					alone->fetch, &kernel, error);
	if (!result && lab->boots)
		result = kernel_check(kernel, error);
	if (!result)
		result = run_on(alone, config, plan, kernel, error);
	kernel_free(kernel);
	plan_free(plan);
	config_free(config);
	return result;
}
