/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that take the agent's place in a guest and start the real agent in children of
 * their own: killer.c, denied.c. They print TAP into the guest's stream.
 */
#ifndef HMMBENCH_TESTS_AGENTS_H
#define HMMBENCH_TESTS_AGENTS_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#define LIMIT_S 60 /* for one thing to happen, far beyond what any machine needs */

extern FILE *tap;

/* As a guest's init calls its agent, --plan FILE --output FILE. False: there is no output. */
bool agents_begin(int argc, char **argv);
/* The plan of TAP and the end; the program's exit status. */
int agents_finish(void);

void prove(bool good, const char *proves);
void sleep_ms(long ms);
double seconds(void);

/* Writes the plan that agents run, of a configuration's text. */
bool agents_plan(const char *text, bool counters);

/* Starts an agent; `before` is called in it first, unless NULL. The pid, or -1. */
pid_t agent_start(void (*before)(void));

/* Waits for the agent, *status as waitpid() has it, and for all that it left. */
bool wait_for_all(pid_t agent, int *status);

/* The session that asks is the module's only one, with no mirror and no binding. Waits for it. */
bool nothing_is_left(void);

/* What the last agent wrote. */
struct came {
	bool broken, ended;
	unsigned int blocks, told; /* blocks that ended; notes that something was lost */
	int status;	/* of its end record */
	char text[1024]; /* likewise */
};
struct came read_stream(void);

#endif
