/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector itself over what strangers may send, and kiosks and hubs with good keys and bad
 * intentions, for whom this signs: the first octet chooses. Whatever comes, there is a signed
 * answer with a sentence where it refuses; what it stores adds up; and nothing of a group that
 * could not be committed stays.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "http_address.h"
#include "vfs_fault.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PIECES_MAX = 8, /* batches of one input */
	ACTS_MAX = 24,
	/* inputs whose answers' signatures are looked at: they cost the most */
	ONE_IN_VERIFIED = 16,
};

static struct world world;
static struct fault_disk *disk;
static struct signing_key kiosk_key, hub_key;
static bool looks_at_signatures;
static struct counter counter;
static struct collector_reply reply;

static void clean_up(void)
{
	world_deinit(&world);
	fault_disk_free(disk);
}

static void set_up(void)
{
	disk = fault_disk_new();
	world_init(&world);
	counter_open(&world, &counter, 'k', 0);
	kiosk_key = signing_key_of(&counter.key);
	hub_key = signing_key_of(&world.hub_key);
	if (atexit(clean_up) != 0)
		abort();
}

static void check_stored(const struct answer *answer, const uint8_t *body, size_t len)
{
	static struct batch batch;
	struct post_view sent;
	uint64_t leaves = 0;

	assert(post_split(body, len, &sent) == 0);
	assert(batch_reopen(sent.batch, sent.batch_len, &batch) == 0);
	assert(answer->receipt_len > 0 && answer->has_head && answer->head_seq == batch.seq);
	for (unsigned i = 0; i < batch.n_rows; i++) {
		assert(batch.row[i].revoked <= batch.row[i].added);
		leaves += (uint64_t)batch.row[i].added + batch.row[i].revoked;
	}
	assert(leaves == batch.log_size);
}

static void post(const uint8_t *body, size_t len)
{
	static const struct nonce nonce = {{7}};
	static struct answer answer;
	struct reply_view view;
	struct sign1_view sign1;

	assert(collector_post(world.collector, world.now, &nonce, body, len, &reply) == 0);
	assert(reply_split(reply.bytes, reply.len, &view) == 0);
	assert(sign1_split(SIGN1_ANSWER, view.answer, view.answer_len, &sign1) == 0);
	assert(answer_parse(sign1.payload, sign1.payload_len, &answer) == 0);
	if (looks_at_signatures) {
		const struct public_key key = ed25519_public(&world.collector_key);

		assert(sign1_verify(SIGN1_ANSWER, &sign1, &key) == 0);
	}
	assert(answer.status == reply.status && memcmp(&answer.nonce, &nonce, sizeof(nonce)) == 0);
	assert(answer.status < 400 || answer.reason.s[0] != '\0');
	if (answer.status == ANSWER_STORED)
		check_stored(&answer, body, len);
}

/* A kiosk with a good key sends these as its batches: pieces with two octets of length in front. */
static void post_batches(const uint8_t *data, size_t size)
{
	static uint8_t body[POST_BYTES_MAX];

	for (int i = 0; i < PIECES_MAX && size >= 2; i++) {
		size_t len = (size_t)data[0] << 8 | data[1], body_len;
		struct post_view view = {.grant = counter.grant_bytes,
		                         .grant_len = counter.grant_len,
		                         .manifest = world.manifest_bytes,
		                         .manifest_len = world.manifest_len,
		                         .hub_cert = world.hub_cert,
		                         .hub_cert_len = world.hub_cert_len,
		                         .batch = counter.sealed};

		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		if (sign1_seal_by(SIGN1_BATCH, data, len, &kiosk_key, counter.sealed,
		                  sizeof(counter.sealed), &view.batch_len) != 0 ||
		    post_join(&view, body, sizeof(body), &body_len) != 0)
			return;
		post(body, body_len);
		data += len;
		size -= len;
	}
}

static void enclose_correction(struct batch *batch, uint8_t a, uint8_t b)
{
	const uint32_t seq = batch->seq + a;
	const struct correction correction = {
	    .epoch = batch->epoch, .seq = seq > 0 ? seq : 1, .reason = {"The second door."}};
	const struct secret_seed key = b % 4 == 0 ? counter.key : world.hub_key;
	size_t len;

	assert(correction_seal(&correction, &key, batch->correction, sizeof(batch->correction),
	                       &len) == 0);
	batch->correction_len = (uint16_t)len;
	batch->state = EPOCH_CORRECTED;
}

/* One thing that a kiosk does, or one lie that it tells, in the form of the protocol. */
static void act(struct counter *kiosk, uint8_t what, uint8_t a, uint8_t b)
{
	struct batch *batch = &kiosk->batch;
	const enum channel channel = (enum channel)(CHANNEL_QR + a / 4 % 3);

	switch (what % 12) {
	case 0:
		counter_add(kiosk, a % 4, channel, (enum first)(a / 12 % 3), b % 32);
		break;
	case 1:
		counter_revoke(kiosk, a % 4, channel, (enum first)(a / 12 % 3), b % 32);
		break;
	case 2:
		batch->state = (enum epoch_state)(a % 3);
		batch->correction_len = 0;
		if (batch->state == EPOCH_CORRECTED)
			enclose_correction(batch, 1, b);
		break;
	case 3:
		enclose_correction(batch, a, b);
		break;
	case 4:
		counter_headcount(&world, kiosk, b);
		batch->headcount[a % batch->headcount_len] ^= b & 1;
		break;
	case 5:
		batch->has_wall = a % 8 != 0;
		batch->clock_source = batch->has_wall ? CLOCK_SOURCE_RTC : CLOCK_SOURCE_NONE;
		batch->wall = WORLD_START + ((int64_t)a - 128) * 3600 * (b + 1);
		break;
	case 6:
		batch->log_size += a;
		batch->log_root.b[b % 32] ^= 1;
		break;
	case 7:
		if (batch->n_rows > 0)
			batch->row[a % batch->n_rows].added += (uint32_t)b << (a % 4 * 8);
		break;
	case 8:
		batch->seq += (uint32_t)a - b % 8;
		break;
	case 9:
		kiosk->head.b[a % 32] ^= b;
		break;
	case 10:
		batch->has_receipt = (a | b) != 0;
		batch->receipt_log_size = (uint64_t)a << 8 | b;
		break;
	default:
		if (batch->seq == UINT32_MAX)
			return;
		counter_seal(&world, kiosk);
		post(kiosk->body, kiosk->body_len);
	}
}

static void post_of_kiosk(const uint8_t *data, size_t size)
{
	static struct counter kiosk;

	kiosk = counter;
	for (int i = 0; i < ACTS_MAX && size >= 3; i++, data += 3, size -= 3)
		act(&kiosk, data[0], data[1], data[2]);
}

/* A hub with a good key issued this event; its card and a kiosk are good too. */
static void post_of_event(const uint8_t *data, size_t size)
{
	static uint8_t manifest[MANIFEST_BYTES_MAX], body[POST_BYTES_MAX];
	static struct counter other;
	size_t manifest_len, body_len;
	struct post_view view;

	if (sign1_seal_by(SIGN1_MANIFEST, data, size, &hub_key, manifest, sizeof(manifest),
	                  &manifest_len) != 0)
		return;
	counter_open(&world, &other, 'o', 0);
	other.grant.manifest = message_hash(manifest, manifest_len);
	counter_seal_grant(&world, &other);
	counter_add(&other, 0, CHANNEL_QR, FIRST_NO, 3);
	counter_seal(&world, &other);
	assert(post_split(other.body, other.body_len, &view) == 0);
	view.manifest = manifest;
	view.manifest_len = manifest_len;
	if (post_join(&view, body, sizeof(body), &body_len) == 0)
		post(body, body_len);
}

static void read_address(const uint8_t *data, size_t size)
{
	struct http_address address;
	char text[128], sentence[256] = "";
	const size_t len = size < sizeof(text) ? size : sizeof(text) - 1;

	memcpy(text, data, len);
	text[len] = '\0';
	if (http_address_parse(text, &address, sentence, sizeof(sentence)) != 0)
		assert(sentence[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int r;

	if (world.collector == NULL)
		set_up();
	if (size == 0)
		return 0;
	looks_at_signatures = size % ONE_IN_VERIFIED == 0;
	collector_group_begin(world.collector);
	switch (data[0]) {
	case 0:
		post(data + 1, size - 1);
		break;
	case 1:
		post_batches(data + 1, size - 1);
		break;
	case 2:
		post_of_event(data + 1, size - 1);
		break;
	case 3:
		post_of_kiosk(data + 1, size - 1);
		break;
	default:
		read_address(data + 1, size - 1);
	}
	/* Each input finds the same store: there is no room for what it changed. */
	fault_disk_arm(disk, FAULT_FULL, FAULT_OP_WRITE, 1);
	r = collector_group_commit(world.collector);
	assert(r == (fault_disk_happened(disk) ? -ENOSPC : 0));
	fault_disk_arm(disk, FAULT_NONE, FAULT_OP_ANY, 0);
	return 0;
}
