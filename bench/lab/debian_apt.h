/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An apt of our own: its sources, lists and archives lie in the cache, the machine's
 * own are only read for mirrors and proxies, root is not needed. Signatures and
 * checksums are apt's, against Debian's archive keyring.
 */
#ifndef HMMBENCH_DEBIAN_APT_H
#define HMMBENCH_DEBIAN_APT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "lab/cache.h"

struct debian_suite {
	const char *name;	/* "bookworm-updates" */
	bool security;		/* from the security archive; left out where there is none */
};

struct debian_apt {
	struct cache_entry entry;	/* locked: one apt at a time */
	char *configuration;		/* of apt-get -c */
	char *log;
};

/* Sets it up for these suites (ends with name NULL) under the cache's apt/NAME. */
int debian_apt_open(const char *name, const struct debian_suite *suites, struct debian_apt *apt,
		    struct error *error);
void debian_apt_close(struct debian_apt *apt);

/* Fetches the package lists. */
int debian_apt_update(struct debian_apt *apt, struct error *error);

/* A field of a package's newest version, or of "NAME=VERSION", malloc'ed. -ENOENT. */
int debian_apt_field(struct debian_apt *apt, const char *package, const char *field,
		     char **value, struct error *error);

/* Fetches "NAME" or "NAME=VERSION" into the folder. */
int debian_apt_download(struct debian_apt *apt, const char *package, const char *folder,
			struct error *error);

/*
 * From a Depends field: the first package whose name begins with `prefix`, as
 * "NAME=VERSION" where an exact version is asked for, else "NAME"; malloc'ed. NULL:
 * none, or memory is out. Pure.
 */
char *debian_dependency(const char *depends, const char *prefix);

/* A field of a control paragraph, malloc'ed, or NULL. Pure. */
char *debian_field(const char *paragraph, const char *field);

#endif
