# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What ./quickstart and ./check both begin with: the packages, configure, the build.
# Sourced from the top of the source tree.

top=$(pwd)
build=${HMMBENCH_BUILD:-$top/build}

# Each package with what it is for; configure.ac and README name the libraries too.
build_packages=(
	gcc make libc6-dev		# C compiler and make, also for the module
	autoconf automake pkg-config	# the build system
	libjansson-dev			# plans, stream records, --json
	zlib1g-dev			# samples, compressed
	libhwloc-dev			# topology
	libnuma-dev			# memory placement
	libsqlite3-dev			# the store
	libinih-dev			# configuration files
	libarchive-dev			# guest images without root
	libmd-dev			# digests of what verdicts were made of
	r-mathlib			# exact distributions
	libelf1				# objtool of the kernel headers
	dwarves				# pahole, which 6.12 headers ask for
	xz-utils			# kernel packages
	qemu-system-x86			# guests
	busybox-static			# their init
	gnuplot-nox			# figures
)
# What the tests need beside them.
test_packages=(
	libcmocka-dev			# unit tests
	librsvg2-bin			# figures are measured for ink and clipping
	mandoc man-db			# manual pages are checked
	linux-perf			# hmmbench profile
	jq				# tests read JSON
	e2fsprogs			# the disk of the guest that restarts itself
	systemd				# systemd-analyze checks the units
	libxml2-utils			# xmllint: JUnit XML against its schema
	python3-jsonschema		# JSON and KCIDB against theirs
	python3-prometheus-client	# a strict reader of OpenMetrics
	debhelper dh-dkms lintian	# make deb, and what Debian says to its packages
	dkms				# the module as DKMS builds it
	mmdebstrap			# the clean Debian that takes the packages and gives them back
	chromium			# the report in a browser
	nodejs				# drives it
	poppler-utils			# what is on its paper; figures as PDF
)
# npm fetches axe-core for that. A nodejs that is not Debian's brings its own npm and refuses
# Debian's.
command -v npm >/dev/null || test_packages+=(npm)

say() {
	printf '== %s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Root directly, else sudo without a question, else nobody.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null && sudo -n true; then
		sudo -n "$@"
	else
		return 126
	fi
}

install_packages() {
	local package missing=()

	command -v dpkg-query >/dev/null ||
		die "no dpkg here: on this system install what README lists under Requirements, then run 'autoreconf -i' and './configure'"
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>&1)" = installed ] ||
			missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing: ${missing[*]}"
	if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update ||
	   ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
		install "${missing[@]}" >"$build.apt.log" 2>&1; then
		if [ -f "$build.apt.log" ]; then tail -n 5 "$build.apt.log" >&2; fi
		die "these packages are missing and could not be installed; as root: apt-get install ${missing[*]}"
	fi
	rm -f "$build.apt.log"
}

# promtool (19 MB) out of its package: to install that would start a server. A test that needs
# it is skipped where it cannot be had.
fetch_promtool() {
	local folder=$build/tools

	if command -v promtool >/dev/null || [ -x "$folder/promtool" ]; then return 0; fi
	mkdir -p "$folder"
	if ! (cd "$folder" && apt-get -qq download prometheus 2>"$build.apt.log" &&
	      dpkg-deb --fsys-tarfile prometheus_*.deb |
	      tar -x --strip-components=3 ./usr/bin/promtool); then
		say "promtool could not be fetched; its tests are skipped: $(tail -n 1 "$build.apt.log")"
	fi
	rm -f "$folder"/prometheus_*.deb "$build.apt.log"
}

# autoreconf, configure and make, out of tree; each only when something changed.
build_tree() {
	if [ ! -x configure ] || [ configure.ac -nt configure ] || [ Makefile.am -nt Makefile.in ]; then
		say "autoreconf"
		autoreconf -i >"$build.autoreconf.log" 2>&1 ||
			{ cat "$build.autoreconf.log" >&2; die "autoreconf failed"; }
		rm -f "$build.autoreconf.log"
	fi
	mkdir -p "$build"
	if [ ! -f "$build/Makefile" ] || [ configure -nt "$build/config.status" ]; then
		say "configure, in $build"
		# The modules of the guests' kernels are built by hmmbench itself, in its cache.
		(cd "$build" && "$top/configure" --quiet --with-kernel=no) ||
			die "configure failed; see $build/config.log"
	fi
	say "make"
	make -C "$build" -s -j"$(nproc)" || die "the build failed"
}
