/* SPDX-License-Identifier: Apache-2.0 */
/* Epochs with their heads, batches with their receipts, forks. */
#include "log.h"
#include "store_private.h"
#include "text.h"

int store_receipt(struct store *store, const struct hash *batch, uint8_t *receipt, size_t *ret_len)
{
	sqlite3_stmt *statement = store_use(store, SQL_RECEIPT);

	store_bind_blob(statement, 1, batch->b, sizeof(batch->b));
	return store_one_blob(store, statement, receipt, RECEIPT_BYTES_MAX, ret_len);
}

static int read_epoch(struct store *store, sqlite3_stmt *statement, struct store_epoch *ret)
{
	struct store_epoch *e = ret;
	const unsigned char *held = sqlite3_column_text(statement, 14);

	if (!store_column_exactly(statement, 0, e->epoch.b, sizeof(e->epoch.b)) ||
	    !store_column_exactly(statement, 1, e->device.b, sizeof(e->device.b)) ||
	    !store_column_exactly(statement, 2, e->grant.b, sizeof(e->grant.b)) ||
	    !store_column_exactly(statement, 3, e->manifest.b, sizeof(e->manifest.b)) ||
	    !store_column_exactly(statement, 4, e->hub_cert.b, sizeof(e->hub_cert.b)) ||
	    !store_column_exactly(statement, 6, e->event.b, sizeof(e->event.b)) ||
	    !store_column_exactly(statement, 9, e->head_hash.b, sizeof(e->head_hash.b)) ||
	    held == NULL || sqlite3_column_int(statement, 17) != 1 ||
	    sqlite3_column_int(statement, 18) != 1) {
		log_error("an opening in the database is not what was written: keep the file, and "
		          "start with a copy of the last backup");
		return store_fail(store, SQLITE_CORRUPT);
	}
	e->hub_id = (uint32_t)sqlite3_column_int64(statement, 5);
	e->occurrence = (uint16_t)sqlite3_column_int64(statement, 7);
	e->head_seq = (uint32_t)sqlite3_column_int64(statement, 8);
	e->fork_seq = (uint32_t)sqlite3_column_int64(statement, 10);
	e->people = (uint64_t)sqlite3_column_int64(statement, 11);
	e->first_time = sqlite3_column_int64(statement, 12);
	e->last_time = sqlite3_column_int64(statement, 13);
	e->stranger = sqlite3_column_int(statement, 16) != 0;
	text_copy(e->held, sizeof(e->held), (const char *)held);
	return store_column_upto(store, statement, 15, e->batch, sizeof(e->batch), &e->batch_len);
}

int store_epoch(struct store *store, const struct epoch_id *epoch, struct store_epoch *ret)
{
	sqlite3_stmt *statement = store_use(store, SQL_EPOCH);
	int r;

	store_bind_blob(statement, 1, epoch->b, sizeof(epoch->b));
	r = store_one_row(store, statement);
	if (r == 0)
		r = read_epoch(store, statement, ret);
	store_done(statement);
	return r;
}

int store_others(struct store *store, uint32_t hub_id, const struct event_id *event,
                 uint16_t occurrence, const struct public_key *device, const struct epoch_id *epoch,
                 struct store_others *ret)
{
	sqlite3_stmt *statement = store_use(store, SQL_OTHERS);
	int r;

	store_bind_int(statement, 1, hub_id);
	store_bind_blob(statement, 2, event->b, sizeof(event->b));
	store_bind_int(statement, 3, occurrence);
	store_bind_blob(statement, 4, device->b, sizeof(device->b));
	store_bind_blob(statement, 5, epoch->b, sizeof(epoch->b));
	r = store_one_row(store, statement);
	if (r == 0) {
		ret->people = (uint64_t)sqlite3_column_int64(statement, 0);
		ret->devices = (uint32_t)sqlite3_column_int64(statement, 1);
		ret->openings = (uint32_t)sqlite3_column_int64(statement, 2);
	}
	store_done(statement);
	return r;
}

static int new_epoch(struct store *store, const struct store_batch *batch)
{
	const struct store_epoch *e = &batch->head;
	sqlite3_stmt *statement = store_use(store, SQL_NEW_EPOCH);

	store_bind_blob(statement, 1, e->epoch.b, sizeof(e->epoch.b));
	store_bind_blob(statement, 2, e->device.b, sizeof(e->device.b));
	store_bind_blob(statement, 3, e->grant.b, sizeof(e->grant.b));
	store_bind_blob(statement, 4, e->manifest.b, sizeof(e->manifest.b));
	store_bind_blob(statement, 5, e->hub_cert.b, sizeof(e->hub_cert.b));
	store_bind_int(statement, 6, e->hub_id);
	store_bind_blob(statement, 7, e->event.b, sizeof(e->event.b));
	store_bind_int(statement, 8, e->occurrence);
	store_bind_int(statement, 9, e->head_seq);
	store_bind_blob(statement, 10, e->head_hash.b, sizeof(e->head_hash.b));
	store_bind_int(statement, 11, e->people);
	(void)sqlite3_bind_int64(statement, 12, e->last_time);
	store_bind_text(statement, 13, e->held);
	store_bind_int(statement, 14, batch->leaves);
	store_bind_int(statement, 15, batch->leaf);
	store_bind_blob(statement, 16, batch->grant, batch->grant_len);
	store_bind_int(statement, 17, e->stranger);
	return store_run(store, statement);
}

static int advance(struct store *store, const struct store_batch *batch)
{
	const struct store_epoch *e = &batch->head;
	sqlite3_stmt *statement = store_use(store, SQL_ADVANCE);
	int r;

	store_bind_blob(statement, 1, e->epoch.b, sizeof(e->epoch.b));
	store_bind_int(statement, 2, e->head_seq);
	store_bind_blob(statement, 3, e->head_hash.b, sizeof(e->head_hash.b));
	store_bind_int(statement, 4, e->people);
	(void)sqlite3_bind_int64(statement, 5, e->last_time);
	store_bind_text(statement, 6, e->held);
	store_bind_int(statement, 7, batch->leaves);
	store_bind_blob(statement, 8, batch->expected.b, sizeof(batch->expected.b));
	r = store_run(store, statement);
	if (r == 0 && sqlite3_changes(store->db) != 1)
		r = STORE_E_MOVED;
	return r;
}

int store_put_batch(struct store *store, const struct store_batch *batch)
{
	const struct store_epoch *e = &batch->head;
	sqlite3_stmt *statement = store_use(store, SQL_PUT_BATCH);
	int r = e->head_seq == 1 ? new_epoch(store, batch) : advance(store, batch);

	if (r != 0)
		return r;
	store_bind_int(statement, 1, batch->leaf);
	store_bind_blob(statement, 2, e->head_hash.b, sizeof(e->head_hash.b));
	store_bind_blob(statement, 3, e->epoch.b, sizeof(e->epoch.b));
	store_bind_int(statement, 4, e->head_seq);
	store_bind_blob(statement, 5, e->batch, e->batch_len);
	store_bind_blob(statement, 6, batch->receipt, batch->receipt_len);
	return store_run(store, statement);
}

int store_put_fork(struct store *store, const struct epoch_id *epoch, uint32_t seq,
                   const struct hash *hash, const uint8_t *bytes, size_t len, struct wall_time now)
{
	sqlite3_stmt *statement = store_use(store, SQL_PUT_FORK);
	int r;

	store_bind_blob(statement, 1, hash->b, sizeof(hash->b));
	store_bind_blob(statement, 2, epoch->b, sizeof(epoch->b));
	store_bind_int(statement, 3, seq);
	(void)sqlite3_bind_int64(statement, 4, now.s);
	store_bind_blob(statement, 5, bytes, len);
	store_bind_int(statement, 6, STORE_FORKS_MAX);
	r = store_run(store, statement);
	if (r != 0)
		return r;
	statement = store_use(store, SQL_FREEZE);
	store_bind_blob(statement, 1, epoch->b, sizeof(epoch->b));
	store_bind_int(statement, 2, seq);
	return store_run(store, statement);
}

static int next_epoch(struct store *store, sqlite3_stmt *statement, uint64_t from,
                      struct epoch_id *ret_epoch, uint64_t *ret_next)
{
	int r;

	store_bind_int(statement, 1, from);
	r = store_one_row(store, statement);
	if (r == 0 && !store_column_exactly(statement, 0, ret_epoch->b, sizeof(ret_epoch->b)))
		r = store_fail(store, SQLITE_CORRUPT);
	if (r == 0)
		*ret_next = (uint64_t)sqlite3_column_int64(statement, 1) + 1;
	store_done(statement);
	return r;
}

int store_next_held(struct store *store, uint64_t from, struct epoch_id *ret_epoch,
                    uint64_t *ret_next)
{
	return next_epoch(store, store_use(store, SQL_NEXT_HELD), from, ret_epoch, ret_next);
}

int store_next_of_hub(struct store *store, uint32_t hub_id, uint64_t from,
                      struct epoch_id *ret_epoch, uint64_t *ret_next)
{
	sqlite3_stmt *statement = store_use(store, SQL_NEXT_OF_HUB);

	store_bind_int(statement, 2, hub_id);
	return next_epoch(store, statement, from, ret_epoch, ret_next);
}

int store_next_of_occurrence(struct store *store, uint32_t hub_id, const struct event_id *event,
                             uint16_t occurrence, uint64_t from, struct epoch_id *ret_epoch,
                             uint64_t *ret_next)
{
	sqlite3_stmt *statement = store_use(store, SQL_NEXT_OF_OCCURRENCE);

	store_bind_int(statement, 2, hub_id);
	store_bind_blob(statement, 3, event->b, sizeof(event->b));
	store_bind_int(statement, 4, occurrence);
	return next_epoch(store, statement, from, ret_epoch, ret_next);
}

int store_set_judged(struct store *store, const struct store_epoch *epoch)
{
	sqlite3_stmt *statement = store_use(store, SQL_SET_JUDGED);

	store_bind_blob(statement, 1, epoch->epoch.b, sizeof(epoch->epoch.b));
	store_bind_text(statement, 2, epoch->held);
	store_bind_int(statement, 3, epoch->hub_id);
	store_bind_blob(statement, 4, epoch->hub_cert.b, sizeof(epoch->hub_cert.b));
	store_bind_int(statement, 5, epoch->stranger);
	return store_run(store, statement);
}

int store_each_epoch(struct store *store, store_epoch_fn *each, void *context)
{
	sqlite3_stmt *statement = store_use(store, SQL_EACH_EPOCH);
	struct store_epoch epoch;
	int r = store_look(store);

	if (r < 0)
		return r;
	while ((r = store_one_row(store, statement)) == 0) {
		r = read_epoch(store, statement, &epoch);
		if (r == 0)
			r = each(context, &epoch);
		if (r != 0)
			break;
	}
	store_done(statement);
	return r == STORE_E_NONE ? 0 : r;
}

int store_devices(struct store *store, uint64_t *ret)
{
	sqlite3_stmt *statement = store_use(store, SQL_DEVICES);
	int r = store_one_row(store, statement);

	if (r == 0)
		*ret = (uint64_t)sqlite3_column_int64(statement, 0);
	store_done(statement);
	return r;
}
