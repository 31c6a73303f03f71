/* SPDX-License-Identifier: Apache-2.0 */
/* Openings and closings: epochs, the secrets in force, and erasing them. */
#include <errno.h>
#include <string.h>
#include "ledger_private.h"

static void bind_occurrence(sqlite3_stmt *s, int at, const struct event_id *event,
                            uint16_t occurrence)
{
	bind_bytes(s, at, event->b, sizeof(event->b));
	sqlite3_bind_int64(s, at + 1, occurrence);
}

int ledger_occurrence_closed(struct ledger *ledger, const struct event_id *event,
                             uint16_t occurrence)
{
	sqlite3_stmt *s = statement(ledger, S_is_closed);
	bool row;
	int rc;

	bind_occurrence(s, 1, event, occurrence);
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc > 0 ? -EBADMSG : rc;
	sqlite3_reset(s);
	return row ? 1 : 0;
}

/* Erases all that could tell who was counted, and marks its occurrence as closed; of its texts
 * one time stays. Inside a change. */
static int erase(struct ledger *ledger)
{
	static const enum ledger_statement order[] = {
	    S_close_occurrence, S_keep_texts,    S_erase_opening,
	    S_erase_sms,        S_erase_senders, S_erase_replies,
	};
	int rc;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		rc = run(ledger, statement(ledger, order[i]));
		if (rc != 0)
			return rc;
	}
	rc = tags_erase(ledger);
	if (rc == 0)
		ledger->erase_due = true;
	return rc;
}

/* Whether secrets are in force, and whether they are this occurrence's. */
static int in_force(struct ledger *ledger, const struct event_id *event, uint16_t occurrence,
                    bool *ret_any, bool *ret_same)
{
	sqlite3_stmt *s = statement(ledger, S_in_force);
	int rc;

	bind_occurrence(s, 1, event, occurrence);
	rc = fetch(ledger, s, ret_any);
	*ret_same = false;
	if (rc == 0 && *ret_any) {
		*ret_same = sqlite3_column_int64(s, 0) != 0;
		sqlite3_reset(s);
	}
	return rc;
}

static int add_epoch(struct ledger *ledger, const struct ledger_opening *opening,
                     int64_t *ret_number)
{
	sqlite3_stmt *s = statement(ledger, S_add_epoch);
	int rc;

	bind_bytes(s, 1, opening->epoch.b, sizeof(opening->epoch.b));
	bind_bytes(s, 2, opening->device.b, sizeof(opening->device.b));
	bind_occurrence(s, 3, &opening->event, opening->occurrence);
	sqlite3_bind_int64(s, 5, opening->boot);
	if (opening->has_wall)
		sqlite3_bind_int64(s, 6, opening->wall);
	bind_bytes(s, 7, opening->manifest, opening->manifest_len);
	bind_bytes(s, 8, opening->hub_cert, opening->hub_cert_len);
	bind_bytes(s, 9, opening->grant, opening->grant_len);
	rc = run(ledger, s);
	if (rc != 0)
		return rc;
	*ret_number = sqlite3_last_insert_rowid(ledger->db);
	s = statement(ledger, S_add_progress);
	sqlite3_bind_int64(s, 1, *ret_number);
	return run(ledger, s);
}

static int put_secrets(struct ledger *ledger, const struct ledger_opening *opening)
{
	sqlite3_stmt *s = statement(ledger, S_add_opening);

	bind_occurrence(s, 1, &opening->event, opening->occurrence);
	bind_bytes(s, 3, opening->r.b, sizeof(opening->r.b));
	bind_bytes(s, 4, opening->card_check.b, sizeof(opening->card_check.b));
	if (opening->keep_secret)
		bind_bytes(s, 5, opening->secret.b, sizeof(opening->secret.b));
	return run(ledger, s);
}

/* R and the card check in force stay; the secret is kept or not as this opening says. */
static int keep_secrets(struct ledger *ledger, const struct ledger_opening *opening)
{
	sqlite3_stmt *s = statement(ledger, S_set_secret);

	if (opening->keep_secret)
		bind_bytes(s, 1, opening->secret.b, sizeof(opening->secret.b));
	return run(ledger, s);
}

static int opening_change(struct ledger *ledger, const struct ledger_opening *opening)
{
	bool any = false, same = false;
	int64_t number = 0;
	int rc;

	if (ledger->now.epoch != 0)
		return LEDGER_E_OPEN;
	rc = ledger_occurrence_closed(ledger, &opening->event, opening->occurrence);
	if (rc != 0)
		return rc == 1 ? LEDGER_E_KNOWN : rc;
	rc = in_force(ledger, &opening->event, opening->occurrence, &any, &same);
	if (rc == 0 && any && !same)
		rc = erase(
		    ledger); /* tags carried over for an occurrence that was not taken up again */
	if (rc == 0)
		rc = same ? keep_secrets(ledger, opening) : put_secrets(ledger, opening);
	if (rc == 0)
		rc = add_epoch(ledger, opening, &number);
	if (rc == 0)
		ledger->now = (struct running){.epoch = number};
	return rc;
}

int ledger_opening(struct ledger *ledger, const struct ledger_opening *opening)
{
	int rc;

	if (opening->manifest_len > MANIFEST_BYTES_MAX ||
	    opening->hub_cert_len > HUB_CERT_BYTES_MAX || opening->grant_len > GRANT_BYTES_MAX)
		return -EINVAL;
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	return change_end(ledger, opening_change(ledger, opening));
}

/* Columns in the order of the statements last_epoch and open_epoch. False: the row contradicts what
 * was written. */
static bool read_epoch(sqlite3_stmt *s, struct ledger_epoch *ret)
{
	bool good =
	    column_bytes(s, 1, ret->epoch.b, sizeof(ret->epoch.b)) &&
	    column_bytes(s, 2, ret->device.b, sizeof(ret->device.b)) &&
	    column_bytes(s, 3, ret->event.b, sizeof(ret->event.b)) &&
	    column_message(s, 7, ret->manifest, sizeof(ret->manifest), &ret->manifest_len) &&
	    column_message(s, 8, ret->hub_cert, sizeof(ret->hub_cert), &ret->hub_cert_len) &&
	    column_message(s, 9, ret->grant, sizeof(ret->grant), &ret->grant_len) &&
	    column_message(s, 15, ret->headcount_bytes, sizeof(ret->headcount_bytes),
	                   &ret->headcount_len);

	ret->occurrence = (uint16_t)sqlite3_column_int(s, 4);
	ret->opened_boot = (uint32_t)sqlite3_column_int64(s, 5);
	ret->has_opened_wall = sqlite3_column_type(s, 6) != SQLITE_NULL;
	ret->opened_wall = sqlite3_column_int64(s, 6);
	ret->state = sqlite3_column_int(s, 10) == EPOCH_OPEN ? EPOCH_OPEN : EPOCH_CLOSED;
	ret->powered_ms = (uint64_t)sqlite3_column_int64(s, 11);
	ret->already = (uint32_t)sqlite3_column_int64(s, 12);
	ret->not_accepted = (uint32_t)sqlite3_column_int64(s, 13);
	ret->has_headcount = sqlite3_column_type(s, 14) != SQLITE_NULL;
	ret->headcount = (uint32_t)sqlite3_column_int64(s, 14);
	return good;
}

static int read_secrets(struct ledger *ledger, struct ledger_epoch *ret)
{
	sqlite3_stmt *s = statement(ledger, S_secrets);
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0)
		return rc;
	/* Of one that was ended with its tags kept, they may be erased since. */
	if (!row)
		return ret->state == EPOCH_OPEN ? LEDGER_E_DAMAGED : 0;
	if (!column_bytes(s, 0, ret->r.b, sizeof(ret->r.b)) ||
	    !column_bytes(s, 1, ret->card_check.b, sizeof(ret->card_check.b)))
		rc = LEDGER_E_DAMAGED;
	ret->has_secret = column_bytes(s, 2, ret->secret.b, sizeof(ret->secret.b));
	sqlite3_reset(s);
	return rc;
}

static int epoch_of(struct ledger *ledger, sqlite3_stmt *s, int none, struct ledger_epoch *ret)
{
	struct ledger_epoch epoch;
	int64_t number = 0;
	bool row, in_use;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc != 0 ? rc : none;
	memset(&epoch, 0, sizeof(epoch));
	number = sqlite3_column_int64(s, 0);
	if (!read_epoch(s, &epoch))
		rc = LEDGER_E_DAMAGED;
	/* The opening that takes an abandoned epoch's tags over needs its R, to know its card by.
	 */
	in_use = epoch.state == EPOCH_OPEN || sqlite3_column_int(s, 10) == EPOCH_ABANDONED;
	sqlite3_reset(s);
	if (rc == 0 && epoch.state == EPOCH_OPEN) {
		epoch.already += ledger->now.already;
		epoch.not_accepted += ledger->now.not_accepted;
	}
	if (rc == 0 && in_use)
		rc = read_secrets(ledger, &epoch);
	if (rc == 0)
		rc = epoch_size(ledger, number, &epoch.leaves);
	if (rc == 0)
		*ret = epoch;
	return rc;
}

int ledger_open_epoch(struct ledger *ledger, struct ledger_epoch *ret)
{
	return epoch_of(ledger, statement(ledger, S_open_epoch), LEDGER_E_NOT_OPEN, ret);
}

int ledger_last_epoch(struct ledger *ledger, struct ledger_epoch *ret)
{
	return epoch_of(ledger, statement(ledger, S_last_epoch), LEDGER_E_NOTHING, ret);
}

int ledger_epoch(struct ledger *ledger, const struct epoch_id *id, struct ledger_epoch *ret)
{
	sqlite3_stmt *s = statement(ledger, S_epoch_by_id);

	bind_bytes(s, 1, id->b, sizeof(id->b));
	return epoch_of(ledger, s, -ENOENT, ret);
}

int ledger_note_powered(struct ledger *ledger, uint64_t powered_ms)
{
	sqlite3_stmt *s;
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	if (ledger->now.epoch == 0)
		return change_end(ledger, LEDGER_E_NOT_OPEN);
	s = statement(ledger, S_set_powered);
	sqlite3_bind_int64(s, 1, ledger->now.epoch);
	sqlite3_bind_int64(s, 2, (int64_t)(powered_ms & INT64_MAX));
	return change_end(ledger, run(ledger, s));
}

int ledger_note_answers(struct ledger *ledger, uint32_t already, uint32_t not_accepted)
{
	/* They were given, whatever becomes of an open group: so they are noted for what there is
	 * to go back to as well. */
	struct running *all[] = {&ledger->now, &ledger->before};

	if (ledger->failed != 0)
		return ledger->failed;
	if (ledger->now.epoch == 0)
		return LEDGER_E_NOT_OPEN;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		all[i]->already += already;
		all[i]->not_accepted += not_accepted;
	}
	return 0;
}

/* Which epoch a headcount is of. */
static int headcount_epoch(struct ledger *ledger, int64_t *ret)
{
	sqlite3_stmt *s = statement(ledger, S_closed_unconfirmed);
	bool row;
	int rc;

	*ret = ledger->now.epoch;
	if (*ret != 0)
		return 0;
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOT_OPEN;
	*ret = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

int ledger_headcount(struct ledger *ledger, uint32_t people, const uint8_t *signed_bytes,
                     size_t signed_len)
{
	int64_t epoch = 0;
	sqlite3_stmt *s;
	int rc;

	if (signed_len > HEADCOUNT_BYTES_MAX)
		return -EINVAL;
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	rc = headcount_epoch(ledger, &epoch);
	if (rc != 0)
		return change_end(ledger, rc);
	s = statement(ledger, S_set_headcount);
	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, people);
	if (signed_len > 0)
		bind_bytes(s, 3, signed_bytes, signed_len);
	return change_end(ledger, run(ledger, s));
}

static int end_change(struct ledger *ledger, bool keep_tags)
{
	struct event_id none = {0};
	bool any = false, same;
	sqlite3_stmt *s;
	int rc = in_force(ledger, &none, 0, &any, &same);

	if (rc != 0)
		return rc;
	/* After an end with `keep_tags` the occurrence may still be closed for good. */
	if (ledger->now.epoch == 0)
		return any && !keep_tags ? erase(ledger) : LEDGER_E_NOT_OPEN;
	rc = write_running(ledger);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_set_state);
	sqlite3_bind_int64(s, 1, ledger->now.epoch);
	sqlite3_bind_int64(s, 2, keep_tags ? EPOCH_ABANDONED : EPOCH_CLOSED);
	rc = run(ledger, s);
	if (rc == 0 && !keep_tags)
		rc = erase(ledger);
	if (rc == 0)
		ledger->now = (struct running){.epoch = 0};
	return rc;
}

int ledger_end_epoch(struct ledger *ledger, bool keep_tags)
{
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	return change_end(ledger, end_change(ledger, keep_tags));
}
