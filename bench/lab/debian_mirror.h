/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where Debian's packages come from: the mirrors that this machine's own apt uses, so
 * that proxies, local mirrors and snapshots are honoured and no host name stands here.
 */
#ifndef HMMBENCH_DEBIAN_MIRROR_H
#define HMMBENCH_DEBIAN_MIRROR_H

#include "common/error.h"

struct debian_mirror {
	char *main;	/* base URI, ends with '/' */
	char *security;	/* of the security archive; NULL where this machine has none */
};

/*
 * $HMMBENCH_DEBIAN_MIRROR and $HMMBENCH_DEBIAN_SECURITY_MIRROR where set, else what apt
 * knows: first its package lists, then, where it has fetched none yet, its sources.
 * -ENOENT with the remedy where it knows no mirror of Debian.
 */
int debian_mirror_find(struct debian_mirror *mirror, struct error *error);
void debian_mirror_free(struct debian_mirror *mirror);

/*
 * The two sources, as pure functions over what the commands print; they fill what is
 * still NULL. Lines of `apt-get indextargets`: "URI|ORIGIN|RELEASE".
 */
int debian_mirror_from_targets(const char *text, struct debian_mirror *mirror);
/* Lines of `apt-get update --print-uris`: "'URI/dists/RELEASE/InRelease' ...". */
int debian_mirror_from_uris(const char *text, struct debian_mirror *mirror);

#endif
