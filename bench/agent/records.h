/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of one operation, taken out of the rings: what several CPUs recorded can
 * be told apart only when all of it is there (an unregister's offset needs the walk's
 * begin). And what an exit's release record means for its row.
 */
#ifndef HMMBENCH_RECORDS_H
#define HMMBENCH_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "agent/operations.h"
#include "hmmbench_uapi.h"

struct records {
	uint64_t first_tag, tags; /* of the address spaces of the operation */
	size_t count, room;
	struct hmmbench_record *all;
};

/* Room for what one operation can give at most. -ENOMEM. */
int records_init(struct records *records, size_t room, struct error *error);
void records_free(struct records *records);

/*
 * Takes the records of the address spaces tagged first_tag .. first_tag + tags - 1;
 * others are from operations before and go. -EPROTO: more than there is room for.
 */
int records_take(struct records *records, struct session *session, uint64_t first_tag,
		 uint64_t tags, struct error *error);

/*
 * The release walk of the address space `tag`, which has called back least .. most
 * mirrors; NULL where it was lost. -EPROTO: several walks, or another number of mirrors.
 */
int records_release(const struct records *records, uint64_t tag, uint32_t least, uint32_t most,
		    const struct hmmbench_record **release, struct error *error);

/*
 * Fills the row of one exit: the whole, and with a release record what records_release()
 * gave of it; without one the row is a sample only if the session records nothing.
 * Where grace period and unmapping were timed, rest is what is left of the whole.
 */
void records_exit_row(struct operations *operations, size_t row, const struct exit_seen *seen,
		      const struct hmmbench_record *release);

/* The columns that records_exit_row() can fill. */
#define EXIT_COLUMNS                                                                              \
	(1u << COLUMN_OPERATION | 1u << COLUMN_START_NS | 1u << COLUMN_FLAGS | 1u << COLUMN_CPU | \
	 1u << COLUMN_WHOLE | 1u << COLUMN_LOCK_WAIT | 1u << COLUMN_CALLBACKS |                   \
	 1u << COLUMN_WALK | 1u << COLUMN_GRACE | 1u << COLUMN_UNMAP | 1u << COLUMN_REST |        \
	 1u << COLUMN_BEFORE_WALK | 1u << COLUMN_AFTER_WALK | 1u << COLUMN_MIRRORS)

#endif
