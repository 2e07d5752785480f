/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the cells of a run were measured in fact: the CPUs on which samples began, and the
 * nodes on which mirrors and pages lay, as module and kernel told them.
 */
#ifndef HMMBENCH_PLACES_H
#define HMMBENCH_PLACES_H

#include <stdio.h>

#include <jansson.h>

#include "common/error.h"
#include "store/store.h"

/*
 * {"exit/...": {"cpus": [0, 1], "mirrors_on_node": [64, 0], "pages_on_node": [0, 16]}, ..}:
 * of each cell that has blocks, in the plan's order, counts added up over them, by node from
 * 0 on, [] where nothing is told. *places is the caller's. Errors of the store; -ENOMEM.
 */
int places_json(struct store *store, const struct store_run *run, json_t **places,
		struct error *error);

/* As lines for people; nothing where there is nothing to tell. */
void places_print(const json_t *places, FILE *file);

#endif
