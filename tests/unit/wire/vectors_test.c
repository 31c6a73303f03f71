/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/data/vectors/messages.jsonl: signed messages, good ones and ones broken in one way each,
 * for every reader there is or will be, in whatever language. One JSON object a line:
 *   {"name", "kind", "key_hex", "hex", "expected"}, expected one of the words below.
 * Run as a test it reads the file and judges each line, and sees that the file is what it would
 * write. With --write it prints that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "broken.h"
#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "notation.h"
#include "sample.h"
#include "vector_file.h"

enum { SEED = 'v', OTHER_SEED = 'w', FILE_BYTES_MAX = 4 << 20 };

static const char *const word[] = {
    [0] = "good",
    [WIRE_E_TOO_LONG] = "too long",
    [WIRE_E_SHAPE] = "shape",
    [WIRE_E_ALGORITHM] = "algorithm",
    [WIRE_E_SIGNATURE] = "signature",
    [WIRE_E_PAYLOAD] = "payload",
    [WIRE_E_NOT_CANONICAL] = "not canonical",
};

/* --- writing --- */

static void put(FILE *out, const struct sample_kind *kind, const char *what,
                const struct public_key *key, const uint8_t *message, size_t len, int expected)
{
	static char hex[2 * (MESSAGE_BYTES_MAX + 8) + 1];
	char key_hex[65];

	hex_encode(key->b, sizeof(key->b), key_hex);
	hex_encode(message, len, hex);
	(void)fprintf(out,
	              "{\"name\": \"%s: %s\", \"kind\": \"%s\", \"expected\": \"%s\", "
	              "\"key_hex\": \"%s\", \"hex\": \"%s\"}\n",
	              kind->name, what, kind->name, word[expected], key_hex, hex);
}

static void put_good(FILE *out, const struct sample_kind *kind)
{
	const struct secret_seed seed = sample_seed(SEED);
	const struct public_key key = sample_key(SEED);
	static const char *const which[] = {"ordinary", "least", "most"};
	void (*const fill[])(union record *) = {kind->ordinary, kind->least, kind->most};
	uint8_t message[MESSAGE_BYTES_MAX];

	for (unsigned i = 0; i < 3; i++) {
		union record record;
		size_t len = 0;

		fill[i](&record);
		assert_int_equal(kind->seal(&record, &seed, message, sizeof(message), &len), 0);
		put(out, kind, which[i], &key, message, len, 0);
	}
}

/* One field of the payload wrong, and rightly signed. */
static void put_broken_fields(FILE *out, enum sign1_kind kind)
{
	const struct secret_seed seed = sample_seed(SEED);
	const struct public_key key = sample_key(SEED);

	for (size_t i = 0; i < n_broken; i++) {
		uint8_t payload[MESSAGE_BYTES_MAX], message[MESSAGE_BYTES_MAX];
		size_t len;

		if (broken[i].kind != kind)
			continue;
		len = sample_payload(&sample[kind], broken[i].field, broken[i].text, payload,
		                     sizeof(payload));
		if (sign1_seal(kind, payload, len, &seed, message, sizeof(message), &len) == 0)
			put(out, &sample[kind], broken[i].what, &key, message, len,
			    broken[i].expected);
	}
}

/* One bit of each field flipped after signing. */
static void put_flipped_fields(FILE *out, const struct sample_kind *kind)
{
	const struct public_key key = sample_key(SEED);
	uint8_t message[MESSAGE_BYTES_MAX], field[MESSAGE_BYTES_MAX];
	const size_t len = sample_message(kind, SEED, message, sizeof(message));
	struct sign1_view view;
	size_t at;

	assert_int_equal(sign1_split(kind->kind, message, len, &view), 0);
	at = (size_t)(view.payload - message) + 1; /* behind the array's head */
	for (size_t f = 0; kind->field[f] != NULL; f++) {
		char what[64];

		at += notation(kind->field[f], field, sizeof(field));
		(void)snprintf(what, sizeof(what), "a bit of field %zu flipped", f);
		message[at - 1] ^= 1;
		put(out, kind, what, &key, message, len, WIRE_E_SIGNATURE);
		message[at - 1] ^= 1;
	}
	assert_ptr_equal(message + at, view.payload + view.payload_len);
}

/* The same payload and signature in another envelope. P and S stand for them. */
static const struct {
	const char *before, *between, *behind, *what;
	int expected;
} envelope[] = {
    {"84 43a10127 a0", "", "00", "an octet behind the end", WIRE_E_SHAPE},
    {"d2 84 43a10127 a0", "", "", "tag 18 in front", WIRE_E_SHAPE},
    {"9f 43a10127 a0", "", "ff", "array of indefinite length", WIRE_E_SHAPE},
    {"9804 43a10127 a0", "", "", "array's head not the shortest", WIRE_E_SHAPE},
    {"85 43a10127 a0", "", "f6", "an array of five", WIRE_E_SHAPE},
    {"84 5803a10127 a0", "", "", "header's head not the shortest", WIRE_E_SHAPE},
    {"84 5f43a10127ff a0", "", "", "header of indefinite length", WIRE_E_SHAPE},
    {"84 43a10127 b800", "", "", "map's head not the shortest", WIRE_E_SHAPE},
    {"84 43a10127 bfff", "", "", "map of indefinite length", WIRE_E_ALGORITHM},
    {"84 43a10127 a10401", "", "", "something unprotected", WIRE_E_ALGORITHM},
    {"84 43a10126 a0", "", "", "another algorithm", WIRE_E_ALGORITHM},
    {"84 40 a0", "", "", "no algorithm", WIRE_E_ALGORITHM},
    {"84 47a2012704420102 a0", "", "", "a key id in the header", WIRE_E_ALGORITHM},
    {"84 47a2044201020127 a0", "", "", "keys out of order in the header", WIRE_E_ALGORITHM},
    {"84 45a201270127 a0", "", "", "the algorithm twice", WIRE_E_ALGORITHM},
    {"84 44a1013807 a0", "", "", "the algorithm's number not the shortest", WIRE_E_ALGORITHM},
    {"84 43a10127 a0", "f6", "", "something between payload and signature", WIRE_E_SHAPE},
};

static size_t put_hex(uint8_t *to, const char *hex)
{
	char digits[64];
	size_t n = 0;

	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			digits[n++] = *hex;
	digits[n] = '\0';
	assert_int_equal(hex_decode(digits, to, n / 2), 0);
	return n / 2;
}

static void put_envelopes(FILE *out, const struct sample_kind *kind)
{
	const struct public_key key = sample_key(SEED);
	uint8_t message[MESSAGE_BYTES_MAX], other[MESSAGE_BYTES_MAX];
	const size_t len = sample_message(kind, SEED, message, sizeof(message));

	for (size_t i = 0; i < sizeof(envelope) / sizeof(envelope[0]); i++) {
		const size_t payload_len = len - 6 - 66; /* with its head */
		size_t n = put_hex(other, envelope[i].before);

		memcpy(other + n, message + 6, payload_len);
		n += payload_len;
		n += put_hex(other + n, envelope[i].between);
		memcpy(other + n, message + len - 66, 66);
		n += 66;
		n += put_hex(other + n, envelope[i].behind);
		put(out, kind, envelope[i].what, &key, other, n, envelope[i].expected);
	}
	put(out, kind, "the last octet missing", &key, message, len - 1, WIRE_E_SHAPE);
	put(out, kind, "nothing", &key, message, 0, WIRE_E_SHAPE);
}

static void put_signatures(FILE *out, const struct sample_kind *kind)
{
	const struct public_key key = sample_key(SEED), other_key = sample_key(OTHER_SEED);
	const struct public_key neutral = {{1}};
	const struct secret_seed seed = sample_seed(SEED);
	uint8_t message[MESSAGE_BYTES_MAX], payload[MESSAGE_BYTES_MAX];
	size_t len = sample_message(kind, SEED, message, sizeof(message));
	const size_t payload_len = sample_payload(kind, 0, NULL, payload, sizeof(payload));
	const enum sign1_kind other_kind =
	    kind->kind == SIGN1_BATCH ? SIGN1_ANSWER : SIGN1_BATCH; /* long enough for all */
	uint8_t one = 1;

	put(out, kind, "of another key", &other_key, message, len, WIRE_E_SIGNATURE);
	message[len - 1] ^= one;
	put(out, kind, "a bit of S flipped", &key, message, len, WIRE_E_SIGNATURE);
	message[len - 1] ^= one;
	message[len - 64] ^= one;
	put(out, kind, "a bit of R flipped", &key, message, len, WIRE_E_SIGNATURE);
	assert_int_equal(
	    sign1_seal(other_kind, payload, payload_len, &seed, message, sizeof(message), &len), 0);
	put(out, kind, "signed as another kind", &key, message, len, WIRE_E_SIGNATURE);
	memset(message + len - 64, 0, 64);
	message[len - 64] = 1;
	put(out, kind, "a signature that fits every message under a key of small order", &neutral,
	    message, len, WIRE_E_SIGNATURE);
}

static void put_payload(FILE *out, const struct sample_kind *kind, const char *what,
                        const uint8_t *payload, size_t len)
{
	const struct secret_seed seed = sample_seed(SEED);
	const struct public_key key = sample_key(SEED);
	uint8_t message[MESSAGE_BYTES_MAX];

	assert_int_equal(
	    sign1_seal(kind->kind, payload, len, &seed, message, sizeof(message), &len), 0);
	put(out, kind, what, &key, message, len, WIRE_E_PAYLOAD);
}

/* Another end than the payload has, rightly signed. */
static void put_other_ends(FILE *out, const struct sample_kind *kind)
{
	uint8_t payload[MESSAGE_BYTES_MAX], field[MESSAGE_BYTES_MAX];
	const size_t len = sample_payload(kind, 0, NULL, payload, sizeof(payload));
	size_t last = 0;

	while (kind->field[last + 1] != NULL)
		last++;
	payload[len] = 0xf6;
	put_payload(out, kind, "something behind the payload", payload, len + 1);
	payload[0]++;
	put_payload(out, kind, "a field too many", payload, len + 1);
	payload[0] -= 2;
	put_payload(out, kind, "the last field missing", payload,
	            len - notation(kind->field[last], field, sizeof(field)));
}

/* As long as its kind may be, and one octet more; a reader looks no further. */
static void put_too_long(FILE *out, const struct sample_kind *kind)
{
	static uint8_t message[MESSAGE_BYTES_MAX + 1];
	const struct public_key key = sample_key(SEED);

	put(out, kind, "longer than its kind may be", &key, message, kind->bytes_max + 1,
	    WIRE_E_TOO_LONG);
}

static void put_all(FILE *out)
{
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		put_good(out, &sample[k]);
		put_broken_fields(out, (enum sign1_kind)k);
		put_flipped_fields(out, &sample[k]);
		put_other_ends(out, &sample[k]);
		put_signatures(out, &sample[k]);
	}
	put_envelopes(out, &sample[SIGN1_TICKET]);
	put_envelopes(out, &sample[SIGN1_BATCH]);
	put_too_long(out, &sample[SIGN1_TICKET]);
}

/* --- reading --- */

static const struct sample_kind *kind_named(const char *name)
{
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++)
		if (strcmp(sample[k].name, name) == 0)
			return &sample[k];
	fail_msg("no kind is called \"%s\"", name);
	return NULL;
}

static void judge(const char *line, size_t len)
{
	const char *name, *kind, *expected, *key_hex, *hex;
	uint8_t message[MESSAGE_BYTES_MAX + 8];
	struct public_key key;
	union record record;
	json_error_t error;
	json_t *object = json_loadb(line, len, 0, &error);
	int r;

	assert_non_null(object);
	assert_int_equal(json_unpack(object, "{s:s, s:s, s:s, s:s, s:s}", "name", &name, "kind",
	                             &kind, "expected", &expected, "key_hex", &key_hex, "hex",
	                             &hex),
	                 0);
	assert_int_equal(hex_decode(key_hex, key.b, sizeof(key.b)), 0);
	assert_true(strlen(hex) / 2 <= sizeof(message));
	assert_int_equal(hex_decode(hex, message, strlen(hex) / 2), 0);
	r = kind_named(kind)->open(message, strlen(hex) / 2, &key, &record);
	assert_true(r >= 0 && r <= WIRE_E_NOT_CANONICAL);
	if (strcmp(word[r], expected) != 0)
		fail_msg("%s: \"%s\" instead of \"%s\"", name, word[r], expected);
	json_decref(object);
}

static void test_vectors(void **state)
{
	uint8_t *text;
	size_t len, n = 0, good = 0;

	(void)state;
	assert_int_equal(
	    file_read(TEST_DATA "/vectors/messages.jsonl", FILE_BYTES_MAX, &text, &len), 0);
	for (const char *at = (const char *)text; *at != '\0';) {
		const size_t line = strcspn(at, "\n");

		judge(at, line);
		good += memmem(at, line, "\"good\"", 6) != NULL;
		n++;
		at += line + (at[line] == '\n');
	}
	free(text);
	print_message("%zu messages, %zu of them good\n", n, good);
	assert_true(n - good >= 60);
}

static void test_file_is_what_is_written(void **state)
{
	(void)state;
	vector_file_stands(TEST_DATA "/vectors/messages.jsonl", put_all);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_vectors),
	    cmocka_unit_test(test_file_is_what_is_written),
	};
	int status;

	if (crypto_init() != 0)
		return 1;
	if (vector_file_wanted(argc, argv, put_all, &status))
		return status;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
