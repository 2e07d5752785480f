// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts that are kept, and made again. */
#include "config.h"

#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/types.h>
#include <sha2.h>

#include "cmd/command.h"
#include "common/exit_status.h"
#include "report/json_value.h"

/*
 * Cuts loaded->store_words out of a report as JSON: by which path the store was reached is no part
 * of what a verdict says.
 */
static int cut_store_words(const struct loaded *loaded, char *text, size_t *bytes)
{
	json_t *words = json_text(loaded->store_words);
	char *quoted = words ? json_dumps(words, JSON_ENCODE_ANY) : NULL, *at = text;
	size_t length;

	json_decref(words);
	if (!quoted)
		return -ENOMEM;
	length = strlen(quoted) - 2;	/* inside the quotes */
	quoted[1 + length] = '\0';
	while (length && (at = strstr(at, quoted + 1))) {
		memmove(at, at + length, strlen(at + length) + 1);
		*bytes -= length;
	}
	free(quoted);
	return 0;
}

/* Of the report as JSON, without the number that it is to get. */
static int digest_report(const struct loaded *loaded, char digest[STORE_DIGEST_BYTES],
			 struct error *error)
{
	const struct report_options look = { 0 };
	struct report report = loaded->report;
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);
	int result;

	if (!file)
		return error_out_of_memory(error);
	report.verdict = 0;
	result = report_format_find("json")->render(&report, &look, file, NULL, error);
	if (fclose(file) && !result)
		result = error_out_of_memory(error);
	if (!result && cut_store_words(loaded, text, &bytes))
		result = error_out_of_memory(error);
	if (!result)
		SHA256Data((const uint8_t *)text, bytes, digest);
	free(text);
	return result;
}

static int put(struct loaded *loaded, const struct load_options *options,
	       const struct store_verdict *verdict, struct error *error)
{
	struct error reason = { 0 };
	struct store *store = NULL;
	int result = command_open_store(options->store, STORE_WRITE, &store, &reason);

	if (!result)
		result = store_verdict_put(store, verdict, &loaded->report.verdict, &reason);
	store_close(store);
	if (result == -ENOMEM)
		return error_out_of_memory(error);
	if (result)
		fprintf(stderr, "hmmbench: this verdict is not kept: %s\n", reason.text);
	return 0;
}

int load_keep_verdict(struct loaded *loaded, const struct load_options *options,
		      struct error *error)
{
	char report_digest[STORE_DIGEST_BYTES];
	char *request;
	int result;

	if (options->replay)	/* it is there */
		return 0;
	result = digest_report(loaded, report_digest, error);
	if (result)
		return result;
	request = request_to_json(&loaded->request);
	if (!request)
		return error_out_of_memory(error);
	{
		const struct store_verdict verdict = {
			.program = (char *)PACKAGE_VERSION,
			.request = request,
			.seed = loaded->dataset->input.seed,
			.input_digest = loaded->dataset->digest,
			.report_digest = report_digest,
			.verdict = (char *)verdict_name(loaded->comparison->verdict),
			.exit_status = loaded->comparison->exit_status,
		};

		result = put(loaded, options, &verdict, error);
	}
	free(request);
	return result;
}

int load_replayed(struct loaded *loaded, int64_t id, struct error *error)
{
	int result = store_verdict_get(loaded->store, id, &loaded->verdict, error);

	if (!result)
		result = request_from_json(loaded->verdict.request, &loaded->request, error);
	if (result == -EINVAL)
		error_prefix(error, "verdict %lld", (long long)id);
	return result;
}

int load_check_replay(struct loaded *loaded, struct error *error)
{
	const struct store_verdict *verdict = &loaded->verdict;
	const struct dataset *dataset = loaded->dataset;
	char digest[STORE_DIGEST_BYTES];
	bool older;
	int result;

	older = strcmp(verdict->input_digest, dataset->digest) &&
		!strcmp(verdict->input_digest, dataset->runs_digest);
	if (older) {
		loaded->report.inputs = dataset->runs_digest;
	} else if (strcmp(verdict->input_digest, dataset->digest)) {
		error->exit_status = STATUS_NOT_COMPARABLE;
		return error_set(error, EXDEV,
				 "verdict %lld cannot be made again: its runs, or the nights and looks "
				 "that they are of, are not what they were (digest %.12s, now %.12s)",
				 (long long)verdict->id, verdict->input_digest, dataset->digest);
	}
	result = digest_report(loaded, digest, error);
	if (result)
		return result;
	loaded->report.verdict = verdict->id;
	if (!strcmp(digest, verdict->report_digest))
		return 0;
	error->exit_status = STATUS_FAILED;
	return error_set(error, EPROTO,
			 "verdict %lld was %s by hmmbench %s, and this %s makes another report of the "
			 "same runs%s; compare gives that, under a number of its own",
			 (long long)verdict->id, verdict->verdict, verdict->program,
			 PACKAGE_VERSION,
			 older ? ", or their nights and looks are not what they were, which its "
				 "digest does not tell" : "");
}
