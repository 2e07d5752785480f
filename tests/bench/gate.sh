# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A cost of 5 % planted in one cell of one build, and none, on the host's clock: what a
# campaign of eight boots each says. Sourced by bench.sh, which has `row`, `hmmbench`,
# `kernel`, `source_top` and `trash`.

gate_conf=$source_top/tests/bench/gate.conf

# gate_campaign KERNEL KERNEL: in $trash/gate.json what was judged.
gate_campaign() {
	local id
	"$hmmbench" run --progress none --boots 8 --kernel "$1" --kernel "$2" "$gate_conf" >/dev/null
	id=$("$hmmbench" list --campaigns --json | jq '[.[].id] | max')
	"$hmmbench" compare --json "campaign=$id,arm=0" "campaign=$id,arm=1" >"$trash/gate" ||
		[ $? -le 2 ]
	jq '[.results[] | select(.gated)]' "$trash/gate" >"$trash/gate.json"
}

# The callbacks of 256 mirrors busy themselves for 512 us; 26 more, once, before the lock is let go.
cp -r "$source_top/kmod" "$trash/gated"
chmod -R u+w "$trash/gated"
sed -i -e 's/^#include "strategy.h"/#include "session.h"\n&/' -e '0,/^\tup_read/s//\tif (binding->next_index == 256 \&\& binding->session->profile_ns) {\
		u64 end_ns = ktime_get_raw_ns() + 26000;\
\
		while (ktime_get_raw_ns() < end_ns)\
			cpu_relax();\
	}\
&/' "$trash/gated/strategy_read.c"
gate_campaign "$kernel" "$kernel@$trash/gated"
row "+5 % in one cell of one build, 8 boots each: that cell" REGRESSED \
	"$(jq -r '.[] | select(.strategy == "read" and (.cell | test("/delay:2000/256/"))) |
		"\(.verdict) (\(.effects[] | select(.quantile == .5) |
		 100 * ((.estimate | exp) - 1) | . * 10 | round / 10) %)"' "$trash/gate.json")"
row "  REGRESSED or IMPROVED among the other $(jq 'length - 1' "$trash/gate.json")" 0 \
	"$(jq '[.[] | select((.strategy == "read" and (.cell | test("/delay:2000/256/"))) | not) |
		select(.verdict == "REGRESSED" or .verdict == "IMPROVED")] | length' "$trash/gate.json")"
gate_campaign "$kernel" "$kernel@$source_top/kmod"
row "one build with itself, 8 boots each: REGRESSED or IMPROVED" 0 \
	"$(jq '[.[] | select(.verdict == "REGRESSED" or .verdict == "IMPROVED")] | length' \
		"$trash/gate.json")"
