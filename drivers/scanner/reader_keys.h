/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a barcode reader that pretends to be a keyboard types. In: key events (input-event-codes.h)
 * and the time. Out: codes. A reader types for the keyboard layout it was set to; which one that
 * is shows when it reads the reader test's code: every layout known here follows along, and the one
 * in which that text comes out is used from then on. Reads the layouts' files when made, nothing
 * after.
 */
#ifndef KIOSK_SCANNER_READER_KEYS_H
#define KIOSK_SCANNER_READER_KEYS_H

#include "reader_text.h"

struct reader_keys;

/* `layout`: a name as XKB has it, "us", "de", "fr(azerty)"; "" is us. 0, -ENOENT: no such layout
 * here, -ENOMEM. */
int reader_keys_new(const char *layout, struct reader_keys **ret);
void reader_keys_free(struct reader_keys *keys); /* NULL is fine */

/* A key went down (value 1), up (0), or is held (2). */
enum reader_said reader_keys_event(struct reader_keys *keys, uint32_t code, int32_t value,
                                   struct mono_time now);
enum reader_said reader_keys_tick(struct reader_keys *keys, struct mono_time now);
/* Events were lost: what is being typed is damaged, and dropped to its end. */
void reader_keys_lost(struct reader_keys *keys, struct mono_time now);

/* The code, after READER_CODE. */
const struct reader_text *reader_keys_text(const struct reader_keys *keys);
/* The layout in use. */
const char *reader_keys_layout(const struct reader_keys *keys);

#endif
