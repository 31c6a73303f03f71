/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The room of SMS. In come a modem's octets and a person's words; out go decoded messages, what was
 * asked for, the sentences of replies, and what to say to the modem. It touches nothing: no
 * descriptor, no clock, no memory but the caller's.
 *
 *   gsm7.h utf8.h  alphabets                    number.h   phone numbers
 *   pdu.h          messages as octets           keyword.h  what a text asks for
 *   at.h           the talk with a modem        inbox.h    a message from reading to deleting
 *   at_profile.h   what modems do otherwise     reply.h    what we answer
 *
 * This file: SMS-DELIVER, SMS-SUBMIT and SMS-STATUS-REPORT of 3GPP TS 23.040 clause 9.2.2, as a
 * modem in PDU mode hands them over (TS 27.005 clause 3.1: the service centre's address in front).
 */
#ifndef KIOSK_SMS_PDU_H
#define KIOSK_SMS_PDU_H

#include <kiosk/types.h>

enum {
	/* service centre 12, first octet, reference, address 12, PID, DCS, validity 7, UDL, UD 140
	 */
	PDU_OCTETS_MAX = 176,
	PDU_TEXT_BYTES_MAX = 640, /* 160 characters of up to 3 octets (the alphabet's euro sign), or
	                             70 units of UCS-2 */
	PDU_UD_OCTETS_MAX = 140,
	PDU_ADDRESS_OCTETS_MAX = 12,
	PDU_CENTRE_OCTETS_MAX = 11,
	PDU_ADDRESS_TEXT_MAX = 40, /* 11 characters of the alphabet in UTF-8, or 20 digits */
	PDU_PARTS_MAX = 8,         /* of a reply */
	PDU_SENTENCE_MAX = 191,
};

enum pdu_type {
	PDU_DELIVER = 0,
	PDU_SUBMIT = 1,
	PDU_STATUS_REPORT = 2,
};

enum pdu_alphabet {
	PDU_GSM7 = 0,
	PDU_8BIT = 1,
	PDU_UCS2 = 2,
};

/* Type of number, 23.040 clause 9.1.2.5; other values are kept as they come. */
enum {
	PDU_NUMBER_UNKNOWN = 0,
	PDU_NUMBER_INTERNATIONAL = 1,
	PDU_NUMBER_NATIONAL = 2,
	PDU_NUMBER_ALPHANUMERIC = 5,
};

struct pdu_address {
	uint8_t type;                               /* type of number, 0..7 */
	uint8_t len, octet[PDU_ADDRESS_OCTETS_MAX]; /* the field as it came: length, type, value */
	char text[PDU_ADDRESS_TEXT_MAX +
	          1]; /* digits with * # a b c, no "+"; or the alphanumeric name */
};

struct pdu {
	enum pdu_type type;
	uint8_t centre_len, centre[PDU_CENTRE_OCTETS_MAX]; /* type and number, as they came */
	struct pdu_address address; /* originator, destination or recipient */
	uint8_t reference;          /* SUBMIT and STATUS-REPORT: TP-MR */
	uint8_t pid, dcs;
	/* 23.038 clause 4 */
	enum pdu_alphabet alphabet;
	bool compressed;      /* no text then */
	int8_t message_class; /* 0..3; -1: none */
	bool waiting_flag;    /* a message waiting indication: voicemail and its like */
	/* TP-SCTS, 23.040 clause 9.2.3.11. has_time is false where the field does not hold a time
	 */
	bool has_time;
	int64_t time;       /* Unix seconds */
	int16_t offset_min; /* of the sender's service centre, minutes east of UTC, -840..840 */
	uint8_t scts[7];
	uint8_t status; /* STATUS-REPORT: TP-ST */
	/* the user data as it came, and its header */
	uint8_t udl, ud_len, ud[PDU_UD_OCTETS_MAX];
	bool ported;       /* for an application's port: WAP push and its like */
	uint16_t part_ref; /* concatenation; parts is 1 for a message that is whole */
	uint8_t part, parts;
	uint8_t single_shift,
	    locking_shift; /* national language identifiers; 0: default alphabet */
	/* UCS-2 cut within a surrogate pair: the half at the part's end (with more parts to come),
	 * and the one at its beginning; 0: none */
	uint16_t half_end, half_begin;
	/*
	 * UTF-8. 8-bit data reads as ISO 8859-1. NUL, and half a surrogate pair, read as U+FFFD,
	 * but for `half_end`, which is left out: pdu_join() puts the character in front of the
	 * next part. Other control characters stay (a line end is one).
	 */
	char text[PDU_TEXT_BYTES_MAX + 1];
};

/* Where and why: the first octet is number 1, the service centre's length. */
struct pdu_error {
	unsigned octet;
	char sentence[PDU_SENTENCE_MAX + 1]; /* "Octet 12 of 20: …" */
};

enum { PDU_E_BAD = 1, PDU_E_TOO_LONG = 2, PDU_E_NUMBER = 3 };

/*
 * Decodes one message. Octets behind the message's own end are ignored, and half an octet: some
 * modules pad.
 * 0; PDU_E_BAD with *ret_error filled, *ret untouched.
 */
int pdu_decode(const uint8_t *octets, size_t len, struct pdu *ret, struct pdu_error *ret_error);
/* The same from hexadecimal digits, either case, as a modem prints them. */
int pdu_decode_hex(const char *digits, size_t n_digits, struct pdu *ret,
                   struct pdu_error *ret_error);

/*
 * Whether `part` is the part behind `before` of the same message; then a character cut in two
 * between them is whole afterwards, at the beginning of part->text.
 */
bool pdu_join(const struct pdu *before, struct pdu *part);

/* How a text goes out: 23.040 clause 9.2.3.24.1, 160 or 153 septets a part, 70 or 67 UCS-2 units.
 */
struct pdu_plan {
	enum pdu_alphabet alphabet; /* PDU_GSM7 or PDU_UCS2 */
	uint8_t parts;
	uint32_t because; /* the first character that GSM-7 does not have; 0: none */
	/* where each part begins in the text, in octets; [parts] is the end. Never inside a pair.
	 */
	uint16_t begin[PDU_PARTS_MAX + 1];
};
/* 0, or PDU_E_TOO_LONG: more than PDU_PARTS_MAX parts. An empty text is one part. */
int pdu_plan(const char *text, struct pdu_plan *ret);

struct pdu_octets {
	uint8_t octet[PDU_OCTETS_MAX];
	uint8_t len;
	uint8_t tpdu_len; /* without the service centre's address: what AT+CMGS wants (27.005
	                     clause 4.3) */
};
/*
 * SMS-SUBMIT for part `part` (from 0) of a planned text, by the service centre the SIM knows, valid
 * for a day. `to` is "+" and digits, or digits. 0, or PDU_E_NUMBER: `to` is no number of 1 to 20
 * digits.
 */
int pdu_encode_submit(const char *to, const char *text, const struct pdu_plan *plan, unsigned part,
                      uint8_t reference, struct pdu_octets *ret);

#endif
