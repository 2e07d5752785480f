// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/formats.h"

#include <string.h>

const struct report_format *const report_formats[] = {
	&report_text,
	&report_json,
	&report_html,
	&report_markdown,
	&report_junit,
	&report_tap,
	&report_ktap,
	&report_csv,
	&report_openmetrics,
	&report_hdr,
	&report_kcidb,
	NULL,
};

const struct report_format *report_format_find(const char *name)
{
	for (size_t i = 0; report_formats[i]; i++)
		if (!strcmp(report_formats[i]->name, name))
			return report_formats[i];
	return NULL;
}
