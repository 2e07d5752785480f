# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For test scripts: each test is a sentence that says what it proves. Source this, call
# prove, skip_all and finish. A script that ends early fails: its plan is missing.

set -u
test_number=0
build=${HMMBENCH_BUILD_DIR:?set by make check: the build folder}
source_top=${HMMBENCH_SOURCE_DIR:?set by make check: the source folder}
hmmbench=$build/hmmbench
trash=$(mktemp -d "${TMPDIR:-/tmp}/hmmbench-test.XXXXXX") || exit 99
trap 'rm -rf "$trash"' EXIT
export XDG_DATA_HOME=$trash/data HMMBENCH_STORE=$trash/store.db NO_COLOR=1
# What the make above told its own children is not meant for a make that a test starts.
unset MAKEFLAGS MFLAGS MAKELEVEL

# prove "sentence" COMMAND...: passes when the command does; its output is shown when not.
prove() {
	local sentence=$1

	shift
	test_number=$((test_number + 1))
	if "$@" >"$trash/out" 2>&1; then
		printf 'ok %d - %s\n' "$test_number" "$sentence"
	else
		sed 's/^/# /' "$trash/out"
		printf 'not ok %d - %s\n' "$test_number" "$sentence"
	fi
}

skip() {
	test_number=$((test_number + 1))
	printf 'ok %d # SKIP %s: %s\n' "$test_number" "$1" "$2"
}

skip_all() {
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

finish() {
	printf '1..%d\n' "$test_number"
}

# exits STATUS COMMAND...: the command ends with that status; leaves stdout and stderr
# in $trash/stdout and $trash/stderr.
exits() {
	local wanted=$1 status=0

	shift
	"$@" >"$trash/stdout" 2>"$trash/stderr" </dev/null || status=$?
	if [ "$status" -ne "$wanted" ]; then
		printf 'exit status %d, wanted %d: %s\n' "$status" "$wanted" "$*"
		cat "$trash/stdout" "$trash/stderr"
		return 1
	fi
}

# says PATTERN: the last command's errors have a line that matches (extended regular expression).
says() {
	grep -Eaq -- "$1" "$trash/stderr" || {
		printf 'no line like: %s\n' "$1"
		cat "$trash/stderr"
		return 1
	}
}

prints() {
	grep -Eq -- "$1" "$trash/stdout" || {
		printf 'no line like: %s\n' "$1"
		cat "$trash/stdout"
		return 1
	}
}
