/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of HTTP: one form, cut nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "crypto.h"
#include "hex.h"
#include "message.h"
#include "notation.h"

static int set_up(void **state)
{
	(void)state;
	return crypto_init();
}

static void test_post(void **state)
{
	static uint8_t body[POST_BYTES_MAX + 8], again[POST_BYTES_MAX];
	struct post_view view, untouched;
	size_t len = notation("[#300:ba, #100:9a, h'01', #23:cc]", body, sizeof(body)), n = 5;

	(void)state;
	assert_int_equal(post_split(body, len, &view), 0);
	assert_int_equal(view.batch_len, 300);
	assert_int_equal(view.batch[299], 0xba);
	assert_int_equal(view.grant_len, 100);
	assert_int_equal(view.manifest_len, 1);
	assert_int_equal(view.hub_cert_len, 23);
	assert_ptr_equal(view.hub_cert + 23, body + len);
	assert_int_equal(post_join(&view, again, len - 1, &n), WIRE_E_TOO_LONG);
	assert_int_equal(n, 5);
	assert_int_equal(post_join(&view, again, len, &n), 0);
	assert_int_equal(n, len);
	assert_memory_equal(again, body, len);

	memset(&untouched, 0x3c, sizeof(untouched));
	view = untouched;
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(post_split(body, cut, &view), WIRE_E_SHAPE);
	assert_int_equal(post_split(body, len + 1, &view), WIRE_E_SHAPE);
	assert_int_equal(post_split(body, POST_BYTES_MAX + 1, &view), WIRE_E_TOO_LONG);
	assert_memory_equal(&view, &untouched, sizeof(view));
}

static void test_post_shapes(void **state)
{
	static const char *const bad[] = {
	    "[h'01', h'02', h'03']",
	    "[h'01', h'02', h'03', h'04', h'05']",
	    "[_ h'01', h'02', h'03', h'04']",
	    "[_0 h'01', h'02', h'03', h'04']",
	    "[h'01'_0, h'02', h'03', h'04']",
	    "[h'', h'02', h'03', h'04']",
	    "[h'01', h'02', h'03', null]",
	    "[h'01', h'02', h'03', \"04\"]",
	    "[h'01', h'02', h'03', [h'04']]",
	    "[h'01', raw'5f4102ff', h'03', h'04']",
	    "h'01020304'",
	};
	uint8_t body[64];
	struct post_view view;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(post_split(body, notation(bad[i], body, sizeof(body)), &view),
		                 WIRE_E_SHAPE);
	assert_int_equal(post_split((const uint8_t *)"<html>captive portal</html>", 27, &view),
	                 WIRE_E_SHAPE);
}

/* The largest post there can be fits, and what is larger does not. */
static void test_post_limits(void **state)
{
	static uint8_t octets[POST_BYTES_MAX], body[POST_BYTES_MAX];
	struct post_view view = {octets,
	                         octets,
	                         octets,
	                         octets,
	                         BATCH_BYTES_MAX,
	                         GRANT_BYTES_MAX,
	                         MANIFEST_BYTES_MAX,
	                         HUB_CERT_BYTES_MAX};
	size_t len;

	(void)state;
	assert_int_equal(post_join(&view, body, sizeof(body), &len), 0);
	assert_int_equal(post_split(body, len, &view), 0);
	view.batch_len = POST_BYTES_MAX;
	view.batch = octets;
	assert_int_equal(post_join(&view, body, sizeof(body), &len), WIRE_E_TOO_LONG);
}

static void test_reply(void **state)
{
	static uint8_t body[ANSWER_BYTES_MAX + 512], again[ANSWER_BYTES_MAX + 512];
	static uint8_t longest[ANSWER_BYTES_MAX];
	struct reply_view view;
	size_t len = notation("[#300:a5, #100:c0]", body, sizeof(body)), n = 0;

	(void)state;
	assert_int_equal(reply_split(body, len, &view), 0);
	assert_int_equal(view.answer_len, 300);
	assert_int_equal(view.collector_cert_len, 100);
	assert_int_equal(view.collector_cert[99], 0xc0);
	assert_int_equal(reply_join(&view, again, sizeof(again), &n), 0);
	assert_int_equal(n, len);
	assert_memory_equal(again, body, len);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(reply_split(body, cut, &view), WIRE_E_SHAPE);
	assert_int_equal(reply_split(body, len + 1, &view), WIRE_E_SHAPE);
	assert_int_equal(reply_split(body, 32768, &view), WIRE_E_TOO_LONG);
	len = notation("[#300:a5, #100:c0_1]", body, sizeof(body));
	assert_int_equal(reply_split(body, len, &view), WIRE_E_SHAPE);
	view = (struct reply_view){longest, longest, ANSWER_BYTES_MAX, COLLECTOR_CERT_BYTES_MAX};
	assert_int_equal(reply_join(&view, again, sizeof(again), &n), 0);
	assert_int_equal(reply_split(again, n, &view), 0);
}

static void test_hashes(void **state)
{
	const struct epoch_id epoch = {"abcdefghijklmno"};
	struct hash hash = message_hash((const uint8_t *)"abc", 3), expected;

	(void)state;
	assert_int_equal(
	    hex_decode("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	               expected.b, 32),
	    0);
	assert_memory_equal(&hash, &expected, sizeof(hash));
	hash = head_subject(&epoch);
	expected = sha256(epoch.b, 16);
	assert_memory_equal(&hash, &expected, sizeof(hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_post),        cmocka_unit_test(test_post_shapes),
	    cmocka_unit_test(test_post_limits), cmocka_unit_test(test_reply),
	    cmocka_unit_test(test_hashes),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
