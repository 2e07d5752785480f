/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that read a configuration: config.c (lines), config_sections.c
 * (sections and keys), config_value.c (what a value means), config_layout.c (layouts),
 * config_suggest.c (the nearest known word), config_check.c (sections to cells),
 * config_cell.c (which cells can run), config_vm.c (the guest's machine).
 */
#ifndef HMMBENCH_CONFIG_INTERNAL_H
#define HMMBENCH_CONFIG_INTERNAL_H

#include <stdio.h>

#include "plan/config.h"
#include "plan/plan.h"

#define CONFIG_LIST_MAX	    256
#define CONFIG_SECTIONS_MAX 256
#define CONFIG_KEYS_MAX	    12 /* of one section */

/* A list of a section: what one dimension of its cells runs through. */
struct config_entry {
	uint64_t value;
	uint64_t ns; /* of the delay profile */
};

struct config_list {
	struct config_entry entries[CONFIG_LIST_MAX];
	uint32_t count;
	unsigned int line; /* 0: not given */
};

/* The layouts of a section. */
struct config_layouts {
	struct cell *entries; /* only their layouts; LAYOUT_COUNT: every pair of nodes */
	uint32_t count;
	unsigned int line; /* 0: not given */
};

struct config_key;

/* What every section begins with. */
struct config_section {
	const struct config_key *keys;		/* ends with name NULL */
	unsigned int line;			/* of its header; 0: not in the file */
	unsigned int key_line[CONFIG_KEYS_MAX]; /* by index into keys; 0: not given */
	char title[PLAN_NAME_MAX + 16];		/* "[cells walk]" */
};

struct plan_section {
	struct config_section section;
	char name[PLAN_NAME_MAX + 1];
	uint64_t seed, quartets, operations, calibration_days;
	struct config_list strategies;
	double warmup, threshold, threshold_p99;
	bool unrecorded, detailed;
};

/* One value for all nodes of a guest, or one for each. */
struct config_per_node {
	uint64_t values[CONFIG_VM_NODES_MAX];
	uint32_t count;
};

struct config_distances {
	struct config_distance {
		uint32_t nodes[2], distance;
	} entries[CONFIG_VM_NODES_MAX * CONFIG_VM_NODES_MAX / 2];
	uint32_t count;
};

struct vm_section {
	struct config_section section;
	uint64_t nodes, quiet_limit_s, total_limit_s;
	struct config_per_node cpus, memory;
	struct config_distances distances;
};

struct cells_section {
	struct config_section section;
	struct config_list workload, core, profile, mirrors, threads, processes, memory;
	struct config_layouts layout;
	uint64_t quartets, operations; /* 0: [plan]'s */
	uint64_t record_every;	       /* 0: config_record_every() */
};

/* What is being read. */
struct config_reader {
	struct config *config;
	struct error *error;
	uint32_t nodes;	   /* that a matrix is expanded for; 0: those of [vm] */
	int result;	   /* -errno of the first error, 0 before */
	unsigned int line; /* the one last read, from 1 */
	FILE *file;
	struct config_section *section; /* the one last begun */
	struct plan_section plan;
	struct vm_section vm;
	struct cells_section **cells;
	uint32_t cells_count;
};

/* Sets "FILE:LINE: ..." as the reader's error, unless it has one. -EINVAL. */
int config_error(struct config_reader *reader, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The line of a key where it is given, else of its section, else the file's last. */
unsigned int config_key_line(const struct config_reader *reader,
			     const struct config_section *section, const char *key);

/* ---- values ---- */

/* Reads the text of a key into `to`. The error tells the key, the value and the range. */
typedef int config_parse(struct config_reader *reader, const struct config_key *key,
			 const char *text, void *to);

struct config_key {
	const char *name;
	config_parse *parse;
	size_t offset;	    /* of the value in its section's structure */
	uint64_t low, high; /* of a number; permille of a percentage */
	const struct name_table *names;
};

config_parse config_parse_name;	    /* char[PLAN_NAME_MAX + 1] */
config_parse config_parse_number;   /* uint64_t */
config_parse config_parse_bytes;    /* uint64_t */
config_parse config_parse_seconds;  /* uint64_t */
config_parse config_parse_days;     /* uint64_t */
config_parse config_parse_percent;  /* double, a fraction */
config_parse config_parse_yes_no;   /* bool */
config_parse config_parse_names;    /* struct config_list of a name table's values */
config_parse config_parse_profiles; /* struct config_list */
config_parse config_parse_numbers;  /* struct config_list, with FROM..TO*FACTOR */
config_parse config_parse_sizes;    /* struct config_list of bytes */
config_parse config_parse_layouts;  /* struct config_layouts */
config_parse config_parse_node_numbers; /* struct config_per_node */
config_parse config_parse_node_bytes;	/* struct config_per_node */
config_parse config_parse_distances;	/* struct config_distances */

/*
 * Cuts the text at its commas and hands each entry on to `parse`, without the blanks around
 * it and with `to`.
 */
int config_parse_list(struct config_reader *reader, const struct config_key *key, const char *text,
		      void *to, config_parse *parse);

/* The hint for a mistake that the comment syntax invites: "" or " (a comment ...)". */
const char *config_comment_hint(const char *text);

/* Layout same-node where there is none, and the pairs of nodes in the place of a "matrix". */
int config_complete_layouts(struct config_reader *reader, struct config_layouts *layouts);

/*
 * The remedy for an unknown word: "did you mean 'exit'?" where one of the names
 * (`next` gives them from 0 until NULL) is near, else "known: exit, unregister".
 */
void config_suggest(const char *word, const char *(*next)(const void *names, uint32_t index),
		    const void *names, char *text, size_t bytes);

/* ---- sections and keys ---- */

/* A line that begins with '[': it begins a section, and ends the one before. */
int config_read_section(struct config_reader *reader, const char *text);

/* The section last begun is over: it must have had a key. */
int config_end_section(struct config_reader *reader);

/* A key of the section last begun. */
int config_read_key(struct config_reader *reader, const char *name, const char *value);

/* ---- cells ---- */

/* Can the workload run so? The error has the line of the key that is wrong. */
int config_check_cell(struct config_reader *reader, const struct cells_section *section,
		      const struct cell *cell);
bool config_workload_has_mirrors(uint32_t workload);

/* Turns [vm] into the configuration's guest, and checks it. */
int config_check_machine(struct config_reader *reader);

/* Turns sections to cells, and checks each and the whole. */
int config_check(struct config_reader *reader);

#endif
