// SPDX-License-Identifier: GPL-2.0-or-later
/* The calibration of the machine beside a comparison, of builds or inside boots. */
#include "cmd/load.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/shell_word.h"
#include "lab/lab.h"
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

static bool in_boot(const struct loaded *loaded)
{
	return loaded->request.design == DESIGN_IN_BOOT;
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
	/* One from before there was anything inside boots to calibrate says nothing there. */
	if (!result && in_boot(loaded) && !loaded->calibration.in_boot_count)
		calibration_free(&loaded->calibration);
	request->calibration = loaded->calibration.id;
	return result;
}

/*
 * "hmmbench calibrate --kernel debian:6.1 configs/quick.conf", malloc'ed; none for a lab that boots
 * nothing.
 */
static int make_command(struct loaded *loaded, struct error *error)
{
	const struct store_run *run = newest_run(loaded->dataset);
	const struct lab *lab = lab_find(run->lab);
	struct store_campaign campaign = { 0 };
	size_t bytes;
	FILE *file;
	int result = 0;

	if (in_boot(loaded) && lab && !lab->boots)
		return 0;
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

static const struct calibration_in_boot *in_boot_part_of(const struct loaded *loaded,
							 const struct cell_result *result,
							 enum gated_quantile quantile)
{
	const struct request_side *sides = loaded->request.sides;
	const uint32_t base = sides[ARM_BASE].arm.strategy;
	const uint32_t candidate = sides[ARM_CANDIDATE].arm.strategy;
	char name[CELL_NAME_BYTES];

	cell_name(&loaded->dataset->input.cells[result->cell], name);
	for (size_t i = 0; i < loaded->calibration.in_boot_count; i++) {
		const struct calibration_in_boot *part = &loaded->calibration.in_boot[i];
		const uint32_t *of = part->strategies;

		if (part->quantile == quantile && part->column == result->column &&
		    ((of[0] == base && of[1] == candidate) ||
		     (of[0] == candidate && of[1] == base)) &&
		    !strcmp(part->cell, name))
			return part;
	}
	return NULL;
}

static double seen_in_boot(const struct loaded *loaded, const struct cell_result *result,
			   enum gated_quantile quantile)
{
	const struct calibration_in_boot *part = in_boot_part_of(loaded, result, quantile);
	const struct effect *effect = &result->effect[quantile];

	if (!part || effect->why[0])
		return NAN;
	if (loaded->dataset->input.boots > 1)
		return paired_calibration_smallest_of_boots(&part->effect, effect->pairs);
	return paired_calibration_smallest(&part->effect, effect->pairs, effect->block_factor);
}

static double seen_by_builds(const struct loaded *loaded, const struct cell_result *result,
			     enum gated_quantile quantile)
{
	const struct calibration_part *part = part_of(loaded, result, quantile);
	const struct effect *effect = &result->effect[quantile];

	return part && effect->pairs >= 2 ? calibration_smallest(&part->effect, effect->pairs) :
					    NAN;
}

static void fill_effects(struct loaded *loaded)
{
	for (uint32_t i = 0; i < loaded->comparison->result_count; i++) {
		struct cell_result *result = &loaded->comparison->results[i];

		for (enum gated_quantile quantile = 0; quantile < GATED_COUNT; quantile++) {
			result->effect[quantile].seen =
				in_boot(loaded) ? seen_in_boot(loaded, result, quantile) :
						  seen_by_builds(loaded, result, quantile);
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

static int say_uncalibrated(const struct loaded *loaded)
{
	struct dataset *dataset = loaded->dataset;

	if (!loaded->calibrate)
		return dataset_add_line(&dataset->notes, &dataset->note_count,
					"what can be seen on this machine is not known: a calibration "
					"is made of boots, and the lab %s boots nothing",
					newest_run(dataset)->lab);
	return dataset_add_line(&dataset->notes, &dataset->note_count,
				"what can be seen %son this machine was not calibrated: '%s' "
				"measures it", in_boot(loaded) ? "inside a boot " : "",
				loaded->calibrate);
}

/* Of what there have to be as many. */
static const char *unit_of(const struct loaded *loaded)
{
	const bool one = in_boot(loaded) && loaded->dataset->input.boots == 1;

	return one ? "differences of one boot" : "boots";
}

static int say(struct loaded *loaded)
{
	const struct report_calibration *calibrated = &loaded->calibrated;
	struct dataset *dataset = loaded->dataset;
	int result;

	if (!calibrated->id)
		return say_uncalibrated(loaded);
	result = dataset_add_line(&dataset->notes, &dataset->note_count,
				  "seen here: the smallest change that as many %s find with "
				  "probability .9 at p .05, by calibration %lld of %s, %.0f days before "
				  "the newest boot", unit_of(loaded), (long long)calibrated->id,
				  calibrated->made, floor(calibrated->age_days));
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
