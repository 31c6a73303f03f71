/* SPDX-License-Identifier: Apache-2.0 */
/* "No total is silently changed": every kind of message there and back, and every way of damaging
 * one refused. */
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

/* Payload of a sealed message. */
static struct sign1_view payload_of(const struct sample_kind *kind, const uint8_t *message,
                                    size_t len)
{
	struct sign1_view view;

	assert_int_equal(sign1_split(kind->kind, message, len, &view), 0);
	return view;
}

static void round_trip(const struct sample_kind *kind, void (*fill)(union record *),
                       const char *which)
{
	const struct secret_seed seed = sample_seed(3);
	const struct public_key key = sample_key(3);
	uint8_t message[MESSAGE_BYTES_MAX], again[MESSAGE_BYTES_MAX];
	union record record, back;
	struct sign1_view view;
	size_t len = 0, again_len = 0;

	memset(&record, 0, sizeof(record));
	fill(&record);
	assert_int_equal(kind->seal(&record, &seed, message, sizeof(message), &len), 0);
	print_message("%s, %s: %zu octets\n", kind->name, which, len);
	memset(&back, 0xdb, sizeof(back));
	assert_int_equal(kind->open(message, len, &key, &back), 0);
	/* Sealed again it is the same octets: nothing was lost on the way. */
	assert_int_equal(kind->seal(&back, &seed, again, sizeof(again), &again_len), 0);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, message, len);
	view = payload_of(kind, message, len);
	memset(&back, 0xdb, sizeof(back));
	assert_int_equal(kind->parse(view.payload, view.payload_len, &back), 0);
}

static void test_round_trips(void **state)
{
	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		round_trip(&sample[k], sample[k].ordinary, "ordinary");
		round_trip(&sample[k], sample[k].least, "least");
		round_trip(&sample[k], sample[k].most, "most");
	}
}

/* The order and the types of PROTOCOL.md: the struct's octets are those an independent encoder
 * makes of the fields. */
static void test_layout(void **state)
{
	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t message[MESSAGE_BYTES_MAX], expected[MESSAGE_BYTES_MAX];
		const size_t len = sample_message(&sample[k], 3, message, sizeof(message));
		const struct sign1_view view = payload_of(&sample[k], message, len);

		print_message("%s\n", sample[k].name);
		assert_int_equal(sample_payload(&sample[k], 0, NULL, expected, sizeof(expected)),
		                 view.payload_len);
		assert_memory_equal(view.payload, expected, view.payload_len);
	}
}

/* And each field arrives in its own place. */
static void test_fields(void **state)
{
	uint8_t payload[MESSAGE_BYTES_MAX];
	union record r;
	size_t len;

	(void)state;
	len = sample_payload(&sample[SIGN1_BATCH], 0, NULL, payload, sizeof(payload));
	assert_int_equal(batch_parse(payload, len, &r.batch), 0);
	assert_int_equal(r.batch.device.b[31], 0xd1);
	assert_int_equal(r.batch.epoch.b[15], 0xe2);
	assert_int_equal(r.batch.seq, 3);
	assert_int_equal(r.batch.boot_ms, 5400000);
	assert_true(r.batch.has_wall && r.batch.wall == 1795312800);
	assert_int_equal(r.batch.n_rows, 3);
	assert_int_equal(r.batch.row[2].project, 2);
	assert_int_equal(r.batch.row[2].revoked, 1);
	assert_int_equal(r.batch.state, EPOCH_CLOSED);
	assert_int_equal(r.batch.headcount_len, 4);
	assert_int_equal(r.batch.correction_len, 0);
	assert_true(r.batch.has_receipt);
	assert_int_equal(r.batch.receipt_log_size, 77);
	assert_int_equal(r.batch.software.b[0], 0x50);
	len = sample_payload(&sample[SIGN1_MANIFEST], 0, NULL, payload, sizeof(payload));
	assert_int_equal(manifest_parse(payload, len, &r.manifest), 0);
	assert_string_equal(r.manifest.project[0].name[1].s, "R\xc3\xado");
	assert_string_equal(r.manifest.project[0].keyword[1].s, "RIO");
	assert_int_equal(r.manifest.window[1].length_s, 7200);
	assert_int_equal(r.manifest.people_max, 500);
	assert_false(r.manifest.has_ticket_key);
	len = sample_payload(&sample[SIGN1_RECEIPT], 10, "\"held: a window\"", payload,
	                     sizeof(payload));
	assert_int_equal(receipt_parse(payload, len, &r.receipt), 0);
	assert_string_equal(r.receipt.held.s, "held: a window");
	assert_int_equal(r.receipt.leaf, 98);
	len = sample_payload(&sample[SIGN1_ANSWER], 0, NULL, payload, sizeof(payload));
	assert_int_equal(answer_parse(payload, len, &r.answer), 0);
	assert_int_equal(r.answer.status, 201);
	assert_int_equal(r.answer.consistency_from, 77);
	assert_int_equal(r.answer.next_after_s, 900);
}

static void test_cut_short(void **state)
{
	const struct public_key key = sample_key(3);

	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t message[MESSAGE_BYTES_MAX];
		const size_t len = sample_message(&sample[k], 3, message, sizeof(message));
		const struct sign1_view view = payload_of(&sample[k], message, len);
		union record record;

		for (size_t n = 0; n < len; n++)
			assert_int_not_equal(sample[k].open(message, n, &key, &record), 0);
		for (size_t n = 0; n < view.payload_len; n++)
			assert_int_equal(sample[k].parse(view.payload, n, &record), WIRE_E_PAYLOAD);
		message[len] = 0;
		assert_int_not_equal(sample[k].open(message, len + 1, &key, &record), 0);
	}
}

static void test_every_bit(void **state)
{
	const struct public_key key = sample_key(3);

	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t message[MESSAGE_BYTES_MAX];
		const size_t len = sample_message(&sample[k], 3, message, sizeof(message));
		union record record, untouched;

		memset(&untouched, 0x3c, sizeof(untouched));
		record = untouched;
		for (size_t bit = 0; bit < len * 8; bit++) {
			message[bit / 8] ^= 1u << bit % 8;
			assert_int_not_equal(sample[k].open(message, len, &key, &record), 0);
			message[bit / 8] ^= 1u << bit % 8;
		}
		assert_memory_equal(&record, &untouched, sizeof(record));
		assert_int_equal(sample[k].open(message, len, &key, &record), 0);
	}
}

static void test_other_key_other_kind(void **state)
{
	const struct public_key key = sample_key(3), other = sample_key(4);

	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t message[MESSAGE_BYTES_MAX];
		const size_t len = sample_message(&sample[k], 3, message, sizeof(message));
		union record record;

		assert_int_equal(sample[k].open(message, len, &other, &record), WIRE_E_SIGNATURE);
		for (unsigned taken = 0; taken < SIGN1_N_KINDS; taken++)
			if (taken != k)
				assert_int_equal(sample[taken].open(message, len, &key, &record),
				                 len > sample[taken].bytes_max ? WIRE_E_TOO_LONG
				                                               : WIRE_E_SIGNATURE);
	}
}

/* Every kind of one size refuses another's payload even when rightly signed as its own. */
static void test_other_payload(void **state)
{
	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t payload[MESSAGE_BYTES_MAX];
		const size_t len = sample_payload(&sample[k], 0, NULL, payload, sizeof(payload));
		union record record;

		for (unsigned taken = 0; taken < SIGN1_N_KINDS; taken++)
			if (taken != k)
				assert_int_equal(sample[taken].parse(payload, len, &record),
				                 WIRE_E_PAYLOAD);
	}
}

/* What says the same in other octets is refused, field by field, and says so. */
static void longer_heads(const struct sample_kind *kind)
{
	uint8_t payload[MESSAGE_BYTES_MAX], longer[MESSAGE_BYTES_MAX];
	const size_t len = sample_payload(kind, 0, NULL, payload, sizeof(payload));
	union record record, untouched;

	memset(&untouched, 0x3c, sizeof(untouched));
	record = untouched;
	/* Each head, wherever it is, written one size longer. */
	for (size_t at = 0; at < len;) {
		const uint8_t major = payload[at] >> 5, info = payload[at] & 31;
		const size_t extra = info < 24 ? 0 : (size_t)1 << (info - 24);
		uint64_t number = info;

		if (extra > 0)
			number = 0;
		for (size_t i = 0; i < extra; i++)
			number = number << 8 | payload[at + 1 + i];
		if (major < 7 && extra < 8) {
			const size_t wide = extra == 0 ? 1 : extra * 2;

			memcpy(longer, payload, at);
			longer[at] = (uint8_t)(major << 5 | (24 + __builtin_ctz((unsigned)wide)));
			for (size_t i = 0; i < wide; i++)
				longer[at + 1 + i] = (uint8_t)(number >> 8 * (wide - 1 - i));
			memcpy(longer + at + 1 + wide, payload + at + 1 + extra,
			       len - at - 1 - extra);
			assert_int_equal(kind->parse(longer, len + wide - extra, &record),
			                 WIRE_E_NOT_CANONICAL);
		}
		at += 1 + extra + (major == 2 || major == 3 ? (size_t)number : 0);
	}
	assert_memory_equal(&record, &untouched, sizeof(record));
}

static void test_not_canonical(void **state)
{
	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t payload[MESSAGE_BYTES_MAX];
		size_t len;
		union record record;

		longer_heads(&sample[k]);
		/* Other types in each place: none of them is read as what it resembles. */
		for (size_t f = 0; sample[k].field[f] != NULL; f++) {
			static const char *const odd[] = {
			    "raw'f93c00'",             /* 1.0 */
			    "raw'fa3f800000'",         /* 1.0 */
			    "raw'fb3ff0000000000000'", /* 1.0 */
			    "raw'c101'",               /* 1(1) */
			    "raw'f5'",                 /* true */
			    "raw'f7'",                 /* undefined */
			    "raw'5f4101ff'",           /* (_ h'01') */
			    "raw'7f6161ff'",           /* (_ "a") */
			    "raw'9f01ff'",             /* [_ 1] */
			    "raw'bfff'",               /* {_ } */
			    "-1",
			    "{}",
			    "raw'f0'",   /* simple(16) */
			    "raw'f8ff'", /* simple(255) */
			    "raw'ff'",   /* break */
			    "raw'1c'",   /* reserved */
			};

			for (size_t o = 0; o < sizeof(odd) / sizeof(odd[0]); o++) {
				len =
				    sample_payload(&sample[k], f, odd[o], payload, sizeof(payload));
				assert_int_equal(sample[k].parse(payload, len, &record),
				                 WIRE_E_PAYLOAD);
			}
		}
		len = sample_payload(&sample[k], 0, NULL, payload, sizeof(payload));
		payload[len] = 0xf6;
		assert_int_equal(sample[k].parse(payload, len + 1, &record), WIRE_E_PAYLOAD);
		payload[0]++; /* one field more than there is */
		assert_int_equal(sample[k].parse(payload, len + 1, &record), WIRE_E_PAYLOAD);
		len = sample_payload(&sample[k], 0, "2", payload, sizeof(payload));
		assert_int_equal(sample[k].parse(payload, len, &record), WIRE_E_PAYLOAD);
	}
}

static void test_room(void **state)
{
	const struct secret_seed seed = sample_seed(3);

	(void)state;
	for (unsigned k = 0; k < SIGN1_N_KINDS; k++) {
		uint8_t message[MESSAGE_BYTES_MAX];
		const size_t len = sample_message(&sample[k], 3, message, sizeof(message));
		union record record;
		size_t n = 5;

		sample[k].ordinary(&record);
		memset(message, 0x3c, sizeof(message));
		assert_int_equal(sample[k].seal(&record, &seed, message, len - 1, &n),
		                 WIRE_E_TOO_LONG);
		assert_int_equal(n, 5);
		assert_int_equal(message[0], 0x3c);
		assert_int_equal(sample[k].seal(&record, &seed, message, len, &n), 0);
		assert_int_equal(n, len);
		assert_int_equal(message[len], 0x3c);
	}
}

/* A manifest whose every list is full does not fit, and says so. */
static void test_manifest_too_long(void **state)
{
	const struct secret_seed seed = sample_seed(3);
	uint8_t message[MESSAGE_BYTES_MAX];
	union record record;
	size_t len;

	(void)state;
	sample[SIGN1_MANIFEST].most(&record);
	for (unsigned p = 0; p < PROJECTS_MAX; p++)
		memset(record.manifest.project[p].name[0].s, 'x', NAME_BYTES_MAX);
	assert_int_equal(manifest_seal(&record.manifest, &seed, message, sizeof(message), &len),
	                 WIRE_E_TOO_LONG);
}

static void test_sizes(void **state)
{
	uint8_t message[MESSAGE_BYTES_MAX];
	const struct secret_seed seed = sample_seed(3);
	union record record;
	size_t len;

	(void)state;
	len = sample_message(&sample[SIGN1_TICKET], 3, message, sizeof(message));
	assert_true(len <= 100);
	sample[SIGN1_TICKET].most(&record);
	assert_int_equal(ticket_seal(&record.ticket, &seed, message, sizeof(message), &len), 0);
	assert_true(len <= 104);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trips),   cmocka_unit_test(test_layout),
	    cmocka_unit_test(test_fields),        cmocka_unit_test(test_cut_short),
	    cmocka_unit_test(test_every_bit),     cmocka_unit_test(test_other_key_other_kind),
	    cmocka_unit_test(test_other_payload), cmocka_unit_test(test_not_canonical),
	    cmocka_unit_test(test_room),          cmocka_unit_test(test_manifest_too_long),
	    cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
