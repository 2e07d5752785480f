// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/records.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/session.h"

int records_init(struct records *records, size_t room, struct error *error)
{
	*records = (struct records){ .room = room };
	records->all = calloc(room, sizeof(*records->all));
	if (!records->all)
		return error_set_errno(error, ENOMEM, "making room for %zu records", room);
	return 0;
}

void records_free(struct records *records)
{
	free(records->all);
	records->all = NULL;
}

static int take(const struct hmmbench_record *record, void *context)
{
	struct records *records = context;

	if (record->operation - records->first_tag >= records->tags)
		return 0;
	if (records->count == records->room)
		return -EPROTO;
	records->all[records->count++] = *record;
	return 0;
}

int records_take(struct records *records, struct session *session, uint64_t first_tag,
		 uint64_t tags, struct error *error)
{
	int result;

	records->first_tag = first_tag;
	records->tags = tags;
	records->count = 0;
	result = session_drain(session, take, records, error);
	if (result == -EPROTO)
		return error_set(error, EPROTO,
				 "an operation gave more than the %zu records that it "
				 "can give",
				 records->room);
	return result;
}

int records_release(const struct records *records, uint64_t tag, uint32_t least, uint32_t most,
		    const struct hmmbench_record **release, struct error *error)
{
	unsigned int count = 0;

	*release = NULL;
	for (size_t i = 0; i < records->count; i++) {
		const struct hmmbench_record *record = &records->all[i];

		if (record->type != HMMBENCH_RECORD_RELEASE || record->operation != tag)
			continue;
		*release = record;
		count++;
	}
	if (!count || (count == 1 && (*release)->mirrors >= least && (*release)->mirrors <= most))
		return 0;
	return error_set(error, EPROTO,
			 "an exit gave %u release walks and the last one called %u "
			 "mirrors back, not %u to %u",
			 count, (*release)->mirrors, least, most);
}

static void set_exit_phases(struct operations *operations, size_t row, const struct exit_seen *seen,
			    const struct hmmbench_record *release)
{
	const uint32_t teardown = 1u << HMMBENCH_PHASE_GRACE | 1u << HMMBENCH_PHASE_UNMAP;
	uint64_t walk_end_ns = release->start_ns + release->phase_ns[HMMBENCH_PHASE_WALK];
	uint64_t torn_ns = release->phase_ns[HMMBENCH_PHASE_GRACE] +
			   release->phase_ns[HMMBENCH_PHASE_UNMAP];

	if (release->start_ns < seen->last_ns || seen->wake_ns < walk_end_ns) {
		operations_warn(operations,
				"the clocks of CPU %u and of its parent's disagree: a walk "
				"lies outside its exit",
				release->cpu);
		return;
	}
	rows_set(&operations->rows, row, COLUMN_BEFORE_WALK, release->start_ns - seen->last_ns);
	rows_set(&operations->rows, row, COLUMN_AFTER_WALK, seen->wake_ns - walk_end_ns);
	if ((release->phases & teardown) != teardown)
		return;
	if (torn_ns > seen->wake_ns - walk_end_ns)
		operations_warn(operations,
				"grace period and unmapping of an exit are longer than what "
				"follows its walk: they overlap, and it has no rest");
	else
		rows_set(&operations->rows, row, COLUMN_REST,
			 seen->wake_ns - walk_end_ns - torn_ns);
}

void records_exit_row(struct operations *operations, size_t row, const struct exit_seen *seen,
		      const struct hmmbench_record *release)
{
	struct rows *rows = &operations->rows;

	if (release) {
		rows_set_record(rows, row, release);
		set_exit_phases(operations, row, seen, release);
	}
	operations_set_whole(operations, row, seen);
	if (release || session_is_unrecorded(operations->context->session))
		rows_measured(rows, row);
}
