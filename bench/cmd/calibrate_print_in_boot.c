// SPDX-License-Identifier: GPL-2.0-or-later
/* What a calibration says of verdicts inside boots. */
#include "cmd/calibrate_print.h"

#include <math.h>

#include "report/selection.h"

/* Of one boot alone, or of a difference from each of several. */
enum in_boot_unit { ONE_BOOT, SEVERAL_BOOTS };

/* A part by one of the two. */
struct in_boot_view {
	uint32_t count;			/* differences, boots */
	double deviation, smallest;
	const struct paired_rate *rate;
};

static struct in_boot_view view_of(const struct calibration_in_boot *part, enum in_boot_unit unit)
{
	const struct paired_calibration *effect = &part->effect;

	if (unit == SEVERAL_BOOTS)
		return (struct in_boot_view){
			.count = effect->boots, .deviation = effect->boot_deviation,
			.smallest = paired_calibration_smallest_of_boots(effect, effect->boots),
			.rate = &effect->several_boots,
		};
	return (struct in_boot_view){
		.count = effect->differences, .deviation = effect->deviation,
		.smallest = paired_calibration_smallest(
			effect, effect->differences / effect->factor, effect->factor),
		.rate = &effect->one_boot,
	};
}

static struct paired_rate total(const struct calibration *calibration, enum in_boot_unit unit)
{
	struct paired_rate total = { 0 };

	for (size_t i = 0; i < calibration->in_boot_count; i++) {
		const struct in_boot_view view = view_of(&calibration->in_boot[i], unit);

		total.tried += view.rate->tried;
		total.called += view.rate->called;
		total.judged += view.rate->judged;
	}
	return total;
}

/* ---- text ---- */

static void add_in_boot_row(struct text_table *table, const struct calibration_in_boot *part,
			    enum in_boot_unit unit)
{
	const struct in_boot_view view = view_of(part, unit);
	char text[80];

	text_table_cell(table, part->cell);
	snprintf(text, sizeof(text), "%s, %s", strategy_name(part->strategies[ARM_BASE]),
		 strategy_name(part->strategies[ARM_CANDIDATE]));
	text_table_cell(table, text);
	text_table_cell(table, gated_quantile_name(part->quantile));
	snprintf(text, sizeof(text), "%u", view.count);
	text_table_cell(table, text);
	calibrate_percent(table, expm1(view.deviation), "");
	calibrate_percent(table, expm1(view.smallest), "");
	calibrate_fraction(table, calibrate_share(view.rate->called, view.rate->tried));
	calibrate_fraction(table, calibrate_share(view.rate->judged, view.rate->tried));
}

static int print_in_boot(const struct calibration *calibration, enum in_boot_unit unit,
			 const struct text_style *style)
{
	static const struct {
		const char *what, *tests, *count;
	} words[] = {
		[ONE_BOOT] = { "Inside one boot", "of one boot", "differences" },
		[SEVERAL_BOOTS] = { "Inside boots, a difference from each", "of all boots", "boots" },
	};
	const struct paired_rate rate = total(calibration, unit);
	struct text_column columns[] = {
		{ "cell", ALIGN_LEFT, 0, true },	{ "strategies", ALIGN_LEFT, 0, true },
		{ "", ALIGN_LEFT, 0, false },		{ "", ALIGN_RIGHT, 2, false },
		{ "scatter", ALIGN_RIGHT, 1, false },	{ "seen", ALIGN_RIGHT, 0, false },
		{ "false", ALIGN_RIGHT, 0, false },	{ "judged", ALIGN_RIGHT, 0, false },
	};
	struct text_table *table;

	snprintf(columns[3].title, TEXT_TITLE_BYTES, "%s", words[unit].count);
	table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	putchar('\n');
	if (rate.tried)
		text_wrap_format(stdout, style, "",
				 "%s: false positives %.3f of %u tests %s of blocks that do not differ, "
				 "%.3f beyond the smallest effect of interest.", words[unit].what,
				 calibrate_share(rate.called, rate.tried), rate.tried,
				 words[unit].tests, calibrate_share(rate.judged, rate.tried));
	else
		text_wrap_format(stdout, style, "",
				 "%s: too few blocks for a rate of false positives.", words[unit].what);
	putchar('\n');
	for (size_t i = 0; i < calibration->in_boot_count; i++)
		add_in_boot_row(table, &calibration->in_boot[i], unit);
	return text_table_print(table, style, stdout, NULL);
}

static const char *const legend[] = {
	"scatter: of the difference of two strategies, from quartet to quartet about the centre of "
	"its boot, or from boot to boot, as a standard deviation.",
	"seen: the smallest change from one to the other that so many differences of a boot, or so "
	"many boots, find with probability .9.",
	"false: of four successive blocks of one strategy taken as A B B A or B A A B by a coin, the "
	"share of tests that call them different at p .05; judged: and beyond the smallest effect of "
	"interest.",
};

int calibrate_print_in_boot(const struct calibration *calibration, const struct text_style *style)
{
	int ret = 0;

	if (!calibration->in_boot_count)
		return 0;
	for (enum in_boot_unit unit = ONE_BOOT; unit <= SEVERAL_BOOTS && !ret; unit++)
		ret = print_in_boot(calibration, unit, style);
	putchar('\n');
	for (size_t i = 0; i < sizeof(legend) / sizeof(legend[0]); i++)
		text_wrap(stdout, style, "", legend[i]);
	return ret;
}

/* ---- JSON ---- */

static json_t *view_json(const struct calibration_in_boot *part, enum in_boot_unit unit,
			 bool *failed)
{
	const struct in_boot_view view = view_of(part, unit);
	struct json_object object = json_object_new(failed);

	json_set(&object, unit == ONE_BOOT ? "differences" : "boots", json_integer(view.count));
	if (unit == ONE_BOOT)
		json_set(&object, "joined", json_integer(part->effect.factor));
	json_set(&object, "deviation", json_number(view.deviation));
	json_set(&object, "smallest_seen", json_number(view.smallest));
	json_set(&object, "tests", json_integer(view.rate->tried));
	json_set(&object, "false_positives",
		 json_number(calibrate_share(view.rate->called, view.rate->tried)));
	json_set(&object, "false_verdicts", json_number(calibrate_share(view.rate->judged, view.rate->tried)));
	return object.json;
}

json_t *calibrate_in_boot_json(const struct calibration_in_boot *part, bool *failed)
{
	struct json_object object = json_object_new(failed);
	json_t *strategies = json_array();

	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		json_add(strategies, json_text(strategy_name(part->strategies[arm])), failed);
	json_set(&object, "cell", json_text(part->cell));
	json_set(&object, "strategies", strategies);
	json_set(&object, "column", json_text(sample_columns[part->column].name));
	json_set(&object, "quantile", json_number(gated_quantiles[part->quantile]));
	json_set(&object, "one_boot", view_json(part, ONE_BOOT, failed));
	json_set(&object, "several_boots", view_json(part, SEVERAL_BOOTS, failed));
	return object.json;
}
