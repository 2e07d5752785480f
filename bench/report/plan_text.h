/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan for people: what is measured, how often, and in which order. */
#ifndef HMMBENCH_PLAN_TEXT_H
#define HMMBENCH_PLAN_TEXT_H

#include <stdio.h>

#include "plan/plan.h"
#include "report/text_table.h"

/* What `hmmbench plan` prints: cells, counts, what they take, and the order. -ENOMEM, -EIO. */
int plan_text(const struct plan *plan, const struct text_style *style, FILE *file);

#endif
