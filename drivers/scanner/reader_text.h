/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes out of what a barcode reader says. In: octets and the time. Out: a code when its terminator
 * comes (CR, LF), or when the reader has been silent for a moment, without what readers put in
 * front of it: a symbology identifier ("]Q1", ISO/IEC 15424) and ECI escapes ("\000026", the AIM
 * protocol for them, which doubles backslashes in the text behind). What is longer than any QR code
 * is dropped to its end, wherever that is. Pure.
 */
#ifndef KIOSK_SCANNER_READER_TEXT_H
#define KIOSK_SCANNER_READER_TEXT_H

#include <kiosk/scanner.h>

enum {
	READER_SILENCE_US = 200000, /* a reader's line or keyboard has no pauses so long */
	READER_PREFIX_BYTES_MAX = 64,
	READER_BYTES_MAX = CODE_BYTES_MAX + READER_PREFIX_BYTES_MAX,
};

struct reader_text {
	uint8_t bytes[READER_BYTES_MAX];
	size_t len;
	bool too_long;
	struct mono_time last;
	/* the code, after READER_CODE; valid until the next octet */
	const uint8_t *code;
	size_t code_len;
};

enum reader_said {
	READER_MORE = 0,
	READER_CODE,
	READER_TOO_LONG, /* one that was too long has ended */
};

void reader_text_init(struct reader_text *text);
enum reader_said reader_text_octet(struct reader_text *text, uint8_t octet, struct mono_time now);
/* Time passes: a reader that sends no terminator has said all. */
enum reader_said reader_text_tick(struct reader_text *text, struct mono_time now);
/* Something of it was lost: dropped to its end, like one that is too long. */
void reader_text_spoil(struct reader_text *text, struct mono_time now);
/* Whether the code just complete is the reader test's. */
bool reader_text_is_test(const struct reader_text *text);

#endif
