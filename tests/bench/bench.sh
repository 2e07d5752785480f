#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The numbers this project holds itself to, measured here and now, each with its bar:
# probe effect, virtual clock, gate, time to the first sample, quickstart. It prints a table and
# judges nothing by exit status but that everything could be measured.
#
# Environment: HMMBENCH_BENCH the parts to measure, default all: "probe paths concurrent
# virtual gate first quickstart"; HMMBENCH_KERNEL the kernel, default debian:6.1.

set -euo pipefail
source_top=${HMMBENCH_SOURCE_DIR:?run by make bench}
build=${HMMBENCH_BUILD_DIR:?run by make bench}
hmmbench=$build/hmmbench
kernel=${HMMBENCH_KERNEL:-debian:6.1}
trash=$(mktemp -d "${TMPDIR:-/tmp}/hmmbench-bench.XXXXXX")
trap 'rm -rf "$trash"' EXIT
export HMMBENCH_STORE=$trash/store.db

row() {
	printf '%-62s %-12s %s\n' "$@"
}


# Probe effect: instructions of the same operations recorded and unrecorded. On the virtual
# clock nothing else differs, so the ratio of the medians says it; the report's paired
# estimate would mix in the ticks that fall into some operations.
bench_probe() {
	local run strategy

	run=$("$hmmbench" run --progress none --kernel "$kernel" --clock virtual \
		"$source_top/tests/bench/probe.conf")
	for strategy in write read; do
		# The exit status is the verdict's, which says nothing here.
		"$hmmbench" compare --run "$run" --json "strategy=$strategy,recording=off" \
			"strategy=$strategy" >"$trash/probe.json" || [ $? -le 2 ]
		jq -r '.results[] | select(.column == "whole") |
			[.cell, .arms.candidate.p50_ns / .arms.base.p50_ns] | @tsv' \
			"$trash/probe.json" |
		while IFS=$'\t' read -r cell ratio; do
			row "probe effect, ${cell%%/*} of $(cut -d/ -f4 <<<"$cell") mirrors, $strategy, virtual clock" "<= 1 %" \
				"$(awk -v r="$ratio" 'BEGIN { printf "%+.3f %%", 100 * (r - 1) }')"
		done
	done
}

# Where several CPUs act: the length of path that recording adds.
bench_paths() {
	# shellcheck source=paths.sh
	. "$source_top/tests/bench/paths.sh"
}

# The same on the host's clock: the estimate of the paired blocks and its interval.
bench_concurrent() {
	"$hmmbench" run --progress none --kernel "$kernel" \
		"$source_top/tests/bench/probe-concurrent.conf" >/dev/null
	"$hmmbench" compare --json strategy=write strategy=read >"$trash/probe.json" ||
		[ $? -le 2 ]
	jq -r '(.base, .candidate) as $strategy | .recording[] |
		select(.arm == (if $strategy == "write" then "base" else "candidate" end)) |
		[(.cell | split("/")[0]), $strategy,
		 (.estimate, .low, .high | 100 * ((. | exp) - 1))] | @tsv' "$trash/probe.json" |
	while IFS=$'\t' read -r workload strategy estimate low high; do
		row "probe effect, $workload, $strategy, host's clock, 95 % interval" "<= 1 %" \
			"$(printf '%+.1f (%+.1f .. %+.1f) %%' "$estimate" "$low" "$high")"
	done
}

# From exec of QEMU to the first block in the store.
bench_first() {
	local boot

	for boot in 1 2 3; do
		"$hmmbench" run --progress none --kernel "$kernel" "$source_top/tests/bench/first.conf" \
			>/dev/null
		row "exec of QEMU to the first block in the store, boot $boot" "<= 6 s" \
			"$("$hmmbench" show --json | jq -r '.notes[] | .first_block_s? // empty') s"
	done
}

# The whole of quickstart with everything there.
bench_quickstart() {
	local start

	start=$(date +%s%N)
	(cd "$source_top" && HMMBENCH_BUILD=$build ./quickstart >"$trash/quickstart.log" 2>&1) ||
		{ cat "$trash/quickstart.log" >&2; exit 1; }
	row "quickstart, packages and kernel already there" "<= 90 s" \
		"$(awk -v ns="$(($(date +%s%N) - start))" 'BEGIN { printf "%.1f s", ns / 1e9 }')"
}

bench_virtual() {
	# shellcheck source=virtual.sh
	. "$source_top/tests/bench/virtual.sh"
}

bench_gate() {
	# shellcheck source=gate.sh
	. "$source_top/tests/bench/gate.sh"
}

"$hmmbench" kernel fetch "$kernel" >/dev/null
row what bar measured
for part in ${HMMBENCH_BENCH:-probe paths concurrent virtual gate first quickstart}; do "bench_$part"; done
