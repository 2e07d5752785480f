# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The bars of the virtual clock: ten boots of one plan, five more of other seeds, every pair
# of the fifteen compared, and a walk that is made 1 % longer. Sourced by bench.sh, which
# has `row`, `hmmbench`, `kernel`, `source_top` and `trash`.

conf=$source_top/tests/bench/virtual.conf
runs=()

# counted ARGUMENT...: one boot; its run and, in $trash/RUN.json, its counts.
counted() {
	run=$("$hmmbench" run --progress none --clock virtual "$@" "$conf")
	"$hmmbench" reference --run "$run" >"$trash/$run.json"
}

for boot in {1..10}; do counted --kernel "$kernel"; runs+=("$run"); done
for strategy in write read; do
	row "shortest walk of 1024 mirrors, $strategy, in 10 boots" identical \
		"$(for run in "${runs[@]}"; do
			jq --arg strategy $strategy '.counts[] | select(.strategy == $strategy and
				.phase == "walk" and (.cell | test("/1024/"))) | .minimum_insns' \
				"$trash/$run.json"
		done | sort | uniq -c | awk '{ printf "%s%s in %s", n++ ? ", " : "", $2, $1 }')"
done

# Both sides of each comparison are boots of one kernel: whatever is reported is false.
for seed in {11..15}; do counted --kernel "$kernel" --seed "$seed"; runs+=("$run"); done
compared=0 reported=0
for base in "${runs[@]}"; do
	for candidate in "${runs[@]}"; do
		[ "$base" -lt "$candidate" ] || continue
		compared=$((compared + 1))
		"$hmmbench" reference --run "$candidate" --check "$trash/$base.json" \
			>"$trash/check" || [ $? -eq 1 ]
		grep -q ' 0 longer and 0 shorter' "$trash/check" || reported=$((reported + 1))
	done
done
row "A/A comparisons of boots with a change reported, of $compared" 0 "$reported"

# A hundredth of the instructions of read's walk, once in each walk, in a copy of the sources.
base=${runs[0]}
extra=$(jq '[.counts[] | select(.strategy == "read" and .phase == "walk" and
	(.cell | test("/1024/"))) | .minimum_insns][0] / 100 | ceil' "$trash/$base.json")
cp -r "$source_top/kmod" "$trash/kmod"
chmod -R u+w "$trash/kmod"
sed -i "0,/^\tup_read/s//\tasm volatile(\".rept $extra; nop; .endr\");\n&/" \
	"$trash/kmod/strategy_read.c"
counted --kernel "$kernel@$trash/kmod"
if "$hmmbench" reference --run "$run" --check "$trash/$base.json" >"$trash/check"; then
	found="not found"
else
	found=$(awk '/\/1024\/.* read +walk / { print $(NF - 1), $NF; exit }' "$trash/check")
fi
row "a walk of read $extra instructions longer in one boot" found "${found:-not found}"
