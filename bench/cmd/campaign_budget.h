/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the time of an adaptive campaign reaches: pure functions of its boots and a budget.
 */
#ifndef HMMBENCH_CAMPAIGN_BUDGET_H
#define HMMBENCH_CAMPAIGN_BUDGET_H

#include <stdbool.h>

#include "store/store_campaign.h"

/*
 * What a pair takes, in seconds: the median from the beginning of a pair to that of the next
 * (of the last one to now), so that a night of which a part was lost to a kill is no slow
 * machine. The boots are a campaign's, in their order; 0 where none has begun.
 */
double campaign_pace_s(const struct store_boot *boots, uint32_t count, int64_t now_s);

/*
 * Up to which pair it goes on at least, when `pair` are done: the next look, or one more before
 * the first look, where what there is can still be judged once. At most `boots`.
 */
uint32_t campaign_next_stop(uint32_t pair, uint32_t boots);

/* Which pair the budget reaches to, at this pace, when `pair` are done. Seconds. */
uint32_t campaign_reach(uint32_t pair, double pace_s, double elapsed_s, double budget_s);

#endif
