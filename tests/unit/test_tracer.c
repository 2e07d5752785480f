// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that what the kernel's tracer wrote is read as it was written, that a ring which was
 * too small is found, that entries and returns are joined to calls, and that each call is put
 * to the exit it belongs to.
 */
#include "support.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/tracer.h"

#define RING_BYTES 256u

struct seen {
	struct perf_ring_sample samples[64];
	size_t count;
};

static int see(const struct perf_ring_sample *sample, void *context)
{
	struct seen *seen = context;

	assert_true(seen->count < 64);
	seen->samples[seen->count++] = *sample;
	return 0;
}

/* Writes at a position of the ring, round its end. */
static uint64_t put(unsigned char *ring, uint64_t head, const void *data, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		ring[(head + i) % RING_BYTES] = ((const unsigned char *)data)[i];
	return head + bytes;
}

static uint64_t put_sample(unsigned char *ring, uint64_t head, uint32_t tid, uint64_t time_ns)
{
	const struct {
		struct perf_event_header header;
		uint32_t pid, tid;
		uint64_t time_ns;
	} record = { { PERF_RECORD_SAMPLE, 0, sizeof(record) }, tid, tid, time_ns };

	return put(ring, head, &record, sizeof(record));
}

static uint64_t put_lost(unsigned char *ring, uint64_t head, uint64_t lost)
{
	const struct {
		struct perf_event_header header;
		uint64_t id, lost;
	} record = { { PERF_RECORD_LOST, 0, sizeof(record) }, 7, lost };

	return put(ring, head, &record, sizeof(record));
}

static void test_records_are_read_round_the_ring_s_end(void **state)
{
	unsigned char ring[RING_BYTES];
	struct seen seen = { .count = 0 };
	const struct perf_event_header other = { PERF_RECORD_THROTTLE, 0, 40 };
	uint64_t tail = 10 * RING_BYTES + RING_BYTES - 4, head = tail, lost = 0;

	(void)state;
	head = put_sample(ring, head, 11, 100);
	put(ring, head, &other, sizeof(other));
	head = put_lost(ring, head + other.size, 3);
	head = put_sample(ring, head, 12, 200);
	assert_int_equal(perf_ring_each(ring, RING_BYTES, tail, head, see, &seen, &lost), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.samples[0].tid, 11);
	assert_int_equal(seen.samples[0].time_ns, 100);
	assert_int_equal(seen.samples[1].tid, 12);
	assert_int_equal(seen.samples[1].time_ns, 200);
	assert_int_equal(lost, 3);
}

static void test_what_is_no_record_is_refused(void **state)
{
	const uint16_t sizes[] = { 0, 7, 23, 25, RING_BYTES };
	unsigned char ring[RING_BYTES] = { 0 };
	struct seen seen = { .count = 0 };
	uint64_t lost = 0, head;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct perf_event_header header = { PERF_RECORD_SAMPLE, 0, sizes[i] };

		head = put_sample(ring, 0, 1, 2);
		put(ring, 0, &header, sizeof(header));
		assert_int_equal(perf_ring_each(ring, RING_BYTES, 0, head, see, &seen, &lost),
				 -EPROTO);
	}
	assert_int_equal(perf_ring_each(ring, RING_BYTES, 0, RING_BYTES + 8, see, &seen, &lost),
			 -EPROTO);
	assert_int_equal(perf_ring_each(ring, RING_BYTES, 0, 4, see, &seen, &lost), -EPROTO);
	assert_int_equal(seen.count, 0);
}

/* An event of this kernel with a ring of one page: a record for each page touched, from now on. */
struct faults {
	int fd;
	size_t page;
	struct perf_event_mmap_page *ring;
};

static void faults_open(struct faults *faults)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
		.sample_type = PERF_RING_SAMPLE_TYPE,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC_RAW,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.disabled = 1,
	};

	faults->page = (size_t)sysconf(_SC_PAGESIZE);
	faults->fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (faults->fd < 0) {
		print_message("perf_event_open: %s\n", strerror(errno));
		skip();
	}
	faults->ring = mmap(NULL, 2 * faults->page, PROT_READ | PROT_WRITE, MAP_SHARED, faults->fd,
			    0);
	assert_true(faults->ring != MAP_FAILED);
}

static void faults_make(const struct faults *faults, size_t count)
{
	volatile char *memory = mmap(NULL, count * faults->page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(memory != MAP_FAILED);
	madvise((void *)memory, count * faults->page, MADV_NOHUGEPAGE);
	ioctl(faults->fd, PERF_EVENT_IOC_ENABLE, 0);
	for (size_t i = 0; i < count; i++)
		memory[i * faults->page] = 1;
	ioctl(faults->fd, PERF_EVENT_IOC_DISABLE, 0);
	munmap((void *)memory, count * faults->page);
}

static uint64_t faults_head(const struct faults *faults)
{
	return __atomic_load_n(&faults->ring->data_head, __ATOMIC_ACQUIRE);
}

static void faults_close(struct faults *faults)
{
	munmap(faults->ring, 2 * faults->page);
	close(faults->fd);
}

/* This kernel's own ring: one record for each page touched, stamped by the clock asked for. */
static void test_a_ring_of_this_kernel_is_read(void **state)
{
	enum { PAGES = 16 };
	struct faults faults;
	struct seen seen = { .count = 0 };
	uint64_t lost = 0, before_ns, after_ns;

	(void)state;
	faults_open(&faults);
	before_ns = clock_now_ns();
	faults_make(&faults, PAGES);
	after_ns = clock_now_ns();
	assert_int_equal(perf_ring_each((const char *)faults.ring + faults.page, faults.page, 0,
					faults_head(&faults), see, &seen, &lost),
			 0);
	assert_int_equal(lost, 0);
	assert_false(perf_ring_is_full(faults.page, 0, faults_head(&faults)));
	assert_in_range(seen.count, PAGES, PAGES + 8);
	for (size_t i = 0; i < seen.count; i++) {
		assert_int_equal(seen.samples[i].tid, getpid());
		assert_in_range(seen.samples[i].time_ns,
				i ? seen.samples[i - 1].time_ns : before_ns, after_ns);
	}
	faults_close(&faults);
}

static int count_one(const struct perf_ring_sample *sample, void *context)
{
	(void)sample;
	++*(size_t *)context;
	return 0;
}

/* What the kernel dropped it does not say in the ring: only that it is full shows it. */
static void test_a_ring_that_was_too_small_is_full(void **state)
{
	struct faults faults;
	uint64_t lost = 0;
	size_t room, seen = 0;

	(void)state;
	faults_open(&faults);
	room = perf_ring_room(faults.page);
	faults_make(&faults, 2 * room);
	assert_int_equal(perf_ring_each((const char *)faults.ring + faults.page, faults.page, 0,
					faults_head(&faults), count_one, &seen, &lost),
			 0);
	assert_true(perf_ring_is_full(faults.page, 0, faults_head(&faults)));
	assert_in_range(seen, room / 2, room);
	assert_int_equal(lost, 0);
	faults_close(&faults);
}

static void test_a_ring_is_full_where_one_sample_more_does_not_fit(void **state)
{
	unsigned char ring[RING_BYTES];
	uint64_t head = 0;

	(void)state;
	for (size_t i = 0; i < perf_ring_room(RING_BYTES); i++) {
		assert_false(perf_ring_is_full(RING_BYTES, 0, head));
		head = put_sample(ring, head, 1, i);
	}
	assert_true(perf_ring_is_full(RING_BYTES, 0, head));
	assert_true(perf_ring_is_full(RING_BYTES, 7 * RING_BYTES, 7 * RING_BYTES + head));
}

static void test_entries_and_returns_are_joined_by_thread(void **state)
{
	/* Thread 1 calls twice, 2 in between; 3 has no return, 4 no entry. */
	const struct perf_ring_sample entries[] = {
		{ 1, 1, 100 }, { 2, 2, 110 }, { 3, 3, 120 }, { 1, 1, 300 }
	};
	const struct perf_ring_sample returns[] = {
		{ 4, 4, 50 }, { 2, 2, 150 }, { 1, 1, 200 }, { 1, 1, 350 }
	};
	struct tracer_span spans[4];

	(void)state;
	assert_int_equal(tracer_join(entries, 4, returns, 4, spans), 3);
	assert_true(spans[0].tid == 1 && spans[0].begin_ns == 100 && spans[0].end_ns == 200);
	assert_true(spans[1].tid == 2 && spans[1].begin_ns == 110 && spans[1].end_ns == 150);
	assert_true(spans[2].tid == 1 && spans[2].begin_ns == 300 && spans[2].end_ns == 350);
	/* The first return was lost: the second is not taken for it. */
	assert_int_equal(tracer_join(entries, 4, returns + 3, 1, spans), 1);
	assert_int_equal(spans[0].begin_ns, 300);
}

static void make_samples(struct samples *samples)
{
	const uint32_t mask = 1u << COLUMN_START_NS | 1u << COLUMN_WHOLE;

	assert_int_equal(samples_init(samples, 2, mask), 0);
	samples->columns[COLUMN_START_NS][0] = 1000;
	samples->columns[COLUMN_START_NS][1] = 2000;
	samples->columns[COLUMN_WHOLE][0] = samples->columns[COLUMN_WHOLE][1] = 500;
}

static void test_a_call_belongs_to_the_exit_around_it(void **state)
{
	/* The first and the third lie in no exit. */
	const struct tracer_span spans[] = {
		{ 9, 900, 990 }, { 1, 1100, 1180 }, { 9, 1400, 1600 }, { 2, 2000, 2500 }
	};
	struct samples samples;
	struct error error = { 0 };

	(void)state;
	make_samples(&samples);
	assert_int_equal(tracer_fill(spans, 4, &samples, &error), 0);
	assert_int_equal(samples.columns[COLUMN_TRACED][0], 80);
	assert_int_equal(samples.columns[COLUMN_TRACED][1], 500);
	samples_free(&samples);
}

static void test_an_exit_without_its_call_or_with_two_is_an_error(void **state)
{
	const struct tracer_span spans[] = { { 1, 1100, 1180 }, { 2, 1200, 1300 } };
	struct samples samples;
	struct error error = { 0 };

	(void)state;
	make_samples(&samples);
	assert_int_equal(tracer_fill(spans, 1, &samples, &error), -EPROTO);
	assert_non_null(strstr(error.text, "saw 0 calls"));
	assert_int_equal(tracer_fill(spans, 2, &samples, &error), -EPROTO);
	assert_non_null(strstr(error.text, "saw 2 calls"));
	samples_free(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_are_read_round_the_ring_s_end),
		cmocka_unit_test(test_what_is_no_record_is_refused),
		cmocka_unit_test(test_a_ring_of_this_kernel_is_read),
		cmocka_unit_test(test_a_ring_that_was_too_small_is_full),
		cmocka_unit_test(test_a_ring_is_full_where_one_sample_more_does_not_fit),
		cmocka_unit_test(test_entries_and_returns_are_joined_by_thread),
		cmocka_unit_test(test_a_call_belongs_to_the_exit_around_it),
		cmocka_unit_test(test_an_exit_without_its_call_or_with_two_is_an_error),
	};

	return cmocka_run_group_tests_name("tracer", tests, NULL, NULL);
}
