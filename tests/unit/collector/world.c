/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto.h"
#include "text.h"
#include "totals.h"
#include "world.h"

struct secret_seed world_seed(uint8_t octet)
{
	struct secret_seed seed;

	memset(seed.b, octet, sizeof(seed.b));
	return seed;
}

struct collector_settings world_settings(const struct world *world)
{
	return (struct collector_settings){
	    .database = world->database,
	    .root = ed25519_public(&world->root),
	    .key = world->collector_key,
	    .cert = world->collector_cert,
	    .cert_len = world->collector_cert_len,
	};
}

static void open_collector(struct world *world)
{
	const struct collector_settings settings = world_settings(world);
	char sentence[256] = "";
	int r = collector_open(&settings, &world->collector, sentence, sizeof(sentence));

	if (r != 0)
		fail_msg("the collector did not open: %d %s", r, sentence);
}

void world_seal_hub(struct world *world)
{
	assert_int_equal(hub_cert_seal(&world->hub, &world->root, world->hub_cert,
	                               sizeof(world->hub_cert), &world->hub_cert_len),
	                 0);
}

void world_seal_manifest(struct world *world)
{
	assert_int_equal(manifest_seal(&world->manifest, &world->hub_key, world->manifest_bytes,
	                               sizeof(world->manifest_bytes), &world->manifest_len),
	                 0);
}

static void fill_manifest(struct world *world)
{
	struct manifest *manifest = &world->manifest;
	struct secret_seed card;

	memset(manifest->event.b, 'e', sizeof(manifest->event.b));
	manifest->serial = 1;
	manifest->n_languages = 1;
	text_copy(manifest->language[0].s, sizeof(manifest->language[0].s), "en");
	text_copy(manifest->name[0].s, sizeof(manifest->name[0].s), "Autumn assembly");
	manifest->n_projects = 2;
	manifest->project[0].id = 1;
	text_copy(manifest->project[0].name[0].s, sizeof(manifest->project[0].name[0].s), "River");
	manifest->project[1].id = 2;
	text_copy(manifest->project[1].name[0].s, sizeof(manifest->project[1].name[0].s),
	          "Library");
	manifest->default_project = 1;
	manifest->n_windows = 1;
	manifest->window[0] =
	    (struct window){.start = WORLD_START, .length_s = 10800, .every_days = 7, .count = 3};
	manifest->grace_s = 3600;
	manifest->party_max = 6;
	manifest->kiosks_max = 1;
	card = card_seed(&world->secret, &manifest->event);
	manifest->card = ed25519_public(&card);
}

void world_init(struct world *world)
{
	const char *where = getenv("TMPDIR");
	struct collector_cert cert = {.not_before = 0, .not_after = WORLD_START * 2};

	memset(world, 0, sizeof(*world));
	assert_int_equal(crypto_init(), 0);
	snprintf(world->folder, sizeof(world->folder), "%.40s/collectorXXXXXX",
	         where != NULL ? where : "/tmp");
	assert_non_null(mkdtemp(world->folder));
	snprintf(world->database, sizeof(world->database), "%s/collector.db", world->folder);
	world->root = world_seed('r');
	world->collector_key = world_seed('c');
	world->hub_key = world_seed('h');
	memset(world->secret.b, 's', sizeof(world->secret.b));
	world->now.s = WORLD_START + 20000;
	cert.collector = ed25519_public(&world->collector_key);
	assert_int_equal(collector_cert_seal(&cert, &world->root, world->collector_cert,
	                                     sizeof(world->collector_cert),
	                                     &world->collector_cert_len),
	                 0);
	world->hub = (struct hub_cert){.hub_id = 7,
	                               .level = HUB_LOCAL,
	                               .hub = ed25519_public(&world->hub_key),
	                               .not_before = WORLD_START - 86400,
	                               .not_after = WORLD_START + 86400 * 30};
	text_copy(world->hub.name.s, sizeof(world->hub.name.s), "Elm Street");
	text_copy(world->hub.region.s, sizeof(world->hub.region.s), "US-KY");
	world_seal_hub(world);
	fill_manifest(world);
	world_seal_manifest(world);
	open_collector(world);
}

void world_restart(struct world *world)
{
	collector_close(world->collector);
	open_collector(world);
}

void world_deinit(struct world *world)
{
	static const char *const suffix[] = {"", "-wal", "-shm", "-journal"};
	char path[128];

	collector_close(world->collector);
	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", world->database, suffix[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(world->folder), 0);
}

/* --- kiosks --- */

void counter_seal_grant(struct world *world, struct counter *counter)
{
	const struct secret_seed card = card_seed(&world->secret, &world->manifest.event);

	assert_int_equal(grant_seal(&counter->grant, &card, counter->grant_bytes,
	                            sizeof(counter->grant_bytes), &counter->grant_len),
	                 0);
	counter->head = message_hash(counter->grant_bytes, counter->grant_len);
}

void counter_open(struct world *world, struct counter *counter, uint8_t octet, uint16_t occurrence)
{
	memset(counter, 0, sizeof(*counter));
	counter->key = world_seed(octet);
	counter->grant.device = ed25519_public(&counter->key);
	memset(counter->grant.epoch.b, octet, sizeof(counter->grant.epoch.b));
	counter->grant.manifest = message_hash(world->manifest_bytes, world->manifest_len);
	counter->grant.occurrence = occurrence;
	counter_seal_grant(world, counter);
	counter->batch.device = counter->grant.device;
	counter->batch.epoch = counter->grant.epoch;
	counter->batch.boot = 1;
	counter->batch.log_root = merkle_root(&counter->log);
}

static struct batch_row *find_row(struct batch *batch, uint16_t project, enum channel channel,
                                  enum first first)
{
	uint16_t at = 0;

	for (; at < batch->n_rows; at++) {
		const struct batch_row *row = &batch->row[at];

		if (row->project == project && row->channel == channel && row->first == first)
			return &batch->row[at];
		if (row->project > project ||
		    (row->project == project &&
		     (row->channel > channel || (row->channel == channel && row->first > first))))
			break;
	}
	assert_true(batch->n_rows < BATCH_ROWS_MAX);
	memmove(&batch->row[at + 1], &batch->row[at], (batch->n_rows - at) * sizeof(batch->row[0]));
	batch->row[at] = (struct batch_row){.project = project, .channel = channel, .first = first};
	batch->n_rows++;
	return &batch->row[at];
}

static void grow_log(struct counter *counter, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct hash leaf = merkle_leaf(&counter->log.size, sizeof(counter->log.size));

		merkle_append(&counter->log, &leaf, NULL, NULL);
	}
	counter->batch.log_size = counter->log.size;
	counter->batch.log_root = merkle_root(&counter->log);
}

void counter_add(struct counter *counter, uint16_t project, enum channel channel, enum first first,
                 uint32_t n)
{
	find_row(&counter->batch, project, channel, first)->added += n;
	grow_log(counter, n);
}

void counter_revoke(struct counter *counter, uint16_t project, enum channel channel,
                    enum first first, uint32_t n)
{
	find_row(&counter->batch, project, channel, first)->revoked += n;
	grow_log(counter, n);
}

void counter_headcount(struct world *world, struct counter *counter, uint32_t people)
{
	const struct secret_seed card = card_seed(&world->secret, &world->manifest.event);
	const struct headcount headcount = {.epoch = counter->batch.epoch, .people = people};
	size_t len;

	assert_int_equal(headcount_seal(&headcount, &card, counter->batch.headcount,
	                                sizeof(counter->batch.headcount), &len),
	                 0);
	counter->batch.headcount_len = (uint16_t)len;
}

void counter_join(struct world *world, struct counter *counter)
{
	const struct post_view post = {.batch = counter->sealed,
	                               .batch_len = counter->sealed_len,
	                               .grant = counter->grant_bytes,
	                               .grant_len = counter->grant_len,
	                               .manifest = world->manifest_bytes,
	                               .manifest_len = world->manifest_len,
	                               .hub_cert = world->hub_cert,
	                               .hub_cert_len = world->hub_cert_len};

	assert_int_equal(post_join(&post, counter->body, sizeof(counter->body), &counter->body_len),
	                 0);
}

void counter_sign(struct world *world, struct counter *counter)
{
	assert_int_equal(batch_seal(&counter->batch, &counter->key, counter->sealed,
	                            sizeof(counter->sealed), &counter->sealed_len),
	                 0);
	counter->head = message_hash(counter->sealed, counter->sealed_len);
	counter_join(world, counter);
}

void counter_seal(struct world *world, struct counter *counter)
{
	counter->batch.seq++;
	counter->batch.prev = counter->head;
	counter_sign(world, counter);
}

/* --- answers --- */

static void check_receipt(struct world *world)
{
	const struct public_key key = ed25519_public(&world->collector_key);
	struct receipt *receipt = &world->receipt;
	struct hash leaf;

	assert_int_equal(
	    receipt_open(world->answer.receipt, world->answer.receipt_len, &key, receipt), 0);
	leaf = merkle_leaf(receipt->batch.b, sizeof(receipt->batch.b));
	assert_true(merkle_inclusion_holds(&leaf, receipt->leaf, receipt->log_size,
	                                   &receipt->inclusion, &receipt->log_root));
}

void world_check_reply(struct world *world, const uint8_t *reply, size_t len,
                       const struct nonce *nonce, const struct hash *subject)
{
	const struct public_key root = ed25519_public(&world->root);
	struct collector_cert cert;
	struct reply_view view;

	assert_int_equal(reply_split(reply, len, &view), 0);
	assert_int_equal(
	    collector_cert_open(view.collector_cert, view.collector_cert_len, &root, &cert), 0);
	assert_int_equal(answer_open(view.answer, view.answer_len, &cert.collector, &world->answer),
	                 0);
	assert_memory_equal(&world->answer.nonce, nonce, sizeof(*nonce));
	if (subject != NULL)
		assert_memory_equal(&world->answer.subject, subject, sizeof(*subject));
	memset(&world->receipt, 0, sizeof(world->receipt));
	if (world->answer.status == ANSWER_STORED ||
	    (world->answer.status == ANSWER_STORED_BEFORE && !world->answer.has_head))
		assert_true(world->answer.receipt_len > 0);
	if (world->answer.status >= 400)
		assert_true(world->answer.reason.s[0] != '\0');
	if (world->answer.receipt_len > 0)
		check_receipt(world);
}

uint16_t world_post_body(struct world *world, const uint8_t *body, size_t len)
{
	static struct collector_reply reply;
	struct nonce nonce;
	struct post_view post;
	struct hash subject = sha256(body, len), batch;

	memset(nonce.b, ++world->next_nonce, sizeof(nonce.b));
	assert_int_equal(collector_post(world->collector, world->now, &nonce, body, len, &reply),
	                 0);
	world_check_reply(world, reply.bytes, reply.len, &nonce, &subject);
	assert_int_equal(reply.status, world->answer.status);
	if (world->answer.receipt_len > 0) {
		assert_int_equal(post_split(body, len, &post), 0);
		batch = message_hash(post.batch, post.batch_len);
		assert_memory_equal(&world->receipt.batch, &batch, sizeof(batch));
	}
	return world->answer.status;
}

uint16_t world_post(struct world *world, const struct counter *counter)
{
	return world_post_body(world, counter->body, counter->body_len);
}

uint16_t world_head(struct world *world, const struct epoch_id *epoch)
{
	static struct collector_reply reply;
	const struct hash subject = head_subject(epoch);
	struct nonce nonce;

	memset(nonce.b, ++world->next_nonce, sizeof(nonce.b));
	assert_int_equal(collector_head(world->collector, &nonce, epoch, &reply), 0);
	world_check_reply(world, reply.bytes, reply.len, &nonce, &subject);
	return world->answer.status;
}

uint64_t world_counted(struct world *world)
{
	static const struct totals_settings network = {.name = "Test network", .year = 2026};
	static const char mark[] = "\"attendances\": ";
	char *text = NULL, *at;
	uint64_t n;

	assert_int_equal(totals_json(collector_store(world->collector), &network, world->now,
	                             TOTALS_TEAM, &text),
	                 0);
	at = strstr(text, "\"people\": {");
	assert_non_null(at);
	at = strstr(at, mark);
	assert_non_null(at);
	n = strtoull(at + sizeof(mark) - 1, NULL, 10);
	free(text);
	return n;
}

void world_count_and_send(struct world *world, struct counter *counter, uint32_t people)
{
	counter_add(counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, people);
	counter_add(counter, 1, CHANNEL_QR, FIRST_NOT_ASKED, people);
	counter_seal(world, counter);
	assert_int_equal(world_post(world, counter), ANSWER_STORED);
}
