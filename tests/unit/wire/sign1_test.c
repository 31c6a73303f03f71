/* SPDX-License-Identifier: Apache-2.0 */
/* "No total is silently changed": what is signed, and that nothing else passes for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "crypto.h"
#include "notation.h"
#include "sample.h"

static int set_up(void **state)
{
	(void)state;
	return crypto_init();
}

/* Sig_structure of RFC 9052, section 4.4, octet by octet, for a headcount of the payload 83 01 02
 * 03. */
static void test_sig_structure(void **state)
{
	static const uint8_t structure[] = {
	    0x84,                                                       /* array of 4 */
	    0x6a, 'S',  'i',  'g',  'n',  'a', 't', 'u', 'r', 'e', '1', /* context */
	    0x43, 0xa1, 0x01, 0x27,                                     /* {1: -8} */
	    0x4d, 'C',  'K',  '1',  ' ',  'h', 'e', 'a', 'd', 'c', 'o', 'u', 'n', 't', /* aad */
	    0x44, 0x83, 0x01, 0x02, 0x03,                                              /* payload */
	};
	static const uint8_t envelope[] = {0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0, 0x44,
	                                   0x83, 0x01, 0x02, 0x03, 0x58, 0x40};
	const struct secret_seed seed = sample_seed(7);
	const struct signing_key signer = signing_key_of(&seed);
	const struct public_key key = sample_key(7);
	uint8_t message[128], signature[64];
	size_t len;

	(void)state;
	assert_int_equal(sign1_seal(SIGN1_HEADCOUNT, structure + sizeof(structure) - 4, 4, &seed,
	                            message, sizeof(message), &len),
	                 0);
	assert_int_equal(len, sizeof(envelope) + 64);
	assert_memory_equal(message, envelope, sizeof(envelope));
	assert_true(ed25519_verify(&key, structure, sizeof(structure), message + sizeof(envelope)));
	ed25519_sign_by(&signer, structure, sizeof(structure), signature);
	assert_memory_equal(message + sizeof(envelope), signature, 64);
}

static void test_labels_differ(void **state)
{
	static const char *const label[SIGN1_N_KINDS] = {
	    "CK1 hub certificate", "CK1 collector certificate",
	    "CK1 manifest",        "CK1 ticket",
	    "CK1 grant",           "CK1 headcount",
	    "CK1 correction",      "CK1 batch",
	    "CK1 receipt",         "CK1 answer",
	    "CK1 log head",        "CK1 kiosk list",
	};
	const struct secret_seed seed = sample_seed(7);
	const struct public_key key = sample_key(7);
	uint8_t message[128];
	size_t len;

	(void)state;
	for (enum sign1_kind kind = 0; kind < SIGN1_N_KINDS; kind++) {
		const size_t n = strlen(label[kind]);
		uint8_t structure[64] = "\x84\x6aSignature1\x43\xa1\x01\x27";
		size_t at = 16;

		if (n >= 24)
			structure[at++] = 0x58;
		structure[at++] = (uint8_t)(n >= 24 ? n : 0x40 + n);
		memcpy(structure + at, label[kind], n);
		memcpy(structure + at + n, "\x41\x80", 2);
		assert_int_equal(sign1_seal(kind, (const uint8_t *)"\x80", 1, &seed, message,
		                            sizeof(message), &len),
		                 0);
		assert_true(ed25519_verify(&key, structure, at + n + 2, message + len - 64));
	}
}

/* A signature over one kind does not pass for any other. */
static void test_kinds_apart(void **state)
{
	const struct secret_seed seed = sample_seed(7);
	const struct public_key key = sample_key(7);
	uint8_t message[128];
	struct sign1_view view;
	size_t len;

	(void)state;
	for (enum sign1_kind made = 0; made < SIGN1_N_KINDS; made++)
		for (enum sign1_kind taken = 0; taken < SIGN1_N_KINDS; taken++) {
			assert_int_equal(sign1_seal(made, (const uint8_t *)"\x80", 1, &seed,
			                            message, sizeof(message), &len),
			                 0);
			assert_int_equal(sign1_split(taken, message, len, &view), 0);
			assert_int_equal(sign1_verify(taken, &view, &key),
			                 made == taken ? 0 : WIRE_E_SIGNATURE);
		}
}

static const struct {
	const char *what, *text;
	int expected;
} envelope[] = {
    {"as it should be", "[h'a10127', {}, h'80', #64:00]", 0},
    {"not an array", "h'a10127'", WIRE_E_SHAPE},
    {"an array of three", "[h'a10127', {}, h'80']", WIRE_E_SHAPE},
    {"an array of five", "[h'a10127', {}, h'80', #64:00, null]", WIRE_E_SHAPE},
    {"tag 18",
     "raw'd28443a10127a0418058400000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000000000000000'",
     WIRE_E_SHAPE},
    {"indefinite array", "[_ h'a10127', {}, h'80', #64:00]", WIRE_E_SHAPE},
    {"long array head", "[_0 h'a10127', {}, h'80', #64:00]", WIRE_E_SHAPE},
    {"long header head", "[h'a10127'_0, {}, h'80', #64:00]", WIRE_E_SHAPE},
    {"long payload head", "[h'a10127', {}, h'80'_0, #64:00]", WIRE_E_SHAPE},
    {"long signature head", "[h'a10127', {}, h'80', #64:00_1]", WIRE_E_SHAPE},
    {"long map head", "[h'a10127', raw'b800', h'80', #64:00]", WIRE_E_SHAPE},
    {"indefinite map", "[h'a10127', raw'bfff', h'80', #64:00]", WIRE_E_ALGORITHM},
    {"indefinite header", "[raw'5f43a10127ff', {}, h'80', #64:00]", WIRE_E_SHAPE},
    {"header as text", "[\"\", {}, h'80', #64:00]", WIRE_E_SHAPE},
    {"an octet behind the header", "[h'a1012700', {}, h'80', #64:00]", WIRE_E_ALGORITHM},
    {"empty header", "[h'', {}, h'80', #64:00]", WIRE_E_ALGORITHM},
    {"ES256", "[h'a10126', {}, h'80', #64:00]", WIRE_E_ALGORITHM},
    {"a key id beside", "[h'a201270441aa', {}, h'80', #64:00]", WIRE_E_ALGORITHM},
    {"long form of -8", "[h'a1013807', {}, h'80', #64:00]", WIRE_E_ALGORITHM},
    {"something unprotected", "[h'a10127', raw'a10441aa', h'80', #64:00]", WIRE_E_ALGORITHM},
    {"detached payload", "[h'a10127', {}, null, #64:00]", WIRE_E_SHAPE},
    {"empty payload", "[h'a10127', {}, h'', #64:00]", WIRE_E_SHAPE},
    {"short signature", "[h'a10127', {}, h'80', #63:00]", WIRE_E_SHAPE},
    {"long signature", "[h'a10127', {}, h'80', #65:00]", WIRE_E_SHAPE},
    {"signature as text", "[h'a10127', {}, h'80', \"\"]", WIRE_E_SHAPE},
    {"a length beyond the end", "raw'8443a10127a05affffffff00'", WIRE_E_SHAPE},
    {"a length beyond memory", "raw'8443a10127a05bffffffffffffffff00'", WIRE_E_SHAPE},
};

static void test_envelope(void **state)
{
	struct sign1_view view, untouched;

	(void)state;
	memset(&untouched, 0x3c, sizeof(untouched));
	for (size_t i = 0; i < sizeof(envelope) / sizeof(envelope[0]); i++) {
		uint8_t message[256];
		const size_t len = notation(envelope[i].text, message, sizeof(message));

		view = untouched;
		print_message("%s\n", envelope[i].what);
		assert_int_equal(sign1_split(SIGN1_BATCH, message, len, &view),
		                 envelope[i].expected);
		if (envelope[i].expected != 0)
			assert_memory_equal(&view, &untouched, sizeof(view));
		message[len] = 0;
		if (envelope[i].expected == 0)
			assert_int_equal(sign1_split(SIGN1_BATCH, message, len + 1, &view),
			                 WIRE_E_SHAPE);
	}
	assert_int_equal(sign1_split(SIGN1_BATCH, (const uint8_t *)"", 0, &view), WIRE_E_SHAPE);
}

/* A message of the longest length goes, one more octet does not, either way. */
static void test_lengths(void **state)
{
	const struct secret_seed seed = sample_seed(7);
	uint8_t payload[TICKET_BYTES_MAX] = {0}, message[TICKET_BYTES_MAX + 8];
	const size_t around = 1 + 4 + 1 + 2 + 2 + 64, most = TICKET_BYTES_MAX - around;
	struct sign1_view view;
	size_t len = 0;

	(void)state;
	assert_int_equal(
	    sign1_seal(SIGN1_TICKET, payload, most, &seed, message, sizeof(message), &len), 0);
	assert_int_equal(len, TICKET_BYTES_MAX);
	assert_int_equal(sign1_split(SIGN1_TICKET, message, len, &view), 0);
	assert_int_equal(sign1_split(SIGN1_TICKET, message, len + 1, &view), WIRE_E_TOO_LONG);
	len = 5;
	memset(message, 0x3c, sizeof(message));
	assert_int_equal(
	    sign1_seal(SIGN1_TICKET, payload, most + 1, &seed, message, sizeof(message), &len),
	    WIRE_E_TOO_LONG);
	assert_int_equal(
	    sign1_seal(SIGN1_TICKET, payload, most, &seed, message, TICKET_BYTES_MAX - 1, &len),
	    WIRE_E_TOO_LONG);
	assert_int_equal(len, 5);
	assert_int_equal(message[0], 0x3c);
}

/* Keys of small order verify nothing (with them one signature fits every message), nor does S
 * beyond the order. */
static void test_weak_keys(void **state)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,       0x63,
	                                  0x12, 0x58, 0xd6, 0x9c, 0xf7,       0xa2,
	                                  0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	struct public_key weak[3] = {{{1}}, {{0}}, {{0}}};
	const struct secret_seed seed = sample_seed(7);
	const struct public_key key = sample_key(7);
	uint8_t message[128], payload[] = {0x80};
	struct sign1_view view;
	size_t len;
	unsigned carry = 0;

	(void)state;
	memset(weak[2].b, 0xff, 32);
	weak[2].b[0] = 0xec; /* -1: order two */
	weak[2].b[31] = 0x7f;
	len = notation("[h'a10127', {}, h'80', #64:00]", message, sizeof(message));
	message[len - 64] = 1; /* R the neutral element, S zero */
	assert_int_equal(sign1_split(SIGN1_BATCH, message, len, &view), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(sign1_verify(SIGN1_BATCH, &view, &weak[i]), WIRE_E_SIGNATURE);

	assert_int_equal(sign1_seal(SIGN1_BATCH, payload, 1, &seed, message, sizeof(message), &len),
	                 0);
	assert_int_equal(sign1_split(SIGN1_BATCH, message, len, &view), 0);
	assert_int_equal(sign1_verify(SIGN1_BATCH, &view, &key), 0);
	for (unsigned i = 0; i < 32; i++) { /* S + L: the same point, another encoding */
		carry += message[len - 32 + i] + order[i];
		message[len - 32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(sign1_verify(SIGN1_BATCH, &view, &key), WIRE_E_SIGNATURE);
}

static void test_every_error_has_a_sentence(void **state)
{
	(void)state;
	for (int error = 0; error <= WIRE_E_BASE41 + 1; error++) {
		assert_non_null(wire_strerror(error));
		for (int other = 0; other < error; other++)
			assert_string_not_equal(wire_strerror(error), wire_strerror(other));
	}
	assert_non_null(wire_strerror(-12345));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sig_structure),
	    cmocka_unit_test(test_labels_differ),
	    cmocka_unit_test(test_kinds_apart),
	    cmocka_unit_test(test_envelope),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_weak_keys),
	    cmocka_unit_test(test_every_error_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
