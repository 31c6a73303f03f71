/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything stored, read again and held against what was signed. A disk that changes one bit does
 * not say so: each batch is held against its hash, its place in the log, its receipt; each opening
 * against its head, its grant, its event and its hub; what no signature holds against its own sum.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector_private.h"
#include "crypto.h"
#include "text.h"

struct recheck {
	struct collector *collector;
	bool all_signatures;
	struct collector_contents found;
	struct merkle_frontier log;
	uint64_t begun; /* first batches met */
	uint64_t heads; /* sum of the openings' numbers of their last batch */
	int node_error;
	char *sentence;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static int damaged(struct recheck *recheck,
                                                         const char *format, ...)
{
	char what[160];
	va_list list;

	va_start(list, format);
	(void)vsnprintf(what, sizeof(what), format, list);
	va_end(list);
	text_format(recheck->sentence, recheck->size,
	            "The database is damaged: %s. Keep the file, and start with a copy of the last "
	            "backup: kiosks send again what it does not have.",
	            what);
	return -EINVAL;
}

static bool is(const struct store_field *field, const void *bytes, size_t len)
{
	return field->len == len && memcmp(field->bytes, bytes, len) == 0;
}

static bool is_hash_of(const struct store_field *hash, const struct store_field *bytes)
{
	const struct hash is_now = message_hash(bytes->bytes, bytes->len);

	return is(hash, is_now.b, sizeof(is_now.b));
}

/* --- who may say something --- */

static int each_hub_cert(void *context, const struct store_field *field)
{
	enum { HASH, HUB, NOT_BEFORE, BYTES, KEY };
	struct recheck *recheck = context;
	struct hub_cert cert;

	if (!is_hash_of(&field[HASH], &field[BYTES]) ||
	    hub_cert_open(field[BYTES].bytes, field[BYTES].len, &recheck->collector->root, &cert) !=
	        0 ||
	    cert.hub_id != (uint64_t)field[HUB].n || cert.not_before != field[NOT_BEFORE].n ||
	    !is(&field[KEY], cert.hub.b, sizeof(cert.hub.b)))
		return damaged(recheck, "a certificate of hub %lld is not the network's",
		               (long long)field[HUB].n);
	recheck->found.hub_certs++;
	return 0;
}

static int each_hub(void *context, const struct store_field *field)
{
	return field[1].n == 1
	           ? 0
	           : damaged(context, "who hub %lld is has changed", (long long)field[0].n);
}

static int each_manifest(void *context, const struct store_field *field)
{
	enum { HASH, HUB, EVENT, SERIAL, BYTES, HUB_CERT };
	struct recheck *recheck = context;
	struct manifest *manifest = &recheck->collector->issue;
	struct hub_cert cert;

	if (!is_hash_of(&field[HASH], &field[BYTES]) ||
	    hub_cert_reopen(field[HUB_CERT].bytes, field[HUB_CERT].len, &cert) != 0 ||
	    manifest_open(field[BYTES].bytes, field[BYTES].len, &cert.hub, manifest) != 0 ||
	    cert.hub_id != (uint64_t)field[HUB].n ||
	    manifest->serial != (uint64_t)field[SERIAL].n ||
	    !is(&field[EVENT], manifest->event.b, sizeof(manifest->event.b)))
		return damaged(recheck, "an event of hub %lld is not the one its hub signed",
		               (long long)field[HUB].n);
	recheck->found.issues++;
	return 0;
}

static int each_kiosk_list(void *context, const struct store_field *field)
{
	enum { HUB, EVENT, OCCURRENCE, BYTES, HUB_CERT };
	struct kiosk_list list;
	struct hub_cert cert;

	if (hub_cert_reopen(field[HUB_CERT].bytes, field[HUB_CERT].len, &cert) != 0 ||
	    kiosk_list_open(field[BYTES].bytes, field[BYTES].len, &cert.hub, &list) != 0 ||
	    cert.hub_id != (uint64_t)field[HUB].n || list.occurrence != field[OCCURRENCE].n ||
	    !is(&field[EVENT], list.event.b, sizeof(list.event.b)))
		return damaged(context, "a list of the kiosks of hub %lld is not what it signed",
		               (long long)field[HUB].n);
	return 0;
}

static int each_revoked(void *context, const struct store_field *field)
{
	return field[1].n == 1 ? 0 : damaged(context, "a key that was withdrawn has changed");
}

/* --- batches and the log --- */

static void hold_node(void *context, unsigned level, uint64_t index, const struct hash *node)
{
	struct recheck *recheck = context;
	struct hash stored;
	int r = recheck->node_error;

	if (r == 0)
		r = store_log_node(recheck->collector->store, level, index, &stored);
	if (r == 0 && memcmp(stored.b, node->b, sizeof(stored.b)) != 0)
		r = -EINVAL;
	recheck->node_error = r;
}

/* The receipt names this batch, in the log as it was then. */
static bool receipt_fits(struct recheck *recheck, const struct store_field *bytes,
                         const struct hash *batch)
{
	struct collector *collector = recheck->collector;
	struct receipt *receipt = &collector->receipt;
	const struct hash root = merkle_root(&recheck->log);
	int r;

	if (bytes->len > sizeof(collector->receipt_bytes))
		return false;
	memcpy(collector->receipt_bytes, bytes->bytes, bytes->len);
	r = recheck->all_signatures ? collector_open_receipt(collector, bytes->len)
	                            : receipt_reopen(bytes->bytes, bytes->len, receipt);
	return r == 0 && memcmp(receipt->batch.b, batch->b, sizeof(batch->b)) == 0 &&
	       receipt->log_size == recheck->log.size && receipt->leaf == recheck->log.size - 1 &&
	       memcmp(receipt->log_root.b, root.b, sizeof(root.b)) == 0;
}

static int each_batch(void *context, const struct store_field *field)
{
	enum { LEAF, HASH, EPOCH, SEQ, BYTES, RECEIPT };
	struct recheck *recheck = context;
	struct batch *batch = &recheck->collector->submission.batch;
	const struct hash hash = message_hash(field[BYTES].bytes, field[BYTES].len);
	const struct hash leaf = merkle_leaf(hash.b, sizeof(hash.b));
	const uint64_t at = recheck->log.size;
	int r;

	if ((uint64_t)field[LEAF].n != at)
		return damaged(recheck, "batch %llu of the log is not there",
		               (unsigned long long)at);
	r = batch_reopen(field[BYTES].bytes, field[BYTES].len, batch);
	if (r == 0 && recheck->all_signatures)
		r = batch_open(field[BYTES].bytes, field[BYTES].len, &batch->device, batch);
	if (r != 0 || !is(&field[HASH], hash.b, sizeof(hash.b)) ||
	    !is(&field[EPOCH], batch->epoch.b, sizeof(batch->epoch.b)) ||
	    batch->seq != (uint64_t)field[SEQ].n)
		return damaged(recheck, "batch %llu of the log is not what its kiosk signed",
		               (unsigned long long)at);
	merkle_append(&recheck->log, &leaf, hold_node, recheck);
	if (recheck->node_error != 0)
		return recheck->node_error != -EINVAL
		           ? recheck->node_error
		           : damaged(recheck, "the log of batches differs from its batches at %llu",
		                     (unsigned long long)at);
	if (!receipt_fits(recheck, &field[RECEIPT], &hash))
		return damaged(recheck, "the receipt of batch %llu of the log is of another",
		               (unsigned long long)at);
	recheck->begun += batch->seq == 1;
	return 0;
}

/* --- openings --- */

/* The grant is of this event's card, and names what the row names. */
static bool grant_fits(struct recheck *recheck, const struct store_field *field)
{
	enum { EPOCH, DEVICE, GRANT_HASH, GRANT, MANIFEST_HASH, HUB, EVENT, OCCURRENCE };
	const struct public_key *card = &recheck->collector->issue.card;
	struct grant grant;

	return is_hash_of(&field[GRANT_HASH], &field[GRANT]) &&
	       (recheck->all_signatures
	            ? grant_open(field[GRANT].bytes, field[GRANT].len, card, &grant)
	            : grant_reopen(field[GRANT].bytes, field[GRANT].len, &grant)) == 0 &&
	       is(&field[EPOCH], grant.epoch.b, sizeof(grant.epoch.b)) &&
	       is(&field[DEVICE], grant.device.b, sizeof(grant.device.b)) &&
	       is(&field[MANIFEST_HASH], grant.manifest.b, sizeof(grant.manifest.b)) &&
	       grant.occurrence == field[OCCURRENCE].n;
}

static bool head_fits(struct recheck *recheck, const struct store_field *field)
{
	enum { EPOCH, DEVICE, HEAD_SEQ = 8, PEOPLE, LEAVES, HEAD = 13 };
	struct batch *batch = &recheck->collector->submission.batch;
	struct public_key device;

	if (field[DEVICE].len != sizeof(device.b))
		return false;
	memcpy(device.b, field[DEVICE].bytes, sizeof(device.b));
	return batch_open(field[HEAD].bytes, field[HEAD].len, &device, batch) == 0 &&
	       is(&field[EPOCH], batch->epoch.b, sizeof(batch->epoch.b)) &&
	       batch->seq == field[HEAD_SEQ].n &&
	       batch_net(batch, PROJECT_PEOPLE) == (uint64_t)field[PEOPLE].n &&
	       batch->log_size == (uint64_t)field[LEAVES].n;
}

static int each_epoch(void *context, const struct store_field *field)
{
	enum { HUB = 5, EVENT, HEAD_SEQ = 8, MANIFEST = 11, HUB_CERT, FIRST = 14, SUM };
	struct recheck *recheck = context;
	struct manifest *manifest = &recheck->collector->issue;
	struct hub_cert cert;

	if (field[SUM].n != 1 || field[FIRST].n != 1 ||
	    hub_cert_reopen(field[HUB_CERT].bytes, field[HUB_CERT].len, &cert) != 0 ||
	    cert.hub_id != (uint64_t)field[HUB].n ||
	    manifest_reopen(field[MANIFEST].bytes, field[MANIFEST].len, manifest) != 0 ||
	    !is(&field[EVENT], manifest->event.b, sizeof(manifest->event.b)) ||
	    !grant_fits(recheck, field) || !head_fits(recheck, field))
		return damaged(recheck, "an opening of hub %lld is not what its kiosk signed",
		               (long long)field[HUB].n);
	recheck->heads += (uint64_t)field[HEAD_SEQ].n;
	recheck->found.openings++;
	return 0;
}

static int each_fork(void *context, const struct store_field *field)
{
	enum { HASH, EPOCH, SEQ, BYTES, DEVICE };
	struct recheck *recheck = context;
	struct batch *batch = &recheck->collector->submission.batch;
	struct public_key device;

	if (field[DEVICE].len != sizeof(device.b))
		return damaged(recheck, "a second history belongs to no opening");
	memcpy(device.b, field[DEVICE].bytes, sizeof(device.b));
	if (!is_hash_of(&field[HASH], &field[BYTES]) ||
	    batch_open(field[BYTES].bytes, field[BYTES].len, &device, batch) != 0 ||
	    !is(&field[EPOCH], batch->epoch.b, sizeof(batch->epoch.b)) ||
	    batch->seq != (uint64_t)field[SEQ].n)
		return damaged(recheck, "a batch of a second history is not what its kiosk signed");
	return 0;
}

int collector_recheck(struct collector *collector, bool all_signatures,
                      struct collector_contents *ret, char *sentence, size_t sentence_size)
{
	static const struct {
		enum store_part part;
		store_row_fn *each;
	} walk[] = {
	    {STORE_HUB_CERTS, each_hub_cert}, {STORE_HUBS, each_hub},
	    {STORE_MANIFESTS, each_manifest}, {STORE_KIOSK_LISTS, each_kiosk_list},
	    {STORE_REVOKED, each_revoked},    {STORE_BATCHES, each_batch},
	    {STORE_EPOCHS, each_epoch},       {STORE_FORKS, each_fork},
	};
	struct recheck recheck = {.collector = collector,
	                          .all_signatures = all_signatures,
	                          .sentence = sentence,
	                          .size = sentence_size};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(walk) / sizeof(walk[0]); i++)
		r = store_each(collector->store, walk[i].part, walk[i].each, &recheck);
	if (r < 0)
		return r;
	recheck.found.batches = recheck.log.size;
	if (recheck.log.size != collector->log.size)
		return damaged(&recheck, "its log names %llu batches, and %llu are there",
		               (unsigned long long)collector->log.size,
		               (unsigned long long)recheck.log.size);
	/* Each opening has all its batches, from the first to the head. */
	if (recheck.begun != recheck.found.openings || recheck.heads != recheck.log.size)
		return damaged(&recheck, "openings are missing, or batches of them");
	*ret = recheck.found;
	return 0;
}
