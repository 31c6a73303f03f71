/* SPDX-License-Identifier: Apache-2.0 */
/* What kioskd and the helpers that have a device or a network say to each other (<kiosk/msg.h>). */
#ifndef KIOSK_MSG_HELPER_H
#define KIOSK_MSG_HELPER_H

#include <kiosk/msg.h>

struct msg_hello {
	struct msg_head head;
	uint32_t kind; /* enum helper_kind */
	uint32_t pid;
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

/* A code has been in view for two seconds and is not read. */
struct msg_unread {
	struct msg_head head;
	struct mono_time seen;
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
	/* what the fingerprint is over (DESIGN.md, Texts): raw octets of the PDU */
	uint8_t oa_len, oa[12];
	uint8_t pid, dcs, scts[7];
	uint8_t udl, ud_len, ud[SMS_UD_BYTES_MAX];
	/* concatenation; parts == 1 for a message of one part */
	uint16_t part_ref;
	uint8_t part, parts;
	uint64_t centre; /* a hash of the service centre's address, which set `time` */
	bool announced;  /* the modem said that it came just then, at `arrived`; else it was */
	struct mono_time arrived; /* there already, and `arrived` is when it was first read */
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

/* Places of the modem's memories whose reading hangs it, and whether listing them does: what one
 * run of kiosk-modem learnt for the next. kioskd keeps it, and looks at nothing in it. */
enum { MODEM_SILENT_MAX = 8 };
struct msg_modem_learnt {
	struct msg_head head;
	bool no_lists;
	uint8_t n_silent;
	uint16_t silent[MODEM_SILENT_MAX];
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

#endif
