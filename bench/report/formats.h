/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of the table in formats.c, one file each. */
#ifndef HMMBENCH_FORMATS_H
#define HMMBENCH_FORMATS_H

#include "report/report.h"

extern const struct report_format report_text;	/* text.c */
extern const struct report_format report_json;	/* json.c */
extern const struct report_format report_html;	/* html.c */
extern const struct report_format report_markdown;	/* markdown.c */
extern const struct report_format report_junit;	/* junit.c */
extern const struct report_format report_tap;	/* tap.c */
extern const struct report_format report_ktap;	/* ktap.c */
extern const struct report_format report_csv;	/* csv_table.c */
extern const struct report_format report_openmetrics;	/* openmetrics.c */
extern const struct report_format report_hdr;	/* hdr_log.c */
extern const struct report_format report_kcidb;	/* kcidb.c */

#endif
