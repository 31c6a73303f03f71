/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "crypto.h"
#include "stage.h"
#include "text.h"

static void on_view(void *context, const struct msg_view *view)
{
	struct stage *stage = context;

	stage->view[stage->n_views++ % STAGE_KEPT] = *view;
}

static void on_result(void *context, uint64_t client, const struct msg_result *result)
{
	struct stage *stage = context;

	stage->client[stage->n_results % STAGE_KEPT] = client;
	stage->result[stage->n_results++ % STAGE_KEPT] = *result;
}

static void on_verdict(void *context, const struct msg_sms_verdict *verdict)
{
	struct stage *stage = context;

	stage->verdict[stage->n_verdicts++ % STAGE_KEPT] = *verdict;
}

static int on_sweep(void *context)
{
	struct stage *stage = context;

	if (!stage->has_modem)
		return -ENOTCONN;
	stage->n_sweeps++;
	return 0;
}

static enum health on_health(void *context, enum helper_kind kind)
{
	const struct stage *stage = context;

	return stage->health[kind];
}

static void on_modem_state(void *context, struct modem_state *ret)
{
	const struct stage *stage = context;

	*ret = stage->modem;
}

static int on_request(void *context, const struct msg_http_request *request, const uint8_t *body,
                      size_t len)
{
	struct stage *stage = context;

	if (!stage->has_uplink)
		return -ENOTCONN;
	stage->n_requests++;
	stage->request = *request;
	stage->body_len = len;
	if (len)
		memcpy(stage->body, body, len);
	return 0;
}

static void on_random(void *context, void *buffer, size_t len)
{
	struct stage *stage = context;
	uint8_t *octet = buffer;

	for (size_t i = 0; i < len; i++)
		octet[i] = (uint8_t)fault_random(&stage->random);
}

static void on_note(void *context, enum log_level level, const char *line)
{
	(void)context;
	/* To standard error: a benchmark's standard output is its figures. */
	print_error("kiosk <%d> %s\n", level, line);
}

void stage_init(struct stage *stage)
{
	assert_int_equal(crypto_init(), 0);
	memset(stage, 0, sizeof(*stage));
	(void)snprintf(stage->folder, sizeof(stage->folder), "/tmp/kiosk-stage-XXXXXX");
	assert_non_null(mkdtemp(stage->folder));
	(void)snprintf(stage->ledger_path, sizeof(stage->ledger_path), "%s/ledger.db",
	               stage->folder);
	stage->disk = fault_disk_new();
	assert_non_null(stage->disk);
	stage->random = 1;
	stage->has_modem = stage->has_uplink = true;
	for (unsigned i = 0; i < HELPER_N_KINDS; i++)
		stage->health[i] = HEALTH_GOOD;
	papers_make(&stage->papers, 1, STAGE_START);
	stage->time = (struct kiosk_time){
	    .mono = {1000000},
	    .source = CLOCK_SOURCE_OPERATOR,
	    .wall = STAGE_START + 60,
	    .boot_id = {1},
	};
	stage->config = (struct kiosk_config){
	    .ledger_path = stage->ledger_path,
	    .network = stage->papers.network,
	    .device = {{9}},
	    .software = {{5}},
	    .replies = {.on = true,
	                .interval_s = 600,
	                .per_number = 3,
	                .per_minute = 15,
	                .numbers_a_day = 200,
	                .status_interval_s = 60,
	                .statuses_per_number = 5},
	    .reply_deadline_ms = 30000,
	    .wait_unopened_s = 6 * 3600,
	    .uplink = true,
	    .upload = {.base_us = 1000000, .cap_us = 60000000, .interval_us = 10000000},
	    .powered_max_ms = 12ULL * 3600 * 1000,
	};
}

int stage_try_start(struct stage *stage, char *sentence, size_t size)
{
	const struct kiosk_outputs outputs = {
	    .view = on_view,
	    .result = on_result,
	    .verdict = on_verdict,
	    .sweep = on_sweep,
	    .health = on_health,
	    .modem_state = on_modem_state,
	    .request = on_request,
	    .random = on_random,
	    .note = on_note,
	    .context = stage,
	};

	return kiosk_new(&stage->config, &outputs, &stage->time, &stage->kiosk, sentence, size);
}

void stage_start(struct stage *stage)
{
	char sentence[256];
	int r = stage_try_start(stage, sentence, sizeof(sentence));

	if (r != 0)
		print_message("%s\n", sentence);
	assert_int_equal(r, 0);
	kiosk_run(stage->kiosk);
}

void stage_deinit(struct stage *stage)
{
	kiosk_free(stage->kiosk);
	fault_disk_free(stage->disk);
	(void)unlink(stage->ledger_path);
	assert_int_equal(rmdir(stage->folder), 0);
}

int stage_setup(void **state)
{
	static struct stage stage;

	stage_init(&stage);
	stage_start(&stage);
	*state = &stage;
	return 0;
}

int stage_teardown(void **state)
{
	stage_deinit(*state);
	return 0;
}

void stage_power_cut(struct stage *stage)
{
	fault_disk_arm(stage->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	kiosk_free(stage->kiosk);
	fault_disk_power_on(stage->disk, SURVIVE_NONE, 1);
	fault_disk_arm(stage->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	stage->time.mono.us = 5000000;
	stage->time.boot_id[0]++;
	stage_start(stage);
}

void stage_flush(struct stage *stage)
{
	kiosk_flush(stage->kiosk);
	kiosk_run(stage->kiosk);
}

void stage_wait(struct stage *stage, uint64_t us)
{
	stage->time.mono.us += us;
	stage->time.wall += (int64_t)(us / 1000000);
	kiosk_turn(stage->kiosk, &stage->time);
	kiosk_run(stage->kiosk);
}

const struct msg_view *stage_view(const struct stage *stage)
{
	assert_true(stage->n_views > 0);
	return &stage->view[(stage->n_views - 1) % STAGE_KEPT];
}

uint32_t stage_show(struct stage *stage, const char *code)
{
	unsigned before = stage->n_views;

	kiosk_code(stage->kiosk, stage->time.mono, (const uint8_t *)code, strlen(code));
	kiosk_flush(stage->kiosk);
	for (unsigned i = before; i < stage->n_views; i++)
		if (stage->view[i % STAGE_KEPT].answer != SHOW_NOTHING)
			return stage->view[i % STAGE_KEPT].answer;
	return SHOW_NOTHING;
}

uint32_t stage_ticket(struct stage *stage, uint32_t number)
{
	char text[CODE_TEXT_MAX];

	papers_ticket(&stage->papers, number, text);
	return stage_show(stage, text);
}

void stage_open(struct stage *stage)
{
	char text[CODE_TEXT_MAX];

	papers_card(&stage->papers, text);
	assert_int_equal(stage_show(stage, text), SHOW_OPENED);
}

struct msg_sms stage_sms(struct stage *stage, const char *from, int64_t at, const char *text)
{
	struct msg_sms sms = {
	    .id = ++stage->n_sms, .has_time = true, .time = at, .part = 1, .parts = 1, .oa_len = 8};

	text_copy(sms.from, sizeof(sms.from), from);
	text_copy(sms.text, sizeof(sms.text), text);
	memcpy(sms.oa, sms.from + (strlen(sms.from) > 8 ? strlen(sms.from) - 8 : 0), 8);
	memcpy(sms.scts, &at, sizeof(sms.scts));
	sms.ud_len = (uint8_t)strlen(text);
	sms.udl = sms.ud_len;
	memcpy(sms.ud, text, sms.ud_len);
	/* Two messages are never the same, but where a test offers one again. */
	sms.scts[6] = (uint8_t)sms.id;
	return sms;
}

const struct msg_sms_verdict *stage_offer(struct stage *stage, const struct msg_sms *sms)
{
	unsigned before = stage->n_verdicts;

	kiosk_sms(stage->kiosk, sms);
	kiosk_flush(stage->kiosk);
	assert_int_equal(stage->n_verdicts, before + 1);
	assert_int_equal(stage->verdict[before % STAGE_KEPT].id, sms->id);
	return &stage->verdict[before % STAGE_KEPT];
}

const struct msg_sms_verdict *stage_text(struct stage *stage, const char *from, const char *text)
{
	struct msg_sms sms = stage_sms(stage, from, stage->time.wall, text);

	return stage_offer(stage, &sms);
}

void stage_done(struct stage *stage, uint32_t id, enum sms_sent sent)
{
	struct msg_sms_done done = {.id = id, .sent = sent, .parts = 1, .deleted = true};

	kiosk_sms_done(stage->kiosk, &done);
	kiosk_flush(stage->kiosk);
}

const struct msg_result *stage_control(struct stage *stage, const struct msg_control *control)
{
	unsigned before = stage->n_results;

	kiosk_control(stage->kiosk, 77, control);
	stage_flush(stage);
	if (stage->n_results == before)
		return NULL;
	assert_int_equal(stage->client[before % STAGE_KEPT], 77);
	return &stage->result[before % STAGE_KEPT];
}

void stage_act(struct stage *stage, enum control control)
{
	const struct msg_result *result =
	    stage_control(stage, &(struct msg_control){.control = control});

	assert_non_null(result);
	assert_int_equal(result->error, 0);
}

struct msg_status stage_status(struct stage *stage)
{
	static struct msg_status status;

	memset(&status, 0, sizeof(status));
	kiosk_status(stage->kiosk, &status);
	return status;
}

uint64_t stage_people(struct stage *stage)
{
	struct msg_status status = stage_status(stage);
	uint64_t people = 0;

	for (unsigned i = 0; i < status.n_rows; i++)
		if (status.row[i].project == PROJECT_PEOPLE)
			people += status.row[i].added - status.row[i].revoked;
	return people;
}

void stage_answer(struct stage *stage, const uint8_t *body, size_t len)
{
	struct msg_http_response response = {.id = stage->request.id, .status = 200};

	kiosk_http(stage->kiosk, &response, body, len);
	kiosk_run(stage->kiosk);
}

void stage_head(struct stage *stage, uint32_t seq, const struct hash *hash)
{
	struct answer answer = {
	    .nonce = stage->request.nonce,
	    .subject = head_subject(&stage->request.epoch),
	    .status = seq ? ANSWER_STORED_BEFORE : ANSWER_NO_SUCH_EPOCH,
	    .has_head = seq > 0,
	    .head_seq = seq,
	};
	uint8_t reply[ANSWER_BYTES_MAX + 512];
	size_t len;

	assert_int_equal(stage->request.kind, HTTP_GET_HEAD);
	if (hash)
		answer.head_hash = *hash;
	len = collector_answer(&stage->papers, &answer, reply, sizeof(reply));
	stage_answer(stage, reply, len);
}
