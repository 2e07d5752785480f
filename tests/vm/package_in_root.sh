# SPDX-License-Identifier: GPL-2.0-or-later
# Run by package.test in a clean Debian, as root there, with the packages beside it: installs
# them, uses them and purges them. Writes a line "ok SENTENCE" or "no SENTENCE" for each
# thing it tries.
long=${1-}
cd /tmp/packages || exit 1
export DEBIAN_FRONTEND=noninteractive HOME=/tmp/packages/home NO_COLOR=1
unset XDG_DATA_HOME XDG_CACHE_HOME HMMBENCH_STORE

try() {
	sentence=$1
	shift
	if "$@"; then
		echo "ok $sentence" >>answers
	else
		echo "no $sentence" >>answers
	fi
}

# What apt, dpkg, dkms and depmod keep of their own work differs, whatever is installed.
files() {
	find / -xdev \( -path /tmp -o -path /proc -o -path /sys -o -path /dev -o -path /run \
		-o -path /var/lib/apt -o -path /var/cache -o -path /var/log \
		-o -path /var/lib/dpkg -o -name dkms_dbversion -o -name 'modules.*' \) -prune \
		-o -print | sort
}

install_packages() {
	apt-get -qq -y --no-install-recommends install "$@"
}

listed() {
	hmmbench list --store store.db && hmmbench list --store store.db | grep -q '^ *2 '
}

compared() {
	hmmbench compare --store store.db --run 1 strategy=write strategy=read >verdict
	[ $? -le 2 ] && grep -q "^exit, " verdict
}

none_enabled() {
	! find /etc/systemd -name 'hmmbench*' | grep .
}

as_before() {
	files >after
	diff before after
}

files >before
try "hmmbench installs with what it depends on alone" install_packages ./hmmbench_*.deb
try "it runs" hmmbench --version
[ ! -e store.db ] || try "  and lists the runs of a store" listed
[ ! -e store.db ] || try "  and gives a verdict on one" compared
try "  and plans with the configurations it brought" \
	hmmbench plan /usr/share/hmmbench/configs/quick.conf
try "its sources of the module are those of the tree" \
	diff -r -x 'dkms.conf*' -x build kmod /usr/share/hmmbench/kmod
try "  where it looks for them" grep -qa /usr/share/hmmbench/kmod /usr/bin/hmmbench
try "none of its units is enabled" none_enabled
mkdir -p /var/lib/hmmbench/reports/night
touch /var/lib/hmmbench/reboot.json /var/lib/hmmbench/reports/night/verdict.txt
# A tune of a start before this one: nothing is in force, and its state is forgotten.
cat >/var/lib/hmmbench/tune.json <<'END'
{"version": 1, "boot_id": "5d5d5f5e-0000-4000-8000-000000000000",
 "since": "2026-01-01T01:00:00Z", "command": "true", "process": 1, "values": []}
END
try "it is purged" apt-get -qq -y purge hmmbench
try "  with what a campaign had to go on with" test ! -e /var/lib/hmmbench/reboot.json
try "  and no state of a tune" test ! -e /var/lib/hmmbench/tune.json
try "  but not with reports that were measured" test -e /var/lib/hmmbench/reports/night/verdict.txt
rm -rf /var/lib/hmmbench
apt-get -qq -y --purge autoremove
try "the root is as before" as_before
[ "$long" ] || exit 0

built() {
	find /lib/modules -name 'hmmbench.ko*' | grep .
}

versioned() {
	modinfo -F version "$(built)" | grep .
}

try "dkms and headers of a kernel can be had" install_packages dkms linux-headers-amd64
files >before
try "hmmbench-dkms installs" install_packages ./hmmbench-dkms_*.deb
try "  and has built the module" built
try "  which has a version" versioned
try "it is purged, and what it built with it" apt-get -qq -y purge hmmbench-dkms
try "the root is as before hmmbench-dkms" as_before
