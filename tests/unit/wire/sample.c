/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "crypto.h"
#include "notation.h"
#include "sample.h"
#include "valid.h"

#define FILL(field, octet)   memset((field).b, (octet), sizeof((field).b))
#define TEXT_OF(field, text) (void)snprintf((field).s, sizeof((field).s), "%s", (text))
#define TEXT_FULL(field, c)                                                                        \
	(memset((field).s, (c), sizeof((field).s) - 1), (field).s[sizeof((field).s) - 1] = '\0')

struct secret_seed sample_seed(uint8_t octet)
{
	struct secret_seed seed;

	FILL(seed, octet);
	return seed;
}

struct public_key sample_key(uint8_t octet)
{
	const struct secret_seed seed = sample_seed(octet);

	return ed25519_public(&seed);
}

static void hub_cert_ordinary(union record *ret)
{
	struct hub_cert *x = &ret->hub_cert;

	*x = (struct hub_cert){.hub_id = 17, .level = HUB_LOCAL};
	TEXT_OF(x->name, "Louisville");
	TEXT_OF(x->region, "US-KY");
	FILL(x->hub, 0xb1);
	x->not_before = 1790000000;
	x->not_after = 1830000000;
}

static void hub_cert_least(union record *ret)
{
	struct hub_cert *x = &ret->hub_cert;

	*x = (struct hub_cert){.level = HUB_STATE, .not_after = 1};
	TEXT_OF(x->name, "A");
	TEXT_OF(x->region, "AA-0");
}

static void hub_cert_most(union record *ret)
{
	struct hub_cert *x = &ret->hub_cert;

	*x = (struct hub_cert){.hub_id = UINT32_MAX, .level = HUB_LOCAL};
	TEXT_FULL(x->name, 'z');
	TEXT_OF(x->region, "ZZ-ZZZ");
	FILL(x->hub, 0xff);
	x->not_before = TIME_S_MAX - 1;
	x->not_after = TIME_S_MAX;
}

static void collector_cert_ordinary(union record *ret)
{
	ret->collector_cert =
	    (struct collector_cert){.not_before = 1790000000, .not_after = 1830000000};
	FILL(ret->collector_cert.collector, 0xc1);
}

static void collector_cert_least(union record *ret)
{
	ret->collector_cert = (struct collector_cert){.not_after = 1};
}

static void collector_cert_most(union record *ret)
{
	ret->collector_cert =
	    (struct collector_cert){.not_before = TIME_S_MAX - 1, .not_after = TIME_S_MAX};
	FILL(ret->collector_cert.collector, 0xff);
}

static void manifest_ordinary(union record *ret)
{
	struct manifest *x = &ret->manifest;

	*x = (struct manifest){
	    .serial = 1,
	    .n_languages = 2,
	    .n_projects = 2,
	    .default_project = 2,
	    .n_windows = 2,
	    .window = {{1795305600, 10800, 7, 3}, {1797811200, 7200, 0, 1}},
	    .grace_s = 7200,
	    .policy = POLICY_SIGNED,
	    .resume = RESUME_CARD,
	    .party_max = 6,
	    .kiosks_max = 1,
	    .tickets_issued = 200,
	    .people_max = 500,
	    .n_volunteers = 2,
	    .volunteer = {{{0x71, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71}},
	                  {{0x72, 0x72, 0x72, 0x72, 0x72, 0x72, 0x72, 0x72}}},
	};
	FILL(x->event, 0xe1);
	TEXT_OF(x->language[0], "en");
	TEXT_OF(x->language[1], "es");
	TEXT_OF(x->name[0], "Town meeting");
	TEXT_OF(x->name[1], "Asamblea");
	x->project[0].id = 2;
	x->project[0].n_keywords = 2;
	TEXT_OF(x->project[0].name[0], "River");
	TEXT_OF(x->project[0].name[1], "R\xc3\xado");
	TEXT_OF(x->project[0].keyword[0], "RIVER");
	TEXT_OF(x->project[0].keyword[1], "RIO");
	x->project[1].id = 9;
	TEXT_OF(x->project[1].name[0], "Library");
	TEXT_OF(x->project[1].name[1], "Biblioteca");
	FILL(x->card, 0xca);
}

static void manifest_least(union record *ret)
{
	struct manifest *x = &ret->manifest;

	*x = (struct manifest){
	    .n_languages = 1,
	    .n_projects = 1,
	    .project = {{.id = 1}},
	    .default_project = 1,
	    .n_windows = 1,
	    .window = {{0, 60, 0, 1}},
	    .party_max = 1,
	    .kiosks_max = 1,
	};
	TEXT_OF(x->language[0], "en");
	TEXT_OF(x->name[0], "A");
	TEXT_OF(x->project[0].name[0], "B");
}

/* As large as fits in MANIFEST_BYTES_MAX: not all lists can be full at once. */
static void manifest_most(union record *ret)
{
	struct manifest *x = &ret->manifest;

	*x = (struct manifest){
	    .serial = UINT32_MAX,
	    .n_languages = 3,
	    .n_projects = PROJECTS_MAX,
	    .default_project = UINT16_MAX,
	    .n_windows = WINDOWS_MAX,
	    .grace_s = 86400,
	    .policy = POLICY_ANY,
	    .resume = RESUME_AUTO,
	    .party_max = PARTY_MAX,
	    .kiosks_max = UINT16_MAX,
	    .tickets_issued = UINT32_MAX,
	    .people_max = UINT32_MAX,
	    .n_volunteers = VOLUNTEERS_MAX,
	    .volunteer = {{{1}}, {{2}}, {{3}}, {{4}}},
	    .has_ticket_key = true,
	};
	TEXT_OF(x->language[0], "aaa-bbbb");
	TEXT_OF(x->language[1], "es-419");
	TEXT_OF(x->language[2], "ht");
	for (unsigned l = 0; l < 3; l++)
		TEXT_FULL(x->name[l], 'n');
	for (unsigned p = 0; p < PROJECTS_MAX; p++) {
		x->project[p].id = (uint16_t)(UINT16_MAX - PROJECTS_MAX + 1 + p);
		for (unsigned l = 0; l < 3; l++)
			TEXT_OF(x->project[p].name[l], "project");
		x->project[p].n_keywords = p == 0 ? KEYWORDS_MAX : 1;
		for (unsigned k = 0; k < x->project[p].n_keywords; k++) {
			TEXT_FULL(x->project[p].keyword[k], 'K');
			x->project[p].keyword[k].s[0] = (char)('A' + p);
			x->project[p].keyword[k].s[1] = (char)('A' + k);
		}
	}
	for (unsigned w = 0; w < WINDOWS_MAX; w++)
		x->window[w] =
		    (struct window){TIME_S_MAX - 604800 * (62 * (WINDOWS_MAX - w)), 604800, 7, 62};
	FILL(x->event, 0xff);
	FILL(x->card, 0xff);
	FILL(x->ticket, 0xff);
}

static void ticket_ordinary(union record *ret)
{
	ret->ticket = (struct ticket){
	    .number = 4711, .projects = 5, .first = FIRST_YES, .not_after = 1795500000};
	FILL(ret->ticket.event, 0xe1);
}

static void ticket_least(union record *ret)
{
	ret->ticket = (struct ticket){.number = 1};
}

static void ticket_most(union record *ret)
{
	ret->ticket = (struct ticket){.number = UINT32_MAX,
	                              .projects = UINT16_MAX,
	                              .first = FIRST_NO,
	                              .not_after = TIME_S_MAX};
	FILL(ret->ticket.event, 0xff);
}

static void grant_ordinary(union record *ret)
{
	ret->grant = (struct grant){.occurrence = 2};
	FILL(ret->grant.device, 0xd1);
	FILL(ret->grant.epoch, 0xe2);
	FILL(ret->grant.manifest, 0xaa);
}

static void grant_least(union record *ret)
{
	ret->grant = (struct grant){0};
}

static void grant_most(union record *ret)
{
	grant_ordinary(ret);
	ret->grant.occurrence = 999;
}

static void headcount_ordinary(union record *ret)
{
	ret->headcount = (struct headcount){.people = 240};
	FILL(ret->headcount.epoch, 0xe2);
}

static void headcount_least(union record *ret)
{
	ret->headcount = (struct headcount){0};
}

static void headcount_most(union record *ret)
{
	ret->headcount = (struct headcount){.people = UINT32_MAX};
}

static void correction_ordinary(union record *ret)
{
	ret->correction = (struct correction){.seq = 8};
	FILL(ret->correction.epoch, 0xe2);
	TEXT_OF(ret->correction.reason, "The second door was counted twice.");
}

static void correction_least(union record *ret)
{
	ret->correction = (struct correction){.seq = 1, .reason = {"x"}};
}

static void correction_most(union record *ret)
{
	ret->correction = (struct correction){.seq = UINT32_MAX};
	TEXT_FULL(ret->correction.reason, '~');
}

static void batch_ordinary(union record *ret)
{
	struct batch *x = &ret->batch;

	*x = (struct batch){
	    .seq = 3,
	    .boot = 12,
	    .boot_ms = 5400000,
	    .has_wall = true,
	    .wall = 1795312800,
	    .clock_source = CLOCK_SOURCE_SMS,
	    .clock_uncertainty_s = 5,
	    .log_size = 9,
	    .n_rows = 3,
	    .row = {{0, CHANNEL_QR, FIRST_YES, 4, 0},
	            {0, CHANNEL_SMS, FIRST_NOT_ASKED, 1, 0},
	            {2, CHANNEL_QR, FIRST_YES, 3, 1}},
	    .state = EPOCH_CLOSED,
	    .headcount_len = 4,
	    .headcount = {1, 2, 3, 4},
	    .has_receipt = true,
	    .receipt_log_size = 77,
	};
	FILL(x->device, 0xd1);
	FILL(x->epoch, 0xe2);
	FILL(x->prev, 0x99);
	FILL(x->log_root, 0x77);
	FILL(x->receipt, 0x55);
	FILL(x->software, 0x50);
}

static void batch_least(union record *ret)
{
	ret->batch = (struct batch){.seq = 1, .boot = 1};
}

static void batch_most(union record *ret)
{
	struct batch *x = &ret->batch;

	*x = (struct batch){
	    .seq = UINT32_MAX,
	    .boot = UINT32_MAX,
	    .boot_ms = UINT64_MAX,
	    .has_wall = true,
	    .wall = TIME_S_MAX,
	    .clock_source = CLOCK_SOURCE_OPERATOR,
	    .clock_uncertainty_s = UINT32_MAX,
	    .log_size = UINT64_MAX,
	    .n_rows = BATCH_ROWS_MAX,
	    .state = EPOCH_CORRECTED,
	    .headcount_len = HEADCOUNT_BYTES_MAX,
	    .correction_len = CORRECTION_BYTES_MAX,
	    .has_receipt = true,
	    .receipt_log_size = UINT64_MAX,
	};
	for (unsigned i = 0; i < BATCH_ROWS_MAX; i++)
		x->row[i] = (struct batch_row){(uint16_t)(UINT16_MAX - 16 + i / 9),
		                               (enum channel)(i / 3 % 3 + 1), (enum first)(i % 3),
		                               UINT32_MAX, UINT32_MAX};
	memset(x->headcount, 0xff, sizeof(x->headcount));
	memset(x->correction, 0xff, sizeof(x->correction));
	FILL(x->device, 0xff);
}

static void receipt_ordinary(union record *ret)
{
	struct receipt *x = &ret->receipt;

	*x = (struct receipt){.seq = 3, .time = 1795312900, .log_size = 100, .leaf = 98};
	FILL(x->device, 0xd1);
	FILL(x->epoch, 0xe2);
	FILL(x->batch, 0xba);
	FILL(x->log_root, 0x77);
	x->inclusion.n = 2;
	FILL(x->inclusion.hash[0], 0x01);
	FILL(x->inclusion.hash[1], 0x02);
}

static void receipt_least(union record *ret)
{
	ret->receipt = (struct receipt){.seq = 1, .log_size = 1};
}

static void receipt_most(union record *ret)
{
	struct receipt *x = &ret->receipt;

	*x = (struct receipt){.seq = UINT32_MAX,
	                      .time = TIME_S_MAX,
	                      .log_size = UINT64_MAX,
	                      .leaf = UINT64_MAX - 1,
	                      .inclusion = {.n = PROOF_HASHES_MAX}};
	for (unsigned i = 0; i < PROOF_HASHES_MAX; i++)
		FILL(x->inclusion.hash[i], i);
	TEXT_FULL(x->held, 'h');
}

static void answer_ordinary(union record *ret)
{
	struct answer *x = &ret->answer;

	*x = (struct answer){.status = ANSWER_STORED,
	                     .receipt_len = 3,
	                     .receipt = {9, 8, 7},
	                     .has_head = true,
	                     .head_seq = 3,
	                     .consistency_from = 77,
	                     .consistency = {.n = 1},
	                     .next_after_s = 900};
	FILL(x->nonce, 0x0c);
	FILL(x->subject, 0xba);
	FILL(x->head_hash, 0xba);
	FILL(x->consistency.hash[0], 0x03);
}

static void answer_least(union record *ret)
{
	ret->answer = (struct answer){.status = ANSWER_STORED_BEFORE};
}

static void answer_most(union record *ret)
{
	struct answer *x = &ret->answer;

	*x = (struct answer){.status = ANSWER_DOES_NOT_ADD_UP,
	                     .receipt_len = RECEIPT_BYTES_MAX,
	                     .has_head = true,
	                     .head_seq = UINT32_MAX,
	                     .consistency_from = UINT64_MAX,
	                     .consistency = {.n = PROOF_HASHES_MAX},
	                     .next_after_s = UINT32_MAX};
	memset(x->receipt, 0xff, sizeof(x->receipt));
	TEXT_FULL(x->reason, 'r');
}

static void log_head_ordinary(union record *ret)
{
	struct log_head *x = &ret->log_head;

	*x = (struct log_head){.time = 1795312900, .size = 100};
	FILL(x->nonce, 0x0c);
	FILL(x->root, 0x77);
}

static void log_head_least(union record *ret)
{
	ret->log_head = (struct log_head){.size = 0};
}

static void log_head_most(union record *ret)
{
	struct log_head *x = &ret->log_head;

	*x = (struct log_head){.time = TIME_S_MAX, .size = UINT64_MAX};
	FILL(x->nonce, 0xff);
	FILL(x->root, 0xff);
}

static void kiosk_list_ordinary(union record *ret)
{
	ret->kiosk_list = (struct kiosk_list){.occurrence = 2, .time = 1795400000, .n = 2};
	FILL(ret->kiosk_list.event, 0xe1);
	FILL(ret->kiosk_list.own[0], 0xd1);
	FILL(ret->kiosk_list.own[1], 0xd2);
}

static void kiosk_list_least(union record *ret)
{
	ret->kiosk_list = (struct kiosk_list){.n = 0};
}

static void kiosk_list_most(union record *ret)
{
	ret->kiosk_list = (struct kiosk_list){
	    .occurrence = OCCURRENCES_MAX - 1, .time = TIME_S_MAX, .n = KIOSK_LIST_MAX};
	FILL(ret->kiosk_list.event, 0xff);
	for (unsigned i = 0; i < KIOSK_LIST_MAX; i++)
		FILL(ret->kiosk_list.own[i], 0xf0 + i);
}

/* The functions of message.h with their records' types taken away. */
#define ERASED(x)                                                                                  \
	static int x##_parse_any(const uint8_t *payload, size_t len, void *ret)                    \
	{                                                                                          \
		return x##_parse(payload, len, ret);                                               \
	}                                                                                          \
	static int x##_seal_any(const void *record, const struct secret_seed *seed,                \
	                        uint8_t *buffer, size_t size, size_t *ret_len)                     \
	{                                                                                          \
		return x##_seal(record, seed, buffer, size, ret_len);                              \
	}                                                                                          \
	static int x##_open_any(const uint8_t *message, size_t len, const struct public_key *key,  \
	                        void *ret)                                                         \
	{                                                                                          \
		return x##_open(message, len, key, ret);                                           \
	}
ERASED(hub_cert)
ERASED(collector_cert)
ERASED(manifest)
ERASED(ticket)
ERASED(grant)
ERASED(headcount)
ERASED(correction)
ERASED(batch)
ERASED(receipt)
ERASED(answer)
ERASED(log_head)
ERASED(kiosk_list)

#define SAMPLE(x, kind, max, ...)                                                                  \
	[kind] = {                                                                                 \
	    #x,       kind,          sizeof(struct x), max,          x##_ordinary, x##_least,      \
	    x##_most, x##_parse_any, x##_seal_any,     x##_open_any, {__VA_ARGS__}}

const struct sample_kind sample[SIGN1_N_KINDS] = {
    SAMPLE(hub_cert, SIGN1_HUB_CERT, HUB_CERT_BYTES_MAX, "1", "17", "1", "\"Louisville\"",
           "\"US-KY\"", "#32:b1", "1790000000", "1830000000"),
    SAMPLE(collector_cert, SIGN1_COLLECTOR_CERT, COLLECTOR_CERT_BYTES_MAX, "1", "#32:c1",
           "1790000000", "1830000000"),
    SAMPLE(manifest, SIGN1_MANIFEST, MANIFEST_BYTES_MAX, "1", "#8:e1", "1", "[\"en\", \"es\"]",
           "[\"Town meeting\", \"Asamblea\"]",
           "[[2, [\"River\", \"R\xc3\xado\"], [\"RIVER\", \"RIO\"]],"
           " [9, [\"Library\", \"Biblioteca\"], []]]",
           "2", "[[1795305600, 10800, 7, 3], [1797811200, 7200, 0, 1]]", "7200", "0", "0", "6", "1",
           "200", "500", "[#8:71, #8:72]", "#32:ca", "null"),
    SAMPLE(ticket, SIGN1_TICKET, TICKET_BYTES_MAX, "1", "#8:e1", "4711", "5", "1", "1795500000"),
    SAMPLE(grant, SIGN1_GRANT, GRANT_BYTES_MAX, "1", "#32:d1", "#16:e2", "#32:aa", "2"),
    SAMPLE(headcount, SIGN1_HEADCOUNT, HEADCOUNT_BYTES_MAX, "1", "#16:e2", "240"),
    SAMPLE(correction, SIGN1_CORRECTION, CORRECTION_BYTES_MAX, "1", "#16:e2", "8",
           "\"The second door was counted twice.\""),
    SAMPLE(batch, SIGN1_BATCH, BATCH_BYTES_MAX, "1", "#32:d1", "#16:e2", "3", "#32:99",
           "[12, 5400000, 1795312800, 3, 5]", "[9, #32:77]",
           "[[0, 1, 1, 4, 0], [0, 2, 0, 1, 0], [2, 1, 1, 3, 1]]", "1", "h'01020304'", "null",
           "#32:55", "77", "#32:50"),
    SAMPLE(receipt, SIGN1_RECEIPT, RECEIPT_BYTES_MAX, "1", "#32:d1", "#16:e2", "3", "#32:ba",
           "1795312900", "100", "#32:77", "98", "[#32:01, #32:02]", "null"),
    SAMPLE(answer, SIGN1_ANSWER, ANSWER_BYTES_MAX, "1", "#16:0c", "#32:ba", "201", "null",
           "h'090807'", "[3, #32:ba]", "[77, [#32:03]]", "900"),
    SAMPLE(log_head, SIGN1_LOG_HEAD, LOG_HEAD_BYTES_MAX, "1", "#16:0c", "1795312900", "100",
           "#32:77"),
    SAMPLE(kiosk_list, SIGN1_KIOSK_LIST, KIOSK_LIST_BYTES_MAX, "1", "#8:e1", "2", "1795400000",
           "[#32:d1, #32:d2]"),
};

size_t sample_payload(const struct sample_kind *kind, size_t f, const char *text, uint8_t *buffer,
                      size_t size)
{
	char all[16384] = "[";
	size_t len = 1;

	for (size_t i = 0; kind->field[i] != NULL; i++) {
		const char *field = i == f && text != NULL ? text : kind->field[i];

		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s", i > 0 ? ", " : "",
		                        field);
		assert_true(len + 2 < sizeof(all));
	}
	(void)snprintf(all + len, sizeof(all) - len, "]");
	return notation(all, buffer, size);
}

size_t sample_message(const struct sample_kind *kind, uint8_t octet, uint8_t *buffer, size_t size)
{
	const struct secret_seed seed = sample_seed(octet);
	union record record;
	size_t len = 0;

	kind->ordinary(&record);
	assert_int_equal(kind->seal(&record, &seed, buffer, size, &len), 0);
	return len;
}

static void card_projects(struct manifest *manifest)
{
	static const char *const name[3][2] = {{"River cleanup", "Limpieza del r\xc3\xado"},
	                                       {"Library hours", "Horario de biblioteca"},
	                                       {"Safe crossings", "Cruces seguros"}};
	static const char *const keyword[3][2] = {
	    {"RIVER", "RIO"}, {"LIBRARY", "LIBRO"}, {"SAFE", "CRUCE"}};

	manifest->n_projects = 3;
	for (unsigned p = 0; p < 3; p++) {
		manifest->project[p] = (struct project){.id = (uint16_t)(p + 1), .n_keywords = 2};
		for (unsigned i = 0; i < 2; i++) {
			TEXT_OF(manifest->project[p].name[i], name[p][i]);
			TEXT_OF(manifest->project[p].keyword[i], keyword[p][i]);
		}
	}
}

void sample_card(struct manifest *ret_manifest, char *text, size_t size, size_t *ret_octets)
{
	const struct secret_seed root = sample_seed('r'), hub = sample_seed('h');
	uint8_t manifest_bytes[MANIFEST_BYTES_MAX], hub_bytes[HUB_CERT_BYTES_MAX];
	uint8_t octets[CARD_BYTES_MAX];
	struct card card = {.manifest = manifest_bytes, .hub_cert = hub_bytes};
	struct secret_seed card_key;
	union record record;

	hub_cert_ordinary(&record);
	record.hub_cert.hub = sample_key('h');
	assert_int_equal(hub_cert_seal(&record.hub_cert, &root, hub_bytes, sizeof(hub_bytes),
	                               &card.hub_cert_len),
	                 0);
	manifest_ordinary(&record);
	card_projects(&record.manifest);
	FILL(card.secret, 0x5e);
	card_key = card_seed(&card.secret, &record.manifest.event);
	record.manifest.card = ed25519_public(&card_key);
	assert_int_equal(manifest_seal(&record.manifest, &hub, manifest_bytes,
	                               sizeof(manifest_bytes), &card.manifest_len),
	                 0);
	assert_int_equal(card_encode(&card, octets, sizeof(octets), ret_octets), 0);
	assert_int_equal(code_encode(CODE_EVENT_CARD, octets, *ret_octets, text, size), 0);
	*ret_manifest = record.manifest;
}
