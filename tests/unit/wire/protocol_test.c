/* SPDX-License-Identifier: Apache-2.0 */
/* The examples of PROTOCOL.md are what the code makes: each is made here and looked for in the
 * page, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "merkle.h"
#include "sample.h"

enum { LINE_OCTETS = 32, EXAMPLE_MAX = 4096 };

static char *page;

static int set_up(void **state)
{
	uint8_t *text;
	size_t len;

	(void)state;
	if (crypto_init() != 0 || file_read(PROTOCOL_MD, 1 << 20, &text, &len) != 0)
		return -1;
	page = (char *)text;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(page);
	return 0;
}

struct example {
	char text[EXAMPLE_MAX];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct example *example, const char *format,
                                                      ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(example->text + example->len, sizeof(example->text) - example->len, format,
	              args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof(example->text) - example->len);
	example->len += (size_t)n;
}

/* "name      " and octets in hexadecimal, 32 a line. */
static void add_hex(struct example *example, const char *name, const void *octets, size_t len)
{
	char hex[2 * LINE_OCTETS + 1];

	for (size_t at = 0; at < len; at += LINE_OCTETS) {
		const size_t n = len - at < LINE_OCTETS ? len - at : LINE_OCTETS;

		hex_encode((const uint8_t *)octets + at, n, hex);
		add(example, "%-11s%s\n", at == 0 ? name : "", hex);
	}
}

static void assert_on_page(const struct example *example)
{
	if (strstr(page, example->text) == NULL)
		fail_msg("PROTOCOL.md does not show this example:\n%s", example->text);
}

static void test_ticket(void **state)
{
	const struct secret_seed seed = sample_seed('h');
	const struct public_key key = sample_key('h');
	const struct sample_kind *kind = &sample[SIGN1_TICKET];
	uint8_t message[TICKET_BYTES_MAX], payload[TICKET_BYTES_MAX];
	char code[256];
	const size_t len = sample_message(kind, 'h', message, sizeof(message));
	const size_t payload_len = sample_payload(kind, 0, NULL, payload, sizeof(payload));
	struct example example = {.len = 0};

	(void)state;
	add_hex(&example, "seed", seed.b, sizeof(seed.b));
	add_hex(&example, "key", key.b, sizeof(key.b));
	add_hex(&example, "payload", payload, payload_len);
	add_hex(&example, "message", message, len);
	assert_int_equal(code_encode(CODE_TICKET, message, len, code, sizeof(code)), 0);
	add(&example, "%-11s%s\n", "code", code);
	assert_on_page(&example);
}

static void test_keys_and_tags(void **state)
{
	const uint8_t number[4] = {0, 0, 0x12, 0x67};
	const char phone[] = "+15025550123";
	struct card_secret secret;
	struct opening_secret r;
	struct event_id event;
	struct secret_seed seed;
	struct public_key key;
	struct hash tickets, phones, check;
	struct tag tag;
	struct example example = {.len = 0};

	(void)state;
	memset(secret.b, 0x5e, sizeof(secret.b));
	memset(r.b, 0x72, sizeof(r.b));
	memset(event.b, 0xe1, sizeof(event.b));
	seed = card_seed(&secret, &event);
	key = ed25519_public(&seed);
	check = card_check(&secret, &r);
	tickets = ticket_tag_key(&r);
	phones = phone_tag_key(&secret, &r);
	add_hex(&example, "secret", secret.b, sizeof(secret.b));
	add_hex(&example, "event", event.b, sizeof(event.b));
	add_hex(&example, "R", r.b, sizeof(r.b));
	add_hex(&example, "card seed", seed.b, sizeof(seed.b));
	add_hex(&example, "card key", key.b, sizeof(key.b));
	add_hex(&example, "check", check.b, sizeof(check.b));
	add_hex(&example, "tickets", tickets.b, sizeof(tickets.b));
	add_hex(&example, "phones", phones.b, sizeof(phones.b));
	tag = person_tag(&tickets, 't', number, sizeof(number));
	add_hex(&example, "tag 4711", tag.b, sizeof(tag.b));
	tag = person_tag(&phones, 'p', (const uint8_t *)phone, strlen(phone));
	add_hex(&example, "tag phone", tag.b, sizeof(tag.b));
	assert_on_page(&example);
}

static void test_batch(void **state)
{
	const struct public_key key = sample_key('d');
	uint8_t message[BATCH_BYTES_MAX];
	struct example example = {.len = 0};
	const struct secret_seed seed = sample_seed('d');
	struct hash hash, leaf;
	union record record;
	size_t len;

	(void)state;
	sample[SIGN1_BATCH].ordinary(&record);
	record.batch.device = key;
	record.batch.headcount_len = 0;
	assert_int_equal(batch_seal(&record.batch, &seed, message, sizeof(message), &len), 0);
	hash = message_hash(message, len);
	leaf = merkle_leaf(hash.b, sizeof(hash.b));
	add_hex(&example, "device", key.b, sizeof(key.b));
	add_hex(&example, "message", message, len);
	add_hex(&example, "hash", hash.b, sizeof(hash.b));
	add_hex(&example, "leaf hash", leaf.b, sizeof(leaf.b));
	assert_on_page(&example);
}

/* A leaf of a kiosk's own log: the first check-in of a person by ticket, in the third quarter of an
 * hour. */
static void test_leaf(void **state)
{
	uint8_t octets[47] = {0};
	struct hash hash;
	struct example example = {.len = 0};

	(void)state;
	memset(octets, 0xa5, 32);
	octets[32] = 1; /* add */
	octets[35] = CHANNEL_QR;
	octets[36] = FIRST_YES;
	octets[38] = 2;
	hash = merkle_leaf(octets, sizeof(octets));
	add_hex(&example, "leaf", octets, sizeof(octets));
	add_hex(&example, "leaf hash", hash.b, sizeof(hash.b));
	assert_on_page(&example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ticket),
	    cmocka_unit_test(test_keys_and_tags),
	    cmocka_unit_test(test_batch),
	    cmocka_unit_test(test_leaf),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
