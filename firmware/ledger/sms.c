/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and replies: which fingerprint is known, how far its reply is, and what the limits are
 * judged by. */
#include <errno.h>
#include "ledger_private.h"

enum { MINUTE_S = 60, DAY_S = 86400 };

/* Keys of phones are in force only while an occurrence is: nothing of them may be written after it
 * closed. */
static int sms_begin(struct ledger *ledger)
{
	sqlite3_stmt *s;
	bool row;
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	s = statement(ledger, S_secrets);
	rc = fetch(ledger, s, &row);
	sqlite3_reset(s);
	if (rc == 0 && !row)
		rc = LEDGER_E_NOT_OPEN;
	return rc == 0 ? 0 : change_end(ledger, rc);
}

int ledger_sms_state(struct ledger *ledger, const struct fingerprint *fingerprint,
                     enum sms_state *ret)
{
	sqlite3_stmt *s = statement(ledger, S_sms);
	bool row;
	int rc;

	bind_bytes(s, 1, fingerprint->b, sizeof(fingerprint->b));
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	*ret = row ? (enum sms_state)sqlite3_column_int(s, 0) : SMS_STATE_UNKNOWN;
	sqlite3_reset(s);
	return 0;
}

int sms_record(struct ledger *ledger, const struct fingerprint *fingerprint, bool reply_due)
{
	sqlite3_stmt *s = statement(ledger, S_add_sms);
	int rc;

	bind_bytes(s, 1, fingerprint->b, sizeof(fingerprint->b));
	sqlite3_bind_int(s, 2, reply_due ? SMS_STATE_DUE : SMS_STATE_NO_REPLY);
	rc = run(ledger, s);
	if (rc == 0 && sqlite3_changes(ledger->db) == 0)
		rc = LEDGER_E_KNOWN;
	return rc;
}

int ledger_sms_record(struct ledger *ledger, const struct fingerprint *fingerprint, bool reply_due)
{
	int rc = sms_begin(ledger);

	if (rc != 0)
		return rc;
	return change_end(ledger, sms_record(ledger, fingerprint, reply_due));
}

static int note_reply(struct ledger *ledger, const struct tag *sender, int64_t now_s)
{
	sqlite3_stmt *s = statement(ledger, S_note_sender);
	int rc;

	bind_bytes(s, 1, sender->b, sizeof(sender->b));
	sqlite3_bind_int64(s, 2, now_s);
	rc = run(ledger, s);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_forget_replies);
	sqlite3_bind_int64(s, 1, now_s - MINUTE_S);
	rc = run(ledger, s);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_add_reply);
	sqlite3_bind_int64(s, 1, now_s);
	return run(ledger, s);
}

static int move_change(struct ledger *ledger, const struct fingerprint *fingerprint,
                       enum sms_state to, const struct tag *sender, int64_t now_s)
{
	enum sms_state from = SMS_STATE_UNKNOWN;
	sqlite3_stmt *s;
	bool good;
	int rc = ledger_sms_state(ledger, fingerprint, &from);

	if (rc != 0)
		return rc;
	good = (from == SMS_STATE_DUE && (to == SMS_STATE_ATTEMPTED || to == SMS_STATE_DROPPED)) ||
	       (from == SMS_STATE_ATTEMPTED && (to == SMS_STATE_SENT || to == SMS_STATE_DROPPED));
	if (!good)
		return -EINVAL;
	s = statement(ledger, S_set_sms);
	bind_bytes(s, 1, fingerprint->b, sizeof(fingerprint->b));
	sqlite3_bind_int(s, 2, to);
	rc = run(ledger, s);
	if (rc == 0 && to == SMS_STATE_ATTEMPTED && sender != NULL)
		rc = note_reply(ledger, sender, now_s);
	return rc;
}

int ledger_sms_move(struct ledger *ledger, const struct fingerprint *fingerprint, enum sms_state to,
                    const struct tag *sender, int64_t now_s)
{
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	return change_end(ledger, move_change(ledger, fingerprint, to, sender, now_s));
}

int ledger_note_text(struct ledger *ledger, int64_t at_s)
{
	sqlite3_stmt *s;
	int rc = sms_begin(ledger);

	if (rc != 0)
		return rc;
	s = statement(ledger, S_note_text);
	sqlite3_bind_int64(s, 1, at_s);
	return change_end(ledger, run(ledger, s));
}

int ledger_texts_until(struct ledger *ledger, int64_t *ret_s)
{
	sqlite3_stmt *s = statement(ledger, S_texts_until);
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_DAMAGED;
	*ret_s = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

/* A statement of one number and one bound time window. */
static int count_since(struct ledger *ledger, enum ledger_statement which, int64_t since_s,
                       int64_t now_s, uint32_t *ret)
{
	sqlite3_stmt *s = statement(ledger, which);
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, since_s);
	sqlite3_bind_int64(s, 2, now_s);
	rc = fetch(ledger, s, &row);
	if (rc == 0) {
		*ret = (uint32_t)sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return rc;
}

int ledger_sms_replies(struct ledger *ledger, const struct tag *sender, int64_t now_s,
                       struct ledger_replies *ret)
{
	struct ledger_replies replies = {0};
	sqlite3_stmt *s = statement(ledger, S_sender);
	bool row;
	int rc;

	bind_bytes(s, 1, sender->b, sizeof(sender->b));
	rc = fetch(ledger, s, &row);
	if (rc == 0 && row) {
		replies.stopped = sqlite3_column_int(s, 0) != 0;
		replies.to_number = (uint32_t)sqlite3_column_int64(s, 1);
		replies.has_last = sqlite3_column_type(s, 2) != SQLITE_NULL;
		replies.last_s = sqlite3_column_int64(s, 2);
		sqlite3_reset(s);
	}
	if (rc == 0)
		rc = count_since(ledger, S_replies_since, now_s - MINUTE_S, now_s,
		                 &replies.last_minute);
	if (rc == 0)
		rc = count_since(ledger, S_senders_since, now_s - DAY_S, now_s,
		                 &replies.numbers_day);
	if (rc == 0)
		*ret = replies;
	return rc;
}

int ledger_sms_stop(struct ledger *ledger, const struct tag *sender, bool stopped)
{
	sqlite3_stmt *s;
	int rc = sms_begin(ledger);

	if (rc != 0)
		return rc;
	s = statement(ledger, S_stop_sender);
	bind_bytes(s, 1, sender->b, sizeof(sender->b));
	sqlite3_bind_int(s, 2, stopped ? 1 : 0);
	return change_end(ledger, run(ledger, s));
}
