/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles of a kiosk, spoilt, and bundles of one that lies, and signs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "chains.h"
#include "crypto.h"
#include "file.h"

enum { BUNDLE_BYTES_MAX = 1 << 16, ITEMS_MAX = 32 };

struct bundle {
	struct public_key root;
	unsigned n;
	size_t at[ITEMS_MAX], len[ITEMS_MAX];
	enum bundle_kind kind[ITEMS_MAX];
	size_t size;
	uint8_t octets[BUNDLE_BYTES_MAX];
};

static struct audit_report audited(const struct bundle *bundle)
{
	struct audit_report report;
	struct audit *audit = NULL;
	size_t at = 0;

	assert_int_equal(audit_new(&bundle->root, &audit), 0);
	while (at < bundle->size) {
		struct bundle_item item;
		size_t taken;

		if (bundle_read(bundle->octets + at, bundle->size - at, &item, &taken) != 0)
			break;
		assert_int_equal(audit_item(audit, &item, bundle->octets + at, taken), 0);
		at += taken;
	}
	report = *audit_end(audit, at < bundle->size ? "Cut." : NULL);
	audit_free(audit);
	return report;
}

static bool holds(const struct bundle *bundle)
{
	const struct audit_report report = audited(bundle);
	bool all = true;

	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		all = all && report.promise[i].broken[0] == '\0';
	return all;
}

static void put_bundle(FILE *out, const struct bundle *bundle, const char *name, bool expected)
{
	if (holds(bundle) != expected)
		fail_msg("%s %s", name, expected ? "does not hold" : "holds");
	(void)fprintf(out, "{\"name\": \"%s\", \"kind\": \"bundle\", ", name);
	chains_hex(out, "root_hex", bundle->root.b, sizeof(bundle->root.b));
	(void)fputs(", ", out);
	chains_hex(out, "hex", bundle->octets, bundle->size);
	(void)fprintf(out, ", \"expected\": \"%s\"}\n", expected ? "holds" : "does not hold");
}

/* Kept as a file, for a kiosk's leaves are random. */
static void read_bundle(struct bundle *bundle)
{
	uint8_t *octets;
	size_t at = 0;

	memset(bundle, 0, sizeof(*bundle));
	assert_int_equal(file_read(TEST_DATA "/fuzz/bundle/seed-closed", BUNDLE_BYTES_MAX, &octets,
	                           &bundle->size),
	                 0);
	memcpy(bundle->octets, octets, bundle->size);
	free(octets);
	while (at < bundle->size) {
		struct bundle_item item;

		assert_true(bundle->n < ITEMS_MAX);
		assert_int_equal(bundle_read(bundle->octets + at, bundle->size - at, &item,
		                             &bundle->len[bundle->n]),
		                 0);
		if (item.kind == BUNDLE_BEGIN)
			bundle->root = item.begin.root;
		bundle->kind[bundle->n] = item.kind;
		bundle->at[bundle->n] = at;
		at += bundle->len[bundle->n++];
	}
}

static void make_end(struct bundle *bundle, size_t len)
{
	const struct bundle_item item = {.kind = BUNDLE_END, .end = sha256(bundle->octets, len)};
	size_t end = 0;

	assert_int_equal(bundle_write(&item, bundle->octets + len, 64, &end), 0);
	bundle->size = len + end;
}

static void copy_items(const struct bundle *from, unsigned left_out, unsigned doubled,
                       struct bundle *to)
{
	size_t len = 0;

	*to = *from;
	for (unsigned i = 0; i + 1 < from->n; i++)
		for (unsigned n = i == left_out ? 0 : i == doubled ? 2 : 1; n > 0; n--) {
			memcpy(to->octets + len, from->octets + from->at[i], from->len[i]);
			len += from->len[i];
		}
	make_end(to, len);
}

static void put_kept(FILE *out)
{
	static struct bundle bundle, other;
	char name[64];

	read_bundle(&bundle);
	put_bundle(out, &bundle, "a bundle", true);
	for (unsigned i = 0; i + 1 < bundle.n; i++) {
		other = bundle;
		other.octets[bundle.at[i] + bundle.len[i] / 2] ^= 1;
		make_end(&other, bundle.at[bundle.n - 1]);
		(void)snprintf(name, sizeof(name), "a bundle with item %u changed", i);
		put_bundle(out, &other, name, false);
	}
	for (unsigned i = 0; i + 2 < bundle.n; i += 2) {
		copy_items(&bundle, i, ITEMS_MAX, &other);
		(void)snprintf(name, sizeof(name), "a bundle without item %u", i);
		put_bundle(out, &other, name, false);
	}
	for (unsigned i = 0; i + 1 < bundle.n; i += 2) {
		copy_items(&bundle, ITEMS_MAX, i, &other);
		(void)snprintf(name, sizeof(name), "a bundle with item %u twice", i);
		put_bundle(out, &other, name, false);
	}
	other = bundle;
	other.octets[200] ^= 1;
	put_bundle(out, &other, "a bundle changed afterwards", false);
	other = bundle;
	other.size--;
	put_bundle(out, &other, "a bundle cut short", false);
	other.size = bundle.at[bundle.n - 1];
	put_bundle(out, &other, "a bundle without an end", false);
	other = bundle;
	other.size++;
	put_bundle(out, &other, "a bundle with an octet behind it", false);
	other = bundle;
	other.root.b[0] ^= 1;
	put_bundle(out, &other, "a bundle of another network", false);
}

/* --- bundles of a kiosk that lies, and signs it --- */

struct line {
	uint8_t op, project, channel, ref;
};

static void put_item(struct bundle *bundle, const struct bundle_item *item)
{
	size_t len = 0;

	assert_int_equal(
	    bundle_write(item, bundle->octets + bundle->size, BUNDLE_ITEM_BYTES_MAX, &len), 0);
	bundle->size += len;
}

/* The lines as leaves, and a batch over them whose root is theirs and whose rows are the caller's.
 */
static void tell(struct world *world, const struct line *line, size_t n, const uint32_t rows[2],
                 bool headcount, struct bundle *bundle)
{
	uint8_t leaves[BUNDLE_LEAVES_MAX * BUNDLE_LEAF_BYTES] = {0};
	struct counter counter;
	struct bundle_item item = {.kind = BUNDLE_BEGIN};

	memset(bundle, 0, sizeof(*bundle));
	bundle->root = ed25519_public(&world->root);
	counter_open(world, &counter, 'a', 0);
	for (size_t i = 0; i < n; i++) {
		uint8_t *leaf = leaves + i * BUNDLE_LEAF_BYTES;
		struct hash hash;

		memset(leaf, (int)i + 1, 32);
		leaf[32] = line[i].op;
		leaf[34] = line[i].project;
		leaf[35] = line[i].channel;
		leaf[46] = line[i].ref;
		hash = merkle_leaf(leaf, BUNDLE_LEAF_BYTES);
		merkle_append(&counter.log, &hash, NULL, NULL);
	}
	counter.batch.log_size = n;
	counter.batch.log_root = merkle_root(&counter.log);
	counter.batch.n_rows = 1;
	counter.batch.row[0] =
	    (struct batch_row){.channel = CHANNEL_QR, .added = rows[0], .revoked = rows[1]};
	counter.batch.state = EPOCH_CLOSED;
	if (headcount) { /* not with the card */
		world->secret.b[0] ^= 1;
		counter_headcount(world, &counter, 2);
		world->secret.b[0] ^= 1;
	}
	counter_seal(world, &counter);
	item.begin.event = world->manifest.event;
	item.begin.device = counter.batch.device;
	item.begin.root = bundle->root;
	put_item(bundle, &item);
	item = (struct bundle_item){.kind = BUNDLE_OPENING,
	                            .part = {{world->manifest_bytes, world->manifest_len},
	                                     {world->hub_cert, world->hub_cert_len},
	                                     {counter.grant_bytes, counter.grant_len}}};
	put_item(bundle, &item);
	item =
	    (struct bundle_item){.kind = BUNDLE_LEAVES, .part = {{leaves, n * BUNDLE_LEAF_BYTES}}};
	put_item(bundle, &item);
	item = (struct bundle_item){.kind = BUNDLE_SEALED,
	                            .part = {{counter.sealed, counter.sealed_len}}};
	put_item(bundle, &item);
	make_end(bundle, bundle->size);
}

static void put_lies(FILE *out)
{
	static const struct {
		const char *name;
		bool holds;
		uint32_t rows[2];
		size_t n;
		struct line line[4];
	} told[] = {
	    {"a kiosk's word",
	     true,
	     {3, 1},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 1}}},
	    {"one line taken back twice",
	     false,
	     {2, 2},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 1}, {2, 0, 1, 1}}},
	    {"a taking back taken back",
	     false,
	     {2, 2},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 1}, {2, 0, 1, 2}}},
	    {"a line taken back that comes later", false, {1, 1}, 2, {{2, 0, 1, 1}, {1, 0, 1, 0}}},
	    {"a line of another channel taken back",
	     false,
	     {1, 1},
	     2,
	     {{1, 0, 2, 0}, {2, 0, 1, 0}}},
	    {"other totals than its lines",
	     false,
	     {3, 1},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0, 1, 0}}},
	    {"lines of another project than its totals",
	     false,
	     {2, 0},
	     2,
	     {{1, 0, 1, 0}, {1, 1, 1, 0}}},
	    {"a line that does neither", false, {1, 0}, 1, {{3, 0, 1, 0}}},
	    {"a line of no channel", false, {1, 0}, 1, {{1, 0, 4, 0}}},
	    {"an addition that refers to a line", false, {2, 0}, 2, {{1, 0, 1, 0}, {1, 0, 1, 1}}},
	};
	static struct bundle bundle;
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		tell(&world, told[i].line, told[i].n, told[i].rows, false, &bundle);
		put_bundle(out, &bundle, told[i].name, told[i].holds);
	}
	tell(&world, told[0].line, told[0].n, told[0].rows, true, &bundle);
	put_bundle(out, &bundle, "a headcount without the card, in a bundle", false);
	world_deinit(&world);
}

/* --- bundles with the receipts of a collector that errs, or lies --- */

struct word {
	struct signing_key key;
	struct secret_seed root;   /* what certifies that key */
	struct receipt receipt[2]; /* for the open batch, and for the closing one */
};

static void leave(struct word *word)
{
	(void)word;
}

static void name_another_batch(struct word *word)
{
	word->receipt[1].batch.b[0] ^= 1;
}

static void name_another_number(struct word *word)
{
	word->receipt[1].seq = 3;
}

static void name_another_opening(struct word *word)
{
	word->receipt[1].epoch.b[0] ^= 1;
}

static void name_another_kiosk(struct word *word)
{
	word->receipt[1].device.b[0] ^= 1;
}

static void prove_something_else(struct word *word)
{
	word->receipt[1].inclusion.hash[0].b[0] ^= 1;
}

/* The second's leaf is the first one of another log. */
static void show_two_logs(struct word *word)
{
	struct receipt *receipt = &word->receipt[1];

	receipt->log_size = 1;
	receipt->log_root = merkle_leaf(receipt->batch.b, sizeof(receipt->batch.b));
	receipt->leaf = 0;
	receipt->inclusion.n = 0;
}

static void be_certified_by_nobody(struct word *word)
{
	const struct secret_seed key = world_seed('x');

	word->key = signing_key_of(&key);
	word->root = key;
}

static void hold_the_first(struct word *word)
{
	(void)snprintf(word->receipt[0].held.s, sizeof(word->receipt[0].held.s), "Held: first.");
}

static void hold_both(struct word *word)
{
	hold_the_first(word);
	(void)snprintf(word->receipt[1].held.s, sizeof(word->receipt[1].held.s), "Held: second.");
}

/* Person `n` (from 1) of an opening, and the batch that says so. */
static void seal_one(struct world *world, struct counter *counter, uint8_t n,
                     uint8_t leaf[BUNDLE_LEAF_BYTES])
{
	struct hash hash;

	memset(leaf, 0, BUNDLE_LEAF_BYTES);
	memset(leaf, n, 32);
	leaf[32] = 1;
	leaf[35] = CHANNEL_QR;
	hash = merkle_leaf(leaf, BUNDLE_LEAF_BYTES);
	merkle_append(&counter->log, &hash, NULL, NULL);
	counter->batch.log_size = n;
	counter->batch.log_root = merkle_root(&counter->log);
	counter->batch.n_rows = 1;
	counter->batch.row[0] = (struct batch_row){.channel = CHANNEL_QR, .added = n};
	counter_seal(world, counter);
}

/* The collector's log becomes one longer by this batch. */
static struct receipt receipt_of(const struct world *world, const struct counter *counter,
                                 struct merkle_frontier *log)
{
	const struct hash leaf = merkle_leaf(counter->head.b, sizeof(counter->head.b));

	merkle_append(log, &leaf, NULL, NULL);
	return (struct receipt){.device = counter->batch.device,
	                        .epoch = counter->batch.epoch,
	                        .seq = counter->batch.seq,
	                        .batch = counter->head,
	                        .time = world->now.s,
	                        .log_size = log->size,
	                        .log_root = merkle_root(log),
	                        .leaf = log->size - 1};
}

/* Two people of one opening, in a batch each; the second closes it. */
static struct word two_batches(struct world *world, struct counter counter[2],
                               uint8_t leaf[2][BUNDLE_LEAF_BYTES])
{
	struct word word = {.key = signing_key_of(&world->collector_key), .root = world->root};
	struct merkle_frontier log = {.size = 0};

	counter_open(world, &counter[0], 'a', 0);
	seal_one(world, &counter[0], 1, leaf[0]);
	counter[1] = counter[0];
	counter[1].batch.state = EPOCH_CLOSED;
	seal_one(world, &counter[1], 2, leaf[1]);
	word.receipt[0] = receipt_of(world, &counter[0], &log);
	word.receipt[1] = receipt_of(world, &counter[1], &log);
	word.receipt[1].inclusion.n = 1;
	word.receipt[1].inclusion.hash[0] = word.receipt[0].log_root; /* of one leaf: itself */
	return word;
}

static void put_given(struct bundle *bundle, const struct word *word, const struct counter *counter,
                      const uint8_t *leaf, const struct receipt *receipt)
{
	uint8_t bytes[RECEIPT_BYTES_MAX];
	struct bundle_item item = {.kind = BUNDLE_LEAVES, .part = {{leaf, BUNDLE_LEAF_BYTES}}};
	size_t len;

	put_item(bundle, &item);
	assert_int_equal(receipt_seal_by(receipt, &word->key, bytes, sizeof(bytes), &len), 0);
	item = (struct bundle_item){.kind = BUNDLE_SEALED,
	                            .part = {{counter->sealed, counter->sealed_len}, {bytes, len}}};
	put_item(bundle, &item);
}

static void tell_given(struct world *world, const struct counter counter[2],
                       uint8_t leaf[2][BUNDLE_LEAF_BYTES], const struct word *word,
                       struct bundle *bundle)
{
	const struct collector_cert cert = {.collector = word->key.public,
	                                    .not_after = WORLD_START * 2};
	uint8_t bytes[COLLECTOR_CERT_BYTES_MAX];
	struct bundle_item item = {.kind = BUNDLE_BEGIN};
	size_t len;

	memset(bundle, 0, sizeof(*bundle));
	bundle->root = ed25519_public(&world->root);
	item.begin.event = world->manifest.event;
	item.begin.device = counter[0].batch.device;
	item.begin.root = bundle->root;
	put_item(bundle, &item);
	assert_int_equal(collector_cert_seal(&cert, &word->root, bytes, sizeof(bytes), &len), 0);
	item = (struct bundle_item){.kind = BUNDLE_CERTIFICATE, .part = {{bytes, len}}};
	put_item(bundle, &item);
	item = (struct bundle_item){.kind = BUNDLE_OPENING,
	                            .part = {{world->manifest_bytes, world->manifest_len},
	                                     {world->hub_cert, world->hub_cert_len},
	                                     {counter[0].grant_bytes, counter[0].grant_len}}};
	put_item(bundle, &item);
	for (unsigned i = 0; i < 2; i++)
		put_given(bundle, word, &counter[i], leaf[i], &word->receipt[i]);
	make_end(bundle, bundle->size);
}

static void put_receipts(FILE *out)
{
	static const struct {
		const char *name;
		void (*spoil)(struct word *word);
		bool holds;
		uint64_t confirmed;
		unsigned notes;
	} given[] = {
	    {"a collector's word", leave, true, 2, 0},
	    {"a receipt of another batch", name_another_batch, false, 1, 0},
	    {"a receipt of another number", name_another_number, false, 1, 0},
	    {"a receipt of another opening", name_another_opening, false, 1, 0},
	    {"a receipt of another kiosk", name_another_kiosk, false, 1, 0},
	    {"a receipt that proves something else", prove_something_else, false, 1, 0},
	    {"receipts that show two logs", show_two_logs, false, 1, 0},
	    {"receipts of a collector that nobody certified", be_certified_by_nobody, false, 0, 0},
	    {"a receipt that held, and one that did not", hold_the_first, true, 2, 1},
	    {"receipts that held", hold_both, true, 0, 2},
	};
	static struct counter counter[2];
	static struct bundle bundle;
	uint8_t leaf[2][BUNDLE_LEAF_BYTES];
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		struct word word = two_batches(&world, counter, leaf);
		struct audit_report report;

		given[i].spoil(&word);
		tell_given(&world, counter, leaf, &word, &bundle);
		put_bundle(out, &bundle, given[i].name, given[i].holds);
		report = audited(&bundle);
		if (report.confirmed_people != given[i].confirmed ||
		    report.n_notes != given[i].notes)
			fail_msg("%s: %llu confirmed, %u notes", given[i].name,
			         (unsigned long long)report.confirmed_people, report.n_notes);
	}
	world_deinit(&world);
}

void chains_bundles(FILE *out)
{
	put_kept(out);
	put_lies(out);
	put_receipts(out);
}
