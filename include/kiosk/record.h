/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the signed messages say, as plain structs: the contract between the room that encodes them
 * (wire), the one that stores them (ledger), and the programs. firmware/wire/PROTOCOL.md has each
 * field's CDDL. Times are Unix seconds, UTC, unless the field says otherwise.
 */
#ifndef KIOSK_RECORD_H
#define KIOSK_RECORD_H

#include <kiosk/types.h>

/* Whole-message limits in octets; longer is refused before anything is read. */
enum {
	HUB_CERT_BYTES_MAX = 320,
	COLLECTOR_CERT_BYTES_MAX = 192,
	MANIFEST_BYTES_MAX = 2048,
	CARD_BYTES_MAX = 600,
	TICKET_BYTES_MAX = 128,
	GRANT_BYTES_MAX = 256,
	HEADCOUNT_BYTES_MAX = 192,
	CORRECTION_BYTES_MAX = 512,
	KIOSK_LIST_BYTES_MAX = 768,
	BATCH_BYTES_MAX = 8192,
	RECEIPT_BYTES_MAX = 4096,
	ANSWER_BYTES_MAX = 12288,
	LOG_HEAD_BYTES_MAX = 192,
	LOG_PROOF_BYTES_MAX = 2304,
	POST_BYTES_MAX = 16384,
};

enum hub_level {
	HUB_STATE = 0,
	HUB_LOCAL = 1,
};

/* Signed by the network's root key: this key speaks for this hub. */
struct hub_cert {
	uint32_t hub_id;
	enum hub_level level;
	TEXT(NAME_BYTES_MAX) name;
	TEXT(REGION_BYTES_MAX) region;
	struct public_key hub;
	int64_t not_before, not_after;
};

/* Signed by the root key: this key signs receipts and answers. */
struct collector_cert {
	struct public_key collector;
	int64_t not_before, not_after;
};

/* The network as a kiosk's configuration holds it (CK1:N); trusted because a person put it there.
 */
struct network {
	TEXT(NAME_BYTES_MAX) name;
	struct public_key root;
	TEXT(URL_BYTES_MAX) collector_url; /* "https://host[:port]"; http only to loopback */
};

struct project {
	uint16_t id;                              /* 1..65535, unique in the manifest */
	TEXT(NAME_BYTES_MAX) name[LANGUAGES_MAX]; /* by the manifest's languages */
	TEXT(KEYWORD_BYTES_MAX) keyword[KEYWORDS_MAX];
	uint8_t n_keywords;
};

/* `count` occurrences of `length_s`, the first at `start`, then one every `every_days` (0 if count
 * is 1). */
struct window {
	int64_t start;
	uint32_t length_s; /* 60 s to 7 days */
	uint16_t every_days;
	uint16_t count;
};

enum qr_policy {
	POLICY_SIGNED = 0, /* our tickets */
	POLICY_ROSTER = 1, /* imported codes */
	POLICY_ANY = 2,    /* any code counts once */
};

enum resume_policy {
	RESUME_CARD = 0, /* after a restart SMS wait for the card */
	RESUME_AUTO = 1, /* the card's secret stays on disk until close */
};

/* Signed by the hub: what an event is. Its occurrences are numbered from 0 through all windows in
 * order. */
struct manifest {
	struct event_id event;
	uint32_t serial; /* a later issue of the same event has a higher one */
	uint8_t n_languages;
	TEXT(LANGUAGE_BYTES_MAX) language[LANGUAGES_MAX]; /* the first is the event's own */
	TEXT(NAME_BYTES_MAX) name[LANGUAGES_MAX];
	uint8_t n_projects;
	struct project project[PROJECTS_MAX];
	uint16_t default_project; /* the id of one of them */
	uint8_t n_windows;
	struct window window[WINDOWS_MAX];
	uint32_t grace_s; /* before a window's start and after its end; at most a day */
	enum qr_policy policy;
	enum resume_policy resume;
	uint8_t party_max;       /* largest party by SMS, 1..PARTY_MAX; 1: no parties */
	uint16_t kiosks_max;     /* devices that may count one occurrence without being marked as
	                            overlapping */
	uint32_t tickets_issued; /* tickets and slips made for it; 0 unknown */
	uint32_t people_max;     /* attendances of one occurrence that are plausible; 0 not said,
	                            see manifest_people_max() */
	uint8_t n_volunteers;
	struct volunteer
	    volunteer[VOLUNTEERS_MAX]; /* whose phones may text STATUS; different ones */
	struct public_key card;        /* derived from the card's secret */
	bool has_ticket_key;
	struct public_key ticket; /* signs tickets; absent: the hub's key does */
};

/* CK1:E. Borrowed pointers into the decoded bytes. */
struct card {
	const uint8_t *manifest, *hub_cert;
	size_t manifest_len, hub_cert_len;
	struct card_secret secret;
};

/* CK1:T, an attendee's code. */
struct ticket {
	struct event_id event;
	uint32_t number;   /* from 1; printed on it */
	uint16_t projects; /* bit i: the manifest's project[i]; 0: the default project */
	enum first first;
	int64_t not_after; /* 0: as long as the event */
};

/* CK1:A, a code on a poster or a volunteer's sheet. Never a check-in. */
struct action_card {
	struct event_id event;
	uint8_t action; /* 1 close, 2 plus one, 3 undo */
};

/* Signed with the card's key: this device counts this occurrence, in an epoch of this name. */
struct grant {
	struct public_key device;
	struct epoch_id epoch;
	struct hash manifest; /* SHA-256 of the whole signed manifest */
	uint16_t occurrence;
};

/* Signed with the card's key at close: what a person counted in the room. */
struct headcount {
	struct epoch_id epoch;
	uint32_t people;
};

/* Signed by the hub: why a closed epoch's totals were changed. */
struct correction {
	struct epoch_id epoch;
	uint32_t seq; /* of the batch that carries it */
	TEXT(REASON_BYTES_MAX) reason;
};

/* Signed by the hub after a meeting that more kiosks counted than were its own: which were. */
struct kiosk_list {
	struct event_id event;
	uint16_t occurrence;
	int64_t time; /* when it was said; what is said later stands */
	uint8_t n;
	struct public_key own[KIOSK_LIST_MAX]; /* in ascending order */
};

enum clock_source {
	CLOCK_SOURCE_NONE = 0,
	CLOCK_SOURCE_NTP = 1,
	CLOCK_SOURCE_RTC = 2,
	CLOCK_SOURCE_SMS = 3,
	CLOCK_SOURCE_RECEIPT = 4,
	CLOCK_SOURCE_OPERATOR = 5,
};

enum epoch_state {
	EPOCH_OPEN = 0,
	EPOCH_CLOSED = 1,
	EPOCH_CORRECTED = 2,
};

/* Cumulative for the epoch; sorted by (project, channel, first), unique, never shrinking. */
struct batch_row {
	uint16_t project;
	enum channel channel;
	enum first first;
	uint32_t added, revoked; /* revoked <= added */
};

enum {
	/* project 0 and PROJECTS_MAX more, 3 channels, 3 answers to "first time?" */
	BATCH_ROWS_MAX = (PROJECTS_MAX + 1) * 3 * 3,
};

/* Signed with the device's key: totals of an epoch so far. */
struct batch {
	struct public_key device;
	struct epoch_id epoch;
	uint32_t seq;     /* from 1, +1 each */
	struct hash prev; /* of the whole previous batch; at seq 1, of the grant */
	uint32_t boot;    /* the device's boots so far, from 1 */
	uint64_t boot_ms; /* CLOCK_BOOTTIME when sealed, milliseconds */
	bool has_wall;
	int64_t wall; /* when sealed, if known */
	enum clock_source clock_source;
	uint32_t clock_uncertainty_s;
	uint64_t log_size; /* leaves */
	struct hash log_root;
	uint16_t n_rows;
	struct batch_row row[BATCH_ROWS_MAX];
	enum epoch_state state;
	uint16_t headcount_len; /* 0: none; a signed headcount, as bytes */
	uint8_t headcount[HEADCOUNT_BYTES_MAX];
	uint16_t correction_len; /* 0: none; present if and only if state is EPOCH_CORRECTED */
	uint8_t correction[CORRECTION_BYTES_MAX];
	bool has_receipt;
	struct hash receipt;       /* SHA-256 of the newest receipt of this device, of any epoch */
	uint64_t receipt_log_size; /* the collector's log size it named; 0 without one */
	struct hash software;      /* SHA-256 of the program that sealed it */
};

enum { PROOF_HASHES_MAX = 64 };

struct proof {
	uint8_t n;
	struct hash hash[PROOF_HASHES_MAX];
};

/* Signed by the collector, once a batch; the same bytes whenever it is asked for again. */
struct receipt {
	struct public_key device;
	struct epoch_id epoch;
	uint32_t seq;
	struct hash batch;
	int64_t time;      /* the collector's, when it was stored */
	uint64_t log_size; /* of the collector's log, this batch included */
	struct hash log_root;
	uint64_t leaf; /* index of SHA-256(batch) in that log */
	struct proof inclusion;
	TEXT(REASON_BYTES_MAX) held; /* empty: counted; else why it counts zero for now */
};

/* Status of an answer: the numbers of HTTP, and it is the signed one that counts. */
enum answer_status {
	ANSWER_STORED_BEFORE = 200,
	ANSWER_STORED = 201,
	ANSWER_BAD_REQUEST = 400,
	ANSWER_BAD_SIGNATURE = 401,
	ANSWER_NOT_TRUSTED = 403,
	ANSWER_NO_SUCH_EPOCH = 404,
	ANSWER_CONFLICT = 409,
	ANSWER_GAP = 412,
	ANSWER_TOO_LARGE = 413,
	ANSWER_DOES_NOT_ADD_UP = 422,
};

/* Signed by the collector for one request: what became of it. */
struct answer {
	struct nonce nonce;  /* the request's */
	struct hash subject; /* SHA-256 of the posted body; of the epoch's name for a question
	                        about its head */
	uint16_t status;     /* enum answer_status */
	TEXT(REASON_BYTES_MAX) reason;
	uint16_t receipt_len; /* 0: none */
	uint8_t receipt[RECEIPT_BYTES_MAX];
	bool has_head; /* the head of the epoch as the collector has it */
	uint32_t head_seq;
	struct hash head_hash;
	uint64_t consistency_from; /* the log size the batch named; 0: no proof asked */
	struct proof consistency;  /* from there to the receipt's log size */
	uint32_t next_after_s;     /* do not send before; 0: whenever */
};

/* Signed by the collector for one request: its log of batches as it is now. */
struct log_head {
	struct nonce nonce; /* the request's */
	int64_t time;
	uint64_t size;
	struct hash root;
};

/* That leaf `first` is in the log of `size`, or that the log of `size` extends that of `first`. Not
 * signed: what it proves is held against signed roots. */
struct log_proof {
	uint64_t first, size;
	struct proof proof;
};

#endif
