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
	MSG_UNREAD,        /* scanner -> kioskd: a code is held up and not read */
	MSG_POWER_KEY,     /* modem -> kioskd: nothing but the modem's power key helps */
	MSG_MODEM_LEARNT, /* modem -> kioskd at its end, and back to the next one at its beginning */

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

enum health {
	HEALTH_STARTING = 0,
	HEALTH_GOOD = 1,
	HEALTH_DEGRADED = 2, /* works, with something a person should mend */
	HEALTH_MISSING = 3,  /* no device */
	HEALTH_FAILED = 4,   /* the device is there and does not work */
	HEALTH_OFF = 5,      /* by configuration */
};

#endif
