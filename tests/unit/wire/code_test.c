/* SPDX-License-Identifier: Apache-2.0 */
/* Codes on paper: text and octets, and a card judged from the network's root down, in one order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "notation.h"
#include "sample.h"

static int set_up(void **state)
{
	(void)state;
	return crypto_init();
}

static enum code_kind kind_of(const char *text)
{
	return code_kind((const uint8_t *)text, strlen(text));
}

static void test_kinds(void **state)
{
	(void)state;
	assert_int_equal(kind_of("CK1:E"), CODE_EVENT_CARD);
	assert_int_equal(kind_of("CK1:TABC"), CODE_TICKET);
	assert_int_equal(kind_of("CK1:A"), CODE_ACTION);
	assert_int_equal(kind_of("CK1:N"), CODE_NETWORK);
	assert_int_equal(kind_of("CK1:B"), CODE_BATCH);
	assert_int_equal(kind_of("CK1:"), CODE_FOREIGN);
	assert_int_equal(kind_of("CK1:t"), CODE_FOREIGN);
	assert_int_equal(kind_of("ck1:T"), CODE_FOREIGN);
	assert_int_equal(kind_of("CK2:T"), CODE_FOREIGN);
	assert_int_equal(kind_of(" CK1:T"), CODE_FOREIGN);
	assert_int_equal(kind_of("CK1:X"), CODE_FOREIGN);
	assert_int_equal(kind_of("https://example.org/CK1:T"), CODE_FOREIGN);
	assert_int_equal(kind_of("WIFI:S:hall;T:WPA;P:welcome;;"), CODE_FOREIGN);
	assert_int_equal(code_kind(NULL, 0), CODE_FOREIGN);
	assert_int_equal(code_kind((const uint8_t *)"CK1\0T", 5), CODE_FOREIGN);
}

static void test_text(void **state)
{
	const uint8_t octets[] = {'A', 'B', 0xff};
	char text[32] = "untouched";
	uint8_t back[8] = {7};
	size_t len = 99;

	(void)state;
	assert_int_equal(code_encode(CODE_TICKET, octets, 3, text, 10), WIRE_E_TOO_LONG);
	assert_string_equal(text, "untouched");
	assert_int_equal(code_encode(CODE_TICKET, octets, 3, text, 11), 0);
	assert_string_equal(text, "CK1:TJ.996");
	assert_int_equal(code_encode(CODE_TICKET, octets, SIZE_MAX, text, 11), WIRE_E_TOO_LONG);
	assert_int_equal(code_encode(CODE_FOREIGN, octets, 3, text, 32), WIRE_E_PREFIX);

	assert_int_equal(code_decode(CODE_ACTION, (const uint8_t *)text, 10, back, 8, &len),
	                 WIRE_E_PREFIX);
	assert_int_equal(code_decode(CODE_FOREIGN, (const uint8_t *)"x", 1, back, 8, &len),
	                 WIRE_E_PREFIX);
	assert_int_equal(code_decode(CODE_TICKET, (const uint8_t *)text, 9, back, 8, &len),
	                 WIRE_E_BASE41);
	assert_int_equal(code_decode(CODE_TICKET, (const uint8_t *)text, 10, back, 2, &len),
	                 WIRE_E_TOO_LONG);
	assert_int_equal(len, 99);
	assert_int_equal(back[0], 7);
	assert_int_equal(code_decode(CODE_TICKET, (const uint8_t *)text, 10, back, 8, &len), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(back, octets, 3);
}

static void test_action_card(void **state)
{
	struct action_card action = {.action = 3}, back;
	uint8_t octets[64], expected[64];
	size_t len;

	(void)state;
	memset(action.event.b, 0xe1, sizeof(action.event.b));
	assert_int_equal(action_card_encode(&action, octets, sizeof(octets), &len), 0);
	assert_int_equal(notation("[1, #8:e1, 3]", expected, sizeof(expected)), len);
	assert_memory_equal(octets, expected, len);
	assert_int_equal(action_card_parse(octets, len, &back), 0);
	assert_memory_equal(&back, &action, sizeof(back));
	assert_int_equal(action_card_encode(&action, octets, len - 1, &len), WIRE_E_TOO_LONG);
	action.action = 4;
	assert_int_equal(action_card_encode(&action, octets, sizeof(octets), &len), WIRE_E_PAYLOAD);
	for (unsigned bad = 0; bad < 3; bad++) {
		static const char *const text[] = {"[1, #8:e1, 0]", "[1, #8:e1, 4]",
		                                   "[1, #7:e1, 1]"};

		len = notation(text[bad], octets, sizeof(octets));
		assert_int_equal(action_card_parse(octets, len, &back), WIRE_E_PAYLOAD);
	}
	len = notation("[1, #8:e1, 1_0]", octets, sizeof(octets));
	assert_int_equal(action_card_parse(octets, len, &back), WIRE_E_NOT_CANONICAL);
	assert_int_equal(action_card_parse(octets, 33, &back), WIRE_E_TOO_LONG);
}

static const struct {
	const char *url;
	bool good;
} urls[] = {
    {"https://collector.example.org", true},
    {"https://collector.example.org:8443", true},
    {"https://192.0.2.7", true},
    {"https://[2001:db8::1]:443", true},
    {"http://127.0.0.1:8080", true},
    {"http://127.3.2.1", true},
    {"http://localhost:1", true},
    {"http://[::1]:65535", true},
    {"http://collector.example.org", false},
    {"http://127.0.0.1.example.org", false},
    {"http://127.example.org", false},
    {"http://127.0.0.256", false},
    {"http://127.0.0", false},
    {"http://localhost.example.org", false},
    {"http://[::2]", false},
    {"https://", false},
    {"https://host/", false},
    {"https://host/path", false},
    {"https://host?x", false},
    {"https://user@host", false},
    {"https://host:", false},
    {"https://host:0", false},
    {"https://host:65536", false},
    {"https://host:080", false},
    {"https://ho st", false},
    {"https://[::1", false},
    {"ftp://host", false},
    {"HTTPS://host", false},
    {"", false},
};

static void test_network(void **state)
{
	struct network network = {.name = {"Civic hubs"}}, back;
	uint8_t octets[512], expected[512];
	size_t len = 0;

	(void)state;
	memset(network.root.b, 0xa0, sizeof(network.root.b));
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		char text[256];
		int r;

		memset(&network.collector_url, 0, sizeof(network.collector_url));
		memcpy(network.collector_url.s, urls[i].url, strlen(urls[i].url));
		print_message("%s\n", urls[i].url);
		r = network_encode(&network, octets, sizeof(octets), &len);
		assert_int_equal(r, urls[i].good ? 0 : WIRE_E_PAYLOAD);
		(void)snprintf(text, sizeof(text), "[1, \"Civic hubs\", #32:a0, \"%s\"]",
		               urls[i].url);
		len = notation(text, expected, sizeof(expected));
		r = network_parse(expected, len, &back);
		assert_int_equal(r, urls[i].good ? 0 : WIRE_E_PAYLOAD);
		if (urls[i].good) {
			assert_memory_equal(octets, expected, len);
			assert_memory_equal(&back, &network, sizeof(back));
		}
	}
}

/* --- the event card --- */

enum { CARD_TEXT_MAX = 1024 };

static void test_good_card(void **state)
{
	const struct public_key root = sample_key('r');
	struct manifest manifest;
	struct opened_card card;
	char text[CARD_TEXT_MAX];
	struct hash hash;
	size_t octets;

	(void)state;
	sample_card(&manifest, text, sizeof(text), &octets);
	print_message("a card of 3 projects in 2 languages: %zu octets, %zu characters\n", octets,
	              strlen(text));
	assert_true(octets <= CARD_BYTES_MAX);
	assert_int_equal(card_open((const uint8_t *)text, strlen(text), &root, &card), CARD_GOOD);
	assert_int_equal(card.manifest.n_projects, 3);
	assert_memory_equal(&card.manifest.card, &manifest.card, sizeof(manifest.card));
	assert_int_equal(card.secret.b[0], 0x5e);
	assert_int_equal(card.hub.hub_id, 17);
	hash = message_hash(card.manifest_bytes, card.manifest_len);
	assert_memory_equal(&card.manifest_hash, &hash, sizeof(hash));
	assert_int_equal(
	    manifest_open(card.manifest_bytes, card.manifest_len, &card.hub.hub, &manifest), 0);
	assert_int_equal(hub_cert_open(card.hub_cert_bytes, card.hub_cert_len, &root, &card.hub),
	                 0);
}

/* What is wrong with a card that is put together anew from parts. */
struct parts {
	struct hub_cert hub;
	struct manifest manifest;
	struct secret_seed root, signer; /* of the certificate, of the manifest */
	struct card_secret secret;
};

static void ordinary_parts(struct parts *ret)
{
	union record record;
	char text[CARD_TEXT_MAX];
	size_t octets;

	sample[SIGN1_HUB_CERT].ordinary(&record);
	ret->hub = record.hub_cert;
	ret->hub.hub = sample_key('h');
	sample_card(&ret->manifest, text, sizeof(text), &octets);
	ret->root = sample_seed('r');
	ret->signer = sample_seed('h');
	memset(&ret->secret, 0x5e, sizeof(ret->secret));
}

static enum card_judgement judge(const struct parts *parts)
{
	const struct public_key root = sample_key('r');
	uint8_t manifest[MANIFEST_BYTES_MAX], hub[HUB_CERT_BYTES_MAX], octets[CARD_BYTES_MAX];
	struct card card = {.manifest = manifest, .hub_cert = hub, .secret = parts->secret};
	struct opened_card opened, untouched;
	char text[CARD_TEXT_MAX];
	enum card_judgement judgement;
	size_t len;

	assert_int_equal(
	    hub_cert_seal(&parts->hub, &parts->root, hub, sizeof(hub), &card.hub_cert_len), 0);
	assert_int_equal(manifest_seal(&parts->manifest, &parts->signer, manifest, sizeof(manifest),
	                               &card.manifest_len),
	                 0);
	assert_int_equal(card_encode(&card, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_EVENT_CARD, octets, len, text, sizeof(text)), 0);
	memset(&untouched, 0x3c, sizeof(untouched));
	opened = untouched;
	judgement = card_open((const uint8_t *)text, strlen(text), &root, &opened);
	if (judgement != CARD_GOOD)
		assert_memory_equal(&opened, &untouched, sizeof(opened));
	return judgement;
}

static void test_judgements(void **state)
{
	struct parts parts;
	int64_t start, end;

	(void)state;
	ordinary_parts(&parts);
	assert_int_equal(judge(&parts), CARD_GOOD);

	parts.root = sample_seed('x');
	assert_int_equal(judge(&parts), CARD_OTHER_NETWORK);
	ordinary_parts(&parts);
	parts.signer = sample_seed('x');
	assert_int_equal(judge(&parts), CARD_BAD_MANIFEST);
	ordinary_parts(&parts);
	parts.secret.b[15] ^= 1;
	assert_int_equal(judge(&parts), CARD_WRONG_SECRET);
	ordinary_parts(&parts);
	parts.manifest.event.b[0] ^= 1; /* the card's key is bound to the event */
	assert_int_equal(judge(&parts), CARD_WRONG_SECRET);

	/* The certificate covers all windows, to the second. */
	ordinary_parts(&parts);
	assert_int_equal(manifest_occurrence(&parts.manifest, 0, &start, &end), 0);
	parts.hub.not_before = start;
	assert_int_equal(judge(&parts), CARD_GOOD);
	parts.hub.not_before = start + 1;
	assert_int_equal(judge(&parts), CARD_HUB_NOT_VALID);
	ordinary_parts(&parts);
	assert_int_equal(manifest_occurrence(&parts.manifest,
	                                     manifest_occurrences(&parts.manifest) - 1, &start,
	                                     &end),
	                 0);
	parts.hub.not_after = end;
	assert_int_equal(judge(&parts), CARD_GOOD);
	parts.hub.not_after = end - 1;
	assert_int_equal(judge(&parts), CARD_HUB_NOT_VALID);

	/* In this order: a foreign card is foreign, whatever else is wrong with it. */
	parts.secret.b[0] ^= 1;
	assert_int_equal(judge(&parts), CARD_HUB_NOT_VALID);
	parts.signer = sample_seed('x');
	assert_int_equal(judge(&parts), CARD_BAD_MANIFEST);
	parts.root = sample_seed('x');
	assert_int_equal(judge(&parts), CARD_OTHER_NETWORK);
}

/* No character of a card may be missing or another one. */
static void test_damaged_card(void **state)
{
	const struct public_key root = sample_key('r');
	struct manifest manifest;
	struct opened_card card;
	char text[CARD_TEXT_MAX];
	size_t octets, len;

	(void)state;
	sample_card(&manifest, text, sizeof(text), &octets);
	len = strlen(text);
	for (size_t n = 0; n < len; n++)
		assert_int_equal(card_open((const uint8_t *)text, n, &root, &card),
		                 CARD_UNREADABLE);
	for (size_t i = 0; i < len; i++) {
		const char c = text[i];

		text[i] = c == '0' ? '1' : '0';
		assert_int_not_equal(card_open((const uint8_t *)text, len, &root, &card),
		                     CARD_GOOD);
		text[i] = c;
	}
	text[len] = '0';
	assert_int_equal(card_open((const uint8_t *)text, len + 1, &root, &card), CARD_UNREADABLE);
	text[4] = 'T';
	assert_int_equal(card_open((const uint8_t *)text, len, &root, &card), CARD_UNREADABLE);
}

static void test_card_limits(void **state)
{
	const uint8_t long_manifest[CARD_BYTES_MAX] = {0};
	struct card card = {.manifest = long_manifest, .hub_cert = long_manifest};
	uint8_t octets[CARD_BYTES_MAX];
	size_t len = 5;

	(void)state;
	card.hub_cert_len = 200;
	card.manifest_len = CARD_BYTES_MAX - 200 - 1 - 1 - 17 - 2 - 3;
	assert_int_equal(card_encode(&card, octets, sizeof(octets), &len), 0);
	assert_int_equal(len, CARD_BYTES_MAX);
	assert_int_equal(card_parse(octets, len, &card), 0);
	assert_ptr_equal(card.hub_cert + card.hub_cert_len + 1 + 16, octets + len);
	assert_int_equal(card_parse(octets, len + 1, &card), WIRE_E_TOO_LONG);
	card.manifest_len++;
	len = 5;
	assert_int_equal(card_encode(&card, octets, sizeof(octets), &len), WIRE_E_TOO_LONG);
	card.hub_cert_len = 0;
	assert_int_equal(card_encode(&card, octets, sizeof(octets), &len), WIRE_E_PAYLOAD);
	assert_int_equal(len, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),        cmocka_unit_test(test_text),
	    cmocka_unit_test(test_action_card),  cmocka_unit_test(test_network),
	    cmocka_unit_test(test_good_card),    cmocka_unit_test(test_judgements),
	    cmocka_unit_test(test_damaged_card), cmocka_unit_test(test_card_limits),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
