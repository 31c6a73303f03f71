/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle, from a stranger or, where the first octet is 0, of a kiosk that holds a card and does
 * and signs what the input says, three octets an act. Nothing may crash; an item that is read is
 * written again as the same octets; and where everything is said to hold, the totals are those of
 * the leaves, whoever signed them.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "crypto.h"
#include "vfs_fault.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	ACTS_MAX = 48,
	SEALS_MAX = 4, /* signatures cost more than all the rest */
	OPENINGS_MAX = 3,
	LEAVES_MAX = 64,
	RECEIPTS_MAX = 8, /* the size of the collector's log */
	BUNDLE_BYTES_MAX = 1 << 17,
	LEAF_OP = 32,
	LEAF_REF = 46,
};

static struct world world;
static struct fault_disk *disk;

/* What the kiosk did, and how it goes into the bundle. */
static struct {
	struct counter counter;
	uint8_t leaf[LEAVES_MAX][BUNDLE_LEAF_BYTES];
	unsigned n, n_put; /* leaves so far; those in the bundle */
	unsigned n_sealed; /* leaves the last batch is over */
	unsigned n_seals, n_openings;
	bool lies; /* in what no recount shows: a root, a row, a receipt */
	struct hash log[RECEIPTS_MAX];
	struct merkle_frontier log_tree;
	size_t size;
	uint8_t octets[BUNDLE_BYTES_MAX];
} kiosk;

/* --- judging --- */

static bool judge(const uint8_t *data, size_t size, const struct public_key *root,
                  uint64_t *ret_people)
{
	static uint8_t again[BUNDLE_ITEM_BYTES_MAX];
	const struct audit_report *report;
	struct audit *audit = NULL;
	bool holds = true;
	size_t at = 0;

	if (audit_new(root, &audit) != 0)
		return false;
	while (at < size) {
		struct bundle_item item;
		size_t taken = 0, len = 0;

		if (bundle_read(data + at, size - at, &item, &taken) != 0)
			break;
		assert(bundle_write(&item, again, sizeof(again), &len) == 0);
		assert(len == taken && memcmp(again, data + at, len) == 0);
		assert(audit_item(audit, &item, data + at, taken) == 0);
		at += taken;
	}
	report = audit_end(audit, at < size ? "Cut." : NULL);
	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		holds = holds && report->promise[i].broken[0] == '\0';
	*ret_people = report->sealed_people;
	audit_free(audit);
	return holds;
}

/* --- what the leaves say --- */

/* Takes back an addition of the same kind that stands. */
static bool is_revocation(unsigned n)
{
	const uint8_t *leaf = kiosk.leaf[n], *other;

	if (leaf[LEAF_REF] >= n)
		return false;
	other = kiosk.leaf[leaf[LEAF_REF]];
	if (other[LEAF_OP] != 1 || memcmp(leaf + 33, other + 33, 4) != 0)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (kiosk.leaf[i][LEAF_OP] == 2 && kiosk.leaf[i][LEAF_REF] == leaf[LEAF_REF])
			return false;
	return true;
}

static struct batch_row *row_of(struct batch *batch, const uint8_t *leaf)
{
	const struct batch_row kind = {
	    .project = (uint16_t)(leaf[33] << 8 | leaf[34]),
	    .channel = (enum channel)leaf[35],
	    .first = (enum first)leaf[36],
	};
	uint16_t at = 0;

	while (at < batch->n_rows &&
	       (batch->row[at].project < kind.project ||
	        (batch->row[at].project == kind.project &&
	         (batch->row[at].channel < kind.channel ||
	          (batch->row[at].channel == kind.channel && batch->row[at].first < kind.first)))))
		at++;
	if (at < batch->n_rows && batch->row[at].project == kind.project &&
	    batch->row[at].channel == kind.channel && batch->row[at].first == kind.first)
		return &batch->row[at];
	memmove(&batch->row[at + 1], &batch->row[at], (batch->n_rows - at) * sizeof(kind));
	batch->row[at] = kind;
	batch->n_rows++;
	return &batch->row[at];
}

/* False: a leaf is not as the protocol has it. */
static bool recount(struct batch *batch)
{
	bool valid = true;

	batch->n_rows = 0;
	for (unsigned i = 0; i < kiosk.n; i++) {
		const uint8_t *leaf = kiosk.leaf[i];

		if (leaf[35] < 1 || leaf[35] > 3 || leaf[36] > 2) {
			valid = false;
			continue;
		}
		if (leaf[LEAF_OP] == 1) {
			valid = valid && leaf[LEAF_REF] == 0;
			row_of(batch, leaf)->added++;
		} else {
			valid = valid && leaf[LEAF_OP] == 2 && is_revocation(i);
			row_of(batch, leaf)->revoked++;
		}
	}
	return valid;
}

/* --- acts --- */

static void put(const struct bundle_item *item)
{
	size_t len = 0;

	if (kiosk.size + BUNDLE_ITEM_BYTES_MAX > sizeof(kiosk.octets))
		return;
	assert(bundle_write(item, kiosk.octets + kiosk.size, BUNDLE_ITEM_BYTES_MAX, &len) == 0);
	kiosk.size += len;
}

static void put_leaves(void)
{
	const struct bundle_item item = {
	    .kind = BUNDLE_LEAVES,
	    .part = {{kiosk.leaf[kiosk.n_put],
	              (size_t)(kiosk.n - kiosk.n_put) * BUNDLE_LEAF_BYTES}},
	};

	if (kiosk.n == kiosk.n_put)
		return;
	put(&item);
	kiosk.n_put = kiosk.n;
}

static void begin_opening(uint8_t octet)
{
	const struct bundle_item item = {
	    .kind = BUNDLE_OPENING,
	    .part = {{world.manifest_bytes, world.manifest_len},
	             {world.hub_cert, world.hub_cert_len},
	             {kiosk.counter.grant_bytes, 0}},
	};
	struct bundle_item opening = item;

	counter_open(&world, &kiosk.counter, 'a', 0);
	memset(kiosk.counter.grant.epoch.b, octet, sizeof(kiosk.counter.grant.epoch.b));
	counter_seal_grant(&world, &kiosk.counter);
	kiosk.counter.batch.epoch = kiosk.counter.grant.epoch;
	opening.part[2].len = kiosk.counter.grant_len;
	put(&opening);
	kiosk.n = kiosk.n_put = kiosk.n_sealed = 0;
	kiosk.n_openings++;
}

static int log_node(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	struct merkle_frontier tree = {0};

	(void)context;
	for (uint64_t i = index << level; i < (index + 1) << level; i++)
		merkle_append(&tree, &kiosk.log[i], NULL, NULL);
	*ret = merkle_root(&tree);
	return 0;
}

static size_t make_receipt(uint8_t *bytes, uint8_t how)
{
	struct receipt receipt = {.device = kiosk.counter.batch.device,
	                          .epoch = kiosk.counter.batch.epoch,
	                          .seq = kiosk.counter.batch.seq,
	                          .batch = kiosk.counter.head};
	size_t len = 0;

	if (kiosk.log_tree.size == RECEIPTS_MAX)
		return 0;
	receipt.leaf = kiosk.log_tree.size;
	kiosk.log[receipt.leaf] = merkle_leaf(&receipt.batch, sizeof(receipt.batch));
	merkle_append(&kiosk.log_tree, &kiosk.log[receipt.leaf], NULL, NULL);
	receipt.log_size = kiosk.log_tree.size;
	receipt.log_root = merkle_root(&kiosk.log_tree);
	assert(merkle_inclusion(receipt.leaf, receipt.log_size, log_node, NULL,
	                        &receipt.inclusion) == 0);
	if (how & 1)
		receipt.log_root.b[how % 32] ^= 1;
	if (how & 2)
		receipt.batch.b[how % 32] ^= 1;
	if (how & 4)
		receipt.seq++;
	kiosk.lies = kiosk.lies || (how & 7) != 0;
	assert(receipt_seal(&receipt, &world.collector_key, bytes, RECEIPT_BYTES_MAX, &len) == 0);
	return len;
}

static void seal(uint8_t how, uint8_t what)
{
	static uint8_t receipt[RECEIPT_BYTES_MAX];
	struct merkle_frontier tree = {0};
	struct batch *batch = &kiosk.counter.batch;
	struct bundle_item item = {.kind = BUNDLE_SEALED};

	put_leaves();
	for (unsigned i = 0; i < kiosk.n; i++) {
		const struct hash leaf = merkle_leaf(kiosk.leaf[i], BUNDLE_LEAF_BYTES);

		merkle_append(&tree, &leaf, NULL, NULL);
	}
	if (!recount(batch))
		kiosk.lies = true;
	batch->log_size = kiosk.n;
	batch->log_root = merkle_root(&tree);
	batch->state = how & 16 ? EPOCH_CLOSED : EPOCH_OPEN;
	if (how & 1) {
		batch->log_root.b[what % 32] ^= 1;
		kiosk.lies = true;
	}
	if ((how & 2) && batch->n_rows > 0) {
		batch->row[what % batch->n_rows].added++;
		batch->row[what / 16 % batch->n_rows].revoked--;
		kiosk.lies = true;
	}
	if (how & 32)
		counter_headcount(&world, &kiosk.counter, what);
	counter_seal(&world, &kiosk.counter);
	item.part[0].octets = kiosk.counter.sealed;
	item.part[0].len = kiosk.counter.sealed_len;
	if (how & 4)
		item.part[1].len = make_receipt(receipt, how & 8 ? what : 0);
	item.part[1].octets = receipt;
	put(&item);
	kiosk.n_sealed = kiosk.n;
}

static void act(uint8_t what, uint8_t a, uint8_t b)
{
	uint8_t *leaf = kiosk.leaf[kiosk.n % LEAVES_MAX];

	switch (what % 5) {
	case 0: /* an addition, a revocation, perhaps with something wrong */
	case 1:
		if (kiosk.n == LEAVES_MAX)
			return;
		memset(leaf, (int)kiosk.n + 1, 32);
		memset(leaf + 32, 0, BUNDLE_LEAF_BYTES - 32);
		leaf[LEAF_OP] = what % 5 == 0 ? 1 : 2;
		leaf[34] = a % 3;
		leaf[35] = 1 + a / 3 % 3;
		leaf[36] = a / 9 % 3;
		if (leaf[LEAF_OP] == 2) {
			leaf[LEAF_REF] = a;
			if (a < kiosk.n)
				memcpy(leaf + 33, kiosk.leaf[a] + 33, 4);
		}
		if (b % 16 == 1)
			leaf[32 + b / 16 % 5] ^= b;
		kiosk.n++;
		break;
	case 2:
		put_leaves();
		break;
	case 3:
		if (kiosk.n_seals++ < SEALS_MAX)
			seal(a, b);
		break;
	default:
		if (kiosk.n_openings == OPENINGS_MAX)
			return;
		begin_opening((uint8_t)(a % 2 == 0 ? kiosk.n_openings : a));
	}
}

/* --- from acts to a bundle --- */

static void judge_kiosk(const uint8_t *data, size_t size)
{
	const struct public_key root = ed25519_public(&world.root);
	struct bundle_item item = {.kind = BUNDLE_BEGIN};
	uint64_t people = 0;

	memset(&kiosk, 0, offsetof(__typeof__(kiosk), octets));
	counter_open(&world, &kiosk.counter, 'a', 0);
	item.begin.event = world.manifest.event;
	item.begin.device = kiosk.counter.batch.device;
	item.begin.root = root;
	put(&item);
	item = (struct bundle_item){.kind = BUNDLE_CERTIFICATE,
	                            .part = {{world.collector_cert, world.collector_cert_len}}};
	put(&item);
	begin_opening(0xee);
	for (int i = 0; i < ACTS_MAX && size >= 3; i++, data += 3, size -= 3)
		act(data[0], data[1], data[2]);
	put_leaves();
	item = (struct bundle_item){.kind = BUNDLE_END, .end = sha256(kiosk.octets, kiosk.size)};
	put(&item);
	if (!judge(kiosk.octets, kiosk.size, &root, &people))
		return;
	assert(!kiosk.lies);
	if (kiosk.n_openings == 1 && kiosk.n_sealed == kiosk.n && kiosk.counter.batch.seq > 0) {
		struct batch batch = {0};
		uint64_t net = 0;

		assert(recount(&batch));
		for (unsigned i = 0; i < batch.n_rows; i++)
			if (batch.row[i].project == PROJECT_PEOPLE)
				net += batch.row[i].added - batch.row[i].revoked;
		assert(people == net);
	}
}

static void clean_up(void)
{
	world_deinit(&world);
	fault_disk_free(disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t people;

	if (disk == NULL) {
		disk = fault_disk_new();
		world_init(&world);
		if (atexit(clean_up) != 0)
			abort();
	}
	if (size > 0 && data[0] == 0)
		judge_kiosk(data + 1, size - 1);
	else
		(void)judge(data, size, NULL, &people);
	return 0;
}
