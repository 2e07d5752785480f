// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/spread_of_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/clock_rate.h"
#include "store/likeness.h"
#include "store/spread_internal.h"

/* ---- which runs ---- */

struct candidates {
	const char *name;
	int64_t *ids;
	size_t count, room;
};

static int take_candidate(const struct store_run *run, void *context)
{
	struct candidates *candidates = context;

	if (run->status != STATUS_OK ||
	    (candidates->name && strcmp(run->plan_name, candidates->name)))
		return 0;
	if (candidates->count == candidates->room) {
		const size_t room = candidates->room ? 2 * candidates->room : 64;
		int64_t *grown = reallocarray(candidates->ids, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		candidates->ids = grown;
		candidates->room = room;
	}
	candidates->ids[candidates->count++] = run->id;
	return 0;
}

/* Boots of one build in one campaign; runs of no campaign are put together. */
static int group_of(struct measuring *measuring, const struct store_run *run, uint32_t *group)
{
	char *build = likeness_build(run), *key = NULL;

	if (build && asprintf(&key, "%lld %s", (long long)run->campaign, build) < 0)
		key = NULL;
	free(build);
	if (!key)
		return -ENOMEM;
	for (*group = 0; *group < measuring->count; ++*group)
		if (!strcmp(measuring->keys[*group], key))
			break;
	measuring->keys[measuring->count] = key;
	return 0;
}

int measuring_add(struct measuring *measuring, struct store_run *run, struct plan *plan)
{
	const size_t at = measuring->count;
	const int ret = group_of(measuring, run, &measuring->group[at]);

	if (ret)
		return ret;
	measuring->runs[at] = *run;
	measuring->plans[at] = plan;
	measuring->count++;
	return 0;
}

/* 1: it is one of them; 0: it is not; -errno. `run` and `plan` are the caller's in any case. */
static int fits(struct measuring *measuring, const char *name, const struct store_run *run,
		struct plan *plan, struct error *error)
{
	double rate;
	bool alike = true;
	int ret;

	if (plan->clock != PLAN_CLOCK_HOST)
		return 0;
	/* Without a name the newest decides it. */
	if (!name && measuring->count && strcmp(run->plan_name, measuring->runs[0].plan_name))
		return 0;
	ret = store_clock_rate(measuring->store, run->id, &rate, error);
	if (ret || rate != 1)
		return ret;
	if (measuring->count)
		ret = likeness_of_two(&measuring->runs[0], measuring->plans[0], run, plan, &alike);
	return ret ? ret : alike;
}

static int consider(struct measuring *measuring, const char *name, int64_t id, struct error *error)
{
	struct store_run run;
	struct plan *plan = NULL;
	int ret = store_run_get(measuring->store, id, &run, error);

	if (ret)
		return ret;
	ret = plan_from_json(run.plan_json, strlen(run.plan_json), &plan, error);
	if (ret)
		error_prefix(error, "run %lld", (long long)run.id);
	else
		ret = fits(measuring, name, &run, plan, error);
	if (ret == 1) {
		ret = measuring_add(measuring, &run, plan);
		if (!ret)
			return 0;
	}
	store_run_free(&run);
	plan_free(plan);
	return ret;
}

static int find_runs(struct measuring *measuring, const char *name, struct error *error)
{
	struct candidates candidates = { .name = name };
	int ret = store_runs_each(measuring->store, take_candidate, &candidates, error);

	for (size_t i = 0; i < candidates.count && !ret && measuring->count < SPREAD_RUNS_MAX; i++)
		ret = consider(measuring, name, candidates.ids[i], error);
	free(candidates.ids);
	return ret;
}

/* ---- what they come to ---- */

static int too_little(const struct measuring *measuring, const char *name, struct error *error)
{
	error->exit_status = STATUS_USAGE;
	if (!measuring->count)
		return error_set(error, ENODATA,
				 "nothing was measured here on the host's clock%s%s that this could be "
				 "told from; 'hmmbench run --kernel KERNEL --boots 8 CONFIG' measures "
				 "how much boots scatter", name ? " by the plan " : "", name ? name : "");
	return error_set(error, ENODATA,
			 "%zu boot%s of the plan %s, no two of one kernel in one campaign: how much "
			 "boots scatter cannot be told from them; 'hmmbench run --kernel %s --boots 8 "
			 "CONFIG' measures it", measuring->count, measuring->count == 1 ? "" : "s",
			 measuring->runs[0].plan_name, measuring->runs[0].kernel);
}

/* The control's quantile in each boot; NAN where it has none. */
static void set_control(const struct measuring *measuring, struct spread_boot *boots,
			size_t quantile)
{
	for (size_t i = 0; i < measuring->count; i++)
		boots[i].control = measuring->values[measuring->part_count - 1][i][quantile].value;
}

static int fill_part(struct measuring *measuring, size_t part)
{
	struct measured_part *to = &measuring->measured->parts[part];
	struct spread_boot boots[SPREAD_RUNS_MAX];
	double operations = 0;
	size_t known = 0;
	int ret = 0;

	for (size_t quantile = 0; quantile < GATED_COUNT; quantile++) {
		for (size_t i = 0; i < measuring->count; i++) {
			boots[i] = measuring->values[part][i][quantile];
			boots[i].group = measuring->group[i];
			operations += boots[i].blocks ? boots[i].operations : 0;
			known += boots[i].blocks > 0;
		}
		set_control(measuring, boots, quantile);
		ret = spread_of(boots, measuring->count, &to->spread[quantile]);
		to->known[quantile] = !ret;
		if (ret && ret != -ENODATA)
			return ret;
	}
	to->operations = known ? operations / (double)known : 0;
	return 0;
}

static int fill_measured(struct measuring *measuring, const char *name, struct error *error)
{
	struct measured *measured = measuring->measured;
	size_t kept = 0;

	for (size_t part = 0; part < measured->part_count; part++) {
		const int ret = fill_part(measuring, part);

		if (ret)
			return ret;
		/* A cell without samples of two boots tells nothing, the others do. */
		if (measured->parts[part].known[GATED_P10] ||
		    measured->parts[part].known[GATED_P50])
			measured->parts[kept++] = measured->parts[part];
	}
	measured->part_count = kept;
	return kept ? 0 : too_little(measuring, name, error);
}

void measuring_free(struct measuring *measuring)
{
	for (size_t i = 0; i < measuring->count; i++) {
		store_run_free(&measuring->runs[i]);
		plan_free(measuring->plans[i]);
		free(measuring->keys[i]);
	}
	free(measuring->values);
}

int measured_load(struct store *store, const char *name, struct measured **out, struct error *error)
{
	struct measuring *measuring = calloc(1, sizeof(*measuring));
	struct measured *measured = calloc(1, sizeof(*measured));
	int ret = measuring && measured ? 0 : -ENOMEM;

	*out = NULL;
	if (!ret) {
		measuring->store = store;
		measuring->measured = measured;
		ret = find_runs(measuring, name, error);
	}
	if (!ret && !measuring->count)
		ret = too_little(measuring, name, error);
	if (!ret)
		ret = measuring_read(measuring, error);
	if (!ret)
		ret = fill_measured(measuring, name, error);
	if (!ret) {
		/* The newest run's plan goes with it. */
		measured->plan = measuring->plans[0];
		measuring->plans[0] = NULL;
		*out = measured;
	} else {
		measured_free(measured);
	}
	if (measuring)
		measuring_free(measuring);
	free(measuring);
	return ret == -ENOMEM && !error->text[0] ? error_out_of_memory(error) : ret;
}

void measured_free(struct measured *measured)
{
	if (!measured)
		return;
	plan_free(measured->plan);
	free(measured->lab);
	free(measured->runs);
	free(measured->cells);
	free(measured->parts);
	free(measured);
}
