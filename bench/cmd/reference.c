// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench reference: the path lengths of a run on the virtual clock as a file that can be
 * kept (results/), and a later run held against such a file.
 */
#include "cmd/command.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "store/counts.h"

#define REFERENCE_VERSION   1
#define REFERENCE_BYTES_MAX (16u << 20)

/*
 * Counts are exact and yet not the code's alone: another file in the guest's image moves a
 * timer tick into another sample, which has moved medians of several samples by .03 %.
 */
#define GATE .005

/* What two runs must share so that a difference of counts is the module's. */
static const char *const shared_facts[] = { "kernel", "build_id" };
/* What may differ and is said. */
static const char *const noted_facts[] = { "module_srcversion", "qemu", "hmmbench" };

static const char *text_at(const json_t *json, const char *object, const char *key)
{
	const char *text = json_string_value(json_object_get(json_object_get(json, object), key));

	return text ? text : "";
}

/* ---- from a run ---- */

static json_t *facts_of(const struct store_run *run, const json_t *environment, const json_t *lab)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kernel",
			 text_at(environment, "kernel", "release"), "package",
			 text_at(lab, "kernel", "package_version"), "build_id",
			 text_at(environment, "kernel", "build_id"), "module_srcversion",
			 text_at(environment, "module", "srcversion"), "qemu",
			 run->lab_json[0] ? json_string_value(json_object_get(lab, "qemu_version"))
					  : "",
			 "hmmbench", text_at(environment, "agent", "version"));
}

static int add_counts(struct store *store, int64_t run, json_t *list, struct error *error)
{
	struct count *counts;
	size_t count;
	int result = counts_load(store, run, &counts, &count, error);

	if (result)
		return result;
	for (size_t i = 0; i < count && !result; i++) {
		json_t *one = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "cell", counts[i].cell,
					"strategy", strategy_name(counts[i].strategy),
					"phase", sample_columns[counts[i].column].name, "samples",
					(json_int_t)counts[i].rows, "minimum_insns",
					(json_int_t)counts[i].minimum_insns, "median_insns",
					(json_int_t)counts[i].median_insns);

		if (json_array_append_new(list, one))
			result = error_out_of_memory(error);
	}
	free(counts);
	if (!result && !count)
		result = error_set(error, ENODATA, "run %lld has no samples", (long long)run);
	return result;
}

/* The run as a reference; *reference is the caller's. */
static int reference_of(struct store *store, int64_t id, json_t **reference, struct error *error)
{
	struct store_run run = { 0 };
	json_t *environment = NULL, *lab = NULL, *list = json_array();
	char *command = NULL;
	int result = store_run_get(store, id, &run, error);

	*reference = NULL;
	if (result)
		goto out;
	environment = json_loads(run.environment_json, 0, NULL);
	lab = json_loads(run.lab_json, 0, NULL);
	if (strcmp(run.lab, "vm") || !json_object_get(lab, "clock") ||
	    strcmp(json_string_value(json_object_get(lab, "clock")), "virtual")) {
		error->exit_status = STATUS_NOT_COMPARABLE;
		result = error_set(
			error, EXDEV,
			"run %lld was not measured on the virtual clock, and "
			"times are no reference for anybody; run it with --clock virtual",
			(long long)run.id);
		goto out;
	}
	result = add_counts(store, run.id, list, error);
	if (result)
		goto out;
	command = path_printf("hmmbench run --clock virtual --kernel %s configs/%s.conf",
			      run.kernel, run.plan_name);
	*reference = json_pack("{s:i, s:s, s:o?, s:O}", "reference", REFERENCE_VERSION, "command",
			       command ? command : "", "facts", facts_of(&run, environment, lab),
			       "counts", list);
	if (!*reference)
		result = error_out_of_memory(error);
out:
	free(command);
	json_decref(environment);
	json_decref(lab);
	json_decref(list);
	store_run_free(&run);
	return result;
}

/* ---- against a file ---- */

static int read_reference(const char *path, json_t **reference, struct error *error)
{
	json_error_t why;
	char *text;
	int result = path_read_file(path, REFERENCE_BYTES_MAX, &text, NULL, error);

	if (result) {
		error->exit_status = STATUS_USAGE;
		return result;
	}
	*reference = json_loads(text, 0, &why);
	free(text);
	if (!*reference)
		return error_set(error, EINVAL, "%s:%d: no JSON: %s", path, why.line, why.text);
	if (json_integer_value(json_object_get(*reference, "reference")) == REFERENCE_VERSION &&
	    json_is_array(json_object_get(*reference, "counts")))
		return 0;
	json_decref(*reference);
	*reference = NULL;
	return error_set(error, EINVAL,
			 "%s: no reference of this version; 'hmmbench reference' "
			 "makes one",
			 path);
}

static int check_facts(const char *path, const json_t *was, const json_t *is, struct error *error)
{
	for (size_t i = 0; i < sizeof(shared_facts) / sizeof(*shared_facts); i++) {
		const char *then = text_at(was, "facts", shared_facts[i]);
		const char *now = text_at(is, "facts", shared_facts[i]);

		if (!strcmp(then, now))
			continue;
		error->exit_status = STATUS_NOT_COMPARABLE;
		return error_set(error, EXDEV,
				 "%s holds counts of another kernel: its %s is %s, this "
				 "run's is %s; make a reference of this kernel with 'hmmbench "
				 "reference'",
				 path, shared_facts[i], then, now);
	}
	for (size_t i = 0; i < sizeof(noted_facts) / sizeof(*noted_facts); i++) {
		const char *then = text_at(was, "facts", noted_facts[i]);
		const char *now = text_at(is, "facts", noted_facts[i]);

		if (strcmp(then, now))
			printf("! %s differs: %s then, %s now\n", noted_facts[i], then, now);
	}
	return 0;
}

static const json_t *counterpart(const json_t *reference, const json_t *count)
{
	static const char *const keys[] = { "cell", "strategy", "phase" };
	json_t *other;
	size_t i;

	json_array_foreach(json_object_get(reference, "counts"), i, other) {
		size_t k = 0;

		while (k < 3 &&
		       json_equal(json_object_get(other, keys[k]), json_object_get(count, keys[k])))
			k++;
		if (k == 3)
			return other;
	}
	return NULL;
}

struct tally {
	size_t compared, identical, longer, shorter, missing;
};

/* The larger of the changes of minimum and median, as a fraction; prints what changed. */
static void check_count(const json_t *was, const json_t *is, struct tally *tally)
{
	static const char *const keys[] = { "minimum_insns", "median_insns" };
	double change, worst = 0;

	tally->compared++;
	for (size_t i = 0; i < 2; i++) {
		double then = json_number_value(json_object_get(was, keys[i]));
		double now = json_number_value(json_object_get(is, keys[i]));

		change = then > 0 ? now / then - 1 : now > 0 ? INFINITY : 0;
		if (fabs(change) > fabs(worst))
			worst = change;
	}
	if (!worst) {
		tally->identical++;
		return;
	}
	tally->longer += worst > GATE;
	tally->shorter += worst < -GATE;
	printf("%-48s %-8s %-10s", json_string_value(json_object_get(is, "cell")),
	       json_string_value(json_object_get(is, "strategy")),
	       json_string_value(json_object_get(is, "phase")));
	for (size_t i = 0; i < 2; i++)
		printf("  %s %lld -> %lld", i ? "median" : "minimum",
		       (long long)json_integer_value(json_object_get(was, keys[i])),
		       (long long)json_integer_value(json_object_get(is, keys[i])));
	printf("  %+.2f %%\n", 100 * worst);
}

static int check(const char *path, const json_t *is, struct error *error)
{
	struct tally tally = { 0 };
	json_t *was = NULL, *count;
	size_t i;
	int result = read_reference(path, &was, error);

	if (!result)
		result = check_facts(path, was, is, error);
	if (result)
		goto out;
	json_array_foreach(json_object_get(was, "counts"), i, count) {
		const json_t *now = counterpart(is, count);

		if (now)
			check_count(count, now, &tally);
		else
			tally.missing++;
	}
	if (!tally.compared) {
		error->exit_status = STATUS_NOT_COMPARABLE;
		result = error_set(error, EXDEV,
				   "%s has no cell in common with this run; its command is: "
				   "%s",
				   path, json_string_value(json_object_get(was, "command")));
		goto out;
	}
	printf("%zu counts: %zu identical, %zu longer and %zu shorter by more than %.1f %%; %zu of "
	       "the reference not in this run\n",
	       tally.compared, tally.identical, tally.longer, tally.shorter, 100 * GATE,
	       tally.missing);
	result = tally.longer ? STATUS_REGRESSION : STATUS_OK;
out:
	json_decref(was);
	return result;
}

static int print(const json_t *reference, struct error *error)
{
	if (!json_dumpf(reference, stdout, JSON_INDENT(1)) && putchar('\n') != EOF)
		return 0;
	return error_set(error, EIO, "the reference cannot be written");
}

static int reference(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = { { "check", required_argument, NULL, 'c' },
					       { "run", required_argument, NULL, 'r' },
					       { "store", required_argument, NULL, 'S' },
					       COMMAND_OPTION_HELP };
	const char *given = NULL, *path = NULL;
	struct store *store = NULL;
	json_t *made = NULL;
	uint64_t run = 0;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_reference, argc, argv, "", longs, error)) >= 0) {
		if (option == 'c')
			path = optarg;
		else if (option == 'S')
			given = optarg;
		else if (command_number("--run", optarg, 1, INT64_MAX, &run, error))
			return -EINVAL;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (optind != argc)
		return command_usage(&command_reference, error, "it takes no arguments");
	result = command_open_store(given, STORE_READ, &store, error);
	if (!result)
		result = reference_of(store, (int64_t)run, &made, error);
	if (!result)
		result = path ? check(path, made, error) : print(made, error);
	json_decref(made);
	store_close(store);
	return result;
}

const struct command command_reference = {
	.name = "reference",
	.arguments = "[OPTION]...",
	.help = "path lengths of a run on the virtual clock, to keep or to check",
	.options =
		"  Prints the counts of the run as JSON, as results/ keeps them, or holds the run\n"
		"  against such a file: exit status 1 where a path got longer by more than .5 "
		"%.\n\n"
		"      --check FILE     compare with this reference\n"
		"      --run ID         a run on the virtual clock; default: the newest\n"
		"      --store FILE     instead of the usual store\n",
	.run = reference,
};
