/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between history.c, history_watch.c and history_gather.c. */
#ifndef HMMBENCH_HISTORY_INTERNAL_H
#define HMMBENCH_HISTORY_INTERNAL_H

#include "store/history.h"
#include "store/store_internal.h"

void history_bind_number(sqlite3_stmt *statement, int at, double value);	/* NAN: NULL */

#endif
