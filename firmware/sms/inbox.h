/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of each message in the modem's store: read, offered to kioskd, answered if it says
 * so, deleted. The store is the queue: nothing is forgotten that was not decided, because every
 * sweep reads all of it again. On top of at.h, and like it a machine: octets, verdicts and the time
 * in, actions out.
 *
 * A message is offered once a sweep until its verdict; SMS_KEEP leaves it for the next sweep. A
 * reply goes out at most once. A message that does not decode is read a second time before it is
 * offered as SMS_UNREADABLE. Deleting is tried INBOX_DELETES_MAX times; then the slot is left
 * alone, and the others go on; after INBOX_STUCK_MS it is tried once more, and so on: a SIM that was
 * busy must not lose a place for the whole day. Before each list, and before anything else once it
 * was a while ago, the settings that matter are seen to hold; what could not be read is never
 * deleted.
 *
 * A message handed over by +CMT may be stored nowhere: it is offered from here, and acknowledged
 * once its verdict says that it is durable; the network keeps it until then.
 */
#ifndef KIOSK_SMS_INBOX_H
#define KIOSK_SMS_INBOX_H

#include <kiosk/msg_helper.h>

#include "at.h"
#include "number.h"

enum {
	INBOX_MESSAGES_MAX = 512, /* more wait in the modem until there is room */
	INBOX_OFFERED_MAX = 16,   /* without a verdict at a time */
	INBOX_REPLIES_MAX =
	    48, /* waiting to be sent; with that many, offers pause: fewer than kioskd
	                             follows at a time, so that it never has to say SMS_KEEP for that */
	INBOX_DELETES_MAX = 3,
	INBOX_STUCK_MS = 600000,
	INBOX_REST = 3, /* a long sweep is followed by so many times its length for all else */
	INBOX_SWEEPS_ALL = 6,     /* every sixth sweep looks into the other memory too */
	INBOX_ANNOUNCED_MAX = 32, /* +CMTI whose message no list has shown yet */
	INBOX_JUST_LISTED_US = 10000000,
	INBOX_FREE_FIRST_PERCENT = 70, /* from this on deleting goes before sending */
};

struct inbox_settings {
	struct at_settings at;
	const struct number_country *country; /* NULL: none */
	uint32_t sweep_ms;                    /* between sweeps; standard 5000 */
	uint32_t delete_retry_ms;             /* 2000 */
	uint32_t first_id; /* random, so that ids of an earlier run mean nothing */
};
void inbox_settings_standard(struct inbox_settings *ret);

struct inbox;
/* Zeroed memory of the inbox; NULL where there is none. */
struct inbox *inbox_new(const struct inbox_settings *settings, struct mono_time now);
void inbox_free(struct inbox *inbox); /* NULL is fine */

enum inbox_kind {
	INBOX_WRITE,  /* write, len: to the line, in order */
	INBOX_OFFER,  /* sms: to kioskd */
	INBOX_DONE,   /* done: to kioskd */
	INBOX_SWEPT,  /* to kioskd */
	INBOX_HEALTH, /* something of inbox_health() changed */
	INBOX_PIN,    /* `right` false: the PIN is tried next, note that before the write that
	                 follows */
	INBOX_POWER,  /* neither opening nor resetting wakes the modem: press its power key */
	INBOX_REOPEN, /* the modem is of no use any more */
};

struct inbox_action {
	enum inbox_kind kind;
	union {
		struct {
			uint16_t len;
			char write[AT_WRITE_MAX + 1];
		};
		struct msg_sms sms;       /* without its head */
		struct msg_sms_done done; /* without its head */
		bool right;
	};
};

/* Octets from the line; takes all or, while actions wait, fewer: take them by inbox_next(), then
 * give the rest. */
size_t inbox_feed(struct inbox *inbox, const uint8_t *bytes, size_t len, struct mono_time now);
/* The next action, for as long as there is one; time passes here too. */
bool inbox_next(struct inbox *inbox, struct mono_time now, struct inbox_action *ret);
/* When inbox_next() wants to be called at the latest. */
struct mono_time inbox_deadline(const struct inbox *inbox);

/* What kioskd says. 0, or -ENOENT: no message of this id waits for a verdict. */
int inbox_verdict(struct inbox *inbox, const struct msg_sms_verdict *verdict, struct mono_time now);
void inbox_sweep(struct inbox *inbox);
/* What reading has taught so far; what another one learnt of this modem. */
const struct at_learnt *inbox_learnt(const struct inbox *inbox);
void inbox_learn(struct inbox *inbox, const struct at_learnt *learnt);
/* Whose the modem is, as far as it said. */
const struct at_profile *inbox_profile(const struct inbox *inbox);

/* Health, sentence and numbers; `device` is named in the sentence. The head is the sender's. */
void inbox_health(const struct inbox *inbox, const char *device, struct msg_health *ret);

/*
 * The line is gone: true with the outcome of a reply that was under way, of which nobody knows
 * whether it was sent. The inbox is of no use afterwards.
 */
bool inbox_abandon(struct inbox *inbox, struct msg_sms_done *ret);

#endif
