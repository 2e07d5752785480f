// SPDX-License-Identifier: GPL-2.0-or-later
/* [vm]: a guest's nodes, and whether such a machine can be. */
#include "plan/config_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"

/* ---- one value for all nodes, or one for each ---- */

static int per_node_add(struct config_reader *reader, const struct config_key *key,
			struct config_per_node *values, uint64_t value)
{
	if (values->count == CONFIG_VM_NODES_MAX)
		return config_error(reader, reader->line, "%s: more than %d entries", key->name,
				    CONFIG_VM_NODES_MAX);
	values->values[values->count++] = value;
	return 0;
}

/* In a list a node may also have none. */
static int node_number_entry(struct config_reader *reader, const struct config_key *key,
			     const char *text, void *to)
{
	struct config_key or_none = *key;
	uint64_t value;
	int err;

	or_none.low = 0;
	err = config_parse_number(reader, &or_none, text, &value);
	return err ? err : per_node_add(reader, key, to, value);
}

static int node_bytes_entry(struct config_reader *reader, const struct config_key *key,
			    const char *text, void *to)
{
	uint64_t value = 0;
	int err = strcmp(text, "0") ? config_parse_bytes(reader, key, text, &value) : 0;

	return err ? err : per_node_add(reader, key, to, value);
}

static int parse_per_node(struct config_reader *reader, const struct config_key *key,
			  const char *text, struct config_per_node *values, config_parse *one,
			  config_parse *entry)
{
	values->count = 0;
	if (strchr(text, ','))
		return config_parse_list(reader, key, text, values, entry);
	values->count = 1;
	return one(reader, key, text, &values->values[0]);
}

int config_parse_node_numbers(struct config_reader *reader, const struct config_key *key,
			      const char *text, void *to)
{
	return parse_per_node(reader, key, text, to, config_parse_number, node_number_entry);
}

int config_parse_node_bytes(struct config_reader *reader, const struct config_key *key,
			    const char *text, void *to)
{
	return parse_per_node(reader, key, text, to, config_parse_bytes, node_bytes_entry);
}

/* ---- distances ---- */

/* Digits up to `stop`, which is passed over. -EINVAL. */
static int take_number(const char **text, char stop, uint32_t *number)
{
	size_t digits = strspn(*text, "0123456789");

	if (!digits || digits > 4 || (*text)[digits] != stop)
		return -EINVAL;
	*number = (uint32_t)strtoul(*text, NULL, 10);
	*text += digits + (stop ? 1 : 0);
	return 0;
}

static int distance_entry(struct config_reader *reader, const struct config_key *key,
			  const char *text, void *to)
{
	struct config_distances *distances = to;
	struct config_distance entry;
	const char *rest = text;

	if (take_number(&rest, '-', &entry.nodes[0]) || take_number(&rest, ':', &entry.nodes[1]) ||
	    take_number(&rest, '\0', &entry.distance))
		return config_error(reader, reader->line,
				    "%s: '%s' is not one; NODE-NODE:DISTANCE, like 0-1:16%s",
				    key->name, text, config_comment_hint(text));
	if (entry.nodes[0] == entry.nodes[1])
		return config_error(reader, reader->line,
				    "%s: '%s' is of a node to itself, which is 10; of two nodes",
				    key->name, text);
	if (entry.distance < key->low || entry.distance > key->high)
		return config_error(reader, reader->line,
				    "%s: '%s' is out of range; distances %" PRIu64 " to %" PRIu64,
				    key->name, text, key->low, key->high);
	for (uint32_t i = 0; i < distances->count; i++) {
		const uint32_t *other = distances->entries[i].nodes;

		if ((other[0] == entry.nodes[0] && other[1] == entry.nodes[1]) ||
		    (other[0] == entry.nodes[1] && other[1] == entry.nodes[0]))
			return config_error(reader, reader->line,
					    "%s: '%s' gives the distance of two nodes again, which "
					    "is the same both ways; give each once",
					    key->name, text);
	}
	if (distances->count == sizeof(distances->entries) / sizeof(distances->entries[0]))
		return config_error(reader, reader->line, "%s: too many entries", key->name);
	distances->entries[distances->count++] = entry;
	return 0;
}

int config_parse_distances(struct config_reader *reader, const struct config_key *key,
			   const char *text, void *to)
{
	return config_parse_list(reader, key, text, to, distance_entry);
}

/* ---- the whole ---- */

static uint64_t sum(const struct config_per_node *values)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < values->count; i++)
		all += values->values[i];
	return all;
}

static int check_count(struct config_reader *reader, const char *key,
		       const struct config_per_node *values)
{
	const struct vm_section *vm = &reader->vm;

	if (values->count == 1 || values->count == vm->nodes)
		return 0;
	return config_error(reader, config_key_line(reader, &vm->section, key),
			    "%s: %u entries for %" PRIu64 " nodes; one to spread evenly, or one "
			    "for each node",
			    key, values->count, vm->nodes);
}

static int check_cpus(struct config_reader *reader)
{
	const struct vm_section *vm = &reader->vm;
	unsigned int line = config_key_line(reader, &vm->section, "cpus");
	uint64_t all = sum(&vm->cpus);

	if (check_count(reader, "cpus", &vm->cpus))
		return reader->result;
	if (vm->cpus.count == 1 && all < vm->nodes)
		return config_error(reader, line,
				    "%" PRIu64 " CPUs for %" PRIu64 " nodes; cpus = %" PRIu64
				    " to %d, at least one for each node",
				    all, vm->nodes, vm->nodes, CONFIG_VM_CPUS_MAX);
	if (all > CONFIG_VM_CPUS_MAX)
		return config_error(reader, line, "cpus: %" PRIu64 " together; at most %d", all,
				    CONFIG_VM_CPUS_MAX);
	return 0;
}

static int check_memory(struct config_reader *reader)
{
	const struct vm_section *vm = &reader->vm;
	unsigned int line = config_key_line(reader, &vm->section, "memory");
	uint64_t all = sum(&vm->memory);
	char least[24], given[24];

	if (check_count(reader, "memory", &vm->memory))
		return reader->result;
	bytes_name(all, given, sizeof(given));
	if (vm->memory.count == 1 && all < vm->nodes * CONFIG_VM_NODE_BYTES_MIN) {
		bytes_name(vm->nodes * CONFIG_VM_NODE_BYTES_MIN, least, sizeof(least));
		return config_error(reader, line,
				    "memory of %s for %" PRIu64 " nodes; at least %s, 64M for each "
				    "node",
				    given, vm->nodes, least);
	}
	if (all > CONFIG_VM_BYTES_MAX)
		return config_error(reader, line, "memory: %s together; at most 64G", given);
	return 0;
}

static bool has(const struct config_per_node *values, uint32_t node)
{
	return values->count == 1 || values->values[node];
}

/*
 * Firmware and kernel begin in the first node's memory, on the first CPU. A node with
 * neither CPUs nor memory is none to the kernel. And the kernel numbers nodes as the
 * firmware's table names them, CPUs before memory: a node without CPUs before one that
 * has some would get another number in the guest than here.
 */
static int check_nodes(struct config_reader *reader)
{
	const struct vm_section *vm = &reader->vm;
	const char *key = vm->cpus.count > 1 ? "cpus" : "memory";

	if (!has(&vm->cpus, 0) || !has(&vm->memory, 0))
		return config_error(reader, config_key_line(reader, &vm->section, key),
				    "node 0 has no %s; a guest starts there, so give others none",
				    has(&vm->cpus, 0) ? "memory" : "CPUs");
	for (uint32_t node = 1; node < vm->nodes; node++) {
		if (!has(&vm->cpus, node) && !has(&vm->memory, node))
			return config_error(reader, config_key_line(reader, &vm->section, key),
					    "node %u has neither CPUs nor memory; give it one, or "
					    "fewer nodes",
					    node);
		if (has(&vm->cpus, node) && !has(&vm->cpus, node - 1))
			return config_error(
				reader, config_key_line(reader, &vm->section, "cpus"),
				"node %u has no CPUs and node %u has, but the kernel "
				"numbers nodes with CPUs first; give the last nodes none",
				node - 1, node);
	}
	return 0;
}

static int check_distances(struct config_reader *reader)
{
	const struct vm_section *vm = &reader->vm;
	struct config_vm_nodes *each = &reader->config->vm.each;

	for (uint32_t i = 0; i < vm->distances.count; i++) {
		const struct config_distance *entry = &vm->distances.entries[i];
		const uint32_t *nodes = entry->nodes;

		if (nodes[0] >= vm->nodes || nodes[1] >= vm->nodes)
			return config_error(reader,
					    config_key_line(reader, &vm->section, "distances"),
					    "distances: '%u-%u:%u' is of a node that the guest "
					    "does not have; nodes 0 to %" PRIu64,
					    nodes[0], nodes[1], entry->distance, vm->nodes - 1);
		each->distances[nodes[0]][nodes[1]] = (uint8_t)entry->distance;
		each->distances[nodes[1]][nodes[0]] = (uint8_t)entry->distance;
	}
	return 0;
}

int config_check_machine(struct config_reader *reader)
{
	const struct vm_section *vm = &reader->vm;
	struct config_vm *made = &reader->config->vm;

	if (check_cpus(reader) || check_memory(reader) || check_nodes(reader))
		return reader->result;
	made->nodes = (uint32_t)vm->nodes;
	made->cpus = (uint32_t)sum(&vm->cpus);
	made->memory_bytes = sum(&vm->memory);
	made->quiet_limit_s = (uint32_t)vm->quiet_limit_s;
	made->total_limit_s = (uint32_t)vm->total_limit_s;
	for (uint32_t node = 0; node < vm->nodes; node++) {
		if (vm->cpus.count > 1)
			made->each.cpus[node] = (uint32_t)vm->cpus.values[node];
		if (vm->memory.count > 1)
			made->each.memory_bytes[node] = vm->memory.values[node];
	}
	return check_distances(reader);
}

int config_check_vm(const struct config *config, struct error *error)
{
	char wanted[24], given[24], name[CELL_NAME_BYTES];

	for (uint32_t i = 0; i < config->cell_count; i++) {
		const struct cell *cell = &config->cells[i].cell;
		uint64_t bytes = cell->memory_bytes * cell->processes;

		/* The other half is for the kernel, the mirrors and the agent. */
		if (bytes <= config->vm.memory_bytes / 2)
			continue;
		cell_name(cell, name);
		bytes_name(bytes, wanted, sizeof(wanted));
		bytes_name(config->vm.memory_bytes, given, sizeof(given));
		if (error)
			error->exit_status = STATUS_USAGE;
		return error_set(error, EINVAL,
				 "%s:%u: cell %s touches %s in a guest of %s; at most half of the "
				 "guest's, so less here or more 'memory' in [vm]",
				 config->path, config->cells[i].line, name, wanted, given);
	}
	return 0;
}
