/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "No identity leaves or stays": keys of tags hang on what is erased, and none can stand in for
 * another. The values are computed here from RFC 5869 and RFC 2104 by hand: HKDF-Extract with an
 * empty salt, then one block of Expand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "crypto.h"
#include "message.h"

static const struct card_secret secret = {"sixteen octets.."};
static const struct opening_secret opening = {"thirty-two octets of an opening"};
static const struct event_id event = {"eventid"};

static int set_up(void **state)
{
	(void)state;
	return crypto_init();
}

static struct hash by_hand(const void *ikm, size_t ikm_len, const void *info, size_t info_len)
{
	const uint8_t salt[32] = {0};
	const struct hash prk = hmac_sha256(salt, sizeof(salt), ikm, ikm_len);
	uint8_t octets[64];

	memcpy(octets, info, info_len);
	octets[info_len] = 1;
	return hmac_sha256(prk.b, sizeof(prk.b), octets, info_len + 1);
}

#define ASSERT_SAME(x, y)  assert_memory_equal((x).b, (y).b, sizeof((x).b))
#define ASSERT_OTHER(x, y) assert_memory_not_equal((x).b, (y).b, sizeof((x).b))

static void test_derivations(void **state)
{
	uint8_t both[48], info[20];
	struct secret_seed seed = card_seed(&secret, &event);
	struct hash expected, got;

	(void)state;
	memcpy(both, secret.b, 16);
	memcpy(both + 16, opening.b, 32);
	memcpy(info, "CK1 card key", 12);
	memcpy(info + 12, event.b, 8);
	expected = by_hand(secret.b, 16, info, 20);
	ASSERT_SAME(seed, expected);
	expected = by_hand(both, 48, "CK1 card check", 14);
	got = card_check(&secret, &opening);
	ASSERT_SAME(got, expected);
	expected = by_hand(opening.b, 32, "CK1 ticket tags", 15);
	got = ticket_tag_key(&opening);
	ASSERT_SAME(got, expected);
	expected = by_hand(both, 48, "CK1 phone tags", 14);
	got = phone_tag_key(&secret, &opening);
	ASSERT_SAME(got, expected);
}

static void test_what_they_hang_on(void **state)
{
	struct card_secret other_secret = secret;
	struct opening_secret other_opening = opening;
	struct event_id other_event = event;
	struct secret_seed seed = card_seed(&secret, &event), other;
	struct hash phone = phone_tag_key(&secret, &opening), key;

	(void)state;
	other_secret.b[15] ^= 1;
	other_opening.b[31] ^= 1;
	other_event.b[7] ^= 1;
	other = card_seed(&other_secret, &event);
	ASSERT_OTHER(other, seed);
	other = card_seed(&secret, &other_event);
	ASSERT_OTHER(other, seed);
	key = phone_tag_key(&other_secret, &opening);
	ASSERT_OTHER(key, phone);
	key = phone_tag_key(&secret, &other_opening);
	ASSERT_OTHER(key, phone);
	key = card_check(&secret, &opening);
	ASSERT_OTHER(key, phone);
	key = ticket_tag_key(&opening);
	ASSERT_OTHER(key, phone);
}

static void test_a_volunteer_is_known_by_number_card_and_event(void **state)
{
	struct card_secret other_secret = secret;
	struct event_id other_event = event;
	struct volunteer mark = volunteer_mark(&secret, &event, "+15025550123"), other;
	uint8_t info[22];
	struct hash key, mac;

	(void)state;
	memcpy(info, "CK1 volunteers", 14);
	memcpy(info + 14, event.b, 8);
	key = by_hand(secret.b, 16, info, sizeof(info));
	mac = hmac_sha256(key.b, 32, "+15025550123", 12);
	assert_memory_equal(mark.b, mac.b, sizeof(mark.b));
	other = volunteer_mark(&secret, &event, "+15025550124");
	ASSERT_OTHER(mark, other);
	other_secret.b[0] ^= 1;
	other = volunteer_mark(&other_secret, &event, "+15025550123");
	ASSERT_OTHER(mark, other);
	other_event.b[0] ^= 1;
	other = volunteer_mark(&secret, &other_event, "+15025550123");
	ASSERT_OTHER(mark, other);
}

static void test_tags(void **state)
{
	const struct hash key = ticket_tag_key(&opening);
	const uint8_t number[4] = {0, 0, 0x12, 0x67};
	const struct hash mac = hmac_sha256(key.b, 32, "t\0\0\x12\x67", 5);
	struct tag tag = person_tag(&key, 't', number, 4), other;
	static uint8_t longest[2953];

	(void)state;
	assert_memory_equal(tag.b, mac.b, sizeof(tag.b));
	other = person_tag(&key, 'c', number, 4);
	ASSERT_OTHER(tag, other);
	other = person_tag(&key, 't', number, 3);
	ASSERT_OTHER(tag, other);
	other = person_tag(&key, 'c', NULL, 0);
	tag = person_tag(&key, 'c', longest, sizeof(longest));
	ASSERT_OTHER(tag, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_derivations),
	    cmocka_unit_test(test_what_they_hang_on),
	    cmocka_unit_test(test_a_volunteer_is_known_by_number_card_and_event),
	    cmocka_unit_test(test_tags),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
