/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kioskd and its helper programs say to each other, over SOCK_SEQPACKET: one message a packet,
 * a fixed struct with a type in front, some with octets behind it. Both ends are the same build on
 * the same machine, so structs go as they are in memory; what comes from a helper is still checked
 * as if a stranger had sent it, because a helper reads hostile input. firmware/base/link.h sends
 * and checks.
 *
 * Texts are NUL-terminated inside their arrays, UTF-8, without control characters; the receiver
 * enforces it.
 */
#ifndef KIOSK_MSG_H
#define KIOSK_MSG_H

#include <kiosk/record.h>

enum {
	MSG_VERSION = 1,
	MSG_BYTES_MAX = 65536,
	CODE_BYTES_MAX = 2953, /* the most a QR code holds (version 40-L) */
	SENTENCE_BYTES_MAX = 191,
	SMS_TEXT_BYTES_MAX =
	    640, /* UTF-8 of one part: 160 characters of up to 3 octets, or 70 UCS-2 units */
	SMS_UD_BYTES_MAX = 140,
	PHONE_BYTES_MAX =
	    23, /* "+" and up to 20 semi-octets, or 11 alphanumeric characters in UTF-8 */
	REPLY_BYTES_MAX = 640,
	HTTP_BODY_BYTES_MAX = 32768,
	STATUS_HELPERS_MAX = 6,
	STATUS_ROWS_MAX = BATCH_ROWS_MAX,
};

enum msg_type {
	MSG_HELLO = 1,   /* helper -> kioskd, first */
	MSG_HEALTH,      /* helper -> kioskd, when it changes and every 10 s */
	MSG_CODE,        /* scanner -> kioskd */
	MSG_SMS,         /* modem -> kioskd */
	MSG_SMS_VERDICT, /* kioskd -> modem, one for each MSG_SMS */
	MSG_SMS_DONE,    /* modem -> kioskd, one for each verdict but SMS_KEEP */
	MSG_SWEEP,       /* kioskd -> modem: read the whole store now */
	MSG_SWEPT, /* modem -> kioskd: the sweep asked for is over, every message has been offered
	              and dealt with */
	MSG_HTTP_REQUEST,  /* kioskd -> uplink */
	MSG_HTTP_RESPONSE, /* uplink -> kioskd, one for each request */
	MSG_LINK,          /* uplink -> kioskd: the machine's network links changed */
	MSG_POWER_KEY,     /* modem -> kioskd: nothing but the modem's power key helps */

	MSG_CONTROL = 32, /* kioskctl -> kioskd */
	MSG_RESULT,       /* kioskd -> kioskctl, one for each MSG_CONTROL but CONTROL_STATUS */
	MSG_STATUS,       /* kioskd -> kioskctl, the answer to CONTROL_STATUS */
	MSG_VIEW,         /* kioskd -> those that asked by CONTROL_WATCH, and the screen */
	MSG_EXPORT,       /* kioskctl -> kioskd */
	MSG_EXPORT_PART,  /* kioskd -> kioskctl, one for each MSG_EXPORT; octets of a bundle behind
	                     it */
	MSG_CORRECT, /* kioskctl -> kioskd; the signed correction behind it; answered by MSG_RESULT
	              */
	MSG_N_TYPES,
};

/* In front of every message. The packet's length is the message's. */
struct msg_head {
	uint32_t type;    /* enum msg_type */
	uint32_t version; /* MSG_VERSION */
};

enum helper_kind {
	HELPER_SCANNER,
	HELPER_MODEM,
	HELPER_UPLINK,
	HELPER_SCREEN,
	HELPER_DESK,
	HELPER_N_KINDS
};

struct msg_hello {
	struct msg_head head;
	uint32_t kind; /* enum helper_kind */
	uint32_t pid;
};

enum health {
	HEALTH_STARTING = 0,
	HEALTH_GOOD = 1,
	HEALTH_DEGRADED = 2, /* works, with something a person should mend */
	HEALTH_MISSING = 3,  /* no device */
	HEALTH_FAILED = 4,   /* the device is there and does not work */
	HEALTH_OFF = 5,      /* by configuration */
};

/* A driver's state, as the screen and `kioskctl status` show it. */
struct msg_health {
	struct msg_head head;
	uint32_t health;                       /* enum health */
	char sentence[SENTENCE_BYTES_MAX + 1]; /* what is, and what a person can do: "No camera at
	                                          /dev/video0: plug it in." */
	/* scanner */
	uint32_t frames;         /* since start */
	uint32_t decode_us_mean; /* CPU a frame, lately */
	/* modem */
	int32_t signal_dbm;              /* 0: unknown */
	char operator_name[32];          /* "" unknown */
	uint32_t store_used, store_size; /* messages */
	uint32_t waiting;                /* messages kept in the store until kioskd takes them */
	uint32_t sent_parts;             /* SMS parts sent since start */
	struct mono_time last_text;      /* when the last one was first seen; 0: none since start */
};

struct msg_code {
	struct msg_head head;
	struct mono_time seen; /* when the frame that showed it was complete */
	struct mono_time decoded;
	uint32_t len;
	/* `len` octets follow, 1..CODE_BYTES_MAX: exactly what the symbol holds */
};

enum sms_from {
	SMS_FROM_E164 = 0,     /* "+15025550123" */
	SMS_FROM_NATIONAL = 1, /* digits that no configured country explains */
	SMS_FROM_ALPHANUMERIC = 2,
	SMS_FROM_SHORT = 3, /* 3 to 8 digits */
};

enum sms_class {
	SMS_ORDINARY = 0,
	SMS_UNREADABLE = 1, /* a PDU that stays bad when read again: recorded, never counted */
	SMS_NOT_FOR_US =
	    2, /* status report, voicemail flag, WAP push, port-addressed, class 2: never counted */
};

/* One stored message, decoded where it holds nothing worth taking. `id` names it until its
 * MSG_SMS_DONE. */
struct msg_sms {
	struct msg_head head;
	uint32_t id;
	uint32_t sms_class; /* enum sms_class */
	uint32_t from_kind; /* enum sms_from */
	char from[PHONE_BYTES_MAX + 1];
	char text[SMS_TEXT_BYTES_MAX + 1];
	bool has_time;
	int64_t time; /* SCTS as Unix seconds */
	/* what the fingerprint is over (DESIGN section 5): raw octets of the PDU */
	uint8_t oa_len, oa[12];
	uint8_t pid, dcs, scts[7];
	uint8_t udl, ud_len, ud[SMS_UD_BYTES_MAX];
	/* concatenation; parts == 1 for a message of one part */
	uint16_t part_ref;
	uint8_t part, parts;
};

enum sms_verdict {
	SMS_KEEP =
	    0, /* not decided: leave it in the store; it is offered again at the next sweep */
	SMS_DELETE = 1,
	SMS_REPLY = 2, /* send the reply, whatever comes of it, then delete. Never sent twice. */
};

struct msg_sms_verdict {
	struct msg_head head;
	uint32_t id;
	uint32_t verdict;     /* enum sms_verdict */
	uint32_t deadline_ms; /* for the reply: not begun after this many milliseconds from now */
	char to[PHONE_BYTES_MAX + 1];
	char text[REPLY_BYTES_MAX + 1];
};

enum sms_sent {
	SMS_SENT_NONE = 0, /* no reply was asked for */
	SMS_SENT_OK = 1,
	SMS_SENT_REFUSED = 2, /* the network or the modem said no */
	SMS_SENT_UNKNOWN = 3, /* no answer came: it may have gone; it is not sent again */
	SMS_SENT_LATE = 4,    /* the deadline passed first */
};

struct msg_sms_done {
	struct msg_head head;
	uint32_t id;
	uint32_t sent; /* enum sms_sent */
	uint32_t parts;
	bool deleted; /* false: the modem would not; it is skipped from now on */
};

/* Opened anew and reset, the modem says nothing. Milliseconds to hold its power key, to switch it
 * off and then on; 0: unknown. */
struct msg_power_key {
	struct msg_head head;
	uint32_t off_ms, on_ms;
};

struct msg_sweep {
	struct msg_head head;
};
struct msg_swept {
	struct msg_head head;
};

enum http_kind {
	HTTP_POST_BATCH = 1, /* POST /v1/batches; the body follows */
	HTTP_GET_HEAD = 2,   /* GET /v1/epochs/<32 hex>/head */
};

struct msg_http_request {
	struct msg_head head;
	uint32_t id;
	uint32_t kind;      /* enum http_kind */
	struct nonce nonce; /* goes as the header CK1-Nonce, 32 hexadecimal digits */
	struct epoch_id epoch;
	uint32_t timeout_ms;
	bool check_dates; /* false while the date is unknown: the TLS chain is checked without dates
	                   */
	uint32_t len;
	/* `len` octets of body follow, at most POST_BYTES_MAX */
};

struct msg_http_response {
	struct msg_head head;
	uint32_t id;
	uint32_t status; /* HTTP's; 0: no answer, the sentence says why */
	char sentence[SENTENCE_BYTES_MAX + 1];
	uint32_t len;
	/* `len` octets of body follow; a longer body than HTTP_BODY_BYTES_MAX is no answer */
};

struct msg_link {
	struct msg_head head;
	bool up; /* a link other than loopback has an address */
};

/* --- people: kioskctl, and what watches --- */

enum control {
	CONTROL_STATUS = 1,
	CONTROL_ADD = 2,       /* walk-ins: `number` people, `project` (0: the default), `first` */
	CONTROL_UNDO = 3,      /* the last check-in that still stands */
	CONTROL_HEADCOUNT = 4, /* `number` people are in the room */
	CONTROL_CLOSE = 5,     /* with a headcount if `has_headcount` */
	CONTROL_SEND = 6,      /* try the collector now */
	CONTROL_WATCH = 7,     /* MSG_VIEW from now on, until the socket closes */
};

struct msg_control {
	struct msg_head head;
	uint32_t control; /* enum control */
	uint32_t number;
	uint32_t project;
	uint32_t first; /* enum first */
	bool has_headcount;
};

struct msg_result {
	struct msg_head head;
	int32_t error; /* 0 done; else -errno, or 1: refused for the reason in the sentence */
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
	char sentence[SENTENCE_BYTES_MAX +
	              1]; /* for the person at the door, in the event's first language */
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
	uint32_t sent_added, sent_revoked; /* that a signed receipt covers */
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
	char sentence[SENTENCE_BYTES_MAX + 1]; /* what to do next */
	bool has_event;                        /* the open one; else the last one */
	struct event_id event;
	struct epoch_id epoch;
	uint32_t occurrence;
	char event_name[NAME_BYTES_MAX + 1];
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
	uint32_t n_helpers;
	struct status_helper helper[STATUS_HELPERS_MAX];
	/* modem */
	int32_t signal_dbm;
	char operator_name[32];
	uint32_t store_used, store_size, sms_waiting;
	int64_t last_text_s;        /* seconds since the last text came; -1: none was seen */
	bool power_key_wanted;      /* nothing else wakes the modem */
	uint32_t power_key_presses; /* by [modem] power_key, since kioskd began */
	uint64_t ledger_leaves;
	uint32_t boot;
};

#endif
