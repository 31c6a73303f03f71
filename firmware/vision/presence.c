/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "presence.h"

static uint64_t mix(uint64_t value)
{
	value ^= value >> 32;
	value *= 0xd6e8feb86659fd93ull;
	value ^= value >> 32;
	value *= 0xd6e8feb86659fd93ull;
	return value ^ value >> 32;
}

/* Two keyed lanes; nobody sees the hashes, so that a key of a process's lifetime is enough. */
static void hash(const struct presence *presence, const uint8_t *bytes, size_t len, uint64_t ret[2])
{
	uint64_t a = presence->key[0] ^ len, b = presence->key[1] ^ ~(uint64_t)len;

	while (len > 0) {
		uint64_t word = 0;
		size_t n = len < sizeof(word) ? len : sizeof(word);

		memcpy(&word, bytes, n);
		a = mix(a ^ word);
		b = mix(b + word * 0x9e3779b97f4a7c15ull) ^ a;
		bytes += n;
		len -= n;
	}
	ret[0] = mix(a ^ presence->key[1]);
	ret[1] = mix(b ^ presence->key[0]);
}

void presence_init(struct presence *presence, const uint64_t key[2])
{
	memset(presence, 0, sizeof(*presence));
	memcpy(presence->key, key, sizeof(presence->key));
}

static int find(const struct presence *presence, const uint64_t wanted[2])
{
	for (uint32_t i = 0; i < presence->n; i++)
		if (presence->code[i].hash[0] == wanted[0] &&
		    presence->code[i].hash[1] == wanted[1])
			return (int)i;
	return -1;
}

static bool is_away(struct mono_time seen, struct mono_time now)
{
	return now.us > seen.us && now.us - seen.us >= PRESENCE_AWAY_US;
}

bool presence_is_news(struct presence *presence, const void *bytes, size_t len,
                      struct mono_time now)
{
	uint64_t wanted[2];
	int at;

	hash(presence, bytes, len, wanted);
	at = find(presence, wanted);
	if (at < 0)
		return true;
	if (is_away(presence->code[at].seen, now)) {
		/* It was away and is back: forgotten until it is offered again. */
		presence->code[at] = presence->code[--presence->n];
		return true;
	}
	if (now.us > presence->code[at].seen.us)
		presence->code[at].seen = now;
	return false;
}

void presence_offered(struct presence *presence, const void *bytes, size_t len,
                      struct mono_time now)
{
	uint64_t offered[2];
	int at;

	hash(presence, bytes, len, offered);
	at = find(presence, offered);
	if (at < 0 && presence->n < PRESENCE_CODES_MAX) {
		at = (int)presence->n++;
	} else if (at < 0) {
		at = 0;
		for (uint32_t i = 1; i < presence->n; i++)
			if (presence->code[i].seen.us < presence->code[at].seen.us)
				at = (int)i;
	}
	memcpy(presence->code[at].hash, offered, sizeof(offered));
	presence->code[at].seen = now;
}
