/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of sealed batches: sent, confirmed by a receipt, or refused and parked. */
#include <errno.h>
#include <string.h>
#include "crypto.h"
#include "ledger_private.h"

int ledger_next_outgoing(struct ledger *ledger, struct ledger_outgoing *ret)
{
	sqlite3_stmt *s = statement(ledger, S_outgoing);
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOTHING;
	if (!column_bytes(s, 0, ret->epoch.b, sizeof(ret->epoch.b)) ||
	    !column_message(s, 2, ret->batch, sizeof(ret->batch), &ret->batch_len) ||
	    !column_message(s, 3, ret->grant, sizeof(ret->grant), &ret->grant_len) ||
	    !column_message(s, 4, ret->manifest, sizeof(ret->manifest), &ret->manifest_len) ||
	    !column_message(s, 5, ret->hub_cert, sizeof(ret->hub_cert), &ret->hub_cert_len))
		rc = LEDGER_E_DAMAGED;
	else
		ret->seq = (uint32_t)sqlite3_column_int64(s, 1);
	sqlite3_reset(s);
	return rc;
}

/* 0 if this is the sealed batch that waits for a receipt. */
static int is_waiting(struct ledger *ledger, int64_t epoch, const struct receipt *receipt)
{
	sqlite3_stmt *s = statement(ledger, S_waiting);
	struct hash hash;
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, receipt->seq);
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_SEQUENCE;
	if (!column_bytes(s, 0, hash.b, sizeof(hash.b)) ||
	    memcmp(&hash, &receipt->batch, sizeof(hash)) != 0)
		rc = LEDGER_E_SEQUENCE;
	sqlite3_reset(s);
	return rc;
}

static int receipt_change(struct ledger *ledger, const struct receipt *receipt,
                          const uint8_t *bytes, size_t len)
{
	struct hash hash = sha256(bytes, len);
	int64_t epoch = 0;
	sqlite3_stmt *s;
	int rc = epoch_number(ledger, &receipt->epoch, &epoch);

	if (rc == -ENOENT)
		rc = LEDGER_E_SEQUENCE;
	if (rc == 0)
		rc = is_waiting(ledger, epoch, receipt);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_add_receipt);
	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, receipt->seq);
	bind_bytes(s, 3, hash.b, sizeof(hash.b));
	sqlite3_bind_int64(s, 4, (int64_t)receipt->log_size);
	bind_bytes(s, 5, receipt->log_root.b, sizeof(receipt->log_root.b));
	bind_bytes(s, 6, bytes, len);
	rc = run(ledger, s);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_unpark);
	sqlite3_bind_int64(s, 1, epoch);
	return run(ledger, s);
}

int ledger_receipt(struct ledger *ledger, const struct receipt *receipt, const uint8_t *bytes,
                   size_t len)
{
	int rc;

	if (len == 0 || len > RECEIPT_BYTES_MAX || receipt->log_size > INT64_MAX)
		return -EINVAL;
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	return change_end(ledger, receipt_change(ledger, receipt, bytes, len));
}

static int park_change(struct ledger *ledger, const struct epoch_id *id, uint32_t seq,
                       uint16_t status, const char *reason)
{
	int64_t epoch = 0;
	sqlite3_stmt *s;
	int rc = epoch_number(ledger, id, &epoch);

	if (rc != 0)
		return rc;
	s = statement(ledger, S_park);
	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, seq);
	sqlite3_bind_int(s, 3, status);
	sqlite3_bind_text(s, 4, reason, -1, SQLITE_STATIC);
	return run(ledger, s);
}

int ledger_park(struct ledger *ledger, const struct epoch_id *epoch, uint32_t seq, uint16_t status,
                const char *reason)
{
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	return change_end(ledger, park_change(ledger, epoch, seq, status, reason));
}

int ledger_unpark_all(struct ledger *ledger)
{
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	return change_end(ledger, run(ledger, statement(ledger, S_unpark_all)));
}

int ledger_last_confirmed(struct ledger *ledger, struct epoch_id *ret_epoch, uint32_t *ret_seq)
{
	int64_t seq;
	int rc = fetch_epoch(ledger, statement(ledger, S_last_confirmed), ret_epoch, &seq);

	if (rc == 0)
		*ret_seq = (uint32_t)seq;
	return rc;
}

int ledger_last_receipt(struct ledger *ledger, const struct epoch_id *epoch,
                        uint8_t bytes[RECEIPT_BYTES_MAX], size_t *ret_len)
{
	sqlite3_stmt *s = statement(ledger, S_last_receipt);
	bool row;
	int rc;

	bind_bytes(s, 1, epoch->b, sizeof(epoch->b));
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOTHING;
	if (!column_message(s, 0, bytes, RECEIPT_BYTES_MAX, ret_len))
		rc = LEDGER_E_DAMAGED;
	sqlite3_reset(s);
	return rc;
}

static int one_root(struct ledger *ledger, sqlite3_stmt *s, struct hash *ret_root)
{
	struct hash root;
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOTHING;
	if (column_bytes(s, 0, root.b, sizeof(root.b)))
		*ret_root = root;
	else
		rc = LEDGER_E_DAMAGED;
	sqlite3_reset(s);
	return rc;
}

int ledger_collector_root(struct ledger *ledger, uint64_t size, struct hash *ret_root)
{
	sqlite3_stmt *s = statement(ledger, S_collector_root);

	sqlite3_bind_int64(s, 1, (int64_t)size);
	return one_root(ledger, s, ret_root);
}

int ledger_receipt_root(struct ledger *ledger, const struct hash *receipt, struct hash *ret_root)
{
	sqlite3_stmt *s = statement(ledger, S_receipt_root);

	bind_bytes(s, 1, receipt->b, sizeof(receipt->b));
	return one_root(ledger, s, ret_root);
}

int ledger_set_receipts_aside(struct ledger *ledger)
{
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	rc = run(ledger, statement(ledger, S_keep_receipts));
	if (rc == 0)
		rc = run(ledger, statement(ledger, S_forget_receipts));
	return change_end(ledger, rc);
}

/* As much of a stored sentence as fits, cut at a character's border. */
static void copy_reason(char reason[REASON_BYTES_MAX + 1], const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (len > REASON_BYTES_MAX) {
		len = REASON_BYTES_MAX;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	if (len > 0)
		memcpy(reason, text, len);
	reason[len] = '\0';
}

int ledger_sent(struct ledger *ledger, struct ledger_sent *ret)
{
	sqlite3_stmt *s = statement(ledger, S_sent);
	struct ledger_sent sent = {0};
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0)
		return rc;
	sent.sealed = (uint32_t)sqlite3_column_int64(s, 0);
	sent.confirmed = (uint32_t)sqlite3_column_int64(s, 1);
	sent.parked = sqlite3_column_type(s, 2) != SQLITE_NULL;
	sent.parked_status = (uint16_t)sqlite3_column_int(s, 2);
	copy_reason(sent.parked_reason, (const char *)sqlite3_column_text(s, 3));
	sqlite3_reset(s);
	*ret = sent;
	return 0;
}
