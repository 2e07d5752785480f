// SPDX-License-Identifier: GPL-2.0-or-later
#include "agents.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "common/paths.h"
#include "common/stream.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"

int agent_main(int argc, char **argv);

#define CONFIG	"/tmp/agents.conf"
#define PLAN	"/tmp/agents.json"
#define STREAM	"/tmp/agents.hms"
#define SEED	20190131

FILE *tap;
static int number, failed;

bool agents_begin(int argc, char **argv)
{
	static const struct option options[] = {
		{ "plan", required_argument, NULL, 'p' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 'o')
			tap = fopen(optarg, "we");
	/* The agents' parsing of options begins anew in each. */
	optind = 0;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return tap;
}

int agents_finish(void)
{
	fprintf(tap, "1..%d\nend\n", number);
	fclose(tap);
	return failed != 0;
}

void prove(bool good, const char *proves)
{
	fprintf(tap, "%sok %d - %s\n", good ? "" : "not ", ++number, proves);
	fflush(tap);
	failed += !good;
}

void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool agents_plan(const char *text, bool counters)
{
	struct config *config = NULL;
	struct plan *plan = NULL;
	struct error error = { 0 };
	char *json = NULL;
	bool good = !path_write_file(CONFIG, text, strlen(text), &error) &&
		    !config_load(CONFIG, 1, &config, &error);

	if (good)
		config->counters = counters;
	good = good && !plan_make(config, SEED, PLAN_CLOCK_HOST, &plan, &error) &&
	       (json = plan_to_json(plan, NULL)) &&
	       !path_write_file(PLAN, json, strlen(json), &error);

	if (!good)
		fprintf(tap, "# plan: %s\n", error.text);
	free(json);
	plan_free(plan);
	config_free(config);
	return good;
}

pid_t agent_start(void (*before)(void))
{
	static char *argv[] = { (char *)"hmmbench-agent", (char *)"--plan", (char *)PLAN,
				(char *)"--output", (char *)STREAM, NULL };
	pid_t pid;

	unlink(STREAM);
	fflush(tap);
	pid = fork();
	if (!pid) {
		if (before)
			before();
		_exit(agent_main(5, argv));
	}
	return pid;
}

bool wait_for_all(pid_t agent, int *status)
{
	bool seen = false;

	for (double end = seconds() + LIMIT_S; seconds() < end;) {
		int one;
		pid_t pid = waitpid(-1, &one, WNOHANG);

		if (pid == agent) {
			*status = one;
			seen = true;
		}
		if (pid < 0 && errno == ECHILD)
			return seen;
		if (!pid)
			sleep_ms(1);
	}
	return false;
}

static bool module_info(struct hmmbench_info *info)
{
	const int fd = open(HMMBENCH_DEVICE, O_RDWR | O_CLOEXEC);
	bool good;

	*info = (struct hmmbench_info){ .size = sizeof(*info) };
	good = fd >= 0 && !ioctl(fd, HMMBENCH_IOC_INFO, info);
	close(fd);
	return good;
}

/* Grace periods and workers may be under way. */
bool nothing_is_left(void)
{
	struct hmmbench_info info = { 0 };

	for (double end = seconds() + LIMIT_S; seconds() < end; sleep_ms(2))
		if (module_info(&info) && info.live_sessions == 1 && !info.live_bindings &&
		    !info.live_mirrors)
			return true;
	fprintf(tap, "# alive: %llu sessions, %llu bindings, %llu mirrors\n",
		(unsigned long long)info.live_sessions, (unsigned long long)info.live_bindings,
		(unsigned long long)info.live_mirrors);
	return false;
}

static void take_end(const struct frame *frame, struct came *came)
{
	json_t *json = json_loadb(frame->payload, frame->bytes, 0, NULL);
	const char *text = json_string_value(json_object_get(json, "text"));

	came->status = (int)json_integer_value(json_object_get(json, "status"));
	snprintf(came->text, sizeof(came->text), "%s", text ? text : "");
	json_decref(json);
}

struct came read_stream(void)
{
	struct stream_reader *reader = stream_reader_new();
	struct error error = { 0 };
	struct came came = { 0 };
	struct frame frame;
	char *data = NULL;
	size_t bytes = 0;
	int result = 0;

	/* Killed before it wrote anything: nothing is whole, too. */
	if (path_read_file(STREAM, 256 << 20, &data, &bytes, NULL))
		bytes = 0;
	if (bytes)
		stream_reader_push(reader, data, bytes);
	while (bytes && (result = stream_reader_next(reader, &frame, &error)) == 1) {
		came.blocks += frame.type == FRAME_BLOCK_END;
		if (frame.type == FRAME_END)
			take_end(&frame, &came);
		came.told += frame.type == FRAME_NOTE &&
			     memmem(frame.payload, frame.bytes, "is lost", 7) != NULL;
	}
	came.broken = result < 0;
	came.ended = stream_reader_ended(reader);
	if (came.broken)
		fprintf(tap, "# %s\n", error.text);
	stream_reader_free(reader);
	free(data);
	return came;
}
