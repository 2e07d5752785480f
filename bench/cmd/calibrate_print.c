// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/calibrate_print.h"

#include <math.h>

#include "cmd/look.h"
#include "report/selection.h"

/* Over all parts. */
struct totals {
	uint64_t exchanges, called, judged;
	uint32_t significant;	/* of the parts, as the boots were named */
};

static struct totals total(const struct calibration *calibration)
{
	struct totals totals = { 0 };

	for (size_t i = 0; i < calibration->part_count; i++) {
		const struct calibration_effect *effect = &calibration->parts[i].effect;

		totals.exchanges += effect->exchanges;
		totals.called += effect->called;
		totals.judged += effect->judged;
		totals.significant += effect->p <= CALIBRATION_ALPHA;
	}
	return totals;
}

double calibrate_share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

/* ---- text ---- */

void calibrate_percent(struct text_table *table, double fraction, const char *sign)
{
	char text[40] = "-";

	if (isnan(fraction)) {
		text_table_cell(table, text);
		return;
	}
	snprintf(text, sizeof(text), fabs(fraction) < .995 ? "%s%.2g %%" : "%s%.0f %%",
		 fraction >= 0 ? sign : "", fraction * 100);
	text_table_cell(table, text);
}

void calibrate_fraction(struct text_table *table, double value)
{
	char text[40] = "-";

	if (!isnan(value))
		snprintf(text, sizeof(text), "%.3f", value);
	text_table_cell(table, text);
}

static void add_row(struct text_table *table, const struct calibration_part *part)
{
	const struct calibration_effect *effect = &part->effect;

	text_table_cell(table, part->cell);
	text_table_cell(table, strategy_name(part->strategy));
	text_table_cell(table, gated_quantile_name(part->quantile));
	calibrate_percent(table, expm1(effect->deviation), "");
	calibrate_percent(table, expm1(calibration_smallest(effect, effect->boots)), "");
	calibrate_percent(table, expm1(effect->estimate), "+");
	calibrate_fraction(table, effect->p);
	calibrate_fraction(table, calibrate_share(effect->called, effect->exchanges));
	calibrate_fraction(table, calibrate_share(effect->judged, effect->exchanges));
}

static int print_parts(const struct calibration *calibration, const struct text_style *style)
{
	static const struct text_column columns[] = {
		{ "cell", ALIGN_LEFT, 0, true },	{ "strategy", ALIGN_LEFT, 0, true },
		{ "", ALIGN_LEFT, 0, false },		{ "boots", ALIGN_RIGHT, 1, false },
		{ "seen", ALIGN_RIGHT, 0, false },	{ "change", ALIGN_RIGHT, 3, false },
		{ "p", ALIGN_RIGHT, 2, false },		{ "false", ALIGN_RIGHT, 0, false },
		{ "judged", ALIGN_RIGHT, 0, false },
	};
	struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < calibration->part_count; i++)
		add_row(table, &calibration->parts[i]);
	return text_table_print(table, style, stdout, NULL);
}

static const char *const legend[] = {
	"boots: how much boots of one kernel scatter, as a standard deviation; what the control shares is "
	"taken out.",
	"seen: the smallest change that so many boots of each of two kernels find with probability .9, "
	"p at most .05 before the correction for all tests of a report.",
	"change, p: of the boots as they were named, which are of one kernel.",
	"false: over the exchanges of names inside pairs, the share that the test calls different at p .05; "
	"judged: and beyond the smallest effect of interest.",
};

int calibration_print(const struct calibration *calibration)
{
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	const struct totals totals = total(calibration);
	int ret;

	text_wrap_format(stdout, &style, "",
			 "Calibration %lld of %s: campaign %lld, %u boots of %s against %u of the same, "
			 "plan %s.", (long long)calibration->id, calibration->made,
			 (long long)calibration->campaign, calibration->boots, calibration->kernel,
			 calibration->boots, calibration->plan_name);
	text_wrap_format(stdout, &style, "",
			 "False positives: %.3f of %llu exchanges at p .05, %.3f beyond the smallest "
			 "effect of interest; %u of %zu quantiles as the boots were named.",
			 calibrate_share(totals.called, totals.exchanges),
			 (unsigned long long)totals.exchanges,
			 calibrate_share(totals.judged, totals.exchanges), totals.significant,
			 calibration->part_count);
	putchar('\n');
	ret = print_parts(calibration, &style);
	putchar('\n');
	for (size_t i = 0; i < sizeof(legend) / sizeof(legend[0]); i++)
		text_wrap(stdout, &style, "", legend[i]);
	return ret ? ret : calibrate_print_in_boot(calibration, &style);
}

/* ---- JSON ---- */

static json_t *part_json(const struct calibration_part *part, bool *failed)
{
	const struct calibration_effect *effect = &part->effect;
	struct json_object object = json_object_new(failed);

	json_set(&object, "cell", json_text(part->cell));
	json_set(&object, "strategy", json_text(strategy_name(part->strategy)));
	json_set(&object, "column", json_text(sample_columns[part->column].name));
	json_set(&object, "quantile", json_number(gated_quantiles[part->quantile]));
	json_set(&object, "boots", json_integer(effect->boots));
	json_set(&object, "deviation", json_number(effect->deviation));
	json_set(&object, "smallest_seen",
		 json_number(calibration_smallest(effect, effect->boots)));
	json_set(&object, "estimate", json_number(effect->estimate));
	json_set(&object, "p", json_number(effect->p));
	json_set(&object, "exchanges", json_integer(effect->exchanges));
	json_set(&object, "false_positives",
		 json_number(calibrate_share(effect->called, effect->exchanges)));
	json_set(&object, "false_verdicts",
		 json_number(calibrate_share(effect->judged, effect->exchanges)));
	return object.json;
}

int calibration_json(const struct calibration *calibration, struct error *error)
{
	const struct totals totals = total(calibration);
	bool failed = false;
	struct json_object object = json_object_new(&failed);
	json_t *parts = json_array(), *in_boot = json_array();

	for (size_t i = 0; i < calibration->part_count; i++)
		json_add(parts, part_json(&calibration->parts[i], &failed), &failed);
	for (size_t i = 0; i < calibration->in_boot_count; i++)
		json_add(in_boot, calibrate_in_boot_json(&calibration->in_boot[i], &failed),
			 &failed);
	json_set(&object, "id", json_integer(calibration->id));
	json_set(&object, "campaign", json_integer(calibration->campaign));
	json_set(&object, "made", json_text(calibration->made));
	json_set(&object, "program", json_text(calibration->program));
	json_set(&object, "kernel", json_text(calibration->kernel));
	json_set(&object, "plan", json_text(calibration->plan_name));
	json_set(&object, "boots", json_integer(calibration->boots));
	json_set(&object, "false_positives",
		 json_number(calibrate_share(totals.called, totals.exchanges)));
	json_set(&object, "false_verdicts",
		 json_number(calibrate_share(totals.judged, totals.exchanges)));
	json_set(&object, "parts", parts);
	json_set(&object, "in_boot", in_boot);
	return json_print(&object, stdout, error);
}
