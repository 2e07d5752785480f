// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/pick.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/dataset_internal.h"
#include "store/likeness.h"
#include "store/runs_text.h"

#define RUNS_MAX 100000	/* of one list of numbers */

/* What a text asks for. Strings point into `text`. */
struct wish {
	char *text;
	const char *kernel, *label, *word;
	int64_t campaign;		/* 0: any */
	int64_t arm;			/* -1: any */
};

bool pick_is_runs(const char *text)
{
	return strncmp(text, "strategy=", 9) && strncmp(text, "recording=", 10);
}

static bool is_numbers(const char *text)
{
	return *text && !text[strspn(text, "0123456789,-")];
}

/* ---- numbers ---- */

static int add_number(struct pick *pick, int64_t id)
{
	int64_t *grown;

	for (size_t i = 0; i < pick->count; i++)
		if (pick->runs[i] == id)
			return 0;
	grown = reallocarray(pick->runs, pick->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	pick->runs = grown;
	pick->runs[pick->count++] = id;
	return 0;
}

static int take_range(struct pick *pick, const char *word)
{
	char *end;
	long long from, to;
	int ret = 0;

	errno = 0;
	from = to = strtoll(word, &end, 10);
	if (end == word || from < 1)
		return -EINVAL;
	if (*end == '-') {
		word = end + 1;
		to = strtoll(word, &end, 10);
		if (end == word)
			return -EINVAL;
	}
	if (*end || errno || to < from || to - from >= RUNS_MAX)
		return -EINVAL;
	for (; from <= to && !ret; from++)
		ret = add_number(pick, from);
	return ret;
}

static int by_id(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static int take_numbers(const char *text, struct pick *pick, struct error *error)
{
	char *words = strdup(text), *rest = words, *word;
	int ret = words ? 0 : -ENOMEM;

	pick->by_number = true;
	while (!ret && (word = strsep(&rest, ",")))
		ret = take_range(pick, word);
	free(words);
	if (ret == -EINVAL)
		return error_set(error, EINVAL, "%s: not a list of runs; write 3,5-8", text);
	if (ret)
		return error_out_of_memory(error);
	qsort(pick->runs, pick->count, sizeof(*pick->runs), by_id);
	return 0;
}

/* ---- conditions ---- */

static const char *const keys[] = { "kernel=", "label=", "campaign=", "arm=" };

/* The next condition: a comma ends one where a key follows it, names may have commas too. */
static char *next_condition(char **rest)
{
	char *word = *rest, *comma = word;

	while (comma && (comma = strchr(comma, ','))) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			if (strncmp(comma + 1, keys[i], strlen(keys[i])))
				continue;
			*comma = '\0';
			*rest = comma + 1;
			return word;
		}
		comma++;
	}
	*rest = NULL;
	return word;
}

static int take_whole(const char *text, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 10);
	return errno || end == text || *end || *value < 0 ? -EINVAL : 0;
}

static int take_condition(const char *word, struct wish *wish)
{
	if (!strncmp(word, "kernel=", 7))
		wish->kernel = word + 7;
	else if (!strncmp(word, "label=", 6))
		wish->label = word + 6;
	else if (!strncmp(word, "campaign=", 9))
		return take_whole(word + 9, &wish->campaign) || !wish->campaign ? -EINVAL : 0;
	else if (!strncmp(word, "arm=", 4))
		return take_whole(word + 4, &wish->arm);
	else
		wish->word = word;
	return 0;
}

static int take_wish(const char *text, struct wish *wish, struct error *error)
{
	char *rest, *word;

	*wish = (struct wish){ .text = strdup(text), .arm = -1 };
	if (!wish->text)
		return error_out_of_memory(error);
	rest = wish->text;
	while ((word = next_condition(&rest)))
		if (!*word || take_condition(word, wish))
			return error_set(error, EINVAL,
					 "%s: not a set of runs; write numbers (3,5-8), a label, a "
					 "kernel, or kernel=, label=, campaign=, arm= joined by "
					 "commas", text);
	if (wish->arm >= 0 && !wish->campaign)
		return error_set(error, EINVAL, "%s: arm= goes with campaign=", text);
	return 0;
}

/* ---- matching ---- */

/* A run that a wish names; the rest of it is read when it is needed, plans are large. */
struct found {
	int64_t id, campaign;
	uint32_t boot;
	int status;
};

struct matching {
	const struct wish *wish;
	const int64_t *only;
	size_t only_count;
	struct found *runs;		/* newest first */
	size_t count, room;
	bool is_label, is_kernel;	/* what the bare word turned out to be */
};

static bool ended_whole(const struct store_run *run)
{
	return run->status == STATUS_OK || run->status == STATUS_WOUNDED;
}

static bool is_allowed(const struct matching *matching, int64_t id)
{
	if (!matching->only_count)
		return true;
	for (size_t i = 0; i < matching->only_count; i++)
		if (matching->only[i] == id)
			return true;
	return false;
}

/* "6.1.0-56-amd64" of a run that was asked for as debian:6.1. */
static bool has_release(const struct store_run *run, const char *release)
{
	char key[160];

	snprintf(key, sizeof(key), "\"release\":\"%s\"", release);
	if (strstr(run->environment_json, key))
		return true;
	snprintf(key, sizeof(key), "\"release\": \"%s\"", release);
	return strstr(run->environment_json, key);
}

static bool is_kernel(const struct store_run *run, const char *name)
{
	return !strcmp(run->kernel, name) || has_release(run, name);
}

static bool matches(struct matching *matching, const struct store_run *run)
{
	const struct wish *wish = matching->wish;
	bool as_label, as_kernel;

	if (!ended_whole(run) || !is_allowed(matching, run->id) ||
	    (wish->campaign && run->campaign != wish->campaign) ||
	    (wish->arm >= 0 && run->arm != (uint32_t)wish->arm) ||
	    (wish->label && strcmp(run->label, wish->label)) ||
	    (wish->kernel && !is_kernel(run, wish->kernel)))
		return false;
	if (!wish->word)
		return true;
	as_label = run->label[0] && !strcmp(run->label, wish->word);
	as_kernel = is_kernel(run, wish->word);
	matching->is_label |= as_label;
	matching->is_kernel |= as_kernel;
	return as_label || as_kernel;
}

/* Of several runs of one campaign's boot the newest that ended with STATUS_OK counts. */
static bool is_superseded(struct matching *matching, const struct store_run *run)
{
	for (size_t i = 0; run->campaign && i < matching->count; i++) {
		struct found *newer = &matching->runs[i];

		if (newer->campaign != run->campaign || newer->boot != run->boot)
			continue;
		if (newer->status == STATUS_OK || run->status != STATUS_OK)
			return true;
		memmove(newer, newer + 1, (--matching->count - i) * sizeof(*newer));
		return false;
	}
	return false;
}

static int take_run(const struct store_run *run, void *context)
{
	struct matching *matching = context;

	if (!matches(matching, run) || is_superseded(matching, run))
		return 0;
	if (matching->count == matching->room) {
		size_t room = matching->room ? 2 * matching->room : 32;
		struct found *grown = reallocarray(matching->runs, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		matching->runs = grown;
		matching->room = room;
	}
	matching->runs[matching->count++] = (struct found){ run->id, run->campaign, run->boot,
							    run->status };
	return 0;
}

static int find_runs(struct store *store, const char *text, struct matching *matching,
		     struct error *error)
{
	int ret = store_runs_each(store, take_run, matching, error);

	if (ret == -ENOMEM && !error->text[0])
		return error_out_of_memory(error);
	if (ret)
		return ret;
	if (matching->is_label && matching->is_kernel)
		return error_set(error, EINVAL,
				 "%s is a label and a kernel; write label=%s or kernel=%s", text,
				 matching->wish->word, matching->wish->word);
	if (!matching->count) {
		error->exit_status = STATUS_USAGE;
		return error_set(error, ENOENT,
				 "%s: no finished run has that%s; hmmbench list shows those there "
				 "are", text, matching->only_count ? " among those of --run" : "");
	}
	return 0;
}

/* ---- like the newest ---- */

/* May the two runs be compared, `arm` telling whether as boots of one build or of two? */
static int are_alike(const struct store_run *one, const struct store_run *other, uint32_t arm,
		     bool *alike, struct error *error)
{
	const struct store_run *const both[2] = { one, other };
	struct store_run runs[2] = { *one, *other };
	struct plan *plans[2] = { NULL, NULL };
	const uint32_t arms[2] = { 1, arm };
	const struct likeness_runs list = { runs, plans, arms, 2 };
	struct likeness likeness = { 0 };
	int ret = 0;

	for (size_t i = 0; i < 2 && !ret; i++)
		ret = plan_from_json(both[i]->plan_json, strlen(both[i]->plan_json), &plans[i],
				     error);
	if (!ret)
		ret = likeness_find(&list, &likeness);
	*alike = !ret && !likeness.unlike_count;
	likeness_free(&likeness);
	plan_free(plans[0]);
	plan_free(plans[1]);
	return ret;
}

/* The same of a run that is still to be read. */
static int is_alike(struct store *store, const struct store_run *model, int64_t id, uint32_t arm,
		    bool *alike, struct error *error)
{
	struct store_run run = { 0 };
	int ret;

	*alike = true;
	if (model->id == id)
		return 0;
	ret = store_run_get(store, id, &run, error);
	if (!ret)
		ret = are_alike(model, &run, arm, alike, error);
	store_run_free(&run);
	return ret;
}

/* Takes those of the runs that are boots of the build of `model`; names the others. */
static int keep_like(struct store *store, const struct matching *matching,
		     const struct store_run *model, struct pick *pick, struct error *error)
{
	int64_t *out = calloc(matching->count + 1, sizeof(*out));
	char text[RUNS_TEXT_BYTES];
	size_t left_out = 0;
	int ret = out ? 0 : error_out_of_memory(error);

	for (size_t i = 0; i < matching->count && !ret; i++) {
		const int64_t id = matching->runs[i].id;
		bool alike;

		ret = is_alike(store, model, id, 1, &alike, error);
		if (!ret && alike && add_number(pick, id))
			ret = error_out_of_memory(error);
		else if (!ret && !alike)
			out[left_out++] = id;
	}
	if (!ret && left_out) {
		runs_text(out, left_out, text, sizeof(text));
		snprintf(pick->note, sizeof(pick->note),
			 "left out: %s, not like run %lld (another build, configuration or place)",
			 text, (long long)model->id);
	}
	free(out);
	if (!ret)
		qsort(pick->runs, pick->count, sizeof(*pick->runs), by_id);
	return ret;
}

/* The newest of the runs that can be compared with `candidate`, or just the newest. */
static int find_model(struct store *store, const struct matching *matching,
		      const struct store_run *candidate, struct store_run *model,
		      struct error *error)
{
	int64_t id = matching->runs[0].id;

	for (size_t i = 0; i < matching->count && candidate->id; i++) {
		bool alike;
		int ret = is_alike(store, candidate, matching->runs[i].id, 0, &alike, error);

		if (ret)
			return ret;
		if (!alike)
			continue;
		id = matching->runs[i].id;
		break;
	}
	return store_run_get(store, id, model, error);
}

static void name_pick(const struct wish *wish, struct pick *pick)
{
	const char *name = wish->label ? wish->label : wish->word ? wish->word : wish->kernel;

	if (name)
		snprintf(pick->name, sizeof(pick->name), "%s", name);
	else
		snprintf(pick->name, sizeof(pick->name), "%s", "");
}

/*
 * `model` becomes the run that the side's are like. `candidate` is the other side's, empty
 * where there is none.
 */
static int pick_side(struct store *store, const char *text, struct matching *matching,
		     const struct store_run *candidate, struct store_run *model,
		     struct pick *pick, struct error *error)
{
	struct wish wish = { 0 };
	int ret;

	if (is_numbers(text))
		return take_numbers(text, pick, error);
	ret = take_wish(text, &wish, error);
	matching->wish = &wish;
	if (!ret)
		ret = find_runs(store, text, matching, error);
	if (!ret)
		ret = find_model(store, matching, candidate, model, error);
	if (!ret)
		ret = keep_like(store, matching, model, pick, error);
	if (!ret)
		name_pick(&wish, pick);
	matching->wish = NULL;
	free(wish.text);
	return ret;
}

int pick_sides(struct store *store, const char *base, const char *candidate, const int64_t *only,
	       size_t only_count, struct pick sides[2], struct error *error)
{
	struct matching matching[2] = { { .only = only, .only_count = only_count },
					{ .only = only, .only_count = only_count } };
	struct store_run models[2] = { 0 }, none = { 0 };
	int ret;

	sides[0] = sides[1] = (struct pick){ 0 };
	ret = pick_side(store, candidate, &matching[1], &none, &models[1], &sides[1], error);
	if (!ret)
		ret = pick_side(store, base, &matching[0], &models[1], &models[0], &sides[0],
				error);
	if (!ret && !strcmp(sides[0].name, sides[1].name))
		sides[0].name[0] = sides[1].name[0] = '\0';
	for (size_t i = 0; i < 2; i++) {
		store_run_free(&models[i]);
		free(matching[i].runs);
	}
	return ret;
}

int pick_set(struct store *store, const char *text, const int64_t *only, size_t only_count,
	     struct pick *pick, struct error *error)
{
	struct matching matching = { .only = only, .only_count = only_count };
	struct store_run model = { 0 }, none = { 0 };
	int ret;

	*pick = (struct pick){ 0 };
	ret = pick_side(store, text, &matching, &none, &model, pick, error);
	store_run_free(&model);
	free(matching.runs);
	return ret;
}

void pick_free(struct pick *pick)
{
	free(pick->runs);
	*pick = (struct pick){ 0 };
}
