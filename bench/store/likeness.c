// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/likeness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "store/dataset_internal.h"
#include "store/runs_text.h"

#define VALUE_COLUMNS 60	/* of one value in a line; what is longer is cut */

enum reach {
	EVERYWHERE,		/* the same in all runs */
	EVERYWHERE_ON_HOST,	/* the same, but on the virtual clock any will do */
	IN_BUILD,		/* the same in all runs of a side */
	TOLD,			/* a difference is told */
};

/*
 * What is looked at: a path into the facts, which are {"run":{},"lab":{},"environment":{}},
 * or a function where that is not enough.
 */
struct feature {
	const char *name, *path;
	enum reach reach;
	json_t *(*value)(const json_t *facts, const struct plan *plan);
};

static json_t *clock_of(const json_t *facts, const struct plan *plan)
{
	(void)facts;
	return json_string(plan->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host");
}

static json_t *plan_of(const json_t *facts, const struct plan *plan)
{
	char text[160];
	size_t used = 0;

	(void)facts;
	for (uint32_t i = 0; i < plan->strategy_count && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? "+" : "",
					 strategy_name(plan->strategies[i]));
	if (used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, ", thresholds %g %% and %g %%",
			 plan->threshold * 100, plan->threshold_p99 * 100);
	return json_string(text);
}

/* CPUs, nodes and the distances between them, out of the topology. */
static json_t *topology_of(const json_t *facts, const struct plan *plan)
{
	const json_t *topology = json_object_get(json_object_get(facts, "environment"), "topology");
	const char *xml = json_string_value(json_object_get(topology, "xml"));
	const char *distances = xml ? strstr(xml, "<u64values") : NULL;
	int length = 0;
	char text[200];

	(void)plan;
	if (!json_is_object(topology))
		return NULL;
	distances = distances ? strchr(distances, '>') : NULL;
	if (distances)
		length = (int)strcspn(++distances, "<");
	while (length && distances[length - 1] == ' ')	/* as hwloc ends it */
		length--;
	snprintf(text, sizeof(text), "%lld CPUs, %lld cores, %lld nodes%s%.*s",
		 (long long)json_integer_value(json_object_get(topology, "cpus")),
		 (long long)json_integer_value(json_object_get(topology, "cores")),
		 (long long)json_integer_value(json_object_get(topology, "nodes")),
		 length ? ", distances " : "", length > 100 ? 100 : length,
		 distances ? distances : "");
	return json_string(text);
}

/* The kernel's command line without what names the kernel. */
static json_t *command_line_of(const json_t *facts, const struct plan *plan)
{
	const json_t *kernel = json_object_get(json_object_get(facts, "environment"), "kernel");
	const char *text = json_string_value(json_object_get(kernel, "command_line"));
	char *copy, *rest, *word, *kept;
	json_t *value;

	(void)plan;
	if (!text)
		return NULL;
	copy = strdup(text);
	kept = calloc(1, strlen(text) + 2);
	rest = copy;
	while (copy && kept && (word = strsep(&rest, " "))) {
		if (!*word || !strncmp(word, "BOOT_IMAGE=", 11) || !strncmp(word, "initrd=", 7))
			continue;
		strcat(strcat(kept, *kept ? " " : ""), word);
	}
	value = kept ? json_string(kept) : NULL;
	free(copy);
	free(kept);
	return value;
}

static json_t *build_of(const json_t *facts, const struct plan *plan)
{
	const json_t *kernel = json_object_get(json_object_get(facts, "environment"), "kernel");
	const char *id = json_string_value(json_object_get(kernel, "build_id"));

	(void)plan;
	if (!id || !*id)
		id = json_string_value(json_object_get(kernel, "banner"));
	if (!id || !*id)
		id = json_string_value(json_object_get(kernel, "release"));
	return id ? json_string(id) : NULL;
}

/* An agent's file where the lab read it, else the version it says it is. */
static json_t *agent_of(const json_t *facts, const struct plan *plan)
{
	const json_t *agent = json_object_get(json_object_get(facts, "lab"), "agent");
	const char *digest = json_string_value(json_object_get(agent, "sha256"));

	(void)plan;
	if (digest)
		return json_string(digest);
	agent = json_object_get(json_object_get(facts, "environment"), "agent");
	return json_incref(json_object_get(agent, "version"));
}

static const struct feature features[] = {
	{ "clock", NULL, EVERYWHERE, clock_of },
	{ "lab", "run/lab", EVERYWHERE, NULL },
	{ "accelerator", "lab/accelerator", EVERYWHERE, NULL },
	{ "QEMU", "lab/qemu_version", EVERYWHERE, NULL },
	{ "guest", "lab/machine", EVERYWHERE, NULL },
	{ "machine", "lab/host/name", EVERYWHERE_ON_HOST, NULL },
	{ "machine's CPU", "lab/host/model", EVERYWHERE_ON_HOST, NULL },
	{ "machine's CPUs", "lab/host/cpus", EVERYWHERE_ON_HOST, NULL },
	{ "CPU", "environment/cpu/model", EVERYWHERE, NULL },
	{ "microcode", "environment/cpu/microcode", EVERYWHERE_ON_HOST, NULL },
	{ "CPUs online", "environment/cpu/online", EVERYWHERE, NULL },
	{ "SMT", "environment/cpu/smt", EVERYWHERE, NULL },
	{ "frequency governor", "environment/cpu/governor", EVERYWHERE_ON_HOST, NULL },
	{ "turbo", "environment/cpu/turbo", EVERYWHERE_ON_HOST, NULL },
	{ "topology", NULL, EVERYWHERE, topology_of },
	{ "placement", "environment/layouts", EVERYWHERE, NULL },
	{ "kernel command line", NULL, EVERYWHERE, command_line_of },
	{ "agent", NULL, EVERYWHERE, agent_of },
	{ "module", "environment/module/version", EVERYWHERE, NULL },
	{ "module's file", "lab/module/sha256", IN_BUILD, NULL },
	{ "kernel build", NULL, IN_BUILD, build_of },
	{ "kernel configuration", "run/config", IN_BUILD, NULL },
	{ "configuration", NULL, EVERYWHERE, plan_of },
	{ "kernel of the machine under the guest", "lab/host/release", TOLD, NULL },
	{ "transparent huge pages", "environment/memory/transparent_hugepage", TOLD, NULL },
	{ "NUMA balancing", "environment/memory/numa_balancing", TOLD, NULL },
	{ "preemption", "environment/kernel/preempt", TOLD, NULL },
};

#define FEATURE_COUNT (sizeof(features) / sizeof(features[0]))

static json_t *facts_of(const struct store_run *run)
{
	json_t *lab = json_loads(run->lab_json, 0, NULL);
	json_t *environment = json_loads(run->environment_json, 0, NULL);
	const char *config = run->config_digest;

	return json_pack("{s:{s:s, s:s*}, s:o, s:o}", "run", "lab", run->lab, "config",
			 config && *config ? config : NULL, "lab", lab ? lab : json_object(),
			 "environment", environment ? environment : json_object());
}

/* A value as text, malloc'ed; NULL: not known (or no memory, as if it were not known). */
static char *value_text(const struct feature *feature, const json_t *facts, const struct plan *plan)
{
	char path[96], *rest = path, *word, *text;
	json_t *value;

	if (feature->value) {
		value = feature->value(facts, plan);
	} else {
		snprintf(path, sizeof(path), "%s", feature->path);
		while ((word = strsep(&rest, "/")))
			facts = json_object_get(facts, word);
		value = json_incref((json_t *)facts);
	}
	if (!value || json_is_null(value))
		text = NULL;
	else if (json_is_string(value))
		text = strdup(json_string_value(value));
	else
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(value);
	return text;
}

/* One thing looked at in all runs. */
struct values {
	const struct likeness_runs *runs;
	char **text;			/* per run; NULL: not known there */
	bool *chosen;
};

static bool in_side(const struct values *values, size_t i, int side)
{
	return values->text[i] && (side < 0 || values->runs->arm[i] == (uint32_t)side);
}

static bool values_differ(const struct values *values, int side)
{
	const char *first = NULL;

	for (size_t i = 0; i < values->runs->count; i++) {
		if (!in_side(values, i, side))
			continue;
		if (first && strcmp(first, values->text[i]))
			return true;
		first = values->text[i];
	}
	return false;
}

/* " tcg in runs 1-4" of the runs that have the value of run `i`, unless one before said it. */
static bool write_value(FILE *file, const struct values *values, size_t i, int side,
			const char *between)
{
	char runs[RUNS_TEXT_BYTES];

	for (size_t j = 0; j < values->runs->count; j++) {
		values->chosen[j] = in_side(values, j, side) &&
				    !strcmp(values->text[i], values->text[j]);
		if (values->chosen[j] && j < i)
			return false;
	}
	runs_text_chosen(values->runs->runs, values->runs->count, values->chosen, runs,
			  sizeof(runs));
	fprintf(file, "%s %.*s%s in %s", between, VALUE_COLUMNS, values->text[i],
		strlen(values->text[i]) > VALUE_COLUMNS ? ".." : "", runs);
	return true;
}

/* Adds "NAME: A in runs 1, 2; B in run 3" where the side (-1: both) has several values. */
static int add_difference(const struct values *values, const char *name, int side, char ***lines,
			  size_t *count)
{
	const char *between = "";
	char *text = NULL;
	size_t bytes;
	FILE *file;
	int ret;

	if (!values_differ(values, side))
		return 0;
	file = open_memstream(&text, &bytes);
	if (!file)
		return -ENOMEM;
	fprintf(file, "%s:", name);
	for (size_t i = 0; i < values->runs->count; i++)
		if (in_side(values, i, side) && write_value(file, values, i, side, between))
			between = ";";
	ret = fclose(file) ? -ENOMEM : dataset_add_line(lines, count, "%s", text);
	free(text);
	return ret;
}

static int look_at(const struct feature *feature, const struct values *values,
		   struct likeness *likeness)
{
	const bool virtual = values->runs->plans[0]->clock == PLAN_CLOCK_VIRTUAL;
	int ret = 0;

	switch (feature->reach) {
	case EVERYWHERE_ON_HOST:
		if (virtual)
			return 0;
		/* fallthrough */
	case EVERYWHERE:
		return add_difference(values, feature->name, -1, &likeness->unlike,
				      &likeness->unlike_count);
	case IN_BUILD:
		if (feature->value == build_of)
			likeness->same_build = !values_differ(values, -1);
		for (int side = 0; side < 2 && !ret; side++)
			ret = add_difference(values, feature->name, side, &likeness->unlike,
					     &likeness->unlike_count);
		return ret;
	case TOLD:
		return add_difference(values, feature->name, -1, &likeness->told,
				      &likeness->told_count);
	}
	return 0;
}

/* How a cell is measured in a plan: "40 blocks of 8 operations .."; NULL where it is not. */
static char *cell_design(const struct plan *plan, const struct cell *cell)
{
	uint32_t blocks = 0, operations = 0, warmup = 0, every = 1, own = 0;
	char *text = NULL;

	while (own < plan->cell_count && !cell_equal(&plan->cells[own], cell))
		own++;
	for (uint32_t i = 0; i < plan->block_count; i++) {
		const struct plan_block *block = &plan->blocks[i];

		if (block->cell != own || block->unrecorded || plan_block_is_apart(block))
			continue;
		blocks++;
		warmup += block->warmup;
		operations = block->operations;
		every = block->record_every;
	}
	if (blocks && asprintf(&text, "%u blocks of %u operations, %u of them warm-up, one call in %u "
				      "recorded", blocks, operations, warmup, every) < 0)
		return NULL;
	return text;
}

static int look_at_cells(struct values *values, struct likeness *likeness)
{
	const struct plan *first = values->runs->plans[0];
	char name[CELL_NAME_BYTES];
	int ret = 0;

	for (uint32_t cell = 0; cell < first->cell_count && !ret; cell++) {
		for (size_t i = 0; i < values->runs->count; i++)
			values->text[i] = cell_design(values->runs->plans[i], &first->cells[cell]);
		cell_name(&first->cells[cell], name);
		ret = add_difference(values, name, -1, &likeness->unlike, &likeness->unlike_count);
		for (size_t i = 0; i < values->runs->count; i++)
			free(values->text[i]);
	}
	return ret;
}

int likeness_find(const struct likeness_runs *runs, struct likeness *likeness)
{
	struct values values = { .runs = runs };
	json_t **facts = calloc(runs->count + 1, sizeof(*facts));
	int ret = -ENOMEM;

	values.text = calloc(runs->count + 1, sizeof(*values.text));
	values.chosen = calloc(runs->count + 1, sizeof(*values.chosen));
	if (!facts || !values.text || !values.chosen)
		goto out;
	for (size_t i = 0; i < runs->count; i++) {
		facts[i] = facts_of(&runs->runs[i]);
		if (!facts[i])
			goto out;
	}
	ret = 0;
	for (size_t f = 0; f < FEATURE_COUNT && !ret; f++) {
		for (size_t i = 0; i < runs->count; i++)
			values.text[i] = value_text(&features[f], facts[i], runs->plans[i]);
		ret = look_at(&features[f], &values, likeness);
		for (size_t i = 0; i < runs->count; i++)
			free(values.text[i]);
	}
	if (!ret)
		ret = look_at_cells(&values, likeness);
out:
	for (size_t i = 0; facts && i < runs->count; i++)
		json_decref(facts[i]);
	free(facts);
	free(values.text);
	free(values.chosen);
	return ret;
}

int likeness_facts(const struct store_run *run, const struct plan *plan,
		   int (*each)(const char *name, const char *value, void *context), void *context)
{
	json_t *facts = facts_of(run);
	int ret = facts ? 0 : -ENOMEM;

	for (size_t f = 0; f < FEATURE_COUNT && !ret; f++) {
		char *value = value_text(&features[f], facts, plan);

		if (value)
			ret = each(features[f].name, value, context);
		free(value);
	}
	json_decref(facts);
	return ret;
}

char *likeness_build(const struct store_run *run)
{
	json_t *facts = facts_of(run), *build = facts ? build_of(facts, NULL) : NULL;
	char *text = facts ? strdup(build ? json_string_value(build) : "") : NULL;

	json_decref(build);
	json_decref(facts);
	return text;
}

int likeness_refuse(const struct likeness *likeness, const char *what, const char *remedy,
		    struct error *error)
{
	char text[900] = "";
	size_t used = 0, shown = 0;

	for (; shown < likeness->unlike_count && used + 200 < sizeof(text); shown++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
					 shown ? "; " : "", likeness->unlike[shown]);
	if (shown < likeness->unlike_count && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, "; and %zu more",
			 likeness->unlike_count - shown);
	error->exit_status = STATUS_NOT_COMPARABLE;
	return error_set(error, EXDEV, "%s: %s; %s", what, text, remedy);
}

int likeness_of_two(const struct store_run *a, struct plan *a_plan, const struct store_run *b,
		    struct plan *b_plan, bool *alike)
{
	static const uint32_t arms[] = { 0, 1 };
	const struct store_run runs[] = { *a, *b };
	struct plan *plans[] = { a_plan, b_plan };
	const struct likeness_runs two = { runs, plans, arms, 2 };
	struct likeness likeness = { 0 };
	int ret = likeness_find(&two, &likeness);

	*alike = !likeness.unlike_count;
	likeness_free(&likeness);
	return ret;
}

void likeness_free(struct likeness *likeness)
{
	for (size_t i = 0; i < likeness->unlike_count; i++)
		free(likeness->unlike[i]);
	for (size_t i = 0; i < likeness->told_count; i++)
		free(likeness->told[i]);
	free(likeness->unlike);
	free(likeness->told);
	*likeness = (struct likeness){ 0 };
}
