// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/cell_check.h"

#include <errno.h>
#include <stdbool.h>
#include <strings.h>

static int check_strategies(const struct plan *plan, uint32_t cell,
			    const struct hmmbench_info *module, struct error *error)
{
	if (core_has_own_strategy(plan->cells[cell].core))
		return 0;
	for (uint32_t i = 0; i < plan->block_count; i++)
		if (plan->blocks[i].cell == cell &&
		    !(module->strategies & 1u << plan->blocks[i].strategy))
			return error_set(error, EOPNOTSUPP, "the module has no strategy %s",
					 strategy_name(plan->blocks[i].strategy));
	return 0;
}

static int check_traced(const struct plan *plan, uint32_t cell, const struct workload *workload,
			struct error *error)
{
	bool traced = false;

	for (uint32_t i = 0; i < plan->block_count; i++)
		traced |= plan->blocks[i].cell == cell && plan->blocks[i].traced;
	if (!traced || (workload->traceable && plan->cells[cell].core == HMMBENCH_CORE_BUNDLED))
		return 0;
	return error_set(error, EOPNOTSUPP,
			 "the kernel's tracer is set on the release callback of core bundled, in "
			 "workload exit");
}

static int check_core(const struct cell *cell, const struct workload *workload,
		      const struct hmmbench_info *module, struct error *error)
{
	if (!(module->cores & 1u << cell->core))
		return error_set(error, EOPNOTSUPP, "the module has no core %s on this kernel",
				 name_of(core_names, cell->core));
	if (workload->invalidates && !(module->invalidates & 1u << cell->core))
		return error_set(error, EOPNOTSUPP,
				 "no module can call what this kernel calls to invalidate the "
				 "mirrors of core %s",
				 name_of(core_names, cell->core));
	return 0;
}

int cell_check(const struct plan *plan, uint32_t index, const struct workload *workload,
	       const struct hmmbench_info *module, struct error *error)
{
	const struct cell *cell = &plan->cells[index];
	int result = 0;

	if (plan->clock == PLAN_CLOCK_VIRTUAL &&
	    (workload->concurrent || cell->threads > 1 || cell->processes > 1))
		return error_set(error, EOPNOTSUPP,
				 "it needs two running CPUs and the virtual clock has "
				 "one: its time would be the sum over both");
	if (!workload->coreless)
		result = check_core(cell, workload, module, error);
	if (!result && !workload->coreless)
		result = check_strategies(plan, index, module, error);
	return result ? result : check_traced(plan, index, workload, error);
}

void cell_session(const struct cell *cell, uint32_t strategy, const struct workload *workload,
		  const struct hmmbench_info *module, struct session_options *options)
{
	options->core = cell->core;
	options->strategy = strategy;
	if (!workload->coreless || !module->cores || module->cores & 1u << cell->core)
		return;
	options->core = (uint32_t)ffs((int)module->cores) - 1;
	if (core_has_own_strategy(options->core))
		options->strategy = HMMBENCH_STRATEGY_KERNEL;
}
