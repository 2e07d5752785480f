/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as a stream: what 'hmmbench export' writes and what begins a run from one. The hello
 * carries, beside the environment, what the store knows of the run: plan, lab, kernel, label, and
 * in an exported one its origin (run_origin.h).
 */
#ifndef HMMBENCH_RUN_STREAM_H
#define HMMBENCH_RUN_STREAM_H

#include <jansson.h>

#include "common/error.h"
#include "plan/plan.h"
#include "store/store.h"

/*
 * Writes a run to a descriptor. A run that was killed is written without an end record, as it
 * was. -ENOENT: no such run; errors of the store; -errno of writing, without an error's text.
 */
int run_stream_write(struct store *store, int64_t run, int fd, struct error *error);

/*
 * The same with the run's origin, and with the files of a profile, which lie in `folder`;
 * *missing of them do not any more and are left out.
 */
int run_stream_export(struct store *store, int64_t run, const char *folder, int fd,
		      uint32_t *missing, struct error *error);

/*
 * Begins a run from a hello. `label` NULL: the hello's. `from` is the file as a message names it.
 * *plan is the caller's, whatever is given. -EINVAL: a hello without a plan, or one that cannot be
 * read; errors of the store.
 */
int run_stream_begin(struct store *store, const json_t *hello, const char *label, const char *from,
		     int64_t *run, struct plan **plan, struct error *error);

#endif
