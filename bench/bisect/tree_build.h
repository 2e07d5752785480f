/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's sources, built as they are checked out. */
#ifndef HMMBENCH_TREE_BUILD_H
#define HMMBENCH_TREE_BUILD_H

#include "common/error.h"

/*
 * "make olddefconfig" and "make" of the sources in `tree` into the folder `build`, which holds
 * a .config, on every CPU there is, with ccache where it is found. Output is appended to
 * `log`. -ENOEXEC: it does not build, the error has the log's last lines.
 */
int tree_build(const char *tree, const char *build, const char *log, struct error *error);

/*
 * Makes the folder `build` with `config` as its .config, unless it has one. -ENOENT with the
 * remedy where `config` cannot be read.
 */
int tree_build_prepare(const char *build, const char *config, struct error *error);

#endif
