# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Probe effect of the workloads that need several CPUs, as a length of path: probe_paths.c, in a
# guest on the virtual clock, says what it counts. And what of it lies where mirrors_sem is held,
# for which others wait: read from the module that ran. Sourced by bench.sh, which has `row`,
# `build`, `hmmbench`, `kernel` and `trash`.

# locked MODULE STRATEGY PASS: instructions of unregister between its lock and the release of that,
# without those that only restore registers.
locked() {
	local range

	range=$(readelf -sW "$1" | awk -v file="strategy_$2.c" -v name="unregister_$3" '
		$4 == "FILE" { here = $8 == file }
		here && $4 == "FUNC" && $8 == name { print $2, $3 }')
	objdump -dr --no-show-raw-insn --start-address="0x${range% *}" \
		--stop-address="$((0x${range% *} + ${range#* }))" -j .text "$1" | awk '
		/R_X86_64_(PLT|PC)32[[:space:]]+up_write/ { locked = 0 }
		/R_X86_64_(PLT|PC)32[[:space:]]+down_write/ { locked = 1; next }
		locked && /^ +[0-9a-f]+:\t/ && $2 != "pop" { insns++ }
		END { print insns - 1 }'
}

HMMBENCH_AGENT=$build/tests/bench/probe-paths "$build/tests/vm/lab_driver" vm "$kernel" paths \
	clock=virtual memory=512M quiet=300 total=900 folder="$trash/paths" stream="$trash/paths.txt" \
	>"$trash/paths.ended" || { cat "$trash/paths.ended" >&2; exit 1; }

while read -r _ workload profile strategy mirrors off on _; do
	row "probe effect, $workload of $mirrors, $profile, $strategy, path" "<= 1 %" \
		"$(awk -v off="$off" -v on="$on" 'BEGIN {
			printf "%+.3f %% (%+d of %d)", 100 * (on / off - 1), on - off, off }')"
done < <(grep '^path ' "$trash/paths.txt")

module=$("$build/tests/vm/lab_driver" kernel "$kernel" | sed -n 's/^module //p')
pass=$(if grep -q '^counter 1' "$trash/paths.txt"; then echo ticks; else echo plain; fi)
while read -r _ call strategy mirrors insns; do
	recorded=$(locked "$module" "$strategy" "$pass")
	unrecorded=$(locked "$module" "$strategy" unrecorded)
	[ "$call" != unregister ] || mirrors=1
	row "recording with the lock held, $call of $mirrors, $strategy" - \
		"+$((recorded - unrecorded)) of $insns instructions"
done < <(grep '^hold ' "$trash/paths.txt")
