// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/environment.h"

#include "config.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent/environment_cpu.h"
#include "agent/kernel_files.h"
#include "agent/placement.h"
#include "common/cell.h"
#include "common/samples.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

char *environment_build_id(const void *notes, size_t bytes)
{
	const unsigned char *at = notes;

	while (bytes >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr header;
		size_t name_bytes, whole;

		memcpy(&header, at, sizeof(header));
		if (header.n_namesz > bytes || header.n_descsz > bytes)
			return NULL;
		name_bytes = (header.n_namesz + 3u) & ~(size_t)3;
		whole = sizeof(header) + name_bytes + header.n_descsz;
		if (whole > bytes)
			return NULL;
		if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && header.n_descsz &&
		    !memcmp(at + sizeof(header), "GNU", 4)) {
			const unsigned char *id = at + sizeof(header) + name_bytes;
			char *text = malloc(2 * (size_t)header.n_descsz + 1);

			for (size_t i = 0; text && i < header.n_descsz; i++)
				sprintf(text + 2 * i, "%02x", id[i]);
			return text;
		}
		whole = (whole + 3) & ~(size_t)3;
		if (whole > bytes)
			return NULL;
		at += whole;
		bytes -= whole;
	}
	return NULL;
}

static json_t *build_id(void)
{
	size_t bytes = 0;
	char *notes = kernel_file_read("/sys/kernel/notes", KERNEL_FILE_LIMIT, &bytes);
	char *id = notes ? environment_build_id(notes, bytes) : NULL;
	json_t *json = json_text(id);

	free(id);
	free(notes);
	return json;
}

/* The preemption model that the kernel's version names, as far as it names one. */
static json_t *preemption(const char *version)
{
	static const char *const models[] = { "PREEMPT_RT", "PREEMPT_DYNAMIC", "PREEMPT_LAZY",
					      "PREEMPT" };

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strstr(version, models[i]))
			return json_string(models[i]);
	return json_null();
}

static json_t *kernel(void)
{
	struct utsname name;

	if (uname(&name))
		return json_null();
	return json_pack("{so so so so so so so so so}", "release", json_text(name.release),
			 "version", json_text(name.version), "machine", json_text(name.machine),
			 "banner", kernel_file_line("/proc/version"), "build_id", build_id(),
			 "command_line", kernel_file_line("/proc/cmdline"), "tainted",
			 kernel_file_number("/proc/sys/kernel/tainted"), "lockdown",
			 kernel_file_choice("/sys/kernel/security/lockdown"), "preempt",
			 preemption(name.version));
}

static json_t *names(const struct name_table *table, uint32_t mask)
{
	json_t *array = json_array();

	for (; table->name; table++)
		if (mask & 1u << table->value)
			json_array_append_new(array, json_string(table->name));
	return array;
}

static json_t *module(const struct environment_input *input)
{
	const struct hmmbench_info *info = input->module;

	if (!info)
		return json_null();
	return json_pack("{so so si so so so so so}", "version", json_text(info->version),
			 "srcversion", kernel_file_line("/sys/module/hmmbench/srcversion"), "abi",
			 (int)info->abi_version, "cores", names(core_names, info->cores),
			 "strategies", names(strategy_names, info->strategies), "intree_strategy",
			 info->intree_strategy == HMMBENCH_STRATEGY_UNKNOWN
				 ? json_null()
				 : json_string(strategy_name(info->intree_strategy)),
			 "profiles",
			 names(profile_names, info->profiles), "info",
			 json_text(input->module_info));
}

static json_t *clock_json(const struct clock_quality *clock)
{
	return json_pack("{ss sI sf sf so so}", "name", CLOCK_NAME, "resolution_ns",
			 (json_int_t)clock->resolution_ns, "read_cost_ns", clock->read_cost_ns,
			 "read_cost_min_ns", clock->read_cost_min_ns, "kernel_clocksource",
			 kernel_file_line("/sys/devices/system/clocksource/clocksource0/"
					  "current_clocksource"),
			 "kernel_clocksources",
			 kernel_file_words("/sys/devices/system/clocksource/clocksource0/"
					   "available_clocksource"));
}

static json_t *memory_nodes(hwloc_topology_t topology)
{
	json_t *array = json_array();
	hwloc_obj_t node = NULL;
	char path[96], key[48];

	while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node))) {
		long long free_kilobytes;
		json_t *field;

		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo",
			 node->os_index);
		snprintf(key, sizeof(key), "Node %u MemFree", node->os_index);
		field = kernel_file_field(path, key);
		json_array_append_new(
			array,
			json_pack("{sI sI so}", "node", (json_int_t)node->os_index, "total_bytes",
				  (json_int_t)node->attr->numanode.local_memory, "free_bytes",
				  json_is_string(field) && sscanf(json_string_value(field), "%lld",
								  &free_kilobytes) == 1
					  ? json_integer(free_kilobytes * 1024)
					  : json_null()));
		json_decref(field);
	}
	return array;
}

static json_t *memory(hwloc_topology_t topology)
{
	hwloc_obj_t root = hwloc_get_root_obj(topology);

	return json_pack("{sI so so so}", "total_bytes", (json_int_t)root->total_memory, "nodes",
			 memory_nodes(topology), "transparent_hugepage",
			 kernel_file_choice("/sys/kernel/mm/transparent_hugepage/enabled"),
			 "numa_balancing", kernel_file_number("/proc/sys/kernel/numa_balancing"));
}

void environment_blank_serials(char *xml)
{
	static const char *const names[] = { "Serial\"", "UUID\"", "AssetTag\"" };
	static const char value[] = "value=\"";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (char *at = xml; (at = strstr(at, names[i]));) {
			char *end = strchr(at, '>');
			char *from = strstr(at, value);

			at += strlen(names[i]);
			if (!end || !from || from > end)
				continue;
			for (from += strlen(value); from < end && *from != '"'; from++)
				*from = '-';
		}
	}
}

static json_t *topology_json(hwloc_topology_t topology)
{
	char *xml = NULL;
	int bytes = 0;
	json_t *json;

	if (hwloc_topology_export_xmlbuffer(topology, &xml, &bytes, 0))
		xml = NULL;
	if (xml)
		environment_blank_serials(xml);
	json = json_pack("{si si si so}", "nodes",
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE), "cores",
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE), "cpus",
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU), "xml", json_text(xml));
	if (xml)
		hwloc_free_xmlbuffer(topology, xml);
	return json;
}

static json_t *numbers(const uint32_t *values, uint32_t count)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(array, json_integer(values[i]));
	return array;
}

static json_t *layout(hwloc_topology_t topology, const struct cell *cell,
		      struct placement *placement)
{
	struct error reason = { 0 };

	if (placement_make(topology, cell, placement, &reason))
		return json_pack("{so}", "reason", json_text(reason.text));
	return json_pack("{sI sI so so so}", "child_cpu", (json_int_t)placement->child_cpu,
			 "agent_cpu", (json_int_t)placement->agent_cpu, "workers",
			 numbers(placement->workers, placement->worker_count), "mirror_nodes",
			 numbers(placement->mirror_nodes, placement->mirror_node_count),
			 "page_nodes", numbers(placement->page_nodes, placement->page_node_count));
}

/* Those by distance, and what the plan names by numbers. */
static json_t *layouts(hwloc_topology_t topology, const struct plan *plan)
{
	struct placement *placement = malloc(sizeof(*placement));
	json_t *object = json_object();
	char name[CELL_LAYOUT_BYTES];

	for (const struct name_table *entry = layout_names; placement && entry->name; entry++) {
		const struct cell cell = { .layout = entry->value };

		if (!cell_layout_takes_numbers(entry->value))
			json_object_set_new(object, entry->name,
					    layout(topology, &cell, placement));
	}
	for (uint32_t i = 0; placement && plan && i < plan->cell_count; i++) {
		cell_layout_name(&plan->cells[i], name, sizeof(name));
		if (!json_object_get(object, name))
			json_object_set_new(object, name,
					    layout(topology, &plan->cells[i], placement));
	}
	free(placement);
	return object;
}

static json_t *mitigations(void)
{
	DIR *folder = opendir(VULNERABILITIES);
	const struct dirent *entry;
	json_t *object;
	char path[512];

	if (!folder)
		return json_null();
	object = json_object();
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), VULNERABILITIES "/%s", entry->d_name);
		json_object_set_new(object, entry->d_name, kernel_file_line(path));
	}
	closedir(folder);
	return object;
}

static json_t *loads(void)
{
	double load[3];

	return getloadavg(load, 3) == 3 ? json_pack("[fff]", load[0], load[1], load[2])
					: json_null();
}

static json_t *plan_json(const struct plan *plan)
{
	size_t bytes;
	char *text = plan ? plan_to_json(plan, &bytes) : NULL;
	json_t *json = text ? json_loadb(text, bytes, 0, NULL) : NULL;

	free(text);
	return json ? json : json_null();
}

/* The marks that a sample can get here. Without a module nothing is recorded. */
static json_t *marks(const struct hmmbench_info *info)
{
	uint32_t flags = info ? info->marks : 0;
	json_t *array = json_array();

	if (!environment_tells_steal())
		flags &= ~SAMPLE_FLAG_STOLEN;
	for (size_t i = 0; i < MARK_COUNT; i++)
		if (flags & sample_marks[i].flag)
			json_array_append_new(array, json_string(sample_marks[i].name));
	return array;
}

static json_t *uptime(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_BOOTTIME, &now)
		       ? json_null()
		       : json_real((double)now.tv_sec + (double)now.tv_nsec / 1e9);
}

int environment_to_json(const struct environment_input *input, char **text, size_t *bytes,
			struct error *error)
{
	json_t *hello = json_pack("{si s{ss} so so so so so so so so so so s{so so} so so so}",
				  "hello", 1, "agent", "version", PACKAGE_VERSION, "module",
				  module(input), "kernel", kernel(), "clock",
				  clock_json(input->clock), "cpu", environment_cpu(), "memory",
				  memory(input->topology), "topology",
				  topology_json(input->topology), "layouts",
				  layouts(input->topology, input->plan), "hypervisor",
				  environment_hypervisor(), "marks", marks(input->module),
				  "mitigations", mitigations(),
				  "watchdog", "soft",
				  kernel_file_number("/proc/sys/kernel/soft_watchdog"), "nmi",
				  kernel_file_number("/proc/sys/kernel/nmi_watchdog"), "load",
				  loads(), "uptime_s", uptime(), "plan", plan_json(input->plan));

	*text = hello ? json_dumps(hello, JSON_COMPACT) : NULL;
	json_decref(hello);
	if (!*text)
		return error_set_errno(error, ENOMEM, "describing the environment");
	*bytes = strlen(*text);
	return 0;
}

void environment_moment(struct environment_moment *moment)
{
	char *stat = kernel_file_read("/proc/stat", 512, NULL);
	unsigned long long steal_ticks;
	double load;

	moment->load = getloadavg(&load, 1) == 1 ? load : -1;
	moment->steal_ns = UINT64_MAX;
	/* cpu USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL */
	if (stat && environment_tells_steal() &&
	    sscanf(stat, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &steal_ticks) == 1)
		moment->steal_ns = steal_ticks *
				   (1000000000u / (unsigned long)sysconf(_SC_CLK_TCK));
	free(stat);
}
