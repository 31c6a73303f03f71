/* SPDX-License-Identifier: Apache-2.0 */
/* The network: what is lost, late, doubled, out of order or not what was sent. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "sim.h"
#include "text.h"

/* A request on its way, or (to_kiosk) what comes back. */
struct letter {
	struct letter *next;
	uint64_t at_us;
	bool to_kiosk;
	bool bogus;    /* not what the collector said to this request */
	bool answered; /* a request whose answer nobody waits for */
	bool copy;     /* of one that went before */
	bool spared;   /* nothing befalls it but time */
	unsigned machine, generation;
	uint64_t serial, sent_us; /* of the request, also in what comes back */
	uint64_t arrived_us;      /* of what comes back: when the request was judged */
	struct msg_http_request request;
	struct msg_http_response response;
	size_t len;
	uint8_t body[];
};

static struct letter *letter_new(struct sim *sim, uint64_t at_us, const void *body, size_t len)
{
	struct letter *letter = calloc(1, sizeof(*letter) + len + 1), **link = &sim->mail;

	assert(letter != NULL);
	letter->at_us = at_us;
	letter->len = len;
	if (len > 0)
		memcpy(letter->body, body, len);
	while (*link != NULL && (*link)->at_us <= at_us)
		link = &(*link)->next;
	letter->next = *link;
	*link = letter;
	return letter;
}

static struct letter *send_back(struct sim *sim, const struct letter *to, uint64_t after_us,
                                uint32_t status, const void *body, size_t len)
{
	struct letter *letter = letter_new(sim, sim->now_us + after_us, body, len);

	letter->to_kiosk = true;
	letter->machine = to->machine;
	letter->generation = to->generation;
	letter->serial = to->serial;
	letter->sent_us = to->sent_us;
	letter->arrived_us = sim->now_us;
	letter->request = to->request;
	letter->response.id = to->request.id;
	letter->response.status = status;
	letter->response.len = (uint32_t)len;
	text_copy(letter->response.sentence, sizeof(letter->response.sentence),
	          status == 0 ? "The collector did not answer." : "");
	return letter;
}

/* A batch leaves a kiosk: what it says is in its ledger, and its number was used for nothing else.
 */
static void look_at_post(struct machine *m, const uint8_t *body, size_t len)
{
	struct sim *sim = m->sim;
	const struct model_epoch *epoch;
	struct posted *posted;
	struct post_view post;
	struct batch batch;
	struct hash hash;

	if (post_split(body, len, &post) != 0 ||
	    batch_reopen(post.batch, post.batch_len, &batch) != 0)
		sim_fail(sim, "kiosk %u posts what cannot be read", m->index);
	m->posted_us = sim->now_us;
	hash = message_hash(post.batch, post.batch_len);
	epoch = model_epoch(&m->sure, &batch.epoch);
	if (epoch == NULL)
		sim_fail(sim, "kiosk %u posts a batch of an opening it never had", m->index);
	if (!rows_within(batch.row, batch.n_rows, epoch->row, epoch->n_rows))
		sim_fail(sim, "kiosk %u posts more than was counted", m->index);
	for (unsigned i = 0; i < sim->n_posted; i++) {
		posted = &sim->posted[i];
		if (memcmp(&posted->epoch, &batch.epoch, sizeof(batch.epoch)) != 0 ||
		    posted->seq != batch.seq)
			continue;
		if (memcmp(&posted->hash, &hash, sizeof(hash)) == 0)
			return;
		if (!m->old_disk)
			sim_fail(sim, "kiosk %u signed batch %u twice", m->index, batch.seq);
	}
	assert(sim->n_posted < POSTED_MAX);
	sim->posted[sim->n_posted++] = (struct posted){
	    .epoch = batch.epoch, .seq = batch.seq, .hash = hash, .machine = m->index};
	sim_say(sim, "kiosk %u posts batch %u, %llu people, state %d, sealed at %lld", m->index,
	        batch.seq, (unsigned long long)rows_people(batch.row, batch.n_rows),
	        (int)batch.state, batch.has_wall ? (long long)(batch.wall - sim->start) : -1LL);
}

static struct letter *copy_on_its_way(struct machine *m, const struct msg_http_request *request,
                                      const uint8_t *body, size_t len, uint64_t after_us)
{
	struct letter *letter = letter_new(m->sim, m->sim->now_us + after_us, body, len);

	letter->machine = m->index;
	letter->generation = m->generation;
	letter->serial = ++m->sim->n_letters;
	letter->sent_us = m->sim->now_us;
	letter->request = *request;
	return letter;
}

/* Lost, or on its way for longer than anyone waits; the kiosk hears that nothing came. */
static void lose(struct sim *sim, struct letter *letter, bool late)
{
	send_back(sim, letter, 30ULL * SECOND_US, 0, NULL, 0);
	letter->answered = true;
	if (late)
		letter->at_us += sim_draw(sim, 600ULL * SECOND_US);
	else
		letter->request.kind = 0;
	sim_happened(sim, late ? MISHAP_REQUEST_LATE : MISHAP_REQUEST_LOST);
}

int mail_request(struct machine *m, const struct msg_http_request *request, const uint8_t *body,
                 size_t len)
{
	struct sim *sim = m->sim;
	struct letter *letter;
	uint64_t delay_us = SECOND_US / 20 + sim_draw(sim, SECOND_US);

	if (request->kind == HTTP_POST_BATCH)
		look_at_post(m, body, len);
	letter = copy_on_its_way(m, request, body, len, delay_us);
	if (sim->calm)
		return 0;
	letter->spared = edge_request(m, request, &letter->at_us);
	if (letter->spared)
		return 0;
	if (m->link_down || sim_chance(sim, sim->lossy))
		lose(sim, letter, !m->link_down && sim_chance(sim, 40));
	if (!m->link_down && sim_chance(sim, sim->doubling)) {
		letter = copy_on_its_way(m, request, body, len, sim_draw(sim, 1200ULL * SECOND_US));
		letter->answered = letter->copy = true;
	}
	return 0;
}

uint64_t mail_next_us(const struct sim *sim)
{
	uint64_t next = UINT64_MAX;

	for (const struct letter *l = sim->mail; l != NULL; l = l->next)
		if (l->at_us < next)
			next = l->at_us;
	return next;
}

/* --- what is no answer --- */

static void send_garbage(struct sim *sim, const struct letter *to, struct collector_reply *reply)
{
	static const char page[] = "<html><body>Sign in to Free_Wifi</body></html>";
	struct machine *m = &sim->machine[to->machine];
	uint64_t after_us = sim_draw(sim, SECOND_US);

	switch (sim_draw(sim, 6)) {
	case 0:
	case 1:
		sim_happened(sim, MISHAP_SIGN_IN_PAGE);
		send_back(sim, to, after_us, sim_chance(sim, 50) ? 200 : 502, page,
		          sizeof(page) - 1)
		    ->bogus = true;
		return;
	case 2:
		sim_happened(sim, MISHAP_ANSWER_OLD);
		send_back(sim, to, after_us, 201, m->old_answer, m->old_answer_len)->bogus = true;
		return;
	case 3:
		sim_happened(sim, MISHAP_ANSWER_FLIPPED);
		reply->bytes[sim_draw(sim, reply->len)] ^= (uint8_t)(1 << sim_draw(sim, 8));
		break;
	case 4:
		sim_happened(sim, MISHAP_ANSWER_CUT);
		reply->len = sim_draw(sim, reply->len);
		break;
	default:
		sim_happened(sim, MISHAP_ANSWER_LATE);
		send_back(sim, to, 50ULL * SECOND_US, reply->status, reply->bytes, reply->len);
		return;
	}
	send_back(sim, to, after_us, reply->status, reply->bytes, reply->len)->bogus = true;
}

/* --- what is not what was sent --- */

static void flip(struct sim *sim, void *octets, size_t len, enum mishap mishap)
{
	uint8_t *octet = octets;

	octet[sim_draw(sim, len)] ^= (uint8_t)(1 << sim_draw(sim, 8));
	sim_happened(sim, mishap);
}

/* Each part of a delivery as often as the others, whatever its length. */
static void flip_body(struct sim *sim, struct letter *letter)
{
	struct post_view post;
	int r = post_split(letter->body, letter->len, &post);

	assert(r == 0);
	switch (sim_draw(sim, 5)) {
	case 0:
		flip(sim, letter->body + (post.batch - letter->body), post.batch_len,
		     MISHAP_FLIPPED_BATCH);
		return;
	case 1:
		flip(sim, letter->body + (post.grant - letter->body), post.grant_len,
		     MISHAP_FLIPPED_GRANT);
		return;
	case 2:
		flip(sim, letter->body + (post.manifest - letter->body), post.manifest_len,
		     MISHAP_FLIPPED_MANIFEST);
		return;
	case 3:
		flip(sim, letter->body + (post.hub_cert - letter->body), post.hub_cert_len,
		     MISHAP_FLIPPED_HUB_CERT);
		return;
	default: /* the head of the list and of its first part */
		flip(sim, letter->body, (size_t)(post.batch - letter->body), MISHAP_FLIPPED_FRAME);
	}
}

/* Whether something was changed. */
static bool damage(struct sim *sim, struct letter *letter, bool *ret_body)
{
	struct msg_http_request *request = &letter->request;

	*ret_body = false;
	if (sim->calm || letter->spared || !sim_chance(sim, sim->garbling))
		return false;
	if (sim_chance(sim, 20)) {
		flip(sim, &request->nonce, sizeof(request->nonce), MISHAP_FLIPPED_NONCE);
	} else if (request->kind == HTTP_POST_BATCH) {
		flip_body(sim, letter);
		*ret_body = true;
	} else {
		flip(sim, &request->epoch, sizeof(request->epoch), MISHAP_FLIPPED_EPOCH);
	}
	return true;
}

/* --- arrivals --- */

static void note_order(struct sim *sim, const struct letter *letter)
{
	struct machine *m = &sim->machine[letter->machine];

	if (letter->copy)
		sim_happened(sim, MISHAP_REQUEST_TWICE);
	if (letter->serial < m->last_arrived)
		sim_happened(sim, MISHAP_REORDERED);
	else
		m->last_arrived = letter->serial;
}

static void send_answer(struct sim *sim, const struct letter *to, struct collector_reply *reply,
                        bool damaged)
{
	uint64_t after_us = SECOND_US / 20 + sim_draw(sim, SECOND_US);

	if (to->spared) {
		edge_answer(&sim->machine[to->machine], &to->request, &after_us);
		send_back(sim, to, after_us, reply->status, reply->bytes, reply->len);
	} else if (!sim->calm && sim_chance(sim, sim->lossy)) {
		sim_happened(sim, MISHAP_ANSWER_LOST);
		send_back(sim, to, 30ULL * SECOND_US, 0, NULL, 0);
	} else if (!sim->calm && sim_chance(sim, sim->garbling)) {
		send_garbage(sim, to, reply);
	} else {
		/* What was said of a damaged request is no answer to the one that was sent. */
		send_back(sim, to, after_us, reply->status, reply->bytes, reply->len)->bogus =
		    damaged;
	}
}

static void arrive_there(struct sim *sim, struct letter *letter)
{
	static struct collector_reply reply;
	struct machine *m = &sim->machine[letter->machine];
	bool body = false, damaged;
	int r;

	if (letter->request.kind == 0)
		return;
	note_order(sim, letter);
	damaged = damage(sim, letter, &body);
	r = letter->request.kind == HTTP_POST_BATCH
	        ? national_post(sim, &letter->request.nonce, letter->body, letter->len, body,
	                        &reply)
	        : national_head(sim, &letter->request.nonce, &letter->request.epoch, &reply);
	if (letter->answered)
		return;
	if (r != 0) {
		send_back(sim, letter, SECOND_US, r == -ECONNREFUSED ? 0 : 503, NULL, 0);
		return;
	}
	send_answer(sim, letter, &reply, damaged);
	if (m->old_answer_len == 0 || sim_chance(sim, 30)) {
		memcpy(m->old_answer, reply.bytes, reply.len);
		m->old_answer_len = reply.len;
	}
}

static void arrive_here(struct sim *sim, const struct letter *letter)
{
	struct machine *m = &sim->machine[letter->machine];
	bool waited;

	if (m->kiosk == NULL || m->generation != letter->generation)
		return;
	waited = m->kiosk->exchange.active && m->kiosk->exchange.id == letter->response.id;
	if (waited && !letter->bogus && letter->response.status != 0)
		edge_note(m, &letter->request, letter->sent_us, letter->arrived_us);
	machine_turn(m);
	kiosk_http(m->kiosk, &letter->response, letter->body, letter->len);
	if (letter->bogus && waited && m->kiosk->upload.connected && !m->kiosk->stopped)
		sim_fail(sim, "kiosk %u takes for an answer what is none", m->index);
	machine_settle(m);
	machine_run(m);
}

void mail_deliver(struct sim *sim)
{
	struct letter **link = &sim->mail, *letter;

	for (struct letter **at = link; *at != NULL; at = &(*at)->next)
		if ((*at)->at_us < (*link)->at_us)
			link = at;
	letter = *link;
	assert(letter != NULL);
	*link = letter->next;
	if (letter->to_kiosk)
		arrive_here(sim, letter);
	else
		arrive_there(sim, letter);
	free(letter);
}

bool mail_has_posts_of(const struct sim *sim, const struct public_key *device)
{
	for (const struct letter *l = sim->mail; l != NULL; l = l->next)
		if (!l->to_kiosk && l->request.kind == HTTP_POST_BATCH &&
		    memcmp(&sim->machine[l->machine].device, device, sizeof(*device)) == 0)
			return true;
	return false;
}

void mail_drop_all(struct sim *sim)
{
	while (sim->mail != NULL) {
		struct letter *letter = sim->mail;

		sim->mail = letter->next;
		free(letter);
	}
}
