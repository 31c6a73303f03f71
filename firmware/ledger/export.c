/* SPDX-License-Identifier: Apache-2.0 */
/* All there is of an occurrence, a piece a call, in the order it happened: leaves up to each sealed
 * batch, then the batch. Reads only. */
#include <errno.h>
#include <string.h>
#include "ledger_private.h"

static int next_cert(struct ledger *ledger, struct ledger_cursor *cursor, struct ledger_piece *ret,
                     bool *ret_given)
{
	sqlite3_stmt *s = statement(ledger, S_export_cert);
	bool row;
	int rc;

	*ret_given = false;
	sqlite3_bind_int64(s, 1, cursor->certs);
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc;
	ret->kind = LEDGER_PIECE_CERT;
	if (!column_message(s, 0, ret->cert, sizeof(ret->cert), &ret->len[0]))
		rc = LEDGER_E_DAMAGED;
	sqlite3_reset(s);
	cursor->certs++;
	*ret_given = true;
	return rc;
}

static int next_opening(struct ledger *ledger, const struct event_id *event, uint16_t occurrence,
                        struct ledger_cursor *cursor, struct ledger_piece *ret)
{
	sqlite3_stmt *s = statement(ledger, S_export_epoch);
	bool row;
	int rc;

	bind_bytes(s, 1, event->b, sizeof(event->b));
	sqlite3_bind_int(s, 2, occurrence);
	sqlite3_bind_int64(s, 3, cursor->epoch);
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	ret->kind = LEDGER_PIECE_END;
	if (!row)
		return 0;
	ret->kind = LEDGER_PIECE_OPENING;
	if (!column_message(s, 1, ret->opening.manifest, sizeof(ret->opening.manifest),
	                    &ret->len[0]) ||
	    !column_message(s, 2, ret->opening.hub_cert, sizeof(ret->opening.hub_cert),
	                    &ret->len[1]) ||
	    !column_message(s, 3, ret->opening.grant, sizeof(ret->opening.grant), &ret->len[2]))
		rc = LEDGER_E_DAMAGED;
	cursor->epoch = (uint32_t)sqlite3_column_int64(s, 0);
	cursor->seq = cursor->leaf = 0;
	cursor->last = false;
	sqlite3_reset(s);
	return rc;
}

/* Leaves from the cursor on, up to the one before `end`. */
static int next_leaves(struct ledger *ledger, struct ledger_cursor *cursor, uint32_t end,
                       struct ledger_piece *ret)
{
	sqlite3_stmt *s = statement(ledger, S_leaves);
	uint32_t n = 0, most = end - cursor->leaf;
	bool row;
	int rc = 0;

	if (most > LEDGER_LEAVES_MAX)
		most = LEDGER_LEAVES_MAX;
	sqlite3_bind_int64(s, 1, leaf_id(cursor->epoch, cursor->leaf));
	sqlite3_bind_int64(s, 2, leaf_id(cursor->epoch, cursor->leaf + most - 1));
	while ((rc = fetch(ledger, s, &row)) == 0 && row) {
		struct leaf leaf;
		struct hash node;
		uint32_t index;

		if (!read_leaf(s, &leaf, &index, &node) || index != cursor->leaf + n) {
			sqlite3_reset(s);
			return LEDGER_E_DAMAGED;
		}
		leaf_bytes(&leaf, ret->leaves + (size_t)n * LEDGER_LEAF_BYTES);
		n++;
	}
	if (rc == 0 && n != most)
		rc = LEDGER_E_DAMAGED;
	ret->kind = LEDGER_PIECE_LEAVES;
	ret->len[0] = (size_t)n * LEDGER_LEAF_BYTES;
	cursor->leaf += n;
	return rc;
}

/*
 * The batch behind the last one given. One that was sealed since this export went past its last
 * leaf is left out, and all behind it: a bundle is what was when it was asked for.
 */
static int next_batch(struct ledger *ledger, struct ledger_cursor *cursor, uint32_t *ret_size,
                      struct ledger_piece *ret)
{
	sqlite3_stmt *s = statement(ledger, S_export_batch);
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, cursor->epoch);
	sqlite3_bind_int64(s, 2, (int64_t)cursor->seq + 1);
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOTHING;
	ret->kind = LEDGER_PIECE_BATCH;
	*ret_size = (uint32_t)sqlite3_column_int64(s, 2);
	if (*ret_size < cursor->leaf)
		rc = LEDGER_E_NOTHING;
	else if (!column_message(s, 0, ret->sealed.batch, sizeof(ret->sealed.batch),
	                         &ret->len[0]) ||
	         !column_message(s, 1, ret->sealed.receipt, sizeof(ret->sealed.receipt),
	                         &ret->len[1]))
		rc = LEDGER_E_DAMAGED;
	sqlite3_reset(s);
	return rc;
}

static int next_of_epoch(struct ledger *ledger, struct ledger_cursor *cursor,
                         struct ledger_piece *ret)
{
	uint32_t size = 0;
	uint64_t all;
	int rc = cursor->last ? LEDGER_E_NOTHING : next_batch(ledger, cursor, &size, ret);

	if (rc == 0 && size > cursor->leaf)
		return next_leaves(ledger, cursor, size, ret);
	if (rc == 0)
		cursor->seq++;
	if (rc != LEDGER_E_NOTHING)
		return rc;
	cursor->last = true;
	rc = epoch_size(ledger, cursor->epoch, &all);
	if (rc != 0)
		return rc;
	return all > cursor->leaf ? next_leaves(ledger, cursor, (uint32_t)all, ret)
	                          : LEDGER_E_NOTHING;
}

int ledger_export(struct ledger *ledger, const struct event_id *event, uint16_t occurrence,
                  struct ledger_cursor *cursor, struct ledger_piece *ret)
{
	struct ledger_cursor at = *cursor;
	bool given = false;
	int rc = 0;

	memset(ret->len, 0, sizeof(ret->len));
	if (at.epoch == 0)
		rc = next_cert(ledger, &at, ret, &given);
	if (rc == 0 && !given) {
		rc = at.epoch == 0 ? LEDGER_E_NOTHING : next_of_epoch(ledger, &at, ret);
		if (rc == LEDGER_E_NOTHING) {
			memset(ret->len, 0, sizeof(ret->len));
			rc = next_opening(ledger, event, occurrence, &at, ret);
		}
	}
	if (rc == 0)
		*cursor = at;
	return rc;
}

static int cert_change(struct ledger *ledger, const struct public_key *key, const uint8_t *bytes,
                       size_t len)
{
	sqlite3_stmt *s = statement(ledger, S_add_collector_cert);

	bind_bytes(s, 1, key->b, sizeof(key->b));
	bind_bytes(s, 2, bytes, len);
	return run(ledger, s);
}

int ledger_collector_cert(struct ledger *ledger, const struct public_key *key, const uint8_t *bytes,
                          size_t len)
{
	sqlite3_stmt *s = statement(ledger, S_has_collector_cert);
	bool row;
	int rc;

	if (len == 0 || len > COLLECTOR_CERT_BYTES_MAX)
		return -EINVAL;
	bind_bytes(s, 1, key->b, sizeof(key->b));
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	if (row) {
		sqlite3_reset(s);
		return 0;
	}
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	return change_end(ledger, cert_change(ledger, key, bytes, len));
}
