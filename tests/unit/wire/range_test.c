/* SPDX-License-Identifier: Apache-2.0 */
/* Every field's range, at parsing and at sealing: nobody sends what nobody would take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "broken.h"
#include "crypto.h"
#include "sample.h"

static int set_up(void **state)
{
	(void)state;
	return crypto_init();
}

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_broken; i++) {
		const struct sample_kind *kind = &sample[broken[i].kind];
		uint8_t payload[MESSAGE_BYTES_MAX];
		const size_t len =
		    sample_payload(kind, broken[i].field, broken[i].text, payload, sizeof(payload));
		union record record, untouched;
		int r;

		memset(&untouched, 0x3c, sizeof(untouched));
		record = untouched;
		r = kind->parse(payload, len, &record);
		if (r != broken[i].expected)
			fail_msg("%s: %s: %d instead of %d", kind->name, broken[i].what, r,
			         broken[i].expected);
		if (r != 0)
			assert_memory_equal(&record, &untouched, sizeof(record));
	}
}

/* One over what a list may hold. */
static void test_list_limits(void **state)
{
	char text[8192];
	uint8_t payload[MESSAGE_BYTES_MAX];
	union record record;
	size_t len = 1;

	(void)state;
	text[0] = '[';
	for (unsigned i = 0; i < PROOF_HASHES_MAX + 1; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "#32:01,");
	(void)snprintf(text + len, sizeof(text) - len, "]");
	len = sample_payload(&sample[SIGN1_RECEIPT], 9, text, payload, sizeof(payload));
	assert_int_equal(receipt_parse(payload, len, &record.receipt), WIRE_E_PAYLOAD);

	len = 1;
	for (unsigned i = 0; i < BATCH_ROWS_MAX + 1; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%u,1,0,1,0],", i);
	(void)snprintf(text + len, sizeof(text) - len, "]");
	len = sample_payload(&sample[SIGN1_BATCH], 7, text, payload, sizeof(payload));
	assert_int_equal(batch_parse(payload, len, &record.batch), WIRE_E_PAYLOAD);

	len = 1;
	for (unsigned i = 0; i < PROJECTS_MAX + 1; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%u,[\"a\",\"b\"],[]],",
		                        i + 1);
	(void)snprintf(text + len, sizeof(text) - len, "]");
	len = sample_payload(&sample[SIGN1_MANIFEST], 5, text, payload, sizeof(payload));
	assert_int_equal(manifest_parse(payload, len, &record.manifest), WIRE_E_PAYLOAD);

	len = 1;
	for (unsigned i = 0; i < WINDOWS_MAX + 1; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%u,60,0,1],", i * 60);
	(void)snprintf(text + len, sizeof(text) - len, "]");
	len = sample_payload(&sample[SIGN1_MANIFEST], 7, text, payload, sizeof(payload));
	assert_int_equal(manifest_parse(payload, len, &record.manifest), WIRE_E_PAYLOAD);
}

/* An ordinary struct of that kind with one thing spoilt is not sealed. */
#define REFUSES(type, kind, spoil)                                                                 \
	do {                                                                                       \
		const struct secret_seed seed = sample_seed(3);                                    \
		uint8_t message[MESSAGE_BYTES_MAX];                                                \
		size_t len = 5;                                                                    \
		union record record;                                                               \
		struct type *x = &record.type;                                                     \
                                                                                                   \
		sample[kind].ordinary(&record);                                                    \
		spoil;                                                                             \
		assert_int_equal(type##_seal(x, &seed, message, sizeof(message), &len),            \
		                 WIRE_E_PAYLOAD);                                                  \
		assert_int_equal(len, 5);                                                          \
	} while (0)
#define UNENDED(field) memset((field).s, 'A', sizeof((field).s))

static void test_seal_certificates(void **state)
{
	(void)state;
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->level = (enum hub_level)2);
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->name.s[0] = '\0');
	REFUSES(hub_cert, SIGN1_HUB_CERT, UNENDED(x->name));
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->name.s[1] = '\x1b');
	REFUSES(hub_cert, SIGN1_HUB_CERT, UNENDED(x->region));
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->region.s[2] = '_');
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->not_before = -1);
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->not_after = x->not_before);
	REFUSES(hub_cert, SIGN1_HUB_CERT, x->not_after = INT64_MAX);
	REFUSES(collector_cert, SIGN1_COLLECTOR_CERT, x->not_after = x->not_before);
	REFUSES(collector_cert, SIGN1_COLLECTOR_CERT, x->not_before = INT64_MIN);
}

static void test_seal_manifest(void **state)
{
	(void)state;
	REFUSES(manifest, SIGN1_MANIFEST, x->n_languages = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->n_languages = 4);
	REFUSES(manifest, SIGN1_MANIFEST, x->language[1] = x->language[0]);
	REFUSES(manifest, SIGN1_MANIFEST, UNENDED(x->language[1]));
	REFUSES(manifest, SIGN1_MANIFEST, UNENDED(x->name[1]));
	REFUSES(manifest, SIGN1_MANIFEST, x->n_projects = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->n_projects = PROJECTS_MAX + 1);
	REFUSES(manifest, SIGN1_MANIFEST, x->project[1].id = x->project[0].id);
	REFUSES(manifest, SIGN1_MANIFEST, x->project[1].id = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->project[1].n_keywords = KEYWORDS_MAX + 1);
	REFUSES(manifest, SIGN1_MANIFEST, UNENDED(x->project[0].keyword[0]));
	REFUSES(manifest, SIGN1_MANIFEST, x->project[0].keyword[1] = x->project[0].keyword[0]);
	REFUSES(manifest, SIGN1_MANIFEST, x->default_project = 3);
	REFUSES(manifest, SIGN1_MANIFEST, x->n_windows = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->n_windows = WINDOWS_MAX + 1);
	REFUSES(manifest, SIGN1_MANIFEST, x->window[0].start = -1);
	REFUSES(manifest, SIGN1_MANIFEST, x->window[0].length_s = 59);
	REFUSES(manifest, SIGN1_MANIFEST, x->window[0].every_days = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->window[1].start = x->window[0].start + 14 * 86400);
	REFUSES(manifest, SIGN1_MANIFEST, x->window[1].count = 1001);
	REFUSES(manifest, SIGN1_MANIFEST, x->grace_s = 86401);
	REFUSES(manifest, SIGN1_MANIFEST, x->policy = (enum qr_policy)3);
	REFUSES(manifest, SIGN1_MANIFEST, x->resume = (enum resume_policy) - 1);
	REFUSES(manifest, SIGN1_MANIFEST, x->party_max = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->party_max = PARTY_MAX + 1);
	REFUSES(manifest, SIGN1_MANIFEST, x->kiosks_max = 0);
	REFUSES(manifest, SIGN1_MANIFEST, x->n_volunteers = VOLUNTEERS_MAX + 1);
	REFUSES(manifest, SIGN1_MANIFEST, x->volunteer[1] = x->volunteer[0]);
}

static void test_seal_codes_of_an_epoch(void **state)
{
	(void)state;
	REFUSES(ticket, SIGN1_TICKET, x->number = 0);
	REFUSES(ticket, SIGN1_TICKET, x->first = (enum first)3);
	REFUSES(ticket, SIGN1_TICKET, x->not_after = -1);
	REFUSES(grant, SIGN1_GRANT, x->occurrence = 1000);
	REFUSES(kiosk_list, SIGN1_KIOSK_LIST, x->occurrence = 1000);
	REFUSES(kiosk_list, SIGN1_KIOSK_LIST, x->time = -1);
	REFUSES(kiosk_list, SIGN1_KIOSK_LIST, x->n = KIOSK_LIST_MAX + 1);
	REFUSES(kiosk_list, SIGN1_KIOSK_LIST, x->own[1] = x->own[0]);
	REFUSES(correction, SIGN1_CORRECTION, x->seq = 0);
	REFUSES(correction, SIGN1_CORRECTION, x->reason.s[0] = '\0');
	REFUSES(correction, SIGN1_CORRECTION, UNENDED(x->reason));
}

static void test_seal_batch(void **state)
{
	(void)state;
	REFUSES(batch, SIGN1_BATCH, x->seq = 0);
	REFUSES(batch, SIGN1_BATCH, x->boot = 0);
	REFUSES(batch, SIGN1_BATCH, x->wall = -1);
	REFUSES(batch, SIGN1_BATCH, x->has_wall = false);
	REFUSES(batch, SIGN1_BATCH, x->clock_source = CLOCK_SOURCE_NONE);
	REFUSES(batch, SIGN1_BATCH, x->clock_source = (enum clock_source)6);
	REFUSES(batch, SIGN1_BATCH, x->n_rows = BATCH_ROWS_MAX + 1);
	REFUSES(batch, SIGN1_BATCH, x->row[1] = x->row[0]);
	REFUSES(batch, SIGN1_BATCH, x->row[0].project = 3);
	REFUSES(batch, SIGN1_BATCH, x->row[0].channel = (enum channel)0);
	REFUSES(batch, SIGN1_BATCH, x->row[2].channel = (enum channel)4);
	REFUSES(batch, SIGN1_BATCH, x->row[2].first = (enum first)3);
	REFUSES(batch, SIGN1_BATCH, x->state = EPOCH_CORRECTED);
	REFUSES(batch, SIGN1_BATCH, x->state = (enum epoch_state)3);
	REFUSES(batch, SIGN1_BATCH, x->correction_len = 1);
	REFUSES(batch, SIGN1_BATCH, x->headcount_len = HEADCOUNT_BYTES_MAX + 1);
	REFUSES(batch, SIGN1_BATCH,
	        (x->state = EPOCH_CORRECTED, x->correction_len = CORRECTION_BYTES_MAX + 1));
	REFUSES(batch, SIGN1_BATCH, x->has_receipt = false);
	REFUSES(batch, SIGN1_BATCH, x->receipt_log_size = 0);
}

static void test_seal_answers(void **state)
{
	(void)state;
	REFUSES(receipt, SIGN1_RECEIPT, x->seq = 0);
	REFUSES(receipt, SIGN1_RECEIPT, x->time = -1);
	REFUSES(receipt, SIGN1_RECEIPT, x->leaf = x->log_size);
	REFUSES(receipt, SIGN1_RECEIPT, x->inclusion.n = PROOF_HASHES_MAX + 1);
	REFUSES(receipt, SIGN1_RECEIPT, UNENDED(x->held));
	REFUSES(answer, SIGN1_ANSWER, x->status = 0);
	REFUSES(answer, SIGN1_ANSWER, x->status = 500);
	REFUSES(answer, SIGN1_ANSWER, UNENDED(x->reason));
	REFUSES(answer, SIGN1_ANSWER, x->receipt_len = RECEIPT_BYTES_MAX + 1);
	REFUSES(answer, SIGN1_ANSWER, x->receipt_len = 0);
	REFUSES(answer, SIGN1_ANSWER, x->head_seq = 0);
	REFUSES(answer, SIGN1_ANSWER, x->consistency_from = 0);
	REFUSES(answer, SIGN1_ANSWER, x->consistency.n = PROOF_HASHES_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_list_limits),
	    cmocka_unit_test(test_seal_certificates),
	    cmocka_unit_test(test_seal_manifest),
	    cmocka_unit_test(test_seal_codes_of_an_epoch),
	    cmocka_unit_test(test_seal_batch),
	    cmocka_unit_test(test_seal_answers),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
