/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An environment as a flat list of facts: "kernel / release" is "6.1.0-56-amd64". It takes
 * whatever JSON a run has, so that a new agent's facts show up without a change here.
 */
#ifndef HMMBENCH_FACTS_H
#define HMMBENCH_FACTS_H

#include <stdbool.h>
#include <stddef.h>

struct fact {
	char *group;	/* "kernel" */
	char *name;	/* "release", "nodes 0 free bytes"; "" where the group is the value */
	char *value;	/* "" for null */
	bool null;	/* not told by this machine */
};

struct facts {
	struct fact *facts;
	size_t count, allocated;
};

/*
 * Adds what `json` (text, may be NULL or "") holds. Text that is no JSON becomes one fact, called
 * `prefix` or "environment". Group names get `prefix` in front. -ENOMEM.
 */
int facts_add(struct facts *facts, const char *prefix, const char *json);
void facts_free(struct facts *facts);

/* NULL where there is none of that name. */
const struct fact *facts_find(const struct facts *facts, const char *group, const char *name);

/* Too long for a table, or a document: a topology's XML. */
bool fact_is_document(const struct fact *fact);

#endif
