// SPDX-License-Identifier: GPL-2.0-or-later
/* The agent's own main, under another name: agents.c starts it in children of its own. */
int agent_main(int argc, char **argv);

#define main agent_main
#include "../../bench/agent/agent.c"
