/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the kiosk room. kiosk.c has its life, the others one part each, named as their file. */
#ifndef KIOSK_KIOSKD_KIOSK_PRIVATE_H
#define KIOSK_KIOSKD_KIOSK_PRIVATE_H

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "code_decision.h"
#include "collector_word.h"
#include "date.h"
#include "kiosk.h"
#include "ledger.h"
#include "message.h"
#include "session.h"
#include "text_time.h"

enum {
	GROUP_MAX = 64,   /* answers that wait for one commit */
	FLIGHTS_MAX = 64, /* texts with a verdict whose MSG_SMS_DONE is to come */
	CLEAR_MAX = 8,    /* epochs known not to be ahead at the collector */
	SWEEP_US_MAX = 10 * 1000000,
	RETRY_LEDGER_US = 2 * 1000000,
	RECOUNT_LEAVES = 500, /* a turn: 1 ms, or a few on a kiosk's board */
	NOTE_POWERED_US = 60 * 1000000,
	WAKE_US_MAX = 60 * 1000000,
	HTTP_TIMEOUT_MS = 30000,
	HTTP_LOST_US = 45 * 1000000, /* the uplink itself did not answer */
};

/* In memory that is locked and left out of core dumps. */
struct secrets {
	struct secret_seed device;
	struct card_secret card;
	struct hash ticket_key, phone_key, fingerprint_key;
	bool
	    has_card_seed; /* signs headcounts, until the closed totals are confirmed: no tag hangs on
	                       it */
	struct secret_seed card_seed;
	struct ledger_epoch epoch;     /* the open one; else what was read last */
	struct opened_card shown;      /* scratch: a card being judged */
	struct ledger_opening opening; /* scratch */
};

struct meeting {
	bool known; /* an event is open, or was the last one */
	bool open;
	bool texts; /* the card's secret is at hand */
	struct manifest manifest;
	struct public_key ticket_key;
	int64_t start, end; /* of the occurrence */
	unsigned language;  /* the catalogue's, of what the screen says */
	uint64_t people;
	uint32_t already, not_accepted;
	uint32_t untimely, before; /* texts not counted: of impossible times, sent before it */
	bool has_headcount;
	uint32_t headcount;
	uint64_t powered_before_ms;
	struct mono_time powered_from, powered_noted;
};

/* A text that was judged: what is needed once it is durable. */
struct flight {
	bool used;
	uint32_t id;
	bool reply;
	struct fingerprint fingerprint;
	struct tag sender;
};

/* An answer that waits for the commit. */
struct waiting {
	bool has_view, has_result, has_verdict;
	struct msg_view view;
	uint64_t client;
	struct msg_result result;
	struct flight flight;
	struct msg_sms_verdict verdict;
};

struct group {
	bool begun;
	unsigned n;
	struct waiting waiting[GROUP_MAX];
};

struct closing {
	bool active, swept;
	enum close_reason reason;
	struct mono_time until;
	bool has_client;
	uint64_t client;
};

struct exchange {
	bool active;
	uint32_t id;
	enum http_kind kind;
	struct nonce nonce;
	struct epoch_id epoch;
	uint32_t seq;
	struct hash subject; /* what the answer has to be about */
	struct batch batch;  /* what is posted, and its hash */
	struct hash posted;
	bool
	    has_other_log; /* what came is signed, and not of the log that the receipts here are of */
	bool is_history;   /* asks for a head only to see that it is still there */
	struct mono_time sent, lost;
};

/* Clocks that are not the system's, and the date that was believed last. */
struct hints {
	bool has_sms;
	int64_t sms;
	struct mono_time sms_at;
	bool has_receipt;
	int64_t receipt;
	struct mono_time receipt_at;
	bool has_kept, kept_by_person;
	int64_t kept;
	struct mono_time kept_at;
	enum clock_source kept_source;
};

/* First parts of longer texts that were decided lately, so that the parts behind them need not
 * wait. In memory only: after a start they wait, and go. */
enum { FIRST_PARTS_MAX = 32 };
struct first_part {
	struct tag sender;
	uint16_t ref;
	uint8_t parts; /* 0: free */
};

enum stopped { STOPPED_NOT = 0, STOPPED_NO_ROOM, STOPPED_BROKEN };

struct kiosk {
	struct kiosk_config config;
	struct kiosk_outputs out;
	struct kiosk_time time;
	struct secrets *secret;
	struct public_key device;
	struct ledger *ledger; /* NULL while broken */
	bool recounted;        /* since it was opened */
	bool damaged;          /* a recount found it so: the next one comes before the work */
	uint32_t boot;
	int64_t floor;
	struct mono_time
	    opened; /* a card opened the last event; the boot, if a kioskd before this one
	                            saw it */
	enum stopped stopped;
	struct mono_time retry_ledger;
	char stopped_sentence[SENTENCE_BYTES_MAX + 1];
	struct meeting meeting;
	struct closing closing;
	int64_t texts_until; /* texts sent until then were for events that are closed */
	struct hints hints;
	struct text_clock text_clock; /* of everybody's stamps */
	struct group group;
	struct flight flight[FLIGHTS_MAX];
	struct first_part first_part[FIRST_PARTS_MAX];
	unsigned n_first_parts;
	uint64_t happening;
	/* towards the collector */
	struct upload upload;
	struct exchange exchange;
	struct ledger_outgoing outgoing;
	struct batch batch;         /* scratch: a draft */
	struct collector_word word; /* scratch */
	unsigned n_clear;
	bool history_checked; /* the collector still had what it confirmed last, since the start or
	                         `kioskctl send` */
	struct epoch_id clear[CLEAR_MAX];
	bool delivery_waits;          /* an attempt is planned at `delivery_at` */
	struct mono_time delivery_at; /* when to look again */
	char uplink_sentence[SENTENCE_BYTES_MAX + 1];
};

/* --- kiosk.c --- */
__attribute__((format(printf, 3, 4))) void note(struct kiosk *k, enum log_level level,
                                                const char *format, ...);
/* A change to the ledger failed with `error` (-errno): stops counting. What was not committed is
 * rolled back. */
void ledger_failed(struct kiosk *k, int error);
/* The rest of the recount at once, outside of a group: what is to be sealed was recounted. It may
 * stop counting. */
void recount_finish(struct kiosk *k);
enum sentence stopped_says(const struct kiosk *k);
/* Reads the open epoch, or the last one, from the ledger. 0 or -errno. */
int meeting_load(struct kiosk *k);

/* --- kiosk_date.c --- */
struct date kiosk_date(const struct kiosk *k);
/* Once a turn: the date of now is what the next one is held against. */
void date_keep(struct kiosk *k);
struct calendar kiosk_calendar(const struct kiosk *k);
/* The best estimate of now, and where it comes from; CLOCK_SOURCE_NONE: none. */
enum clock_source kiosk_estimate(const struct kiosk *k, int64_t *ret_now);
uint16_t kiosk_slot(const struct kiosk *k);
/* A receipt came, `fresh` if it was made just now. 0 or what the ledger says. */
int date_receipt(struct kiosk *k, int64_t time, bool fresh, const struct collector_cert *cert);
/* A person says what time it is. 0; -EINVAL with a sentence; or what the ledger says. */
int date_set(struct kiosk *k, int64_t at, char *sentence, size_t size);
/* What the kiosk takes it to be, and what it does not believe, for a volunteer. */
void date_write(const struct kiosk *k, char *sentence, size_t size);

/* --- kiosk_totals.c --- */
uint32_t totals_people(const struct batch_row *row, uint16_t n);
/* What the newest receipt of the event says: why it counts zero for now; "" if it counts. */
void totals_held(struct kiosk *k, char held[REASON_BYTES_MAX + 1]);
/* People of the open event, or the last one, whose count no receipt covers, or who are held. */
uint32_t totals_unconfirmed(struct kiosk *k);

/* --- kiosk_sms.c --- */
struct text_room text_room_of(const struct kiosk *k);

/* --- kiosk_group.c --- */
/* A place for an answer, inside an open group; NULL: the ledger can't be written. Not kept until
 * group_wait(). */
struct waiting *group_place(struct kiosk *k);
void group_wait(struct kiosk *k);
/* Nothing of the group happened: everyone hears that it could not be checked, texts stay in the
 * modem. */
void group_take_back(struct kiosk *k);
/* Fills a view, and sends one at once. */
void view_fill(const struct kiosk *k, struct msg_view *view, enum screen_answer answer,
               enum channel channel, struct mono_time seen, enum sentence sentence,
               const struct sentence_words *words);
void view_send(struct kiosk *k, struct msg_view *view);
void view_say(struct kiosk *k, enum screen_answer answer, enum channel channel,
              struct mono_time seen, enum sentence sentence, const struct sentence_words *words);
void result_send(struct kiosk *k, uint64_t client, int error, const char *sentence);

/* --- kiosk_meeting.c --- */
void meeting_card(struct kiosk *k, struct mono_time seen, const uint8_t *code, size_t len);
void meeting_close(struct kiosk *k, enum close_reason reason, const uint64_t *client);
/* The collector knows more of the open epoch than this ledger: goes on in a new one, at once if the
 * card is at hand. */
void meeting_abandon(struct kiosk *k);
int meeting_headcount(struct kiosk *k, uint32_t people);
/* The closed totals are confirmed: no headcount is signed any more. */
void meeting_confirmed(struct kiosk *k);
uint64_t meeting_powered_ms(const struct kiosk *k);
void meeting_run(struct kiosk *k);

/* --- kiosk_delivery.c --- */
void delivery_run(struct kiosk *k);
/* Something happened that may be worth sending, or may be sent now. */
void delivery_look(struct kiosk *k);
/* When delivery_run() is wanted; false: not before something happens. */
bool delivery_wake(const struct kiosk *k, struct mono_time *ret_at);
void delivery_clear(struct kiosk *k, const struct epoch_id *epoch);
bool delivery_is_clear(const struct kiosk *k, const struct epoch_id *epoch);
/* Seals the epoch's next batch. 0, LEDGER_E_NOTHING, LEDGER_E_PENDING or -errno (told to
 * ledger_failed). */
int delivery_seal(struct kiosk *k, const struct epoch_id *epoch);

/* --- kiosk_receipt.c --- */
/*
 * Verifies a body as the answer to the exchange under way. 0 with k->word and, where it carries
 * one, *ret_receipt; -EBADMSG with a sentence saying what does not hold.
 */
int answer_verify(struct kiosk *k, const uint8_t *body, size_t len, bool *ret_has_receipt,
                  struct receipt *ret_receipt, char *sentence, size_t size);

#endif
