/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing: what the next batch says, and freezing its bytes before they are sent for the first
 * time. */
#include <errno.h>
#include <string.h>
#include "crypto.h"
#include "ledger_private.h"

/* The last batch of an epoch; seq 0: none. */
struct head {
	int64_t epoch;
	int state; /* the epoch's: enum epoch_state or EPOCH_ABANDONED */
	uint32_t seq;
	struct hash hash;
	uint64_t log_size;
	int sealed_state;
	size_t correction_len; /* of the one the next batch carries */
	uint8_t correction[CORRECTION_BYTES_MAX];
	bool has_receipt;
	bool headcount_changed;
};

/* One row: the epoch, its last batch if it has one, and whether that one has a receipt. */
static int read_head(struct ledger *ledger, const struct epoch_id *epoch, struct head *ret,
                     struct batch *batch)
{
	sqlite3_stmt *s = statement(ledger, S_head);
	size_t headcount_len = 0;
	bool row, good;
	int rc;

	memset(ret, 0, sizeof(*ret));
	bind_bytes(s, 1, epoch->b, sizeof(epoch->b));
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : -ENOENT;
	ret->epoch = sqlite3_column_int64(s, 0);
	ret->state = sqlite3_column_int(s, 1);
	ret->seq = (uint32_t)sqlite3_column_int64(s, 2);
	ret->log_size = (uint64_t)sqlite3_column_int64(s, 4);
	ret->sealed_state = sqlite3_column_int(s, 5);
	ret->has_receipt = sqlite3_column_type(s, 6) != SQLITE_NULL;
	ret->headcount_changed = sqlite3_column_int(s, 7) != 0;
	good =
	    (ret->seq == 0 || column_bytes(s, 3, ret->hash.b, sizeof(ret->hash.b))) &&
	    column_message(s, 11, ret->correction, sizeof(ret->correction), &ret->correction_len);
	if (good && batch != NULL) {
		const void *grant = sqlite3_column_blob(s, 10);

		good = column_bytes(s, 8, batch->device.b, sizeof(batch->device.b)) &&
		       column_message(s, 9, batch->headcount, sizeof(batch->headcount),
		                      &headcount_len);
		batch->headcount_len = (uint16_t)headcount_len;
		batch->prev =
		    ret->seq > 0 ? ret->hash : sha256(grant, (size_t)sqlite3_column_bytes(s, 10));
	}
	sqlite3_reset(s);
	return good ? 0 : LEDGER_E_DAMAGED;
}

/* The newest receipt of this device, whatever its epoch: proofs go on from the log it names. */
static int name_receipt(struct ledger *ledger, struct batch *batch)
{
	sqlite3_stmt *s = statement(ledger, S_collector_log);
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc;
	batch->has_receipt = true;
	batch->receipt_log_size = (uint64_t)sqlite3_column_int64(s, 0);
	if (!column_bytes(s, 1, batch->receipt.b, sizeof(batch->receipt.b)))
		rc = LEDGER_E_DAMAGED;
	sqlite3_reset(s);
	return rc;
}

/* Whether there is a next batch: after the closing one only where a correction is to be told, or a
 * headcount that came after it. */
static bool has_news(const struct head *head, uint64_t log_size)
{
	if (head->seq > 0 && head->sealed_state != EPOCH_OPEN)
		return head->correction_len > 0 ||
		       (head->sealed_state == EPOCH_CLOSED && head->headcount_changed);
	return log_size > head->log_size || head->headcount_changed || head->state != EPOCH_OPEN;
}

int ledger_draft(struct ledger *ledger, const struct epoch_id *epoch, struct batch *ret)
{
	struct merkle_frontier tree;
	struct batch batch;
	struct head head;
	int rc;

	memset(&batch, 0, sizeof(batch));
	rc = recount_rest(ledger);
	if (rc == 0)
		rc = read_head(ledger, epoch, &head, &batch);
	if (rc == 0)
		rc = epoch_size(ledger, head.epoch, &batch.log_size);
	if (rc == 0)
		rc = epoch_tree(ledger, head.epoch, batch.log_size, &tree);
	if (rc == 0)
		batch.log_root = merkle_root(&tree);
	if (rc == 0)
		rc = epoch_totals(ledger, head.epoch, batch.row, &batch.n_rows);
	if (rc == 0)
		rc = name_receipt(ledger, &batch);
	if (rc != 0)
		return rc;
	if (head.state == EPOCH_ABANDONED)
		return LEDGER_E_NOTHING;
	/* One batch at a time waits for its receipt. */
	if (head.seq > 0 && !head.has_receipt)
		return LEDGER_E_PENDING;
	if (!has_news(&head, batch.log_size))
		return LEDGER_E_NOTHING;
	if (head.seq == UINT32_MAX)
		return LEDGER_E_OVERFLOW;
	batch.epoch = *epoch;
	batch.seq = head.seq + 1;
	batch.state = (enum epoch_state)head.state;
	batch.correction_len = (uint16_t)head.correction_len;
	memcpy(batch.correction, head.correction, head.correction_len);
	*ret = batch;
	return 0;
}

/* Whether `batch` is what ledger_draft() would say now, but for time, software and signature. */
static bool is_draft(const struct batch *batch, const struct batch *draft)
{
	if (batch->seq != draft->seq ||
	    memcmp(&batch->epoch, &draft->epoch, sizeof(draft->epoch)) != 0 ||
	    memcmp(&batch->device, &draft->device, sizeof(draft->device)) != 0 ||
	    memcmp(&batch->prev, &draft->prev, sizeof(draft->prev)) != 0 ||
	    batch->log_size != draft->log_size ||
	    memcmp(&batch->log_root, &draft->log_root, sizeof(draft->log_root)) != 0 ||
	    batch->state != draft->state || batch->n_rows != draft->n_rows ||
	    batch->headcount_len != draft->headcount_len ||
	    memcmp(batch->headcount, draft->headcount, draft->headcount_len) != 0 ||
	    batch->correction_len != draft->correction_len ||
	    memcmp(batch->correction, draft->correction, draft->correction_len) != 0)
		return false;
	for (uint16_t i = 0; i < draft->n_rows; i++) {
		const struct batch_row *a = &batch->row[i], *b = &draft->row[i];

		if (a->project != b->project || a->channel != b->channel || a->first != b->first ||
		    a->added != b->added || a->revoked != b->revoked)
			return false;
	}
	return true;
}

static int freeze_row(struct ledger *ledger, int64_t epoch, uint32_t seq,
                      const struct batch_row *row)
{
	sqlite3_stmt *s = statement(ledger, S_add_batch_row);

	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, seq);
	sqlite3_bind_int(s, 3, row->project);
	sqlite3_bind_int(s, 4, row->channel);
	sqlite3_bind_int(s, 5, row->first);
	sqlite3_bind_int64(s, 6, row->added);
	sqlite3_bind_int64(s, 7, row->revoked);
	return run(ledger, s);
}

static int freeze_change(struct ledger *ledger, const struct batch *batch, const uint8_t *bytes,
                         size_t len)
{
	struct hash hash = sha256(bytes, len);
	struct batch draft;
	int64_t epoch = 0;
	sqlite3_stmt *s;
	int rc = ledger_draft(ledger, &batch->epoch, &draft);

	if (rc == LEDGER_E_NOTHING || (rc == 0 && !is_draft(batch, &draft)))
		return LEDGER_E_SEQUENCE;
	if (rc == 0)
		rc = epoch_number(ledger, &batch->epoch, &epoch);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_add_batch);
	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, draft.seq);
	bind_bytes(s, 3, hash.b, sizeof(hash.b));
	sqlite3_bind_int64(s, 4, (int64_t)draft.log_size);
	bind_bytes(s, 5, draft.log_root.b, sizeof(draft.log_root.b));
	sqlite3_bind_int(s, 6, (int)draft.state);
	if (draft.headcount_len > 0)
		bind_bytes(s, 7, draft.headcount, draft.headcount_len);
	bind_bytes(s, 8, bytes, len);
	rc = run(ledger, s);
	for (uint16_t i = 0; i < draft.n_rows && rc == 0; i++)
		rc = freeze_row(ledger, epoch, draft.seq, &draft.row[i]);
	return rc;
}

int ledger_freeze(struct ledger *ledger, const struct batch *batch, const uint8_t *bytes,
                  size_t len)
{
	int rc;

	if (len == 0 || len > BATCH_BYTES_MAX)
		return -EINVAL;
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	return change_end(ledger, freeze_change(ledger, batch, bytes, len));
}

int ledger_head(struct ledger *ledger, const struct epoch_id *epoch, uint32_t *ret_seq,
                struct hash *ret_hash)
{
	struct head head;
	int rc = read_head(ledger, epoch, &head, NULL);

	if (rc == 0) {
		*ret_seq = head.seq;
		*ret_hash = head.hash;
	}
	return rc;
}

int ledger_next_unsealed(struct ledger *ledger, struct epoch_id *ret_epoch,
                         enum epoch_state *ret_state)
{
	int64_t state;
	int rc = fetch_epoch(ledger, statement(ledger, S_unsealed), ret_epoch, &state);

	if (rc == 0)
		*ret_state = (enum epoch_state)state;
	return rc;
}
