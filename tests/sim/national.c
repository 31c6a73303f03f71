/* SPDX-License-Identifier: Apache-2.0 */
/* The collector, its disk, and what it may say: nothing accepted that no kiosk sent, nothing taken
 * back, nothing twice. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "sim.h"
#include "store.h"
#include "totals.h"

static void note_accepted(struct sim *sim, const struct batch *batch, const struct hash *hash);
static int after_call(struct sim *sim, int r);
static const struct posted *posted_by(const struct sim *sim, const struct hash *hash);

/* Whether what was under way when the power went is stored: both are right, but for good. */
static void settle_maybe(struct sim *sim)
{
	struct national *n = &sim->national;
	const struct hash hash = message_hash(n->maybe, n->maybe_len);
	const struct hash leaf = merkle_leaf(hash.b, sizeof(hash.b));
	uint8_t receipt[RECEIPT_BYTES_MAX];
	struct batch batch;
	size_t len;

	if (n->maybe_len > 0 &&
	    store_receipt(collector_store(n->collector), &hash, receipt, &len) == 0 &&
	    batch_reopen(n->maybe, n->maybe_len, &batch) == 0) {
		note_accepted(sim, &batch, &hash);
		merkle_append(&n->log, &leaf, NULL, NULL);
	}
	n->maybe_len = 0;
}

void national_start(struct sim *sim)
{
	struct national *n = &sim->national;
	const struct collector_settings settings = {
	    .database = sim->store_path,
	    .root = sim->papers.network.root,
	    .key = sim->papers.collector,
	    .cert = sim->papers.collector_cert,
	    .cert_len = sim->papers.collector_cert_len,
	};
	char sentence[512] = "";
	int r;

	fault_disk_use(n->disk);
	r = collector_open(&settings, &n->collector, sentence, sizeof(sentence));
	if (r != 0)
		sim_fail(sim, "the collector does not start: %s", sentence);
	n->changed = true;
	settle_maybe(sim);
	for (unsigned i = 0; i < sim->n_hubs; i++) {
		int revoked = store_is_revoked(collector_store(n->collector), &sim->hub[i].key);

		if (n->revoked[i] && revoked != 1 && n->backup.put_back_us != 0)
			/* Whoever puts an old database back says again what was said since. */
			(void)after_call(sim, collector_revoke(n->collector,
			                                       (struct wall_time){sim_wall(sim)},
			                                       &sim->hub[i].key, "lost"));
		else if (n->revoked[i] && revoked != 1)
			sim_fail(sim, "the collector forgot that hub %u is revoked", i);
		else
			n->revoked[i] = revoked == 1; /* the power may have gone before it could
			                                 say so */
		if (n->collector == NULL)
			return;
	}
}

/* --- an old database put back --- */

void national_restore_later(struct sim *sim)
{
	struct national *n = &sim->national;
	struct national_backup *backup = &n->backup;

	if (n->collector == NULL || backup->disk != NULL ||
	    (n->cut_armed && fault_disk_happened(n->disk)))
		return;
	backup->disk = fault_disk_snapshot(n->disk);
	backup->due_us = sim->now_us + 60ULL * MINUTE_US;
	backup->log = n->log;
	backup->n_accepted = n->n_accepted;
	backup->n_hashes = n->n_hashes;
	memcpy(backup->accepted, n->accepted, sizeof(n->accepted));
}

/* Whoever sent what is lost now may have a receipt for it. */
static void lose_since(struct sim *sim)
{
	struct national *n = &sim->national;

	for (unsigned i = n->backup.n_hashes; i < n->n_hashes; i++) {
		const struct posted *posted = posted_by(sim, &n->hash[i]);
		const struct machine *m = &sim->machine[posted->machine % MACHINES_MAX];

		for (unsigned j = 0; j < sim->n_machines && posted->machine < MACHINES_MAX; j++)
			if (memcmp(&sim->machine[j].device, &m->device, sizeof(m->device)) == 0)
				sim->machine[j].ahead = true;
	}
	n->log = n->backup.log;
	n->n_accepted = n->backup.n_accepted;
	n->n_hashes = n->backup.n_hashes;
	memcpy(n->accepted, n->backup.accepted, sizeof(n->accepted));
}

void national_restore(struct sim *sim)
{
	struct national *n = &sim->national;

	national_crash(sim, SURVIVE_ALL);
	sim_happened(sim, MISHAP_COLLECTOR_HOUR);
	sim_say(sim, "the collector: a disk of an hour ago is put in, %u batches are lost",
	        n->n_hashes - n->backup.n_hashes);
	fault_disk_copy(n->disk, n->backup.disk);
	fault_disk_arm(n->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	n->backup.due_us = 0;
	n->backup.put_back_us = sim->now_us;
	n->maybe_len = 0;
	lose_since(sim);
}

void national_init(struct sim *sim)
{
	sim->national.disk = fault_disk_new();
	national_start(sim);
}

void national_deinit(struct sim *sim)
{
	collector_close(sim->national.collector);
	fault_disk_free(sim->national.backup.disk);
	fault_disk_free(sim->national.disk);
	sim->national.collector = NULL;
	sim->national.disk = sim->national.backup.disk = NULL;
}

void national_crash(struct sim *sim, enum fault_survival survival)
{
	struct national *n = &sim->national;

	if (n->collector == NULL)
		return;
	sim_say(sim, "the collector goes down");
	sim_happened(sim, n->cut_armed && fault_disk_happened(n->disk) ? MISHAP_COLLECTOR_CUT
	                                                               : MISHAP_COLLECTOR_DOWN);
	if (!fault_disk_happened(n->disk))
		fault_disk_arm(n->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	collector_close(n->collector);
	n->collector = NULL;
	n->cut_armed = false;
	fault_disk_power_on(n->disk, survival, sim_draw(sim, UINT32_MAX));
	n->up_at_us = sim->now_us + sim_draw(sim, 20ULL * MINUTE_US);
}

/* The power may have gone in the middle of it: then nothing was said. */
static int after_call(struct sim *sim, int r)
{
	struct national *n = &sim->national;

	if (n->cut_armed && fault_disk_happened(n->disk)) {
		national_crash(sim, sim_chance(sim, 50) ? SURVIVE_NONE : SURVIVE_SOME);
		return -ECONNREFUSED;
	}
	if (r == -EIO && n->collector != NULL)
		sim_fail(sim, "the collector's disk failed without cause");
	return r;
}

/* --- what it accepts --- */

struct accepted *national_accepted(struct sim *sim, const struct epoch_id *epoch)
{
	struct national *n = &sim->national;

	for (unsigned i = 0; i < n->n_accepted; i++)
		if (memcmp(&n->accepted[i].epoch, epoch, sizeof(*epoch)) == 0)
			return &n->accepted[i];
	return NULL;
}

static const struct posted *posted_by(const struct sim *sim, const struct hash *hash)
{
	for (unsigned i = 0; i < sim->n_posted; i++)
		if (memcmp(&sim->posted[i].hash, hash, sizeof(*hash)) == 0)
			return &sim->posted[i];
	return NULL;
}

static bool was_accepted(const struct national *n, const struct hash *hash)
{
	for (unsigned i = 0; i < n->n_hashes; i++)
		if (memcmp(&n->hash[i], hash, sizeof(*hash)) == 0)
			return true;
	return false;
}

static bool is_accepted(const struct national *n, const uint8_t *batch, size_t len)
{
	const struct hash hash = message_hash(batch, len);

	return was_accepted(n, &hash);
}

static void open_reply(struct sim *sim, const struct collector_reply *reply,
                       const struct nonce *nonce, struct answer *ret)
{
	const struct public_key key = ed25519_public(&sim->papers.collector);
	struct reply_view view;

	if (reply_split(reply->bytes, reply->len, &view) != 0 ||
	    answer_open(view.answer, view.answer_len, &key, ret) != 0)
		sim_fail(sim, "the collector's answer does not verify");
	if (memcmp(&ret->nonce, nonce, sizeof(*nonce)) != 0)
		sim_fail(sim, "the collector answers to another request");
}

/* Held for a limit of its meeting only, never because it arrived late; or by a kiosk that counted on
 * for days because nobody told it the date. */
static void check_held(struct sim *sim, const struct hash *batch, const struct receipt *receipt)
{
	const struct posted *posted = posted_by(sim, batch);
	const struct model_epoch *epoch;
	const struct machine *m;

	if (receipt->held.s[0] == '\0' || posted == NULL || posted->machine == MACHINES_MAX)
		return;
	m = &sim->machine[posted->machine];
	epoch = model_epoch(&sim->machine[posted->machine].sure, &posted->epoch);
	if (epoch == NULL || m->clock_ever_bad)
		return;
	if (sim->meeting[epoch->meeting].manifest.kiosks_max == 16 &&
	    sim->meeting[epoch->meeting].manifest.people_max == 0)
		sim_fail(sim, "kiosk %u is held without cause (meeting %u, occurrence %u): %s",
		         m->index, epoch->meeting, epoch->occurrence, receipt->held.s);
}

/* The receipt's log is the one of what was accepted, in that order, and nothing else. */
static void check_log(struct sim *sim, const struct answer *answer, const struct hash *batch)
{
	const struct public_key key = ed25519_public(&sim->papers.collector);
	const struct hash leaf = merkle_leaf(batch->b, sizeof(batch->b));
	struct national *n = &sim->national;
	struct receipt receipt;
	struct hash root;

	if (receipt_open(answer->receipt, answer->receipt_len, &key, &receipt) != 0)
		sim_fail(sim, "a receipt does not verify");
	check_held(sim, batch, &receipt);
	merkle_append(&n->log, &leaf, NULL, NULL);
	root = merkle_root(&n->log);
	if (receipt.log_size != n->log.size ||
	    memcmp(&root, &receipt.log_root, sizeof(root)) != 0 ||
	    !merkle_inclusion_holds(&leaf, receipt.leaf, receipt.log_size, &receipt.inclusion,
	                            &root))
		sim_fail(sim, "the collector's log is not the list of what it accepted");
}

static void note_accepted(struct sim *sim, const struct batch *batch, const struct hash *hash)
{
	struct national *n = &sim->national;
	struct accepted *accepted = national_accepted(sim, &batch->epoch);
	const struct posted *posted = posted_by(sim, hash);

	if (posted == NULL)
		sim_fail(sim, "the collector accepts a batch that no kiosk sent");
	if (was_accepted(n, hash))
		sim_fail(sim, "the collector accepts the same batch twice");
	if (accepted == NULL) {
		assert(n->n_accepted < ACCEPTED_MAX);
		accepted = &n->accepted[n->n_accepted++];
		*accepted = (struct accepted){.epoch = batch->epoch, .machine = posted->machine};
	}
	if (batch->seq != accepted->seq + 1)
		sim_fail(sim, "the collector accepts batch %u after %u", batch->seq, accepted->seq);
	if (!rows_within(accepted->row, accepted->n_rows, batch->row, batch->n_rows))
		sim_fail(sim, "the collector accepts a total that became smaller");
	accepted->seq = batch->seq;
	accepted->hash = *hash;
	accepted->n_rows = batch->n_rows;
	memcpy(accepted->row, batch->row, sizeof(batch->row[0]) * batch->n_rows);
	assert(n->n_hashes < POSTED_MAX);
	n->hash[n->n_hashes++] = *hash;
	n->changed = true;
	sim_say(sim, "the collector accepts batch %u of kiosk %u, %llu people", batch->seq,
	        accepted->machine, (unsigned long long)rows_people(batch->row, batch->n_rows));
}

/* What may be said to whom. */
static void judge(struct sim *sim, const struct post_view *post, const struct answer *answer)
{
	const struct hash hash = message_hash(post->batch, post->batch_len);
	const struct posted *posted = posted_by(sim, &hash);
	const struct machine *m;
	struct accepted *before;
	struct batch batch;

	if (answer->status == ANSWER_STORED || answer->status == ANSWER_STORED_BEFORE) {
		if (batch_reopen(post->batch, post->batch_len, &batch) != 0)
			sim_fail(sim, "the collector stored what cannot be read");
	}
	if (answer->status == ANSWER_STORED) {
		for (unsigned i = 0; i < sim->n_hubs; i++)
			if (sim->national.revoked[i] &&
			    post->hub_cert_len == sim->hub[i].cert_len &&
			    memcmp(post->hub_cert, sim->hub[i].cert, post->hub_cert_len) == 0)
				sim_fail(sim, "the collector accepts what a revoked hub signed");
		note_accepted(sim, &batch, &hash);
		check_log(sim, answer, &hash);
		return;
	}
	if (answer->status == ANSWER_STORED_BEFORE) {
		if (!was_accepted(&sim->national, &hash))
			sim_fail(sim, "the collector says it has what it never accepted");
		return;
	}
	if (posted == NULL)
		return;
	before = national_accepted(sim, &posted->epoch);
	if (answer->status == ANSWER_CONFLICT && before != NULL && posted->seq <= before->seq)
		before->forked = true;
	if (posted->machine == MACHINES_MAX)
		return;
	m = &sim->machine[posted->machine];
	if (was_accepted(&sim->national, &hash))
		sim_fail(sim, "kiosk %u is refused (%u %s) what was accepted before", m->index,
		         answer->status, answer->reason.s);
	if (answer->status == ANSWER_NOT_TRUSTED &&
	    (sim->national.revoked[0] || sim->national.revoked[1]))
		return;
	if (answer->status == ANSWER_CONFLICT && (m->twin || m->may_fork))
		return;
	if (answer->status == ANSWER_GAP && m->ahead)
		return;
	sim_fail(sim, "kiosk %u is refused: %u %s", m->index, answer->status, answer->reason.s);
}

int national_post(struct sim *sim, const struct nonce *nonce, const uint8_t *body, size_t len,
                  bool garbled, struct collector_reply *ret)
{
	static struct answer answer;
	struct national *n = &sim->national;
	struct post_view post;
	int r;

	if (n->collector == NULL)
		return -ECONNREFUSED;
	fault_disk_use(n->disk);
	r = collector_post(n->collector, (struct wall_time){sim_wall(sim)}, nonce, body, len, ret);
	r = after_call(sim, r);
	if (r == -ECONNREFUSED && post_split(body, len, &post) == 0 &&
	    !is_accepted(n, post.batch, post.batch_len)) {
		memcpy(n->maybe, post.batch, post.batch_len);
		n->maybe_len = post.batch_len;
	}
	if (r != 0)
		return r;
	open_reply(sim, ret, nonce, &answer);
	if (garbled && (answer.status == ANSWER_STORED || post_split(body, len, &post) != 0)) {
		if (answer.status == ANSWER_STORED)
			sim_fail(sim, "the collector accepts what was altered on its way");
		return 0;
	}
	if (garbled)
		return 0;
	if (post_split(body, len, &post) != 0)
		sim_fail(sim, "a body cannot be read");
	judge(sim, &post, &answer);
	return 0;
}

int national_head(struct sim *sim, const struct nonce *nonce, const struct epoch_id *epoch,
                  struct collector_reply *ret)
{
	static struct answer answer;
	const struct accepted *accepted = national_accepted(sim, epoch);
	struct national *n = &sim->national;
	int r;

	if (n->collector == NULL)
		return -ECONNREFUSED;
	fault_disk_use(n->disk);
	r = after_call(sim, collector_head(n->collector, nonce, epoch, ret));
	if (r != 0)
		return r;
	open_reply(sim, ret, nonce, &answer);
	if (answer.has_head != (accepted != NULL) ||
	    (accepted != NULL &&
	     (answer.head_seq != accepted->seq ||
	      memcmp(&answer.head_hash, &accepted->hash, sizeof(struct hash)) != 0)))
		sim_fail(sim, "the collector forgot an epoch's head");
	return 0;
}

void national_revoke(struct sim *sim, unsigned hub)
{
	struct national *n = &sim->national;
	int r;

	if (n->collector == NULL || n->revoked[hub])
		return;
	fault_disk_use(n->disk);
	r = collector_revoke(n->collector, (struct wall_time){sim_wall(sim)}, &sim->hub[hub].key,
	                     "lost");
	if (after_call(sim, r) != 0)
		return;
	n->revoked[hub] = true;
	n->revoked_us[hub] = sim->now_us;
	sim_say(sim, "hub %u is revoked", hub);
}

/* --- totals --- */

struct sum {
	struct sim *sim;
	unsigned n_epochs;
	uint64_t people;
};

static int check_epoch(void *context, const struct store_epoch *epoch)
{
	struct sum *sum = context;
	const struct accepted *accepted = national_accepted(sum->sim, &epoch->epoch);

	if (accepted == NULL || accepted->seq != epoch->head_seq ||
	    memcmp(&accepted->hash, &epoch->head_hash, sizeof(struct hash)) != 0)
		sim_fail(sum->sim, "the collector's store has another head than it answered");
	sum->n_epochs++;
	if (epoch->held[0] == '\0')
		sum->people += rows_people(accepted->row, accepted->n_rows);
	return 0;
}

static uint64_t attendances(struct sim *sim, const char *text)
{
	json_t *root = json_loads(text, 0, NULL), *people;
	uint64_t n;

	people = json_object_get(json_object_get(root, "people"), "attendances");
	if (!json_is_integer(people))
		sim_fail(sim, "the totals cannot be read");
	n = (uint64_t)json_integer_value(people);
	json_decref(root);
	return n;
}

void national_check(struct sim *sim)
{
	static const struct totals_settings settings = {.name = "Sim", .year = 2026};
	struct national *n = &sim->national;
	struct sum sum = {.sim = sim};
	uint64_t said;
	char *text = NULL;

	if (n->collector == NULL || (n->cut_armed && fault_disk_happened(n->disk)))
		return;
	if (store_each_epoch(collector_store(n->collector), check_epoch, &sum) != 0 ||
	    totals_json(collector_store(n->collector), &settings, (struct wall_time){sim_wall(sim)},
	                TOTALS_TEAM, &text) != 0)
		sim_fail(sim, "the collector's store cannot be read");
	if (sum.n_epochs != n->n_accepted)
		sim_fail(sim, "the collector lost an epoch, or has one twice");
	said = attendances(sim, text);
	free(text);
	if (said != sum.people)
		sim_fail(sim, "the nation is told %llu people, accepted were %llu",
		         (unsigned long long)said, (unsigned long long)sum.people);
	sim->accepted_people = said;
	n->changed = false;
}

/* --- a forger who holds a card --- */

static void forge_rows(struct sim *sim, struct batch *batch, const struct accepted *before)
{
	batch->n_rows = 1;
	batch->row[0] = (struct batch_row){
	    .channel = CHANNEL_MANUAL,
	    .added = (uint32_t)(1 + sim_draw(sim, 6)),
	};
	if (before != NULL && before->n_rows == 1) {
		/* Often smaller than before. */
		batch->row[0].added = before->row[0].added + (uint32_t)sim_draw(sim, 6);
		batch->row[0].added -= (uint32_t)sim_draw(sim, 4);
	}
	if (sim_chance(sim, 20))
		batch->row[0].revoked = (uint32_t)sim_draw(sim, batch->row[0].added + 1);
	batch->log_size = batch->row[0].added + batch->row[0].revoked;
	if (sim_chance(sim, 10))
		batch->log_size++;
}

/* Its own device, a true card, and whatever it likes to say: accepted or not, totals never shrink.
 */
void national_forge(struct sim *sim)
{
	static struct collector_reply reply;
	const unsigned number = (unsigned)sim_draw(sim, sim->n_meetings);
	const struct meeting_papers *meeting = &sim->meeting[number];
	const struct secret_seed device = {.b = {0xee, (uint8_t)number}};
	const struct secret_seed card = card_seed(&meeting->secret, &meeting->manifest.event);
	struct grant grant = {.device = ed25519_public(&device), .epoch = {.b = {(uint8_t)number}}};
	struct batch batch = {.device = grant.device, .epoch = grant.epoch, .boot = 1};
	const struct accepted *before = national_accepted(sim, &grant.epoch);
	uint8_t grant_bytes[GRANT_BYTES_MAX], batch_bytes[BATCH_BYTES_MAX], body[POST_BYTES_MAX];
	struct post_view post = {
	    .batch = batch_bytes,
	    .grant = grant_bytes,
	    .manifest = meeting->manifest_bytes,
	    .hub_cert = meeting->hub->cert,
	    .manifest_len = meeting->manifest_len,
	    .hub_cert_len = meeting->hub->cert_len,
	};
	struct nonce nonce = {.b = {1}};
	size_t len;
	int r;

	grant.manifest = message_hash(meeting->manifest_bytes, meeting->manifest_len);
	r = grant_seal(&grant, &card, grant_bytes, sizeof(grant_bytes), &post.grant_len);
	assert(r == 0);
	batch.seq = before != NULL ? before->seq + 1 : 1;
	batch.prev = before != NULL ? before->hash : message_hash(grant_bytes, post.grant_len);
	if (sim_chance(sim, 10))
		batch.seq += (uint32_t)sim_draw(sim, 2);
	if (sim_chance(sim, 5))
		batch.prev.b[0] ^= 1;
	forge_rows(sim, &batch, before);
	r = batch_seal(&batch, &device, batch_bytes, sizeof(batch_bytes), &post.batch_len);
	if (r != 0)
		return; /* more taken back than counted: not even a batch */
	r = post_join(&post, body, sizeof(body), &len);
	assert(r == 0);
	assert(sim->n_posted < POSTED_MAX);
	sim->posted[sim->n_posted++] = (struct posted){
	    .epoch = batch.epoch,
	    .seq = batch.seq,
	    .hash = message_hash(batch_bytes, post.batch_len),
	    .machine = MACHINES_MAX,
	};
	sim_happened(sim, MISHAP_FORGED_BATCH);
	(void)national_post(sim, &nonce, body, len, false, &reply);
}
