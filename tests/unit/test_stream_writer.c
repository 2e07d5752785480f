// SPDX-License-Identifier: GPL-2.0-or-later
/* The writer writes whole frames, however the descriptor behaves, or says that it cannot. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/stream.h"

static void test_a_write_that_fails_ends_the_stream(void **state)
{
	struct stream_writer writer;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	stream_writer_init(&writer, ends[1]);
	close(ends[0]);
	assert_int_equal(stream_write(&writer, FRAME_NOTE, "x", 1), -EPIPE);
	close(ends[1]);
	writer.fd = open("/dev/null", O_WRONLY);
	assert_int_equal(stream_write(&writer, FRAME_NOTE, "x", 1), -EPIPE);
	close(writer.fd);
}

static void test_a_payload_above_the_limit_writes_nothing(void **state)
{
	static unsigned char payload[FRAME_BYTES_MAX + 1];
	char *path = support_path("large");
	struct stream_writer writer;

	(void)state;
	stream_writer_init(&writer, open(path, O_RDWR | O_CREAT, 0600));
	assert_int_equal(stream_write(&writer, FRAME_NOTE, payload, sizeof(payload)), -E2BIG);
	assert_int_equal(lseek(writer.fd, 0, SEEK_CUR), 0);
	assert_int_equal(stream_write(&writer, FRAME_NOTE, "x", 1), 0);
	assert_int_equal(lseek(writer.fd, 0, SEEK_CUR), 25);
	close(writer.fd);
	free(path);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal_number)
{
	(void)signal_number;
	alarms++;
}

/* A child that writes large frames into a pipe that is non-blocking, under a storm of signals. */
static void write_through_pipe(int fd, const unsigned char *payload, size_t bytes)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct stream_writer writer;
	int failed = 0;

	sigaction(SIGALRM, &action, NULL);
	ualarm(500, 500);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	stream_writer_init(&writer, fd);
	for (int i = 0; i < 5 && !failed; i++)
		failed = stream_write(&writer, i < 4 ? FRAME_SAMPLES : FRAME_END, payload, bytes);
	_exit(failed || !alarms);
}

static void test_short_writes_and_signals(void **state)
{
	const size_t bytes = 3u << 20;
	unsigned char *payload = malloc(bytes), part[3000];
	struct stream_reader *reader = stream_reader_new();
	int ends[2], status, frames = 0;
	uint64_t random = 2;
	struct frame frame;
	struct error error;
	ssize_t count;
	pid_t child;

	(void)state;
	support_fill(&random, payload, bytes);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child)
		write_through_pipe(ends[1], payload, bytes);
	close(ends[1]);
	while ((count = read(ends[0], part, sizeof(part))) > 0) {
		assert_int_equal(stream_reader_push(reader, part, (size_t)count), 0);
		while (stream_reader_next(reader, &frame, &error) == 1) {
			assert_int_equal(frame.bytes, bytes);
			assert_memory_equal(frame.payload, payload, bytes);
			frames++;
		}
	}
	assert_int_equal(frames, 5);
	assert_true(stream_reader_ended(reader));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(ends[0]);
	stream_reader_free(reader);
	free(payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_write_that_fails_ends_the_stream),
		cmocka_unit_test(test_a_payload_above_the_limit_writes_nothing),
		cmocka_unit_test(test_short_writes_and_signals),
	};

	return cmocka_run_group_tests_name("stream_writer", tests, NULL, NULL);
}
