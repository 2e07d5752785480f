// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/runs_text.h"

#define VALUES_MAX 4	/* of one fact that are told apart; of more their range */

/* What says nothing about a boot by being otherwise in the next. The name ends so. */
static const struct {
	const char *group, *end;
} of_each_boot[] = {
	{ "plan", "seed" },		/* each run has an order of its own */
	{ "uptime s", "" },
	{ "memory", "free bytes" },
	{ "lab boot", "" },		/* how long it took */
	{ "lab command", "" },		/* these two name the run's own files */
	{ "lab console", "" },
	{ "topology", "xml" },		/* has the memory to the byte; what counts are facts too */
};

int environment_facts(const struct store_run *run, struct facts *facts)
{
	int result = facts_add(facts, "", run->environment_json);

	return result ? result : facts_add(facts, "lab", run->lab_json);
}

struct environments {
	const struct report *report;
	struct facts *facts;		/* of each run */
	const struct fact **values;	/* of one fact, of each run; NULL: not there */
	bool *taken;			/* runs whose value was told */
	int64_t *runs;
	int (*each)(const struct environment_difference *difference, void *context);
	void *context;
};

static bool is_of_each_boot(const struct fact *fact)
{
	const size_t length = strlen(fact->name);

	for (size_t i = 0; i < sizeof(of_each_boot) / sizeof(of_each_boot[0]); i++) {
		const size_t end = strlen(of_each_boot[i].end);

		if (!strcmp(fact->group, of_each_boot[i].group) && length >= end &&
		    !strcmp(fact->name + length - end, of_each_boot[i].end))
			return true;
	}
	return false;
}

static bool are_alike(const struct fact *one, const struct fact *other)
{
	if (!one || !other)
		return one == other;
	return one->null == other->null && !strcmp(one->value, other->value);
}

/* The first number of "85" and of "6.5, 5.4, 6.7". */
static bool has_number(const struct fact *fact, double *number)
{
	char *end;

	if (!fact || fact->null)
		return false;
	*number = strtod(fact->value, &end);
	return end != fact->value && (!*end || *end == ',');
}

static int tell(struct environments *environments, const struct fact *fact, const char *value,
		size_t count, bool first)
{
	char runs[RUNS_TEXT_BYTES], *name = NULL;
	struct environment_difference difference = { .value = value, .first = first };
	int result;

	runs_text(environments->runs, count, runs, sizeof(runs));
	if (asprintf(&name, "%s%s%s", fact->group, fact->name[0] ? " " : "", fact->name) < 0)
		return -ENOMEM;
	difference.fact = name;
	difference.runs = runs;
	result = environments->each(&difference, environments->context);
	free(name);
	return result;
}

/* Those of one value, and how many values there are. */
static size_t take_alike(struct environments *environments, size_t first)
{
	const size_t run_count = environments->report->run_count;
	size_t count = 0;

	for (size_t i = first; i < run_count; i++) {
		if (environments->taken[i] ||
		    !are_alike(environments->values[first], environments->values[i]))
			continue;
		environments->taken[i] = true;
		environments->runs[count++] = environments->report->runs[i].id;
	}
	return count;
}

static int tell_each(struct environments *environments, const struct fact *fact)
{
	const size_t run_count = environments->report->run_count;
	int result = 0;

	memset(environments->taken, 0, run_count * sizeof(*environments->taken));
	for (size_t i = 0, told = 0; i < run_count && !result; i++) {
		const struct fact *own = environments->values[i];
		char document[64];
		const char *value;

		if (environments->taken[i])
			continue;
		value = !own ? "not there" : own->null ? "not told" : own->value;
		if (own && !own->null && fact_is_document(own)) {
			snprintf(document, sizeof(document), "a document of %zu bytes",
				 strlen(own->value));
			value = document;
		}
		result = tell(environments, fact, value, take_alike(environments, i), !told++);
	}
	return result;
}

/* All in one line: the range of numbers, else how many there are. */
static int tell_range(struct environments *environments, const struct fact *fact, size_t values)
{
	const size_t run_count = environments->report->run_count;
	const char *low_text = NULL, *high_text = NULL;
	double low = 0, high = 0, number;
	bool numbers = true;
	char *text = NULL;
	int result;

	for (size_t i = 0; i < run_count; i++) {
		environments->runs[i] = environments->report->runs[i].id;
		if (!has_number(environments->values[i], &number)) {
			numbers = false;
			continue;
		}
		if (!low_text || number < low) {
			low = number;
			low_text = environments->values[i]->value;
		}
		if (!high_text || number > high) {
			high = number;
			high_text = environments->values[i]->value;
		}
	}
	if (numbers)
		result = asprintf(&text, "from %.*s to %.*s", (int)strcspn(low_text, ","), low_text,
				  (int)strcspn(high_text, ","), high_text);
	else
		result = asprintf(&text, "%zu different values", values);
	if (result < 0)
		return -ENOMEM;
	result = tell(environments, fact, text, run_count, true);
	free(text);
	return result;
}

static int compare_fact(struct environments *environments, const struct fact *fact)
{
	const size_t run_count = environments->report->run_count;
	size_t values = 0;

	if (is_of_each_boot(fact))
		return 0;
	for (size_t i = 0; i < run_count; i++)
		environments->values[i] = facts_find(&environments->facts[i], fact->group,
						     fact->name);
	memset(environments->taken, 0, run_count * sizeof(*environments->taken));
	for (size_t i = 0; i < run_count; i++) {
		if (environments->taken[i])
			continue;
		take_alike(environments, i);
		values++;
	}
	if (values < 2)
		return 0;
	return values > VALUES_MAX ? tell_range(environments, fact, values) :
				     tell_each(environments, fact);
}

/* Facts of a run that no run before it has. */
static int compare_run(struct environments *environments, size_t run)
{
	const struct facts *facts = &environments->facts[run];
	int result = 0;

	for (size_t i = 0; i < facts->count && !result; i++) {
		const struct fact *fact = &facts->facts[i];
		bool known = false;

		for (size_t j = 0; j < run && !known; j++)
			known = facts_find(&environments->facts[j], fact->group, fact->name);
		if (!known)
			result = compare_fact(environments, fact);
	}
	return result;
}

int environment_differences(const struct report *report,
			    int (*each)(const struct environment_difference *difference,
					void *context),
			    void *context)
{
	const size_t count = report->run_count;
	struct environments environments = {
		.report = report,
		.facts = calloc(count + 1, sizeof(*environments.facts)),
		.values = calloc(count + 1, sizeof(*environments.values)),
		.taken = calloc(count + 1, sizeof(*environments.taken)),
		.runs = calloc(count + 1, sizeof(*environments.runs)),
		.each = each,
		.context = context,
	};
	int result = environments.facts && environments.values && environments.taken &&
				     environments.runs ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && !result; i++)
		result = environment_facts(&report->runs[i], &environments.facts[i]);
	for (size_t i = 0; i < count && !result; i++)
		result = compare_run(&environments, i);
	for (size_t i = 0; i < count && environments.facts; i++)
		facts_free(&environments.facts[i]);
	free(environments.facts);
	free(environments.values);
	free(environments.taken);
	free(environments.runs);
	return result;
}
