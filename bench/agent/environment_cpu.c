// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/environment_cpu.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "agent/kernel_files.h"

#define CPU_FOLDER "/sys/devices/system/cpu"

/* Flags that bear on clocks, on the cost of entering the kernel, and on page tables. */
static const char *const flags_that_matter[] = {
	"constant_tsc", "nonstop_tsc", "tsc_known_freq", "tsc_reliable",  "rdtscp",
	"hypervisor",	"pti",	       "ibrs",		 "ibrs_enhanced", "ibpb",
	"stibp",	"ssbd",	       "md_clear",	 "smap",	  "pcid",
	"invpcid",	"invlpgb",     "erms",		 "fsrm",	  "la57",
	"lam",		"ht",
};

static json_t *flags(void)
{
	json_t *line = kernel_file_field("/proc/cpuinfo", "flags"), *array = json_null();
	char padded[8192], wanted[64];

	if (json_is_string(line)) {
		array = json_array();
		snprintf(padded, sizeof(padded), " %s ", json_string_value(line));
		for (size_t i = 0; i < sizeof(flags_that_matter) / sizeof(flags_that_matter[0]);
		     i++) {
			snprintf(wanted, sizeof(wanted), " %s ", flags_that_matter[i]);
			if (strstr(padded, wanted))
				json_array_append_new(array, json_string(flags_that_matter[i]));
		}
	}
	json_decref(line);
	return array;
}

/* Is the clock raised when there is thermal room? Two drivers say so in two ways. */
static json_t *turbo(void)
{
	json_t *no_turbo = kernel_file_number(CPU_FOLDER "/intel_pstate/no_turbo");
	json_t *boost = kernel_file_number(CPU_FOLDER "/cpufreq/boost");
	json_t *json = json_is_integer(no_turbo) ? json_boolean(!json_integer_value(no_turbo))
		       : json_is_integer(boost)	 ? json_boolean(json_integer_value(boost))
						 : json_null();

	json_decref(no_turbo);
	json_decref(boost);
	return json;
}

static json_t *online(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > 0 ? json_integer(count) : json_null();
}

json_t *environment_cpu(void)
{
	return json_pack("{so so so so so so so so so}", "model",
			 kernel_file_field("/proc/cpuinfo", "model name"), "microcode",
			 kernel_file_field("/proc/cpuinfo", "microcode"), "flags", flags(),
			 "online", online(), "possible", kernel_file_line(CPU_FOLDER "/possible"),
			 "smt", kernel_file_line(CPU_FOLDER "/smt/control"), "governor",
			 kernel_file_line(CPU_FOLDER "/cpu0/cpufreq/scaling_governor"), "driver",
			 kernel_file_line(CPU_FOLDER "/cpu0/cpufreq/scaling_driver"), "turbo",
			 turbo());
}

#if defined(__x86_64__) || defined(__i386__)
static json_t *cpuid_vendor(void)
{
	unsigned int eax, ebx, ecx, edx;
	char vendor[13] = "";

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & 1u << 31))
		return json_null();
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(vendor, &ebx, 4);
	memcpy(vendor + 4, &ecx, 4);
	memcpy(vendor + 8, &edx, 4);
	return json_text(vendor[0] ? vendor : "unnamed");
}
#else
static json_t *cpuid_vendor(void)
{
	return json_null();
}
#endif

/* KVM: leaf 0x40000001 of cpuid, Documentation/virt/kvm/x86/cpuid.rst. */
#if defined(__x86_64__) || defined(__i386__)
#define KVM_FEATURE_STEAL_TIME (1u << 5)

static bool kvm_tells_steal(void)
{
	unsigned int eax, ebx, ecx, edx;

	__cpuid(0x40000001, eax, ebx, ecx, edx);
	return eax & KVM_FEATURE_STEAL_TIME;
}

static bool is_bare_metal(const json_t *hypervisor)
{
	return json_is_null(hypervisor);
}
#else
static bool kvm_tells_steal(void)
{
	return false;
}

/* Without cpuid nobody says that there is none. */
static bool is_bare_metal(const json_t *hypervisor)
{
	(void)hypervisor;
	return false;
}
#endif

bool environment_tells_steal(void)
{
	json_t *hypervisor = environment_hypervisor();
	json_t *command_line = kernel_file_line("/proc/cmdline");
	const char *name = json_string_value(hypervisor);
	const char *words = json_string_value(command_line);
	bool told = is_bare_metal(hypervisor);

	if (name && !strcmp(name, "KVMKVMKVM"))
		told = kvm_tells_steal();
	else if (name)
		told = !strcmp(name, "xen") || !strcmp(name, "XenVMMXenVMM");
	if (name && (!words || strstr(words, "no-steal-acc")))
		told = false;
	json_decref(hypervisor);
	json_decref(command_line);
	return told;
}

json_t *environment_hypervisor(void)
{
	json_t *type = kernel_file_line("/sys/hypervisor/type");

	if (json_is_string(type))
		return type;
	json_decref(type);
	return cpuid_vendor();
}
