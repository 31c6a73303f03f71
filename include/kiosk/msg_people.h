/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kioskd and those who act for people say to each other (<kiosk/msg.h>): kioskctl, and what
 * watches.
 */
#ifndef KIOSK_MSG_PEOPLE_H
#define KIOSK_MSG_PEOPLE_H

#include <kiosk/msg.h>

enum control {
	CONTROL_STATUS = 1,
	CONTROL_ADD = 2,       /* walk-ins: `number` people, `project` (0: the default), `first` */
	CONTROL_UNDO = 3,      /* the last check-in that still stands */
	CONTROL_HEADCOUNT = 4, /* `number` people are in the room */
	CONTROL_CLOSE = 5,     /* with a headcount if `has_headcount` */
	CONTROL_SEND = 6,      /* try the collector now */
	CONTROL_WATCH = 7,     /* MSG_VIEW from now on, until the socket closes */
	CONTROL_CLOCK = 8,     /* it is `at` now */
};

/* What a client wants to be asked before it is done (RESULT_ASKS), so that a person can say yes. */
enum control_ask {
	ASK_IF_FAR = 1, /* a headcount far from what was counted */
	ASK_WHAT = 2,   /* CONTROL_UNDO, CONTROL_CLOSE: by the name of what is undone or closed */
};

struct msg_control {
	struct msg_head head;
	uint32_t control; /* enum control */
	uint32_t number;
	uint32_t project;
	uint32_t first; /* enum first */
	bool has_headcount;
	uint32_t ask; /* enum control_ask, added up */
	/*
	 * Of the question that was answered with yes, as it came; 0: none was. If what it was about
	 * is another by now, it is asked again: an act is of what was seen.
	 */
	uint64_t saw;
	int64_t at; /* Unix time, of CONTROL_CLOCK */
};

enum { RESULT_REFUSED = 1, RESULT_ASKS = 2 };

struct msg_result {
	struct msg_head head;
	int32_t error;  /* 0 done; else -errno; RESULT_REFUSED for the reason in the sentence; or
	                  RESULT_ASKS: nothing was done, the sentence is a question. The same again
	                  without `asked` in `ask`, and with `saw`, is the answer yes. */
	uint32_t asked; /* enum control_ask */
	uint64_t saw;
	char sentence[SENTENCE_BYTES_MAX + 1];
};

enum { EXPORT_PART_BYTES_MAX = 24576, CORRECTION_CHANGES_MAX = PROJECTS_MAX + 1 };

/* Where an export goes on, as the last part said; zeros at first. It means something to kioskd
 * only.
 */
struct export_place {
	uint32_t begun, certs, epoch, seq, leaf, last;
};

struct msg_export {
	struct msg_head head;
	bool has_event; /* false: the open event, else the last one */
	struct event_id event;
	uint32_t occurrence;
	struct export_place place;
};

struct msg_export_part {
	struct msg_head head;
	int32_t error; /* as in msg_result */
	char sentence[SENTENCE_BYTES_MAX + 1];
	struct event_id event; /* what is exported, for the next request */
	uint32_t occurrence;
	struct export_place place;
	uint32_t len;
	/* `len` octets follow; 0: that was all, but for the last item, which who asked makes */
};

/* A change of the last event's totals, once it is closed. */
struct msg_correct {
	struct msg_head head;
	struct epoch_id epoch;
	uint32_t seq; /* of the batch that will carry it */
	uint32_t n_changes;
	struct {
		uint32_t project; /* 0: people */
		int32_t people;
	} change[CORRECTION_CHANGES_MAX];
	uint32_t len;
	/* `len` octets of the signed correction follow */
};

enum screen_answer {
	SHOW_NOTHING = 0, /* only counts and health changed */
	SHOW_COUNTED = 1,
	SHOW_ALREADY = 2,      /* "welcome back" */
	SHOW_NOT_ACCEPTED = 3, /* with the way forward */
	SHOW_NOT_CHECKED =
	    4, /* could not check: no event open, no room on the disk, the ledger failed */
	SHOW_OPENED = 5, /* an event card opened or resumed its event, or it is open already */
	SHOW_CLOSED = 6,
	SHOW_UNDONE = 7,
	SHOW_HOLD = 8, /* a code is held up and not read yet: a sign, no answer */
};

/* What a screen needs, after each happening; the count is durable before it is shown. Holds no
 * identity. */
struct msg_view {
	struct msg_head head;
	uint64_t happening; /* counts up by one */
	uint32_t answer;    /* enum screen_answer */
	uint32_t channel;   /* enum channel; 0 for none */
	uint32_t added;     /* people this happening added */
	uint64_t people;    /* of the open event on this kiosk */
	struct mono_time
	    seen; /* when the code was in view, for CHANNEL_QR; else when it was read */
	struct mono_time shown;
	/* for the person at the door, in the event's first language; then in its others, "" where it
	 * has no more */
	char sentence[SENTENCE_BYTES_MAX + 1];
	char also[LANGUAGES_MAX - 1][SENTENCE_BYTES_MAX + 1];
};

struct status_helper {
	uint32_t kind; /* enum helper_kind */
	uint32_t health;
	uint32_t restarts; /* after a crash; a device that went away does not count */
	char sentence[SENTENCE_BYTES_MAX + 1];
};

struct status_row {
	uint32_t project; /* id; 0 people */
	uint32_t channel, first;
	uint32_t added, revoked;           /* in the ledger */
	uint32_t sent_added, sent_revoked; /* that a signed receipt covers, and counts */
};

enum kiosk_state {
	KIOSK_IDLE = 0, /* show an event card */
	KIOSK_OPEN = 1,
	KIOSK_OPEN_NO_SMS = 2, /* open, but after a restart SMS wait for the card */
	KIOSK_STOPPED = 3,     /* the ledger cannot be written: the sentence says why */
};

struct msg_status {
	struct msg_head head;
	uint32_t state;                        /* enum kiosk_state */
	uint32_t headline;                     /* enum headline of core's headline.h */
	uint32_t headline_n;                   /* its number */
	char sentence[SENTENCE_BYTES_MAX + 1]; /* the headline in English: what to do next */
	bool has_event;                        /* the open one; else the last one */
	struct event_id event;
	struct epoch_id epoch;
	uint32_t occurrence;
	char event_name[NAME_BYTES_MAX + 1];
	/* by the event's languages, the first being its own; a name that is "" is as in the first */
	uint32_t n_languages;
	char language[LANGUAGES_MAX][LANGUAGE_BYTES_MAX + 1];
	char also_name[LANGUAGES_MAX - 1][NAME_BYTES_MAX + 1];
	char keyword[KEYWORD_BYTES_MAX + 1];  /* one to text for the default project; "" none */
	char own_number[PHONE_BYTES_MAX + 1]; /* of the modem's SIM card; "" unknown */
	uint32_t n_projects;
	struct {
		uint32_t id;
		char name[NAME_BYTES_MAX + 1];
	} project[PROJECTS_MAX];
	uint32_t n_rows;
	struct status_row row[STATUS_ROWS_MAX];
	uint32_t already, not_accepted; /* answers given in this opening */
	bool has_headcount;
	uint32_t headcount;
	uint32_t batches_sealed, batches_confirmed; /* of all epochs in the ledger */
	uint32_t epoch_seq;                         /* of this epoch's last sealed batch; 0: none */
	bool batch_parked; /* the collector refused one: the sentence below says why */
	char uplink_sentence[SENTENCE_BYTES_MAX + 1];
	uint64_t next_try_ms; /* until the next attempt; 0: none planned */
	bool clock_known;
	char
	    clock_sentence[SENTENCE_BYTES_MAX + 1]; /* what it takes the time to be, by whom; or why
	                                                not */
	uint32_t held_people; /* sent, and held back: not among those a receipt covers */
	char held_sentence[REASON_BYTES_MAX + 1]; /* why; "" if nothing is */
	uint32_t n_helpers;
	struct status_helper helper[STATUS_HELPERS_MAX];
	/* modem */
	int32_t signal_dbm;
	char operator_name[32];
	uint32_t sms_untimely,
	    sms_before; /* not counted, since the start: of impossible times, sent
	                                      before the meeting */
	uint32_t store_used, store_size, sms_waiting;
	int64_t last_text_s;        /* seconds since the last text came; -1: none was seen */
	bool power_key_wanted;      /* nothing else wakes the modem */
	uint32_t power_key_presses; /* by [modem] power_key, since kioskd began */
	uint64_t ledger_leaves;
	uint32_t boot;
};

#endif
