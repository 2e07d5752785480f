# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For tests whose program takes the agent's place in a guest and prints TAP into its stream:
# source tap.sh, then this.

command -v qemu-system-x86_64 >/dev/null ||
	skip_all "no qemu-system-x86_64; apt-get install qemu-system-x86"
kernel=${HMMBENCH_TEST_KERNEL:-debian:6.1}
"$hmmbench" kernel fetch "$kernel" >"$trash/kernel" 2>&1 ||
	skip_all "$kernel cannot be had: $(tail -n 1 "$trash/kernel")"

# in_guest PROGRAM: runs it there; its tests become tests of this script.
in_guest() {
	local status line

	HMMBENCH_AGENT=$build/tests/vm/$1 "$build/tests/vm/lab_driver" vm "$kernel" "$1" \
		folder="$trash/run" stream="$trash/stream" nodes=1 cpus=4 memory=1G total=600 \
		>"$trash/ended" 2>&1
	status=$?
	# Its own plan gives way to this script's.
	while IFS= read -r line; do
		case $line in
		ok*|"not ok"*)
			test_number=$((test_number + 1))
			printf '%s\n' "$line"
			;;
		'#'*)
			printf '%s\n' "$line"
			;;
		esac
	done <"$trash/stream"
	whole() {
		[ "$status" -eq 0 ] && grep -q '^ended 1' "$trash/ended" ||
			{ cat "$trash/ended"; tail -n 20 "$trash/run/console.log"; return 1; }
	}
	prove "all of it ran, and the kernel was not wounded" whole
}
