/* SPDX-License-Identifier: Apache-2.0 */
/* The network: what is lost, late, doubled, out of order or not what was sent. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "sim.h"

/* A request on its way, or (to_kiosk) what comes back. */
struct letter {
	struct letter *next;
	uint64_t at_us;
	bool to_kiosk;
	bool bogus;    /* not what the collector said to this request */
	bool answered; /* a request whose answer nobody waits for */
	unsigned machine, generation;
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
	struct sign1_view view;
	struct batch batch;
	struct hash hash;

	if (post_split(body, len, &post) != 0 ||
	    sign1_split(SIGN1_BATCH, post.batch, post.batch_len, &view) != 0 ||
	    batch_parse(view.payload, view.payload_len, &batch) != 0)
		sim_fail(sim, "kiosk %u posts what cannot be read", m->index);
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
	sim_say(sim, "kiosk %u posts batch %u, %llu people", m->index, batch.seq,
	        (unsigned long long)rows_people(batch.row, batch.n_rows));
}

static struct letter *copy_on_its_way(struct machine *m, const struct msg_http_request *request,
                                      const uint8_t *body, size_t len, uint64_t after_us)
{
	struct letter *letter = letter_new(m->sim, m->sim->now_us + after_us, body, len);

	letter->machine = m->index;
	letter->generation = m->generation;
	letter->request = *request;
	return letter;
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
	if (m->link_down || sim_chance(sim, sim->lossy)) {
		/* Lost, or on its way for longer than anyone waits; the kiosk hears that nothing
		 * came. */
		letter->answered = true;
		if (!m->link_down && sim_chance(sim, 40))
			letter->at_us += sim_draw(sim, 600ULL * SECOND_US);
		else
			letter->request.kind = 0;
		send_back(sim, letter, 30ULL * SECOND_US, 0, NULL, 0);
	}
	if (!m->link_down && sim_chance(sim, sim->doubling))
		copy_on_its_way(m, request, body, len, sim_draw(sim, 1200ULL * SECOND_US))
		    ->answered = true;
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
		send_back(sim, to, after_us, 200, page, sizeof(page) - 1)->bogus = true;
		return;
	case 1:
		send_back(sim, to, after_us, 502, page, sizeof(page) - 1)->bogus = true;
		return;
	case 2: /* an old answer, played back */
		send_back(sim, to, after_us, 201, m->old_answer, m->old_answer_len)->bogus = true;
		return;
	case 3:
		reply->bytes[sim_draw(sim, reply->len)] ^= (uint8_t)(1 << sim_draw(sim, 8));
		break;
	case 4:
		reply->len = sim_draw(sim, reply->len);
		break;
	default: /* after the kiosk's own patience */
		send_back(sim, to, 50ULL * SECOND_US, reply->status, reply->bytes, reply->len);
		return;
	}
	send_back(sim, to, after_us, reply->status, reply->bytes, reply->len)->bogus = true;
}

static void arrive_there(struct sim *sim, struct letter *letter)
{
	static struct collector_reply reply;
	struct machine *m = &sim->machine[letter->machine];
	bool garbled = false;
	int r;

	if (letter->request.kind == 0)
		return;
	if (!sim->calm && letter->len > 0 && sim_chance(sim, sim->garbling)) {
		letter->body[sim_draw(sim, letter->len)] ^= (uint8_t)(1 << sim_draw(sim, 8));
		garbled = true;
	}
	r = letter->request.kind == HTTP_POST_BATCH
	        ? national_post(sim, &letter->request.nonce, letter->body, letter->len, garbled,
	                        &reply)
	        : national_head(sim, &letter->request.nonce, &letter->request.epoch, &reply);
	if (letter->answered)
		return;
	if (r != 0) {
		send_back(sim, letter, SECOND_US, r == -ECONNREFUSED ? 0 : 503, NULL, 0);
		return;
	}
	if (!sim->calm && sim_chance(sim, sim->lossy))
		send_back(sim, letter, 30ULL * SECOND_US, 0, NULL, 0);
	else if (!sim->calm && sim_chance(sim, sim->garbling))
		send_garbage(sim, letter, &reply);
	else
		send_back(sim, letter, SECOND_US / 20 + sim_draw(sim, SECOND_US), reply.status,
		          reply.bytes, reply.len);
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
