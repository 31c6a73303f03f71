/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words every room uses: points in time, names of things as bytes, and the small enumerations
 * that stand in the ledger and on the wire. Nothing here calls anything.
 */
#ifndef KIOSK_TYPES_H
#define KIOSK_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Time since boot, sleep included (CLOCK_BOOTTIME), in microseconds. Never compared across boots.
 */
struct mono_time {
	uint64_t us;
};

/* Unix time in seconds, UTC. A kiosk may not know it: whoever holds one says so beside it. */
struct wall_time {
	int64_t s;
};

/* A SHA-256 digest (FIPS 180-4). */
struct hash {
	uint8_t b[32];
};

/* An Ed25519 public key and a seed for the secret one (RFC 8032, section 5.1.5). */
struct public_key {
	uint8_t b[32];
};
struct secret_seed {
	uint8_t b[32];
};

/* Random names: of an event (made with its manifest), of one opening of it on one device, of a
 * request. */
struct event_id {
	uint8_t b[8];
};
struct epoch_id {
	uint8_t b[16];
};
struct nonce {
	uint8_t b[16];
};

/* The secret printed on an event card, and what an opening draws (R in DESIGN.md, Who is counted). */
struct card_secret {
	uint8_t b[16];
};
struct opening_secret {
	uint8_t b[32];
};

/* A keyed hash that stands for a person within one event; and for one SMS, so that it counts once.
 */
struct tag {
	uint8_t b[16];
};
/* A volunteer's phone in a manifest: a keyed hash under the card's secret. */
struct volunteer {
	uint8_t b[8];
};
struct fingerprint {
	uint8_t b[16];
};

/* How a check-in came in. Values are on the wire. */
enum channel {
	CHANNEL_QR = 1,
	CHANNEL_SMS = 2,
	CHANNEL_MANUAL = 3,
};

/* "Is this your first meeting this year?" Values are on the wire. */
enum first {
	FIRST_NOT_ASKED = 0,
	FIRST_YES = 1,
	FIRST_NO = 2,
};

/* Project 0 is "at the meeting": people. The projects of a manifest have numbers from 1. */
#define PROJECT_PEOPLE 0

enum {
	PROJECTS_MAX = 16,      /* projects of one manifest; a ticket's mask has 16 bits */
	LANGUAGES_MAX = 3,      /* languages of one manifest */
	KEYWORDS_MAX = 4,       /* SMS keywords of one project */
	KIOSK_LIST_MAX = 16,    /* a hub's own kiosks at one meeting */
	PEOPLE_UNSAID = 500,    /* at one meeting, where nobody said how many there can be */
	VOLUNTEERS_MAX = 4,     /* volunteers' phones of one manifest */
	WINDOWS_MAX = 16,       /* window lines of one manifest, each of one or more occurrences */
	PARTY_MAX = 20,         /* people under one tag */
	WALK_INS_MAX = 500,     /* added by hand in one act; more at once is a slip of the finger */
	HEADCOUNT_MAX = 100000, /* people in a room */
	NAME_BYTES_MAX = 64,    /* UTF-8 octets of a name of an event, a project, a hub */
	LANGUAGE_BYTES_MAX = 8, /* BCP 47 tag: "en", "es-419" */
	KEYWORD_BYTES_MAX = 16, /* UTF-8 octets of a keyword */
	REGION_BYTES_MAX = 6,   /* ISO 3166-2: "US-KY" */
	REASON_BYTES_MAX = 200, /* a sentence in an answer */
	URL_BYTES_MAX = 128,

	SLOT_S = 900, /* a slot of an occurrence: 15 minutes */
	SLOT_UNKNOWN = 0xffff,
};

/*
 * A length-checked string: always NUL-terminated, so that it can be printed, and always valid UTF-8
 * without control characters once a reader of ours has let it through.
 */
#define TEXT(max)                                                                                  \
	struct {                                                                                   \
		char s[(max) + 1];                                                                 \
	}

#endif
