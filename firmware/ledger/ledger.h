/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: one SQLite file that holds what was counted. In: decided check-ins, openings,
 * closings, sealed batches and receipts. Out: totals, the Merkle log's size and root, drafts of
 * batches. It touches one file, its WAL, and nothing else; it knows no clock, no network, no key.
 *
 * Every function that changes something is one durable transaction unless a group is open, and has
 * happened entirely or not at all when it returns. What DESIGN.md promises of power cuts, recounts and
 * identities is kept here.
 *
 * One process, one connection. Return values: 0; -ENOSPC no room: nothing happened, go on when
 * there is room; -EIO a write or sync failed: the ledger refuses every change from then on until it
 * is closed and opened again (reading goes on); LEDGER_E_DAMAGED likewise; -EINVAL an argument out
 * of its range; -ENOENT an epoch that is not in this ledger; other -errno; and a function's own
 * LEDGER_E_ values.
 */
#ifndef KIOSK_LEDGER_H
#define KIOSK_LEDGER_H

#include <kiosk/record.h>

struct ledger;

enum ledger_error {
	LEDGER_E_NEWER =
	    1, /* written by a newer version of this program: update the program, keep the file */
	LEDGER_E_DAMAGED = 2,  /* not a database, or its content contradicts itself: keep the file,
	                          see `kioskctl ledger check` */
	LEDGER_E_FOREIGN = 3,  /* an SQLite database of something else */
	LEDGER_E_IN_USE = 4,   /* another process has it */
	LEDGER_E_NOT_OPEN = 5, /* no epoch is open */
	LEDGER_E_OPEN = 6,     /* an epoch is open already */
	LEDGER_E_KNOWN = 7, /* this occurrence was closed here and does not reopen; this fingerprint
	                       is recorded */
	LEDGER_E_NOTHING = 8,   /* nothing to undo, nothing to seal */
	LEDGER_E_PENDING = 9,   /* a sealed batch of this epoch is not acknowledged yet */
	LEDGER_E_SEQUENCE = 10, /* not the batch that comes next */
	LEDGER_E_OVERFLOW = 11, /* more than the wire can carry */
};

const char *ledger_strerror(int ledger_error);

/*
 * Opens or makes the ledger at `path` (file mode 0600). A file that is newer, foreign or seen to be
 * damaged is not written to. `ret_sentence` (optional) gets what to do about a failure.
 *
 * Before this returns it is known: the file is whole, as SQLite sees it (each page, each row's
 * form); nothing belongs to no opening; and of the open epoch, on which the first check-in will
 * stand: that there are as many leaves as its totals say, that the tree made of the nodes kept
 * beside them is the one that the batch sealed last names, and who is counted already. Whether
 * each leaf is the one that was written, and adds up to the totals, is for ledger_recount_step(),
 * beside the work. Until that is done nothing is sealed: ledger_draft() finishes it first.
 */
int ledger_open(const char *path, struct ledger **ret, char *ret_sentence, size_t sentence_size);
/*
 * The same without changing anything, recounted whole: for a look at the ledger of a stopped kiosk.
 * Every change answers -EROFS. -ENOENT: there is no such file.
 */
int ledger_open_reading(const char *path, struct ledger **ret, char *ret_sentence,
                        size_t sentence_size);
/*
 * A part of the recount of all there is, up to `leaves` > 0 leaves or tags and, where an epoch
 * ends, its batches; not in a group. Check-ins may come between two steps. 0, *ret_done: all was
 * counted, and agrees; LEDGER_E_DAMAGED with a sentence: it does not, and every change is refused
 * from now on; -ENOMEM: try again; -EINVAL.
 */
int ledger_recount_step(struct ledger *ledger, uint32_t leaves, bool *ret_done, char *ret_sentence,
                        size_t sentence_size);
void ledger_close(
    struct ledger *ledger); /* NULL is fine; what is in an open group is rolled back */

/*
 * Counts boots: a boot id not seen last adds one. And the floor of the calendar: the latest time
 * proved by a receipt or a build. Returns the count, from 1, and the floor (0: none).
 */
int ledger_boot(struct ledger *ledger, const uint8_t boot_id[16], uint32_t *ret_boot,
                int64_t *ret_floor);
int ledger_raise_floor(struct ledger *ledger, int64_t s);
/* Wherever it was, also lower: for who judges dates (core's date.h). */
int ledger_set_floor(struct ledger *ledger, int64_t s);

/*
 * Group commit: changes between begin and commit share one transaction and none is durable before
 * commit returns 0. A change that is refused (> 0, -EINVAL, -ENOENT) leaves the group as it was; one
 * that fails takes the group with it, which then cannot be committed. No nesting.
 */
int ledger_begin(struct ledger *ledger);
int ledger_commit(struct ledger *ledger);
void ledger_rollback(struct ledger *ledger);

/* --- openings --- */

struct ledger_opening {
	struct epoch_id epoch;
	struct public_key device;
	struct event_id event;
	uint16_t occurrence;
	/* For an occurrence already open here (after a rollback) these two in force are kept: ask
	 * ledger_open_epoch(). */
	struct opening_secret r;
	struct hash card_check;
	bool keep_secret; /* resume: auto */
	struct card_secret secret;
	const uint8_t *manifest, *hub_cert, *grant; /* whole signed messages */
	size_t manifest_len, hub_cert_len, grant_len;
	uint32_t boot;
	bool has_wall;
	int64_t wall;
};

/*
 * 0, LEDGER_E_OPEN, LEDGER_E_KNOWN (this occurrence was closed here), -EEXIST (an epoch of that
 * name was opened before). Tags carried over for another occurrence than this one are erased, and
 * that occurrence is closed.
 */
int ledger_opening(struct ledger *ledger, const struct ledger_opening *opening);

/* The open epoch; its secrets with it. `manifest` and `hub_cert` are copies. */
struct ledger_epoch {
	struct epoch_id epoch;
	struct public_key device;
	struct event_id event;
	uint16_t occurrence;
	enum epoch_state state;
	struct opening_secret r; /* zero once closed */
	struct hash card_check;
	bool has_secret;
	struct card_secret secret;
	size_t manifest_len, hub_cert_len, grant_len;
	uint8_t manifest[MANIFEST_BYTES_MAX], hub_cert[HUB_CERT_BYTES_MAX], grant[GRANT_BYTES_MAX];
	uint32_t opened_boot;
	bool has_opened_wall;
	int64_t opened_wall;
	uint64_t powered_ms; /* time it has been open and powered, as last noted by
	                        ledger_note_powered() */
	uint64_t leaves;
	uint32_t already, not_accepted; /* answers given */
	bool has_headcount;
	uint32_t headcount;
	size_t headcount_len; /* the signed one, 0: not signed yet */
	uint8_t headcount_bytes[HEADCOUNT_BYTES_MAX];
};
/* 0 or LEDGER_E_NOT_OPEN. */
int ledger_open_epoch(struct ledger *ledger, struct ledger_epoch *ret);
/* The epoch opened last, open or not. 0 or LEDGER_E_NOTHING. */
int ledger_last_epoch(struct ledger *ledger, struct ledger_epoch *ret);
/* The one of this name. 0 or -ENOENT. */
int ledger_epoch(struct ledger *ledger, const struct epoch_id *id, struct ledger_epoch *ret);
/* Whether this occurrence was closed on this device. 1 yes, 0 no, -errno. */
int ledger_occurrence_closed(struct ledger *ledger, const struct event_id *event,
                             uint16_t occurrence);

int ledger_note_powered(struct ledger *ledger, uint64_t powered_ms);
/* Adds to the counts of answers that are not check-ins; they ride with the next commit that is due
 * anyway, so a power cut or a kill may lose those given since the last one: they are in no total.
 * 0 or LEDGER_E_NOT_OPEN. */
int ledger_note_answers(struct ledger *ledger, uint32_t already, uint32_t not_accepted);
/*
 * Replaces the headcount; `signed_len` 0 while the card is not at hand. Of the open epoch, or of the
 * last one if it was closed and no closing batch of it has a receipt. 0 or LEDGER_E_NOT_OPEN.
 */
int ledger_headcount(struct ledger *ledger, uint32_t people, const uint8_t *signed_bytes,
                     size_t signed_len);

/*
 * Ends the open epoch as `state` EPOCH_CLOSED, or, when the collector knows more of it than this
 * ledger (a restored disk), so that a new epoch may follow with the tags carried over: `keep_tags`.
 * Unless kept, erases R, secrets, tags, fingerprints and reply records, and checkpoints so that no
 * old page holds them (in a group: at its commit; after a power cut: at the next opening of the
 * file; without room: as soon as there is some). An epoch ended with `keep_tags` never seals again;
 * a second call without it closes the occurrence. 0 or LEDGER_E_NOT_OPEN.
 */
int ledger_end_epoch(struct ledger *ledger, bool keep_tags);

/* --- check-ins --- */

struct ledger_checkin {
	enum channel channel;
	enum first first;
	uint16_t slot; /* 15-minute slot of the occurrence, or SLOT_UNKNOWN */
	/*
	 * 1..PARTY_MAX, without a tag 1..WALK_INS_MAX: the party's size, so many leaves a
	 * project; for a known tag its new size. 0: no number was said, which is 1 for whoever is
	 * new and the size as it is for a known tag.
	 */
	uint16_t people;
	bool has_tag; /* false: a walk-in, always new */
	struct tag tag;
	uint8_t n_projects; /* beside project 0, which is always added */
	uint16_t project[PROJECTS_MAX];
	/* for an SMS: recorded in the same transaction */
	bool has_fingerprint;
	struct fingerprint fingerprint;
	bool reply_due;
};

struct ledger_counted {
	uint32_t people_added;   /* 0: this tag was counted already */
	uint32_t people_revoked; /* a party corrected downwards */
	uint16_t projects_added; /* of those asked for, new for this tag */
	uint16_t party;          /* people under this tag now */
};

/*
 * Counts what is new. A tag known for project 0 adds no people (unless a party's new total says
 * so); a project it has not been counted for yet is added. A party's `people` is the new total: the
 * difference is added, or revoked in every project of the tag, for nobody is in a project who is
 * not at the meeting. What was carried over from an earlier epoch (ledger_end_epoch) stays: it
 * cannot be revoked in this one. 0; LEDGER_E_KNOWN: the fingerprint is recorded already, nothing
 * happened; LEDGER_E_NOT_OPEN; LEDGER_E_OVERFLOW.
 */
int ledger_check_in(struct ledger *ledger, const struct ledger_checkin *checkin,
                    struct ledger_counted *ret);

/*
 * Takes back the last check-in that still stands: revokes what that one call added, its tag freed
 * of it. *ret_people: how many fewer are at the meeting; 0 if it only added a project for somebody
 * known. 0 or LEDGER_E_NOTHING.
 */
int ledger_undo_last(struct ledger *ledger, uint16_t slot, enum channel *ret_channel,
                     uint32_t *ret_people);
/* What ledger_undo_last() would take back. */
struct ledger_last {
	uint64_t leaf; /* names it: another check-in has another */
	enum channel channel;
	uint16_t slot;
	uint32_t people;
	uint16_t n_projects; /* that it counted in, people (0) left out */
	uint16_t project[PROJECTS_MAX];
};
/* 0 or LEDGER_E_NOTHING. */
int ledger_last_check_in(struct ledger *ledger, struct ledger_last *ret);
/*
 * Revokes all under `tag` (an SMS's UNDO), recording `fingerprint` unless NULL. 0, LEDGER_E_NOTHING
 * (recorded all the same; also for what was carried over), LEDGER_E_KNOWN, LEDGER_E_NOT_OPEN.
 */
int ledger_undo_tag(struct ledger *ledger, const struct tag *tag, uint16_t slot,
                    const struct fingerprint *fingerprint, bool reply_due, uint32_t *ret_people);

/* --- SMS --- */

enum sms_state {
	SMS_STATE_UNKNOWN = 0, /* not recorded */
	SMS_STATE_NO_REPLY = 1,
	SMS_STATE_DUE = 2,
	SMS_STATE_ATTEMPTED = 3, /* may have been sent; never again */
	SMS_STATE_SENT = 4,
	SMS_STATE_DROPPED = 5, /* refused, late or over a limit */
};

/* What is known of a fingerprint. */
int ledger_sms_state(struct ledger *ledger, const struct fingerprint *fingerprint,
                     enum sms_state *ret);
/* Records a message that is not a check-in (a stray one, unreadable, HELP). 0, LEDGER_E_KNOWN or
 * LEDGER_E_NOT_OPEN. */
int ledger_sms_record(struct ledger *ledger, const struct fingerprint *fingerprint, bool reply_due);
/*
 * Moves on: DUE -> ATTEMPTED (before the modem is told to send), ATTEMPTED -> SENT or DROPPED, DUE
 * -> DROPPED. ATTEMPTED also notes, for `sender` (a phone tag), a reply at `now_s` on the kiosk's
 * monotone scale. -EINVAL for any other move.
 */
int ledger_sms_move(struct ledger *ledger, const struct fingerprint *fingerprint, enum sms_state to,
                    const struct tag *sender, int64_t now_s);

/* Replies so far: what the limits of DESIGN.md, Texts are judged by. */
struct ledger_replies {
	bool stopped; /* this number sent STOP */
	bool has_last;
	int64_t last_s;       /* of the last reply to this number */
	uint32_t to_number;   /* in this event */
	uint32_t last_minute; /* to anyone, in the 60 s before now_s */
	uint32_t numbers_day; /* different numbers in the 24 h before now_s */
};
int ledger_sms_replies(struct ledger *ledger, const struct tag *sender, int64_t now_s,
                       struct ledger_replies *ret);
/*
 * Fingerprints are erased at a close, so a text that the network delivers again after it would be
 * new to the next occurrence, where their windows overlap. One time stays instead, no identity:
 * ledger_note_text() raises the open occurrence's time to `at_s`, if it is later; a close (the one
 * that erases) raises the device's to it. Texts sent until ledger_texts_until() (0: none) were
 * dealt with. 0; LEDGER_E_NOT_OPEN.
 */
int ledger_note_text(struct ledger *ledger, int64_t at_s);
int ledger_texts_until(struct ledger *ledger, int64_t *ret_s);
/* STOP, and its taking back. 0 or LEDGER_E_NOT_OPEN. */
int ledger_sms_stop(struct ledger *ledger, const struct tag *sender, bool stopped);

/* --- totals --- */

/* Of an epoch; sorted by (project, channel, first). *ret_n at most BATCH_ROWS_MAX. */
int ledger_totals(struct ledger *ledger, const struct epoch_id *epoch,
                  struct batch_row row[BATCH_ROWS_MAX], uint16_t *ret_n);
/* The same as the last batch of the epoch with a receipt has them; 0 rows without one. */
int ledger_confirmed(struct ledger *ledger, const struct epoch_id *epoch,
                     struct batch_row row[BATCH_ROWS_MAX], uint16_t *ret_n);
/* Added minus revoked of project 0 in the open epoch's occurrence, all its epochs on this device. 0
 * or LEDGER_E_NOT_OPEN. */
int ledger_people(struct ledger *ledger, uint64_t *ret_people);
/* Recounts every epoch from its leaves, Merkle tree too, at once and whatever was recounted before;
 * what is kept in memory must agree as well. 0 or LEDGER_E_DAMAGED with a sentence. */
int ledger_recount(struct ledger *ledger, char *ret_sentence, size_t sentence_size);

/* --- sealed batches --- */

/*
 * Fills what the ledger knows of the epoch's next batch: all but time, software and signature.
 * Finishes the recount beside the work first. 0; LEDGER_E_PENDING; LEDGER_E_NOTHING: nothing changed since the last one, or the first (a closed
 * epoch always has its closing batch, and another one if its headcount came after that; one ended with `keep_tags` has none).
 */
int ledger_draft(struct ledger *ledger, const struct epoch_id *epoch, struct batch *ret);
/*
 * Freezes the signed bytes of the draft. `batch` must say what ledger_draft() would say now, so
 * that no seq is signed twice and nothing is sealed that the leaves do not say. 0, LEDGER_E_PENDING
 * or LEDGER_E_SEQUENCE.
 */
int ledger_freeze(struct ledger *ledger, const struct batch *batch, const uint8_t *bytes,
                  size_t len);

struct ledger_outgoing {
	struct epoch_id epoch;
	uint32_t seq;
	size_t batch_len, grant_len, manifest_len, hub_cert_len;
	uint8_t batch[BATCH_BYTES_MAX], grant[GRANT_BYTES_MAX], manifest[MANIFEST_BYTES_MAX],
	    hub_cert[HUB_CERT_BYTES_MAX];
};
/* The oldest sealed batch without a receipt that is not parked. 0 or LEDGER_E_NOTHING. */
int ledger_next_outgoing(struct ledger *ledger, struct ledger_outgoing *ret);
/* The oldest epoch that ledger_draft() has something for: closed ones first. 0 or LEDGER_E_NOTHING.
 */
int ledger_next_unsealed(struct ledger *ledger, struct epoch_id *ret_epoch,
                         enum epoch_state *ret_state);
/* Stores the receipt of the sealed batch that waits for one. 0 or LEDGER_E_SEQUENCE. */
int ledger_receipt(struct ledger *ledger, const struct receipt *receipt, const uint8_t *bytes,
                   size_t len);
/* The collector refused this batch (status 0: it cannot be sealed or sent, for a reason of our own):
 * it and its epoch's later ones wait for a person. */
int ledger_park(struct ledger *ledger, const struct epoch_id *epoch, uint32_t seq, uint16_t status,
                const char *reason);
int ledger_unpark_all(struct ledger *ledger); /* `kioskctl send` */
/* Head of an epoch in this ledger: seq 0 and a zero hash without a batch. */
int ledger_head(struct ledger *ledger, const struct epoch_id *epoch, uint32_t *ret_seq,
                struct hash *ret_hash);
/* The batch whose receipt is of the largest collector's log: what a collector that went back has
 * lost first. 0 or LEDGER_E_NOTHING. */
int ledger_last_confirmed(struct ledger *ledger, struct epoch_id *ret_epoch, uint32_t *ret_seq);
/* The receipt of an epoch's newest batch that has one; whole, signed. 0 or LEDGER_E_NOTHING. */
int ledger_last_receipt(struct ledger *ledger, const struct epoch_id *epoch,
                        uint8_t bytes[RECEIPT_BYTES_MAX], size_t *ret_len);
/* The root that a receipt here gave a collector's log of that size; that the receipt of this hash
 * gave. 0 or LEDGER_E_NOTHING. */
int ledger_collector_root(struct ledger *ledger, uint64_t size, struct hash *ret_root);
int ledger_receipt_root(struct ledger *ledger, const struct hash *receipt, struct hash *ret_root);
/*
 * The collector has another log than the one these receipts are of. They are set aside, kept as
 * what it once signed, and count for nothing: every batch waits for a receipt again, those of an
 * abandoned epoch too.
 */
int ledger_set_receipts_aside(struct ledger *ledger);

/* Keeps the certificate of the key that receipts are signed with, for exports. A known one changes
 * nothing. */
int ledger_collector_cert(struct ledger *ledger, const struct public_key *key, const uint8_t *bytes,
                          size_t len);

/* --- corrections --- */

struct ledger_change {
	uint16_t project; /* 0: people */
	int32_t people;   /* that many more, by hand; or fewer: the last that stand are revoked */
};

/*
 * Changes a closed epoch's totals, with the hub's signed reason, which the next batch carries and
 * names `seq` of. 0; -ENOENT; LEDGER_E_OPEN: an epoch is open; LEDGER_E_PENDING: its closing batch,
 * or an earlier correction's, is not sealed yet; LEDGER_E_SEQUENCE: `seq` is not its next batch;
 * LEDGER_E_NOTHING: fewer stand than are to be taken back; LEDGER_E_NOT_OPEN: it never closed;
 * LEDGER_E_OVERFLOW.
 */
int ledger_correct(struct ledger *ledger, const struct epoch_id *epoch, uint32_t seq,
                   const struct ledger_change *change, size_t n, const uint8_t *bytes, size_t len);

/* --- export --- */

enum {
	LEDGER_LEAF_BYTES = 47,  /* as hashed: PROTOCOL.md, section 5 */
	LEDGER_LEAVES_MAX = 512, /* in one piece */
};

/* Where an export goes on; starts as zeros. */
struct ledger_cursor {
	uint32_t certs; /* given so far */
	uint32_t epoch; /* its number; 0: before the first */
	uint32_t seq;   /* of the last batch given */
	uint32_t leaf;  /* leaves given */
	bool last;      /* no batch comes any more in this epoch */
};

enum ledger_piece_kind {
	LEDGER_PIECE_CERT,
	LEDGER_PIECE_OPENING,
	LEDGER_PIECE_LEAVES,
	LEDGER_PIECE_BATCH,
	LEDGER_PIECE_END,
};
struct ledger_piece {
	enum ledger_piece_kind kind;
	size_t len[3]; /* of message[i]; 0: none */
	union {
		uint8_t cert[COLLECTOR_CERT_BYTES_MAX];
		struct {
			uint8_t manifest[MANIFEST_BYTES_MAX], hub_cert[HUB_CERT_BYTES_MAX],
			    grant[GRANT_BYTES_MAX];
		} opening;
		uint8_t leaves[LEDGER_LEAVES_MAX * LEDGER_LEAF_BYTES];
		struct {
			uint8_t batch[BATCH_BYTES_MAX], receipt[RECEIPT_BYTES_MAX];
		} sealed;
	};
};
/*
 * The next piece of all there is of an occurrence, in the order of a bundle (PROTOCOL.md, section
 * 7), and moves the cursor. Check-ins between two calls do no harm. 0.
 */
int ledger_export(struct ledger *ledger, const struct event_id *event, uint16_t occurrence,
                  struct ledger_cursor *cursor, struct ledger_piece *ret);

struct ledger_sent {
	uint32_t sealed, confirmed;
	bool parked;
	uint16_t parked_status;
	char parked_reason[REASON_BYTES_MAX + 1];
};
int ledger_sent(struct ledger *ledger, struct ledger_sent *ret);

#endif
