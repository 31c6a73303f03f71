/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector_private.h"
#include "crypto.h"
#include "log.h"
#include "text.h"

/* --- opening --- */

/* The nodes on disk have to give the root that was last signed: a store cut short or patched is
 * found here. */
static int check_log(struct collector *collector, char *sentence, size_t size)
{
	struct receipt *last = &collector->receipt;
	struct hash root;
	size_t len;
	int r = store_last_receipt(collector->store, collector->receipt_bytes, &len);

	if (r < 0)
		return r;
	if (r == STORE_E_NONE && collector->log.size == 0)
		return 0;
	if (r == STORE_E_NONE || collector_open_receipt(collector, len) != 0) {
		text_format(
		    sentence, size,
		    "The last receipt in the database is not signed with this key, nor with "
		    "one of before: a key or database of another network?");
		return -EINVAL;
	}
	root = merkle_root(&collector->log);
	if (last->log_size != collector->log.size ||
	    memcmp(last->log_root.b, root.b, sizeof(root.b)) != 0) {
		text_format(sentence, size,
		            "The database's log of batches is not the one last signed: keep the "
		            "file, restore the last backup.");
		return -EINVAL;
	}
	return 0;
}

static int check_key(struct collector *collector, const struct collector_settings *settings,
                     char *sentence, size_t size)
{
	struct collector_cert cert;
	int r = collector_cert_open(settings->cert, settings->cert_len, &settings->root, &cert);

	*collector->key = signing_key_of(&settings->key);
	if (r != 0) {
		text_format(sentence, size,
		            "The collector's certificate is not signed by this network: %s.",
		            wire_strerror(r));
		return -EINVAL;
	}
	if (memcmp(cert.collector.b, collector->key->public.b, sizeof(cert.collector.b)) != 0) {
		text_format(sentence, size,
		            "The collector's certificate is for another key than the one given.");
		return -EINVAL;
	}
	memcpy(collector->cert, settings->cert, settings->cert_len);
	collector->cert_len = settings->cert_len;
	return 0;
}

int collector_open(const struct collector_settings *settings, struct collector **ret,
                   char *sentence, size_t sentence_size)
{
	struct collector *collector = calloc(1, sizeof(*collector));
	struct collector_contents contents;
	bool locked = true;
	int r;

	if (collector == NULL)
		return -ENOMEM;
	collector->key = secret_alloc(sizeof(*collector->key), &locked);
	if (collector->key == NULL) {
		r = -ENOMEM;
		goto out;
	}
	if (!locked)
		log_warning("the key may reach a swap file: its memory cannot be locked");
	collector->root = settings->root;
	collector->next_after_s = settings->next_after_s;
	r = check_key(collector, settings, sentence, sentence_size);
	if (r == 0)
		r = collector_may_begin(settings, sentence, sentence_size);
	if (r < 0)
		goto out;
	r = store_open(settings->database, &collector->store, sentence, sentence_size);
	if (r < 0)
		goto out;
	text_format(sentence, sentence_size, "%s: the database cannot be read.",
	            settings->database);
	r = store_log(collector->store, &collector->log);
	if (r == 0)
		r = collector_know_own_keys(collector);
	if (r == 0)
		r = check_log(collector, sentence, sentence_size);
	if (r == 0)
		r = collector_recheck(collector, false, &contents, sentence, sentence_size);
	/* This key is remembered for when it is a former one. */
	if (r == 0)
		r = store_put_own_cert(collector->store, &collector->key->public, collector->cert,
		                       collector->cert_len);
	if (r < 0)
		goto out;
	store_trust(collector->store);
	collector_has_begun(settings);
	sentence[0] = '\0';
	*ret = collector;
	return 0;
out:
	collector_close(collector);
	return r;
}

void collector_close(struct collector *collector)
{
	if (collector == NULL)
		return;
	store_close(collector->store);
	secret_free(collector->key);
	free(collector);
}

int collector_look(const struct collector *collector)
{
	return store_look(collector->store);
}

struct store *collector_store(struct collector *collector)
{
	return collector->store;
}

int collector_revoke(struct collector *collector, struct wall_time now,
                     const struct public_key *key, const char *reason)
{
	return store_revoke(collector->store, key, now, reason);
}

/* --- answers --- */

static void begin_answer(struct collector *collector, const struct nonce *nonce,
                         const struct hash *subject, uint16_t status, const char *reason)
{
	struct answer *answer = &collector->answer;

	memset(answer, 0, sizeof(*answer));
	if (nonce != NULL)
		answer->nonce = *nonce;
	answer->subject = *subject;
	answer->status = status;
	answer->next_after_s = collector->next_after_s;
	text_copy(answer->reason.s, sizeof(answer->reason.s), reason);
}

static void add_head(struct collector *collector, const struct epoch_known *epoch)
{
	if (!epoch->known)
		return;
	collector->answer.has_head = true;
	collector->answer.head_seq = epoch->head_seq;
	collector->answer.head_hash = epoch->head_hash;
}

int reply_of(const struct collector *collector, const uint8_t *message, size_t len, uint16_t status,
             struct collector_reply *ret)
{
	const struct reply_view reply = {.answer = message,
	                                 .answer_len = len,
	                                 .collector_cert = collector->cert,
	                                 .collector_cert_len = collector->cert_len};

	ret->status = status;
	return reply_join(&reply, ret->bytes, sizeof(ret->bytes), &ret->len);
}

int collector_sign(const struct collector *collector, const struct answer *answer,
                   struct collector_reply *ret)
{
	uint8_t bytes[ANSWER_BYTES_MAX];
	size_t len;
	int r = answer_seal_by(answer, collector->key, bytes, sizeof(bytes), &len);

	if (r == 0)
		r = reply_of(collector, bytes, len, answer->status, ret);
	if (r == 0)
		return 0;
	log_error("an answer could not be signed: %s", wire_strerror(r));
	return -EPROTO;
}

int collector_refuse(struct collector *collector, const struct nonce *nonce,
                     const struct hash *subject, enum answer_status status, const char *reason,
                     struct collector_reply *ret)
{
	begin_answer(collector, nonce, subject, (uint16_t)status, reason);
	return collector_sign(collector, &collector->answer, ret);
}

static void refuse(struct collector *collector, const struct nonce *nonce,
                   const struct refusal *refusal, const struct epoch_known *epoch)
{
	begin_answer(collector, nonce, &collector->submission.subject, refusal->status,
	             refusal->reason);
	if (epoch != NULL)
		add_head(collector, epoch);
}

/*
 * collector->receipt, fresh or stored, with the proof that the log it names extends the one the
 * kiosk saw last (RFC 9162, 2.1.4). A kiosk that saw a larger log than ours shows that our store
 * went back: said to the operator.
 */
static int give_receipt(struct collector *collector, const struct nonce *nonce, uint16_t status,
                        size_t receipt_len)
{
	const struct batch *batch = &collector->submission.batch;
	struct answer *answer = &collector->answer;
	int r;

	begin_answer(collector, nonce, &collector->submission.subject, status, "");
	memcpy(answer->receipt, collector->receipt_bytes, receipt_len);
	answer->receipt_len = (uint16_t)receipt_len;
	if (batch->receipt_log_size > collector->log.size) {
		log_warning("a kiosk has a receipt for a log of %llu batches, this log has %llu: "
		            "was an older database "
		            "put back?",
		            (unsigned long long)batch->receipt_log_size,
		            (unsigned long long)collector->log.size);
	} else if (batch->receipt_log_size > 0 &&
	           batch->receipt_log_size <= collector->receipt.log_size) {
		r = merkle_consistency(batch->receipt_log_size, collector->receipt.log_size,
		                       known_log_node, collector, &answer->consistency);
		if (r < 0)
			return r;
		answer->consistency_from = batch->receipt_log_size;
	}
	add_head(collector, &collector->epoch);
	return 0;
}

static int give_stored_receipt(struct collector *collector, const struct nonce *nonce,
                               size_t receipt_len)
{
	int r = collector_open_receipt(collector, receipt_len);

	/* Signed again after a change of keys; the same key gives the same octets. */
	if (r == 0)
		r = receipt_seal_by(&collector->receipt, collector->key, collector->receipt_bytes,
		                    sizeof(collector->receipt_bytes), &receipt_len);
	if (r != 0) {
		log_error("a stored receipt does not verify (%s): was the database altered?",
		          wire_strerror(r));
		return -EPROTO;
	}
	return give_receipt(collector, nonce, ANSWER_STORED_BEFORE, receipt_len);
}

/* --- what the store knows --- */

static int load_epoch(struct collector *collector, const struct epoch_id *id)
{
	struct epoch_known *epoch = &collector->epoch;
	const struct store_epoch *stored = &collector->stored;
	int r = store_epoch(collector->store, id, &collector->stored);

	epoch->known = false;
	epoch->head_seq = 0;
	epoch->fork_seq = 0;
	if (r != 0)
		return r == STORE_E_NONE ? 0 : r;
	r = batch_reopen(stored->batch, stored->batch_len, &epoch->head);
	if (r != 0) {
		log_error("a stored batch cannot be read (%s): was the database altered?",
		          wire_strerror(r));
		return -EPROTO;
	}
	epoch->known = true;
	epoch->device = stored->device;
	epoch->grant = stored->grant;
	epoch->head_seq = stored->head_seq;
	epoch->head_hash = stored->head_hash;
	epoch->fork_seq = stored->fork_seq;
	return 0;
}

static int load_chain(struct collector *collector, struct chain_known *ret)
{
	const struct submission *s = &collector->submission;
	int manifest = store_has_manifest(collector->store, &s->manifest_hash, &s->hub_cert_hash);
	int hub_cert =
	    manifest != 0 ? manifest : store_has_hub_cert(collector->store, &s->hub_cert_hash);

	if (hub_cert < 0)
		return hub_cert;
	ret->hub_cert = hub_cert == 1;
	ret->manifest = manifest == 1;
	ret->grant = collector->epoch.known && memcmp(collector->epoch.grant.b, s->grant_hash.b,
	                                              sizeof(s->grant_hash.b)) == 0;
	return 0;
}

/* 1 and the refusal, 0, -errno. */
static int check_revoked(struct collector *collector, struct refusal *refusal)
{
	const struct submission *s = &collector->submission;
	const struct {
		const struct public_key *key;
		const char *reason;
	} key[] = {
	    {&s->hub.hub, "The network has withdrawn this hub's key."},
	    {&s->manifest.card, "This event card has been withdrawn."},
	    {&s->batch.device, "This kiosk's key has been withdrawn."},
	};

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		int r = store_is_revoked(collector->store, key[i].key);

		if (r < 0)
			return r;
		if (r == 1) {
			*refusal = (struct refusal){.status = ANSWER_NOT_TRUSTED};
			text_copy(refusal->reason, sizeof(refusal->reason), key[i].reason);
			return 1;
		}
	}
	return 0;
}

/* --- accepting --- */

static int make_receipt(struct collector *collector, struct wall_time now,
                        const struct merkle_frontier *log, const char *held, size_t *ret_len)
{
	const struct batch *batch = &collector->submission.batch;
	struct receipt *receipt = &collector->receipt;
	int r;

	memset(receipt, 0, sizeof(*receipt));
	receipt->device = batch->device;
	receipt->epoch = batch->epoch;
	receipt->seq = batch->seq;
	receipt->batch = collector->submission.batch_hash;
	receipt->time = now.s;
	receipt->log_size = log->size;
	receipt->log_root = merkle_root(log);
	receipt->leaf = log->size - 1;
	text_copy(receipt->held.s, sizeof(receipt->held.s), held);
	r = merkle_inclusion(receipt->leaf, receipt->log_size, known_log_node, collector,
	                     &receipt->inclusion);
	if (r < 0)
		return r;
	r = receipt_seal_by(receipt, collector->key, collector->receipt_bytes,
	                    sizeof(collector->receipt_bytes), ret_len);
	if (r != 0) {
		log_error("a receipt could not be signed: %s", wire_strerror(r));
		return -EPROTO;
	}
	return 0;
}

static void fill_accepted(struct collector *collector, struct wall_time now,
                          const struct hub_place *place, const char *held, uint64_t leaf,
                          size_t receipt_len)
{
	const struct submission *s = &collector->submission;
	struct store_batch *accepted = &collector->accepted;
	struct store_epoch *head = &accepted->head;

	head->epoch = s->batch.epoch;
	head->device = s->batch.device;
	head->grant = s->grant_hash;
	head->manifest = s->manifest_hash;
	head->hub_cert = place->hub_cert;
	head->hub_id = place->hub_id;
	head->stranger = place->stranger;
	head->event = s->manifest.event;
	head->occurrence = s->grant.occurrence;
	head->head_seq = s->batch.seq;
	head->head_hash = s->batch_hash;
	head->people = batch_net(&s->batch, PROJECT_PEOPLE);
	head->last_time = now.s;
	text_copy(head->held, sizeof(head->held), held);
	memcpy(head->batch, s->post.batch, s->post.batch_len);
	head->batch_len = s->post.batch_len;
	accepted->expected = collector->epoch.head_hash;
	accepted->grant = s->post.grant;
	accepted->grant_len = s->post.grant_len;
	accepted->leaves = s->batch.log_size;
	accepted->leaf = leaf;
	accepted->receipt = collector->receipt_bytes;
	accepted->receipt_len = receipt_len;
}

/* The certificate and the issue that came with the batch; the issue may be a later one than any. */
static int know_chain(struct collector *collector, const struct hub_place *place)
{
	const struct submission *s = &collector->submission;
	int r =
	    hub_know(collector, &s->hub, &s->hub_cert_hash, s->post.hub_cert, s->post.hub_cert_len);

	if (r == 0)
		r = store_put_manifest(collector->store, &s->manifest_hash, s->post.manifest,
		                       s->post.manifest_len, &s->manifest, &place->hub_cert,
		                       place->hub_id);
	return r;
}

/* Everything that has to be true at once, between begin and commit. */
static int store_all(struct collector *collector, struct wall_time now,
                     const struct hub_place *place, const char *held, struct merkle_frontier *log,
                     size_t *ret_receipt_len)
{
	const struct submission *s = &collector->submission;
	struct store *store = collector->store;
	struct hash leaf = merkle_leaf(s->batch_hash.b, sizeof(s->batch_hash.b));
	int r = log_append(collector, log, &leaf);

	if (r == 0)
		r = make_receipt(collector, now, log, held, ret_receipt_len);
	if (r == 0) {
		fill_accepted(collector, now, place, held, log->size - 1, *ret_receipt_len);
		r = store_put_batch(store, &collector->accepted);
	}
	return r == STORE_E_MOVED ? -ESTALE : r;
}

static int accept_batch(struct collector *collector, struct wall_time now,
                        const struct nonce *nonce, const struct chain_known *known)
{
	const struct submission *s = &collector->submission;
	struct merkle_frontier log = collector->log;
	char held[REASON_BYTES_MAX + 1];
	struct hub_place place;
	size_t receipt_len = 0;
	int r = collector_change_begin(collector);

	if (r < 0)
		return r;
	r = hub_place(collector, &s->hub, &s->hub_cert_hash, &place);
	if (r == 0 && (!known->hub_cert || !known->manifest))
		r = know_chain(collector, &place);
	if (r == 0)
		r = judge_fit(collector, &place, &s->manifest.event, s->grant.occurrence, held);
	if (r == 0)
		r = store_all(collector, now, &place, held, &log, &receipt_len);
	r = collector_change_end(collector, r);
	if (r < 0)
		return r;
	collector->log = log;
	collector->epoch.known = true;
	collector->epoch.head_seq = s->batch.seq;
	collector->epoch.head_hash = s->batch_hash;
	return give_receipt(collector, nonce, ANSWER_STORED, receipt_len);
}

static int keep_fork(struct collector *collector, struct wall_time now)
{
	const struct submission *s = &collector->submission;
	int r = collector_change_begin(collector);

	if (r < 0)
		return r;
	r = store_put_fork(collector->store, &s->batch.epoch, s->batch.seq, &s->batch_hash,
	                   s->post.batch, s->post.batch_len, now);
	return collector_change_end(collector, r);
}

/* From a batch whose own signature holds to its answer. */
static int judge(struct collector *collector, struct wall_time now, const struct nonce *nonce)
{
	struct submission *s = &collector->submission;
	struct refusal refusal = {0};
	struct chain_known known;
	unsigned released;
	size_t receipt_len;
	int r = load_epoch(collector, &s->batch.epoch);

	if (r < 0)
		return r;
	/* Only what is not ahead of its epoch's head can be stored. */
	r = collector->epoch.known && s->batch.seq <= collector->epoch.head_seq
	        ? store_receipt(collector->store, &s->batch_hash, collector->receipt_bytes,
	                        &receipt_len)
	        : STORE_E_NONE;
	if (r <= 0)
		return r < 0 ? r : give_stored_receipt(collector, nonce, receipt_len);
	r = load_chain(collector, &known);
	if (r < 0)
		return r;
	r = verify_chain(s, &collector->root, &known, &refusal) ? check_revoked(collector, &refusal)
	                                                        : 0;
	if (r < 0)
		return r;
	if (refusal.status != 0) {
		refuse(collector, nonce, &refusal, NULL);
		return 0;
	}
	if (!verify_order(s, &collector->epoch, &refusal) ||
	    !verify_sums(s, &collector->epoch, &refusal)) {
		r = refusal.fork ? keep_fork(collector, now) : 0;
		refuse(collector, nonce, &refusal, &collector->epoch);
		return r;
	}
	r = accept_batch(collector, now, nonce, &known);
	/* A later issue may mend what others of the event are held for. The answer is made: what
	 * fails here is found again at the next request. */
	if (r == 0 && !known.manifest)
		(void)collector_judge_again(collector, &released);
	return r;
}

void collector_check(const uint8_t *body, size_t len, struct delivery *ret)
{
	ret->len = len;
	ret->refusal.status = 0;
	(void)verify_body(body, len, &ret->submission, &ret->refusal);
}

int collector_judge(struct collector *collector, struct wall_time now, const struct nonce *nonce,
                    const struct delivery *delivery, struct answer *ret)
{
	int r = 0;

	if (store_is_broken(collector->store))
		return -EIO;
	if (collector->in_group && collector->group_error < 0)
		return collector->group_error;
	collector->submission = delivery->submission;
	if (nonce == NULL && delivery->len <= POST_BYTES_MAX)
		begin_answer(collector, NULL, &delivery->submission.subject, ANSWER_BAD_REQUEST,
		             "The request has no header CK1-Nonce of 32 hexadecimal digits.");
	else if (delivery->refusal.status != 0)
		refuse(collector, nonce, &delivery->refusal, NULL);
	else
		r = judge(collector, now, nonce);
	if (r < 0)
		collector_change_check(collector, r);
	else
		*ret = collector->answer;
	return r;
}

int collector_post(struct collector *collector, struct wall_time now, const struct nonce *nonce,
                   const uint8_t *body, size_t len, struct collector_reply *ret)
{
	int r;

	collector_check(body, len, &collector->delivery);
	r = collector_judge(collector, now, nonce, &collector->delivery, &collector->answer);
	return r < 0 ? r : collector_sign(collector, &collector->answer, ret);
}

int collector_head(struct collector *collector, const struct nonce *nonce,
                   const struct epoch_id *epoch, struct collector_reply *ret)
{
	struct hash subject = head_subject(epoch);
	int r;

	if (store_is_broken(collector->store))
		return -EIO;
	if (nonce == NULL)
		return collector_refuse(
		    collector, NULL, &subject, ANSWER_BAD_REQUEST,
		    "The request has no header CK1-Nonce of 32 hexadecimal digits.", ret);
	r = load_epoch(collector, epoch);
	if (r < 0)
		return r;
	if (!collector->epoch.known)
		return collector_refuse(collector, nonce, &subject, ANSWER_NO_SUCH_EPOCH,
		                        "Nothing of this opening has arrived yet.", ret);
	begin_answer(collector, nonce, &subject, ANSWER_STORED_BEFORE, "");
	add_head(collector, &collector->epoch);
	return collector_sign(collector, &collector->answer, ret);
}
