// SPDX-License-Identifier: GPL-2.0-or-later
/* The calibration of the machine beside a comparison of builds. */
#include "cmd/load.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/shell_word.h"
#include "store/dataset_internal.h"
#include "store/store_campaign.h"

#define DAY_S 86400.0

static double time_of(const char *text)
{
	struct tm utc = { 0 };

	return strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) ? (double)timegm(&utc) : NAN;
}

static const struct store_run *newest_run(const struct dataset *dataset)
{
	const struct store_run *newest = &dataset->runs[0];

	for (size_t i = 1; i < dataset->run_count; i++)
		if (dataset->runs[i].id > newest->id)
			newest = &dataset->runs[i];
	return newest;
}

/* Where the verdict is made again it is the one from then, whatever was calibrated since. */
static int find(struct loaded *loaded, struct error *error)
{
	struct request *request = &loaded->request;
	const struct store_run *newest = newest_run(loaded->dataset);
	int result;

	if (loaded->verdict.id)
		return request->calibration ? store_calibration_get(loaded->store,
								    request->calibration,
								    &loaded->calibration, error) :
					      0;
	result = store_calibration_find(loaded->store, newest, loaded->dataset->plan,
					&loaded->calibration, error);
	request->calibration = loaded->calibration.id;
	return result;
}

/* "hmmbench calibrate --kernel debian:6.1 configs/quick.conf", malloc'ed. */
static int make_command(struct loaded *loaded, struct error *error)
{
	const struct store_run *run = newest_run(loaded->dataset);
	struct store_campaign campaign = { 0 };
	size_t bytes;
	FILE *file;
	int result = 0;

	if (run->campaign)
		result = store_campaign_get(loaded->store, run->campaign, &campaign, error);
	if (result)
		return result;
	file = open_memstream(&loaded->calibrate, &bytes);
	if (file) {
		fprintf(file, "hmmbench calibrate %s", loaded->store_words);
		if (strcmp(run->lab, "vm"))
			fprintf(file, "--on %s ", run->lab);
		fputs("--kernel ", file);
		shell_word_write(file, loaded->dataset->runs[0].kernel);
		fputc(' ', file);
		shell_word_write(file, campaign.config_path ? campaign.config_path : "CONFIG");
	}
	if (!file || fclose(file))
		result = -ENOMEM;
	store_campaign_free(&campaign);
	return result;
}

static const struct calibration_part *part_of(const struct loaded *loaded,
					      const struct cell_result *result,
					      enum gated_quantile quantile)
{
	const struct comparison_input *input = &loaded->dataset->input;
	char name[CELL_NAME_BYTES];

	cell_name(&input->cells[result->cell], name);
	for (size_t i = 0; i < loaded->calibration.part_count; i++) {
		const struct calibration_part *part = &loaded->calibration.parts[i];

		if (part->quantile == quantile && part->column == result->column &&
		    part->strategy == input->strategies[result->cell] && !strcmp(part->cell, name))
			return part;
	}
	return NULL;
}

static void fill_effects(struct loaded *loaded)
{
	for (uint32_t i = 0; i < loaded->comparison->result_count; i++) {
		struct cell_result *result = &loaded->comparison->results[i];

		for (enum gated_quantile quantile = 0; quantile < GATED_COUNT; quantile++) {
			struct effect *effect = &result->effect[quantile];
			const struct calibration_part *part = part_of(loaded, result, quantile);

			if (part && effect->pairs >= 2)
				effect->seen = calibration_smallest(&part->effect, effect->pairs);
		}
	}
}

static void fill_calibrated(struct loaded *loaded)
{
	const double began = time_of(newest_run(loaded->dataset)->started);
	const double age_days = (began - time_of(loaded->calibration.made)) / DAY_S;
	struct report_calibration *calibrated = &loaded->calibrated;

	*calibrated = (struct report_calibration){
		.id = loaded->calibration.id, .made = loaded->calibration.made,
		.age_days = age_days > 0 ? age_days : 0,
		.limit_days = loaded->request.calibration_days, .command = loaded->calibrate,
	};
	calibrated->old = calibrated->age_days > calibrated->limit_days;
}

static int say(struct loaded *loaded)
{
	const struct report_calibration *calibrated = &loaded->calibrated;
	struct dataset *dataset = loaded->dataset;
	int result;

	if (!calibrated->id)
		return dataset_add_line(&dataset->notes, &dataset->note_count,
					"what can be seen on this machine was not calibrated: '%s' "
					"measures it", loaded->calibrate);
	result = dataset_add_line(&dataset->notes, &dataset->note_count,
				  "seen here: the smallest change that as many boots find with "
				  "probability .9 at p .05, by calibration %lld of %s, %.0f days before "
				  "the newest boot", (long long)calibrated->id, calibrated->made,
				  floor(calibrated->age_days));
	if (!result && calibrated->old)
		result = dataset_add_line(&dataset->marks, &dataset->mark_count,
					  "calibration %lld is %.0f days older than these boots, more "
					  "than %u: '%s' makes a new one", (long long)calibrated->id,
					  floor(calibrated->age_days), calibrated->limit_days,
					  loaded->calibrate);
	return result;
}

int load_calibration(struct loaded *loaded, struct error *error)
{
	int result;

	if (loaded->request.calibration == REQUEST_UNCALIBRATED)
		return 0;
	result = find(loaded, error);
	if (!result)
		result = make_command(loaded, error);
	if (!result && loaded->calibration.id) {
		fill_effects(loaded);
		fill_calibrated(loaded);
	}
	if (!result)
		result = say(loaded);
	return result == -ENOMEM && !error->text[0] ? error_out_of_memory(error) : result;
}
