/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text means: counted, taken back, answered, left in the modem's store or removed from it
 * (DESIGN.md, Texts). In: what is open, the message's facts, what its words ask for. Out: a
 * decision. Two steps, because the first one must be taken where the card is not at hand and
 * nothing about the sender may be worked out.
 *
 * Who is not counted: alphanumeric senders and short codes, which are gateways (mail, web forms,
 * advertisers), any number of people or none behind one sender; and our own number. They are
 * recorded, deleted and never answered.
 */
#ifndef KIOSK_CORE_SMS_DECISION_H
#define KIOSK_CORE_SMS_DECISION_H

#include <kiosk/sms_request.h>
#include <kiosk/msg_helper.h>
#include "sentence.h"

struct text_facts {
	enum sms_class sms_class;
	enum sms_from from_kind;
	bool from_us; /* its sender is this kiosk's own number */
	bool has_time;
	int64_t time; /* SCTS */
	uint8_t part, parts;
	bool first_decided; /* the message's first part was decided already: the others may go */
};

enum { ORPHAN_WAIT_S = 600 }; /* a later part waits so long for its first one */

struct text_room {
	bool open;           /* an event is open */
	bool secret_at_hand; /* and its card was shown */
	int64_t start, end;  /* of the open occurrence, without grace */
	uint32_t grace_s;
	int64_t wait_s; /* how long a message may wait with nothing open */
	bool has_now, clock_known;
	int64_t now; /* a known clock, or the newest SCTS */
	/* what was sent until then was dealt with in an occurrence closed here; 0: none was */
	int64_t texts_until;
};

enum text_triage {
	TRIAGE_KEEP,   /* stays in the store */
	TRIAGE_DELETE, /* nothing is open and it waited long enough, or can never count */
	TRIAGE_RECORD, /* its fingerprint is recorded, it is not counted, not answered, deleted */
	TRIAGE_READ,   /* its words decide */
};
enum text_triage text_triage(const struct text_room *room, const struct text_facts *facts);

/*
 * A text delivered again after the close of the occurrence it counted in must not count in the next
 * one, where their windows overlap, and its fingerprint is gone. Nor may it be answered: it may
 * have been. So the ledger keeps one time, and what was sent until then is recorded only: of the
 * texts read in an occurrence the newest SCTS (text_noted()), and the known clock at its close
 * (text_close_time()). Neither lies behind the occurrence's window and grace. A network's clock may
 * be ahead of ours by AHEAD_MAX_S; a time further ahead is a garbled text's, or a clock's that was
 * set wrong, and holds nothing up once the date is known.
 */
enum { AHEAD_MAX_S = 600 };
bool text_noted(const struct text_room *room, const struct text_facts *facts);
/* False: the date is not known, so only its texts tell. */
bool text_close_time(const struct text_room *room, int64_t *ret);

struct text_decision {
	bool counts;    /* as a check-in of `people` for `project` */
	uint8_t people; /* 0: no number was said */
	uint16_t project;
	enum first first;
};
struct text_decision text_decide(const struct manifest *manifest,
                                 const struct sms_request *request);

/* Whether what the words ask for is answered at all, limits aside. */
bool text_answered(enum sms_ask ask);

/* --- how often --- */

struct reply_limits {
	bool on;
	int64_t interval_s;  /* between two to one number */
	uint32_t per_number; /* in one event */
	uint32_t per_minute; /* to anyone */
	uint32_t numbers_a_day;
	/* a volunteer's STATUS, instead of the first two */
	int64_t status_interval_s;
	uint32_t statuses_per_number;
};

/* What went out so far, replies decided but not yet recorded included. */
struct reply_history {
	bool stopped;
	bool has_last;
	int64_t last_s;
	uint32_t to_number, last_minute, numbers_day;
};
bool reply_allowed(const struct reply_limits *limits, const struct reply_history *history,
                   int64_t now_s);

enum {
	REPLY_AGE_MAX_S = 600
}; /* a reply owed since before a restart is dropped when its text is older */

/* Whether a reply that was due when the kiosk stopped may still go. An unknown date says nothing
 * against it. */
bool reply_still_due(bool date_known, int64_t now, int64_t sent_at);

#endif
