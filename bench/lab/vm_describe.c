// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/vm_describe.h"

#include <errno.h>
#include <jansson.h>

#include "lab/cache.h"
#include "lab/describe.h"

static json_t *kernel_json(const struct vm_description *description)
{
	const struct kernel *kernel = description->request->kernel;
	char digest[65];
	const bool known = !cache_digest(kernel->image, digest, NULL);

	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?}", "name", kernel->name, "release",
			 kernel->release, "image", kernel->image, "booted",
			 description->machine->kernel, "image_sha256", known ? digest : NULL,
			 "package_version", kernel->package_version);
}

static json_t *node_json(const struct vm_machine *machine, uint32_t node)
{
	const uint32_t first = vm_machine_first_cpu(machine, node);
	json_t *distances = json_array();

	for (uint32_t to = 0; to < machine->nodes; to++)
		json_array_append_new(distances,
				      json_integer(vm_machine_distance(machine, node, to)));
	return json_pack("{s:i, s:I, s:o}", "cpus",
			 (int)(vm_machine_first_cpu(machine, node + 1) - first), "memory_bytes",
			 (json_int_t)vm_machine_node_bytes(machine, node), "distances", distances);
}

static json_t *machine_json(const struct vm_machine *machine)
{
	json_t *each = json_array();

	for (uint32_t node = 0; node < machine->nodes; node++)
		json_array_append_new(each, node_json(machine, node));
	return json_pack("{s:i, s:i, s:I, s:o, s:b, s:b}", "nodes", (int)machine->nodes, "cpus",
			 (int)machine->cpus, "memory_bytes", (json_int_t)machine->memory_bytes,
			 "each_node", each, "preallocated", machine->preallocate,
			 "distances_are_labels", 1);
}

static json_t *boot_json(const struct lab_result *result, unsigned long long console_lines)
{
	return json_pack("{s:i, s:I, s:I, s:I}", "status", result->status, "first_byte_ns",
			 (json_int_t)result->first_byte_ns, "whole_ns", (json_int_t)result->whole_ns,
			 "console_lines", (json_int_t)console_lines);
}

char *vm_describe(const struct vm_description *description, struct error *error)
{
	const struct vm_machine *machine = description->machine;
	const bool virtual = machine->clock == PLAN_CLOCK_VIRTUAL;
	json_t *command = json_array(), *root;
	char *text = NULL;

	for (size_t i = 0; command && description->argv[i]; i++)
		json_array_append_new(command, json_string(description->argv[i]));
	root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, "
			 "s:{s:i, s:i}, s:o, s:b}",
			 "lab", "vm", "accelerator", accelerator_name(machine->accelerator),
			 "accelerator_why", description->accelerator_why, "clock",
			 virtual ? "virtual" : "host", "qemu", machine->qemu, "qemu_version",
			 description->qemu_version, "command", command, "console",
			 machine->console, "kernel", kernel_json(description), "module",
			 describe_file(description->module), "agent", describe_file(description->agent),
			 "machine", machine_json(machine), "limits", "quiet_s",
			 (int)description->quiet_s, "total_s", (int)description->total_s, "host",
			 describe_host(), "oversubscribed", !virtual && machine->cpus > describe_host_cpus());
	if (root && description->result)
		json_object_set_new(root, "boot",
				    boot_json(description->result, description->console_lines));
	if (root)
		text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (!text)
		error_set(error, ENOMEM, "the lab cannot be described: out of memory, or a path "
			  "is not UTF-8");
	return text;
}
