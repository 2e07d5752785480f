/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process that ends says to its caller. The first six are the contract of
 * everything that judges; 20 and above are ways in which a measurement failed, so
 * that a script that does not care may treat every status above 4 as one.
 */
#ifndef HMMBENCH_EXIT_STATUS_H
#define HMMBENCH_EXIT_STATUS_H

enum exit_status {
	STATUS_OK		= 0,	/* done; of a verdict: no regression */
	STATUS_REGRESSION	= 1,
	STATUS_INCONCLUSIVE	= 2,
	STATUS_NOT_COMPARABLE	= 3,	/* environment, configuration or machine differ */
	STATUS_USAGE		= 4,	/* usage or input error */
	STATUS_FAILED		= 5,	/* the measurement failed, no closer reason */

	STATUS_NO_BOOT		= 20,	/* the kernel never reached the agent */
	STATUS_PANIC		= 21,
	STATUS_WOUNDED		= 22,	/* oops, WARN, lockdep or KASAN report: numbers, no verdict */
	STATUS_LOCKUP		= 23,	/* soft or hard lockup, hung task, RCU stall */
	STATUS_HANG		= 24,	/* no new byte for the quiet limit */
	STATUS_TIMEOUT		= 25,	/* the total limit was reached */
	STATUS_CUT_STREAM	= 26,	/* the guest or agent ended without its end record */
	STATUS_MODULE		= 27,	/* the module does not build for, match or load into the kernel */
	STATUS_MISSING_TOOL	= 28,	/* QEMU, gnuplot, make, a compiler ... is not there */
	STATUS_STORE		= 29,	/* the store cannot be written: disk full, permission */
	STATUS_KERNEL		= 30,	/* the kernel named cannot be found, fetched or read */
	STATUS_AGENT		= 31,	/* the agent reported an error of its own */
	STATUS_BOOTS		= 32,	/* a campaign ended with boots missing; the text says how many */
	STATUS_LEAVES		= 33,	/* no end: this machine restarts, the campaign goes on then */

	STATUS_INTERRUPTED	= 130,	/* Ctrl-C or SIGTERM: what was measured is in the store */
};

/* "guest panicked", "interrupted" ...: a few words, never NULL. */
const char *exit_status_text(int status);

#endif
