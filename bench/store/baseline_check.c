// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/baseline_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/copies.h"
#include "store/likeness.h"

/* The runs with what they were made from. */
struct checked {
	struct store_run *runs;
	struct plan **plans;
	uint32_t *arm;		/* all of one side */
};

static int read_run(struct store *store, struct checked *checked, size_t i, int64_t id,
		    struct error *error)
{
	struct store_run *run = &checked->runs[i];
	int result = store_run_get(store, id, run, error);

	if (result == -ENOENT)
		error->exit_status = STATUS_USAGE;
	if (result)
		return result;
	if (run->status != STATUS_OK)
		return error_set(error, EINVAL, "run %lld did not end whole (%s), and a baseline is "
				 "made of whole runs", (long long)id,
				 run->status < 0 ? "killed or still running" : run->status_text);
	if (!run->rows)
		return error_set(error, EINVAL, "run %lld has no samples, a baseline of it would be "
				 "empty", (long long)id);
	result = plan_from_json(run->plan_json, strlen(run->plan_json), &checked->plans[i], error);
	if (result)
		error_prefix(error, "run %lld", (long long)id);
	return result;
}

static int check_alike(const struct checked *checked, size_t count, struct error *error)
{
	const struct likeness_runs runs = { checked->runs, checked->plans, checked->arm, count };
	struct likeness likeness = { 0 };
	int result = likeness_find(&runs, &likeness);

	if (result)
		result = error_out_of_memory(error);
	else if (likeness.unlike_count)
		result = likeness_refuse(&likeness, "a baseline is of one thing, and these runs differ",
					 "name runs that are boots of one kernel", error);
	likeness_free(&likeness);
	return result;
}

int baseline_check(struct store *store, const int64_t *runs, size_t count, struct error *error)
{
	struct checked checked = {
		.runs = calloc(count + 1, sizeof(*checked.runs)),
		.plans = calloc(count + 1, sizeof(*checked.plans)),
		.arm = calloc(count + 1, sizeof(*checked.arm)),
	};
	size_t read = 0;
	int result = checked.runs && checked.plans && checked.arm ?
			     0 : error_out_of_memory(error);

	for (; read < count && !result; read++)
		result = read_run(store, &checked, read, runs[read], error);
	if (!result && count)
		result = copies_refuse(store, checked.runs, count, error);
	if (!result && count)
		result = check_alike(&checked, count, error);
	for (size_t i = 0; i < read; i++) {
		store_run_free(&checked.runs[i]);
		plan_free(checked.plans[i]);
	}
	free(checked.runs);
	free(checked.plans);
	free(checked.arm);
	return result;
}
