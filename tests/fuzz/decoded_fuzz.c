/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decoder hands out, over the socket and into a whole kiosk; the first octet chooses. 0 to 2:
 * the octets of a code, shown to a kiosk with nothing open, with a meeting of policy `signed`, with
 * one of `any`. 3: a packet from a scanner that was taken over, to a kiosk with a meeting. Each code
 * gets an answer with a sentence, and with `signed` nobody is counted but who holds a ticket that
 * was issued.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "link.h"
#include "stage.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IDLE, SIGNED, ANY, KIOSKS, PACKET = KIOSKS, TICKETS = 3, COUNTED_MAX = 1000 };

static struct stage stage[KIOSKS];
static unsigned counted[KIOSKS];
static char ticket[TICKETS][CODE_TEXT_MAX];
static int wire[2];

static void build(unsigned which)
{
	struct stage *s = &stage[which];

	stage_init(s);
	s->has_modem = s->has_uplink = false;
	if (which == ANY) {
		s->papers.manifest.policy = POLICY_ANY;
		papers_sign(&s->papers);
	}
	stage_start(s);
	if (which != IDLE)
		stage_open(s);
	counted[which] = 0;
}

static void clean_up(void)
{
	for (unsigned i = 0; i < KIOSKS; i++)
		stage_deinit(&stage[i]);
}

static void set_up(void)
{
	for (unsigned i = 0; i < KIOSKS; i++)
		build(i);
	for (uint32_t i = 0; i < TICKETS; i++)
		papers_ticket(&stage[SIGNED].papers, i + 1, ticket[i]);
	if (link_pair(wire) != 0 || atexit(clean_up) != 0)
		abort();
}

static bool was_issued(const uint8_t *code, size_t len)
{
	for (unsigned i = 0; i < TICKETS; i++)
		if (strlen(ticket[i]) == len && memcmp(ticket[i], code, len) == 0)
			return true;
	return false;
}

/* Each input finds the kiosk as the one before it did. */
static void put_back(unsigned which, uint64_t people)
{
	struct stage *s = &stage[which];

	if (stage_people(s) > people) {
		const struct msg_control undo = {.control = CONTROL_UNDO};

		assert(stage_control(s, &undo)->error == 0);
		assert(stage_people(s) == people);
		counted[which]++;
	}
	if (counted[which] == COUNTED_MAX || (which == IDLE && stage_status(s).has_event)) {
		stage_deinit(s);
		build(which);
	}
}

static void show(unsigned which, const uint8_t *code, size_t len)
{
	struct stage *s = &stage[which];
	unsigned before = s->n_views, answers = 0;
	uint64_t people = stage_people(s);

	kiosk_code(s->kiosk, s->time.mono, code, len);
	stage_flush(s);
	for (unsigned i = before; i < s->n_views; i++) {
		const struct msg_view *view = &s->view[i % STAGE_KEPT];

		assert(text_is_clean(view->sentence, strlen(view->sentence)));
		answers += view->answer != SHOW_NOTHING && view->sentence[0] != '\0';
	}
	assert(answers == 1);
	assert(stage_people(s) <= people + 1);
	if (which != ANY && stage_people(s) > people)
		assert(which == SIGNED && was_issued(code, len));
	put_back(which, people);
}

static void hand_over(unsigned which, const uint8_t *code, size_t len)
{
	static struct link_message message;
	struct msg_code about = {.seen = {1}, .decoded = {2}};
	int r = link_send(wire[0], MSG_CODE, &about, code, len);

	assert(r == (len > CODE_BYTES_MAX ? -EMSGSIZE : 0));
	if (r < 0)
		return;
	assert(link_receive(wire[1], &message) == 0 && message.head.type == MSG_CODE);
	assert(message.tail_len == len && (len == 0 || memcmp(message.tail, code, len) == 0));
	if (len > 0)
		show(which, message.tail, message.tail_len);
}

static void take_packet(const uint8_t *packet, size_t len)
{
	static struct link_message message;
	int r;

	if (len == 0 || len > MSG_BYTES_MAX ||
	    send(wire[0], packet, len, MSG_NOSIGNAL) != (ssize_t)len)
		return;
	r = link_receive(wire[1], &message);
	assert(r == 0 || r == -EBADMSG);
	if (r == 0 && message.head.type == MSG_CODE && message.tail_len > 0)
		show(SIGNED, message.tail, message.tail_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!stage[IDLE].kiosk)
		set_up();
	if (size == 0)
		return 0;
	if (data[0] < KIOSKS)
		hand_over(data[0], data + 1, size - 1);
	else if (data[0] == PACKET)
		take_packet(data + 1, size - 1);
	return 0;
}
