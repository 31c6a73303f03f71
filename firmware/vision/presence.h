/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which codes in view are news. A code is offered once and then stays silent until it has been out
 * of view for three seconds; two different codes in view are two people. Pure: what was seen and
 * when comes in, yes or no goes out. Remembers a fixed number of codes, as keyed hashes only; the
 * one longest unseen makes room.
 */
#ifndef KIOSK_VISION_PRESENCE_H
#define KIOSK_VISION_PRESENCE_H

#include <kiosk/types.h>

enum {
	PRESENCE_AWAY_US = 3000000,
	PRESENCE_CODES_MAX = 32, /* remembered at once */
};

struct presence {
	uint64_t key[2];
	uint32_t n;
	struct {
		uint64_t hash[2];
		struct mono_time seen;
	} code[PRESENCE_CODES_MAX];
};

/* `key` is random, so that nobody can make two codes that look the same to a kiosk. */
void presence_init(struct presence *presence, const uint64_t key[2]);
/* Whether a code in view at `now` is to be offered. A code offered before stays in view by this
 * call. */
bool presence_is_news(struct presence *presence, const void *bytes, size_t len,
                      struct mono_time now);
/* The code was taken: silent from `now` until away. Not called when it could not be handed on. */
void presence_offered(struct presence *presence, const void *bytes, size_t len,
                      struct mono_time now);

#endif
