// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wrong in a configuration is told with its line and what would be right. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "plan/config.h"

#define P   "[plan]\nname = x\n"
#define C   "[cells a]\nworkload = exit\nmirrors = 7\n"
#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct bad {
	const char *text;
	const char *message; /* behind "FILE:" */
};

static const struct bad bad_lines[] = {
	{ "", "1: the file ends without a [plan]; begin with [plan] and its name" },
	{ "; nothing\n\n", "2: the file ends without a [plan]; begin with [plan] and its name" },
	{ C, "3: the file ends without a [plan]; begin with [plan] and its name" },
	{ P, "2: the file ends without cells; add a [cells NAME] section" },
	{ "name = x\n" P C,
	  "1: key 'name' before any section; a section is [plan], [vm] or [cells NAME]" },
	{ P "what is this\n" C, "3: neither a section, nor 'key = value', nor a comment" },
	{ P "what is this\nseed = x\n" C,
	  "3: neither a section, nor 'key = value', nor a comment" },
	{ P "seed = x\nwhat is this\n" C, "3: seed = x is no number; 0 to 9223372036854775807" },
	{ P "seed ; = 5\n" C, "3: neither a section, nor 'key = value', nor a comment" },
	{ P C "threads = 1,\n    2\n",
	  "6: threads = 1, has an empty entry; one comma between two entries, the whole list on "
	  "one line" },
	{ P C "profile = empty\n    delay:2\n",
	  "7: unknown key 'delay' in [cells a]; known: workload, core, profile, mirrors, layout, "
	  "threads, processes, memory, quartets, operations, record-every" },
	{ P C "layout = far\n   near\n", "7: neither a section, nor 'key = value', nor a comment" },
	{ P "seed = 5" A50 A50 A50 A50 "\n" C,
	  "3: a line of 208 characters; at most 197 (comments can be longer)" },
	{ P "seed = 5\x01\n" C,
	  "3: control character 0x01 in column 9; a configuration is plain text" },
	{ P "seed = 5\rquartets = 2\n" C,
	  "3: control character 0x0d in column 9; a configuration is plain text" },
	{ P "= 5\n" C,
	  "3: unknown key '' in [plan]; known: name, seed, strategies, quartets, operations, "
	  "warmup, threshold, threshold-p99, calibration-age, unrecorded, detailed" },
};

static const struct bad bad_sections[] = {
	{ "[plan\nname = x\n" C,
	  "1: '[plan' has no ']'; a section is [plan], [vm] or [cells NAME]" },
	{ "[plan] name = x\n" C,
	  "1: 'name = x' behind the section's name; a line of its own for each key" },
	{ "[plna]\nname = x\n" C, "1: unknown section [plna]; did you mean 'plan'?" },
	{ P "[cell a]\nworkload = exit\n",
	  "3: unknown section [cell a]; a section is [plan], [vm] or [cells NAME]" },
	{ P "[]\n" C, "3: unknown section []; a section is [plan], [vm] or [cells NAME]" },
	{ P "[ vm]\n" C, "3: unknown section [ vm]; did you mean 'vm'?" },
	{ P "[cells]\nworkload = exit\n", "3: [cells] has no name; [cells NAME]" },
	{ P "[cells ]\nworkload = exit\n",
	  "3: [cells ] has no name that can be used; [cells NAME] with 1 to 40 characters of a-z, "
	  "0-9 and -" },
	{ P "[cells Big]\nworkload = exit\n",
	  "3: [cells Big] has no name that can be used; [cells NAME] with 1 to 40 characters of "
	  "a-z, 0-9 and -" },
	{ P "[cells " A50 "a]\nworkload = exit\n",
	  "3: [cells " A50 "a] has no name that can be used; [cells NAME] with 1 to 40 characters "
	  "of a-z, 0-9 and -" },
	{ P C "[plan]\nseed = 1\n", "6: a second [plan]; the first is in line 1, keep one" },
	{ P "[vm]\nnodes = 1\n[vm]\ncpus = 2\n" C,
	  "5: a second [vm]; the first is in line 3, keep one" },
	{ P C "[cells a]\nworkload = exit\n",
	  "6: a second [cells a]; the first is in line 3, keep one" },
	{ P "[vm]\n" C, "3: [vm] is empty; give it keys or take it out" },
	{ "[plan]\n" C, "1: [plan] is empty; give it keys or take it out" },
	{ P C "[cells b]\n; nothing\n", "6: [cells b] is empty; give it keys or take it out" },
	{ "[plan]\nseed = 1\n" C, "1: [plan] has no name; name = NAME" },
	{ P "[cells a]\nmirrors = 1\n",
	  "3: [cells a] has no workload; one of exit, unregister, contend, bystander, "
	  "storm, race, control" },
	{ P "[cells a]\nworkload = exit\n",
	  "3: [cells a] has no mirrors; mirrors = 1 to 1000000, or a list" },
};

static const struct bad bad_keys[] = {
	{ P "sed = 5\n" C, "3: unknown key 'sed' in [plan]; did you mean 'seed'?" },
	{ P "Seed = 5\n" C, "3: unknown key 'Seed' in [plan]; did you mean 'seed'?" },
	{ P "treshold-p99 = 5%\n" C,
	  "3: unknown key 'treshold-p99' in [plan]; did you mean 'threshold-p99'?" },
	{ P "[vm]\nkvm = 5\n" C,
	  "4: unknown key 'kvm' in [vm]; known: nodes, cpus, memory, distances, "
	  "quiet-limit, total-limit" },
	{ P C "mirorrs = 5\n", "6: unknown key 'mirorrs' in [cells a]; did you mean 'mirrors'?" },
	{ P "seed = 1\n\nseed = 1\n" C,
	  "5: a second 'seed' in [plan]; the first is in line 3, keep one" },
	{ P "seed =\n" C, "3: 'seed' has no value; 'seed = VALUE', or take the line out" },
	{ P "seed = ; 5\n" C, "3: 'seed' has no value; 'seed = VALUE', or take the line out" },
};

static const struct bad bad_values[] = {
	{ "[plan]\nname = Quick Run\n" C,
	  "2: name = Quick Run is no name; 1 to 40 characters of a-z, 0-9 and -" },
	{ P "seed = -1\n" C, "3: seed = -1 is no number; 0 to 9223372036854775807" },
	{ P "seed = 9223372036854775808\n" C,
	  "3: seed = 9223372036854775808 is out of range; 0 to 9223372036854775807" },
	{ P "seed = 99999999999999999999\n" C,
	  "3: seed = 99999999999999999999 is out of range; 0 to 9223372036854775807" },
	{ P "seed = 0x10\n" C, "3: seed = 0x10 is no number; 0 to 9223372036854775807" },
	{ P "quartets = 16 # many\n" C,
	  "3: quartets = 16 # many is no number; 1 to 100000 (a comment behind a value begins with "
	  "' ;')" },
	{ P "quartets = 0\n" C, "3: quartets = 0 is out of range; 1 to 100000" },
	{ P "quartets = 100001\n" C, "3: quartets = 100001 is out of range; 1 to 100000" },
	{ P "quartets = 16, 17\n" C, "3: quartets = 16, 17 is no number; 1 to 100000" },
	{ P "operations = 1.5\n" C, "3: operations = 1.5 is no number; 1 to 100000" },
	{ P "[cells a]\nworkload = unregister\nmirrors = 7\nrecord-every = 1025\n",
	  "6: record-every = 1025 is out of range; 1 to 1024" },
	{ P "[cells a]\nworkload = unregister, exit\nmirrors = 7\nrecord-every = 2\n",
	  "6: each operation of workload exit is recorded; leave 'record-every' out, or give exit "
	  "a section of its own" },
	{ P "warmup = 10\n" C, "3: warmup = 10 is no percentage; 0% to 50%, with the %" },
	{ P "warmup = 51%\n" C, "3: warmup = 51% is out of range; 0% to 50%" },
	{ P "warmup = -1%\n" C, "3: warmup = -1% is no percentage; 0% to 50%, with the %" },
	{ P "warmup = nan%\n" C, "3: warmup = nan% is no percentage; 0% to 50%, with the %" },
	{ P "warmup = 1e1%\n" C, "3: warmup = 1e1% is no percentage; 0% to 50%, with the %" },
	{ P "warmup = 1.%\n" C, "3: warmup = 1.% is no percentage; 0% to 50%, with the %" },
	{ P "threshold = 0%\n" C, "3: threshold = 0% is out of range; 0.1% to 100%" },
	{ P "calibration-age = 0d\n" C, "3: calibration-age = 0d is out of range; 1d to 3650d" },
	{ P "calibration-age = 3651d\n" C,
	  "3: calibration-age = 3651d is out of range; 1d to 3650d" },
	{ P "calibration-age = 99999999999999999999d\n" C,
	  "3: calibration-age = 99999999999999999999d is out of range; 1d to 3650d" },
	{ P "calibration-age = 30\n" C,
	  "3: calibration-age = 30 is no number of days; 1d to 3650d" },
	{ P "calibration-age = d\n" C,
	  "3: calibration-age = d is no number of days; 1d to 3650d" },
	{ P "calibration-age = -1d\n" C,
	  "3: calibration-age = -1d is no number of days; 1d to 3650d" },
	{ P "threshold-p99 = 101%\n" C, "3: threshold-p99 = 101% is out of range; 0.1% to 100%" },
	{ P "unrecorded = true\n" C, "3: unrecorded = true is neither yes nor no" },
	{ P "strategies = write\n" C,
	  "3: strategies: 1 given; 2 to 8 of write, read, srcu, getput, "
	  "the first is the base" },
	{ P "strategies = write, raed\n" C,
	  "3: strategies: 'raed' is not known; did you mean 'read'?" },
	{ P "strategies = write, mutex\n" C,
	  "3: strategies: 'mutex' is not known; known: write, read, srcu, getput" },
	{ P "strategies = write, write\n" C,
	  "3: strategies: 'write' gives an entry that the list has already; give each once" },
	{ P "strategies = write,,read\n" C,
	  "3: strategies = write,,read has an empty entry; one comma between two entries, the "
	  "whole list on one line" },
	{ P "[vm]\nnodes = 17\n" C, "4: nodes = 17 is out of range; 1 to 16" },
	{ P "[vm]\nnodes = 8\n" C,
	  "3: 4 CPUs for 8 nodes; cpus = 8 to 64, at least one for each node" },
	{ P "[vm]\nnodes = 3\ncpus = 2\n" C,
	  "5: 2 CPUs for 3 nodes; cpus = 3 to 64, at least one for each node" },
	{ P "[vm]\nmemory = 63M\n" C, "4: memory = 63M is out of range; 64M to 64G" },
	{ P "[vm]\nmemory = 100M\n" C,
	  "4: memory of 100M for 2 nodes; at least 128M, 64M for each node" },
	{ P "[vm]\nmemory = 0\n" C, "4: memory = 0 is out of range; 64M to 64G" },
	{ P "[vm]\ncpus = 0\n" C, "4: cpus = 0 is out of range; 1 to 64" },
	{ P "[vm]\ncpus = 2, 1, 1\n" C,
	  "4: cpus: 3 entries for 2 nodes; one to spread evenly, or one for each node" },
	{ P "[vm]\nmemory = 64M, 64M, 64M\n" C,
	  "4: memory: 3 entries for 2 nodes; one to spread evenly, or one for each node" },
	{ P "[vm]\ncpus = 2, x\n" C, "4: cpus = x is no number; 0 to 64" },
	{ P "[vm]\ncpus = 64, 1\n" C, "4: cpus: 65 together; at most 64" },
	{ P "[vm]\nmemory = 64M, 63M\n" C, "4: memory = 63M is out of range; 64M to 64G" },
	{ P "[vm]\nmemory = 64M, 64G\n" C, "4: memory: 65600M together; at most 64G" },
	{ P "[vm]\ncpus = 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n" C, "4: cpus: more than 16 entries" },
	{ P "[vm]\ncpus = 2,, 2\n" C,
	  "4: cpus = 2,, 2 has an empty entry; one comma between two entries, the whole list on "
	  "one line" },
	{ P "[vm]\ncpus = 0, 2\n" C,
	  "4: node 0 has no CPUs; a guest starts there, so give others none" },
	{ P "[vm]\nmemory = 0, 64M\n" C,
	  "4: node 0 has no memory; a guest starts there, so give others none" },
	{ P "[vm]\ncpus = 2, 0\nmemory = 64M, 0\n" C,
	  "4: node 1 has neither CPUs nor memory; give it one, or fewer nodes" },
	{ P "[vm]\nnodes = 3\ncpus = 2, 0, 2\n" C, "5: node 1 has no CPUs and node 2 has, but the "
						   "kernel numbers nodes with CPUs first; give "
						   "the last nodes none" },
	{ P "[vm]\ndistances = 20\n" C,
	  "4: distances: '20' is not one; NODE-NODE:DISTANCE, like 0-1:16" },
	{ P "[vm]\ndistances = 0-1:16:2\n" C,
	  "4: distances: '0-1:16:2' is not one; NODE-NODE:DISTANCE, like 0-1:16" },
	{ P "[vm]\ndistances = 1-1:16\n" C,
	  "4: distances: '1-1:16' is of a node to itself, which is 10; of two nodes" },
	{ P "[vm]\ndistances = 0-1:10\n" C,
	  "4: distances: '0-1:10' is out of range; distances 11 to 254" },
	{ P "[vm]\ndistances = 0-1:255\n" C,
	  "4: distances: '0-1:255' is out of range; distances 11 to 254" },
	{ P "[vm]\ndistances = 0-1:20, 1-0:30\n" C,
	  "4: distances: '1-0:30' gives the distance of two nodes again, which is the same both "
	  "ways; give each once" },
	{ P "[vm]\nnodes = 2\ndistances = 0-2:20\n" C,
	  "5: distances: '0-2:20' is of a node that the guest does not have; nodes 0 to 1" },
	{ P "[vm]\nmemory = 1GB\n" C,
	  "4: memory = 1GB is no size; 64M to 64G, with K, M, G or T behind the number" },
	{ P "[vm]\nquiet-limit = 60\n" C,
	  "4: quiet-limit = 60 is no duration; 1s to 24h, with s, m or h behind a whole number" },
	{ P "[vm]\nquiet-limit = 25h\n" C, "4: quiet-limit = 25h is out of range; 1s to 24h" },
	{ P "[vm]\nquiet-limit = 0s\n" C, "4: quiet-limit = 0s is out of range; 1s to 24h" },
	{ P "[vm]\ntotal-limit = 99999999999999999999h\n" C,
	  "4: total-limit = 99999999999999999999h is out of range; 1s to 24h" },
};

static const struct bad bad_cells[] = {
	{ P "[cells a]\nworkload = exti\nmirrors = 1\n",
	  "4: workload: 'exti' is not known; did you mean 'exit'?" },
	{ P "[cells a]\nworkload = exit\nmirrors = 1000001\n",
	  "5: mirrors = 1000001 is out of range; 0 to 1000000" },
	{ P "[cells a]\nworkload = exit\nmirrors = 0\n",
	  "5: workload exit needs mirrors; 1 to 1000000" },
	{ P "[cells a]\nworkload = exit\nmirrors = 1, 2, 1\n",
	  "5: mirrors: '1' gives an entry that the list has already; give each once" },
	{ P "[cells a]\nworkload = exit\nmirrors = 4, 1..64*4\n",
	  "5: mirrors: '1..64*4' gives an entry that the list has already; give each once" },
	{ P "[cells a]\nworkload = exit\nmirrors = 1..64\n",
	  "5: mirrors: '1..64' is no range; FROM..TO*FACTOR with a FACTOR of 2 or more, like "
	  "1..1024*4" },
	{ P "[cells a]\nworkload = exit\nmirrors = 1..64*1\n",
	  "5: mirrors: '1..64*1' is no range; FROM..TO*FACTOR with a FACTOR of 2 or more, like "
	  "1..1024*4" },
	{ P "[cells a]\nworkload = exit\nmirrors = 0..64*4\n",
	  "5: mirrors: '0..64*4' is an empty range; FROM is 1 or more and not above TO" },
	{ P "[cells a]\nworkload = exit\nmirrors = 64..1*4\n",
	  "5: mirrors: '64..1*4' is an empty range; FROM is 1 or more and not above TO" },
	{ P "[cells a]\nworkload = exit\nmirrors = 1..2000000*4\n",
	  "5: mirrors = 2000000 is out of range; 0 to 1000000" },
	{ P "[cells a]\nworkload = exit\nmirrors = ..64*4\n",
	  "5: mirrors: '..64*4' is no range; FROM..TO*FACTOR with a FACTOR of 2 or more, like "
	  "1..1024*4" },
	{ P C "profile = delay\n",
	  "6: profile: 'delay' is not one; delay:NS with NS from 1 to 1000000 nanoseconds, others "
	  "without a number" },
	{ P C "profile = delay:-5\n",
	  "6: profile: 'delay:-5' is not one; delay:NS with NS from 1 to 1000000 nanoseconds, "
	  "others without a number" },
	{ P C "profile = delay:2000000\n",
	  "6: profile: 'delay:2000000' is not one; delay:NS with NS from 1 to 1000000 nanoseconds, "
	  "others without a number" },
	{ P C "profile = emtpy\n", "6: profile: 'emtpy' is not known; did you mean 'empty'?" },
	{ P C "profile = delay:5, delay:5\n",
	  "6: profile: 'delay:5' gives an entry that the list has already; give each once" },
	{ P C "layout = same-nod\n",
	  "6: layout: 'same-nod' is not known; did you mean 'same-node'?" },
	{ P C "layout = list\n",
	  "6: layout: 'list' is not one; matrix, matrix:CPU-NODE:MEMORY-NODE and "
	  "list:CPUS:MIRROR-NODES:PAGE-NODES with numbers and ranges like 4+0-2, others without "
	  "numbers" },
	{ P C "layout = matrix:0\n",
	  "6: layout: 'matrix:0' is not one; matrix, matrix:CPU-NODE:MEMORY-NODE and "
	  "list:CPUS:MIRROR-NODES:PAGE-NODES with numbers and ranges like 4+0-2, others without "
	  "numbers" },
	{ P C "layout = far, near:0:1\n",
	  "6: layout: 'near:0:1' is not one; matrix, matrix:CPU-NODE:MEMORY-NODE and "
	  "list:CPUS:MIRROR-NODES:PAGE-NODES with numbers and ranges like 4+0-2, others without "
	  "numbers" },
	{ P C "layout = list:9000:0:0\n",
	  "6: layout: 'list:9000:0:0' has a number out of range; CPUs 0 to 8191, nodes 0 to "
	  "1023" },
	{ P C "layout = list:0-3+2:0:0\n",
	  "6: layout: 'list:0-3+2:0:0' names a CPU or a node twice; each once" },
	{ P C "layout = list:0-1026:0:0\n",
	  "6: layout: 'list:0-1026:0:0' is too long; at most 1026 CPUs and 99 characters with "
	  "ranges written as FROM-TO" },
	{ P C "layout = list:0+1:0:0, list:0-1:0:0\n",
	  "6: layout: 'list:0-1:0:0' gives an entry that the list has already; give each once" },
	{ P C "layout = matrix, matrix\n",
	  "6: layout: 'matrix' gives an entry that the list has already; give each once" },
	{ P C "layout = matrix, matrix:1:0\n",
	  "6: layout: 'matrix:1:0' gives an entry that the list has already; give each once" },
	{ P C "layout = near,,far\n",
	  "6: layout = near,,far has an empty entry; one comma between two entries, the whole list "
	  "on one line" },
	{ P "[cells a]\nworkload = contend\nmirrors = 9\nlayout = far, list:0-1:0:0\nthreads = 2\n",
	  "6: layout list:0-1:0:0 has 2 CPUs, workload contend with 2 threads uses 3; at least so "
	  "many CPUs, or fewer threads" },
	{ P C "core = mirror\n", "6: core: 'mirror' is not known; known: bundled, intree, interval" },
	{ "[plan]\nname = x\nstrategies = kernel, read\n" C,
	  "3: strategies: 'kernel' is not known; known: write, read, srcu, getput" },
	{ P C "memory = 2T\n", "6: memory = 2T is out of range; 0 to 1T" },
	{ P C "memory = lots\n",
	  "6: memory = lots is no size; 0 to 1T, with K, M, G or T behind the number" },
	{ P C "threads = 2\n",
	  "6: workload exit cannot have 2 threads (one task exits); threads = 1" },
	{ P C "threads = 1025\n", "6: threads = 1025 is out of range; 1 to 1024" },
	{ P C "processes = 2\n",
	  "6: workload exit cannot have 2 processes (each operation is one process); processes = "
	  "1" },
	{ P "[cells a]\nworkload = unregister\nmirrors = 2\nthreads = 4\n",
	  "5: 4 threads have 2 mirrors to unregister; at least one mirror for each thread" },
	{ P "[cells a]\nworkload = exit, control\nmirrors = 2\n",
	  "5: workload control has no mirrors; leave 'mirrors' out, or give control a section of "
	  "its own" },
	{ P "[cells a]\nworkload = control\nprofile = delay:2\n",
	  "5: workload control has no callbacks for a profile; profile = empty" },
	{ P "[cells a]\nworkload = contend\nmirrors = 2\nthreads = 4\n",
	  "5: 4 threads have 2 mirrors to contend; at least one mirror for each thread" },
	{ P "[cells a]\nworkload = storm\nmirrors = 2\nthreads = 4\n",
	  "6: workload storm cannot have 4 threads (one task of each process exits); threads = 1" },
	{ P "[cells a]\nworkload = bystander\nmirrors = 2\noperations = 6\n",
	  "6: workload bystander takes 4 forms in turn and has 6 operations; operations = a "
	  "multiple of 4" },
	{ P C "quartets = 1\n",
	  "6: quartets = 1 leaves nothing behind the warm-up in [cells a]; quartets of 2 or more, "
	  "or warmup = 0%" },
	{ P "quartets = 1\n" C,
	  "3: quartets = 1 leaves nothing behind the warm-up in [cells a]; quartets of 2 or more, "
	  "or warmup = 0%" },
	{ P C "[cells b]\nworkload = unregister, exit\nmirrors = 8, 7\n",
	  "6: [cells b] makes the cell exit/bundled/empty/7/same-node/t1/p1/4M, which [cells a] in "
	  "line 3 makes already; take it out of one" },
	{ P "[cells a]\nworkload = unregister\nmirrors = 1000..1000000*2\n"
	    "threads = 1..1024*2\nmemory = 1,2,4,8,16,32,64,128,256,512,1K,2K,4K\nlayout = "
	    "same-node, far, near\n",
	  "3: [cells a] makes more than 4096 cells; a configuration has at most 4096" },
};

static void check_table(const struct bad *table, size_t count)
{
	char *path = support_path("test.conf"), message[1200];
	struct config *config;
	struct error error = { 0 };

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		snprintf(message, sizeof(message), "%s:%s", path, table[i].message);
		free(support_file("test.conf", table[i].text, strlen(table[i].text)));
		if (config_load(path, 0, &config, &error) != -EINVAL)
			fail_msg("no error, expected: %s", table[i].message);
		assert_string_equal(error.text, message);
		assert_int_equal(error.exit_status, STATUS_USAGE);
		assert_null(config);
	}
	free(path);
}

#define CHECK_TABLE(table) check_table(table, sizeof(table) / sizeof(table[0]))

static void test_bad_lines(void **state)
{
	(void)state;
	CHECK_TABLE(bad_lines);
}

static void test_bad_sections(void **state)
{
	(void)state;
	CHECK_TABLE(bad_sections);
}

static void test_bad_keys(void **state)
{
	(void)state;
	CHECK_TABLE(bad_keys);
}

static void test_bad_values(void **state)
{
	(void)state;
	CHECK_TABLE(bad_values);
}

static void test_bad_cells(void **state)
{
	(void)state;
	CHECK_TABLE(bad_cells);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_lines), cmocka_unit_test(test_bad_sections),
		cmocka_unit_test(test_bad_keys),  cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_bad_cells),
	};

	return cmocka_run_group_tests_name("config_errors", tests, NULL, NULL);
}
