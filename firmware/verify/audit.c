/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "crypto.h"
#include "merkle.h"
#include "text.h"
#include "verify.h"

enum { LEAF_ADD = 1, LEAF_REVOKE = 2 };

struct audit {
	bool has_root;
	struct public_key root;
	struct sha256 sha;
	bool ended;
	struct audit_report report;
	unsigned n_certs;
	struct public_key collector[AUDIT_CERTS_MAX];
	unsigned n_roots;
	struct {
		uint64_t size;
		struct hash root;
	} seen[AUDIT_ROOTS_MAX];
	unsigned n_epochs;
	struct epoch_id counted[AUDIT_OPENINGS_MAX];
	/* the opening under way */
	bool in_opening, sound; /* its keys hold: what hangs on them can be judged */
	struct submission submission;
	struct epoch_known epoch;
	uint8_t manifest[MANIFEST_BYTES_MAX], hub_cert[HUB_CERT_BYTES_MAX], grant[GRANT_BYTES_MAX];
	size_t manifest_len, hub_cert_len, grant_len;
	uint8_t body[POST_BYTES_MAX];
	struct merkle_frontier tree;
	uint32_t *kind; /* of each leaf that stands; 0: it does not */
	size_t kind_size;
	uint16_t n_rows;
	struct batch_row row[BATCH_ROWS_MAX];
	uint64_t sealed_leaves, confirmed;
};

__attribute__((format(printf, 3, 4))) static void
broken(struct audit *audit, enum audit_promise promise, const char *format, ...)
{
	char *sentence = audit->report.promise[promise].broken;
	char text[2 * AUDIT_SENTENCE_MAX];
	va_list list;

	if (sentence[0] != '\0')
		return;
	va_start(list, format);
	(void)vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	text_copy(sentence, AUDIT_SENTENCE_MAX, text);
}

__attribute__((format(printf, 2, 3))) static void note(struct audit *audit, const char *format, ...)
{
	char text[2 * AUDIT_SENTENCE_MAX];
	va_list list;

	if (audit->report.n_notes == AUDIT_NOTES_MAX)
		return;
	va_start(list, format);
	(void)vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	text_copy(audit->report.note[audit->report.n_notes++], AUDIT_SENTENCE_MAX, text);
}

static void checked(struct audit *audit, enum audit_promise promise)
{
	audit->report.promise[promise].checked++;
}

/* --- rows --- */

static int order_of_rows(const struct batch_row *a, const struct batch_row *b)
{
	if (a->project != b->project)
		return a->project < b->project ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

/* The row of that kind, put in its place if it is new; NULL: there are too many. */
static struct batch_row *row_of(struct batch_row *row, uint16_t *n, const struct batch_row *kind)
{
	uint16_t i = 0;

	while (i < *n && order_of_rows(&row[i], kind) < 0)
		i++;
	if (i < *n && order_of_rows(&row[i], kind) == 0)
		return &row[i];
	if (*n == BATCH_ROWS_MAX)
		return NULL;
	memmove(&row[i + 1], &row[i], (size_t)(*n - i) * sizeof(row[0]));
	row[i] = *kind;
	row[i].added = row[i].revoked = 0;
	++*n;
	return &row[i];
}

static bool same_rows(const struct batch_row *a, const struct batch_row *b, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		if (order_of_rows(&a[i], &b[i]) != 0 || a[i].added != b[i].added ||
		    a[i].revoked != b[i].revoked)
			return false;
	return true;
}

/* --- openings --- */

/* What the opening before leaves behind. */
static void end_opening(struct audit *audit)
{
	struct audit_report *report = &audit->report;

	if (!audit->in_opening)
		return;
	audit->in_opening = false;
	for (uint16_t i = 0; i < audit->n_rows; i++) {
		struct batch_row *row = row_of(report->row, &report->n_rows, &audit->row[i]);

		if (row == NULL) {
			broken(audit, AUDIT_RECOUNT,
			       "There are more projects than an event can have.");
			break;
		}
		row->added += audit->row[i].added;
		row->revoked += audit->row[i].revoked;
	}
	if (audit->epoch.known)
		report->sealed_people += batch_net(&audit->epoch.head, PROJECT_PEOPLE);
	report->confirmed_people += audit->confirmed;
	report->unsealed += audit->tree.size - audit->sealed_leaves;
	if (audit->epoch.known && audit->epoch.head.state == EPOCH_OPEN)
		note(audit,
		     "Opening %llu is not closed in this bundle: more may have come after it.",
		     (unsigned long long)report->openings);
}

static bool is_new(struct audit *audit, const struct epoch_id *epoch)
{
	for (unsigned i = 0; i < audit->n_epochs; i++)
		if (same_bytes(&audit->counted[i], epoch, sizeof(*epoch)))
			return false;
	if (audit->n_epochs == AUDIT_OPENINGS_MAX)
		return false;
	audit->counted[audit->n_epochs++] = *epoch;
	return true;
}

static void check_opening(struct audit *audit)
{
	struct submission *s = &audit->submission;
	const struct audit_report *report = &audit->report;
	struct refusal refusal;
	int r = hub_cert_open(audit->hub_cert, audit->hub_cert_len, &audit->root, &s->hub);

	checked(audit, AUDIT_KEYS);
	if (r != 0) {
		broken(audit, AUDIT_KEYS, "The hub is not certified by this network: %s.",
		       wire_strerror(r));
		return;
	}
	r = manifest_open(audit->manifest, audit->manifest_len, &s->hub.hub, &s->manifest);
	if (r != 0) {
		broken(audit, AUDIT_KEYS, "The event is not signed by its hub: %s.",
		       wire_strerror(r));
		return;
	}
	r = grant_open(audit->grant, audit->grant_len, &s->manifest.card, &s->grant);
	if (r != 0) {
		broken(audit, AUDIT_KEYS, "The opening is not signed with the event's card: %s.",
		       wire_strerror(r));
		return;
	}
	if (!same_bytes(&s->manifest.event, &report->event, sizeof(report->event)) ||
	    s->grant.occurrence != report->occurrence ||
	    !same_bytes(&s->grant.device, &report->device, sizeof(report->device))) {
		broken(audit, AUDIT_KEYS,
		       "Opening %llu is of another event, meeting or kiosk than the bundle says.",
		       (unsigned long long)report->openings);
		return;
	}
	if (!is_new(audit, &s->grant.epoch)) {
		broken(audit, AUDIT_WHOLE, "The same opening stands twice in the bundle.");
		return;
	}
	s->manifest_hash = message_hash(audit->manifest, audit->manifest_len);
	s->batch.device = s->grant.device;
	s->batch.epoch = s->grant.epoch;
	if (!verify_chain(s, &audit->root,
	                  &(struct chain_known){.hub_cert = true, .manifest = true, .grant = true},
	                  &refusal)) {
		broken(audit, AUDIT_KEYS, "%s", refusal.reason);
		return;
	}
	audit->sound = true;
	text_copy(audit->report.hub_name, sizeof(audit->report.hub_name), s->hub.name.s);
	audit->report.has_manifest = true;
	audit->report.manifest = s->manifest;
}

static void begin_opening(struct audit *audit, const struct bundle_item *item)
{
	struct submission *s = &audit->submission;

	end_opening(audit);
	audit->in_opening = true;
	audit->sound = false;
	audit->report.openings++;
	memset(&audit->epoch, 0, sizeof(audit->epoch));
	audit->tree = (struct merkle_frontier){.size = 0};
	audit->n_rows = 0;
	audit->sealed_leaves = audit->confirmed = 0;
	memcpy(audit->manifest, item->part[0].octets, audit->manifest_len = item->part[0].len);
	memcpy(audit->hub_cert, item->part[1].octets, audit->hub_cert_len = item->part[1].len);
	memcpy(audit->grant, item->part[2].octets, audit->grant_len = item->part[2].len);
	memset(s, 0, sizeof(*s));
	s->post = (struct post_view){.manifest = audit->manifest,
	                             .manifest_len = audit->manifest_len,
	                             .hub_cert = audit->hub_cert,
	                             .hub_cert_len = audit->hub_cert_len,
	                             .grant = audit->grant,
	                             .grant_len = audit->grant_len};
	check_opening(audit);
}

/* --- leaves --- */

static uint64_t number(const uint8_t *octets, int n)
{
	uint64_t value = 0;

	for (int i = 0; i < n; i++)
		value = value << 8 | octets[i];
	return value;
}

static int keep_kind(struct audit *audit, uint64_t index, uint32_t kind)
{
	if (index >= audit->kind_size) {
		const size_t size = audit->kind_size > 0 ? audit->kind_size * 2 : 1024;
		uint32_t *more = realloc(audit->kind, size * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		audit->kind = more;
		audit->kind_size = size;
	}
	audit->kind[index] = kind;
	return 0;
}

/* One leaf of PROTOCOL.md, section 5, into tree and totals. */
static int count_leaf(struct audit *audit, const uint8_t leaf[BUNDLE_LEAF_BYTES])
{
	const uint64_t index = audit->tree.size;
	const unsigned op = leaf[32];
	const struct batch_row kind = {.project = (uint16_t)number(leaf + 33, 2),
	                               .channel = (enum channel)leaf[35],
	                               .first = (enum first)leaf[36]};
	const uint64_t ref = number(leaf + 39, 8);
	const uint32_t mark =
	    1U << 31 | (uint32_t)kind.project << 8 | (uint32_t)leaf[35] << 4 | leaf[36];
	const struct hash hash = merkle_leaf(leaf, BUNDLE_LEAF_BYTES);
	struct batch_row *row;
	int r;

	if (index >= AUDIT_LEAVES_MAX)
		return -EFBIG;
	r = keep_kind(audit, index, op == LEAF_ADD ? mark : 0);
	if (r < 0)
		return r;
	merkle_append(&audit->tree, &hash, NULL, NULL);
	audit->report.leaves++;
	checked(audit, AUDIT_RECOUNT);
	if ((op != LEAF_ADD && op != LEAF_REVOKE) || leaf[35] < CHANNEL_QR ||
	    leaf[35] > CHANNEL_MANUAL || leaf[36] > FIRST_NO || (op == LEAF_ADD && ref != 0)) {
		broken(audit, AUDIT_RECOUNT, "Line %llu of the log cannot be read.",
		       (unsigned long long)index + 1);
		return 0;
	}
	if (op == LEAF_REVOKE && (ref >= index || audit->kind[ref] != mark)) {
		broken(audit, AUDIT_RECOUNT, "Line %llu of the log takes back what does not stand.",
		       (unsigned long long)index + 1);
		return 0;
	}
	if (op == LEAF_REVOKE)
		audit->kind[ref] = 0;
	row = row_of(audit->row, &audit->n_rows, &kind);
	if (row == NULL)
		broken(audit, AUDIT_RECOUNT, "There are more projects than an event can have.");
	else if (op == LEAF_ADD)
		row->added++;
	else
		row->revoked++;
	return 0;
}

static int count_leaves(struct audit *audit, const struct bundle_item *item)
{
	int r = 0;

	for (size_t at = 0; at < item->part[0].len && r == 0; at += BUNDLE_LEAF_BYTES)
		r = count_leaf(audit, item->part[0].octets + at);
	return r;
}

/* --- batches --- */

static void compare_recount(struct audit *audit, const struct batch *batch)
{
	const struct hash root = merkle_root(&audit->tree);

	if (batch->log_size != audit->tree.size ||
	    !same_bytes(&batch->log_root, &root, sizeof(root)))
		broken(audit, AUDIT_RECOUNT, "Batch %u seals another log than the lines before it.",
		       batch->seq);
	else if (batch->n_rows != audit->n_rows ||
	         !same_rows(batch->row, audit->row, batch->n_rows))
		broken(audit, AUDIT_RECOUNT,
		       "The totals of batch %u are not what the lines before it add up to.",
		       batch->seq);
}

static void tell_enclosed(struct audit *audit, const struct submission *s)
{
	struct headcount headcount;
	struct correction correction;

	if (s->batch.headcount_len > 0 && headcount_open(s->batch.headcount, s->batch.headcount_len,
	                                                 &s->manifest.card, &headcount) == 0) {
		audit->report.has_headcount = true;
		audit->report.headcount = headcount.people;
	}
	if (s->batch.correction_len > 0 &&
	    correction_open(s->batch.correction, s->batch.correction_len, &s->hub.hub,
	                    &correction) == 0)
		note(audit, "Corrected by the hub in batch %u: %s", s->batch.seq,
		     correction.reason.s);
}

static bool same_log(struct audit *audit, const struct receipt *receipt)
{
	for (unsigned i = 0; i < audit->n_roots; i++)
		if (audit->seen[i].size == receipt->log_size)
			return same_bytes(&audit->seen[i].root, &receipt->log_root,
			                  sizeof(receipt->log_root));
	if (audit->n_roots < AUDIT_ROOTS_MAX) {
		audit->seen[audit->n_roots].size = receipt->log_size;
		audit->seen[audit->n_roots++].root = receipt->log_root;
	}
	return true;
}

static void check_receipt(struct audit *audit, const struct bundle_item *item)
{
	const struct batch *batch = &audit->submission.batch;
	const struct hash *hash = &audit->submission.batch_hash;
	const struct hash leaf = merkle_leaf(hash->b, sizeof(hash->b));
	struct receipt receipt;
	int r = WIRE_E_SIGNATURE;

	checked(audit, AUDIT_RECEIPTS);
	audit->report.receipts++;
	for (unsigned i = 0; r == WIRE_E_SIGNATURE && i < audit->n_certs; i++)
		r = receipt_open(item->part[1].octets, item->part[1].len, &audit->collector[i],
		                 &receipt);
	if (r != 0) {
		broken(audit, AUDIT_RECEIPTS,
		       "The receipt of batch %u is not signed by the network's collector: %s.",
		       batch->seq, wire_strerror(r));
		return;
	}
	if (!same_bytes(&receipt.batch, hash, sizeof(*hash)) || receipt.seq != batch->seq ||
	    !same_bytes(&receipt.device, &batch->device, sizeof(batch->device)) ||
	    !same_bytes(&receipt.epoch, &batch->epoch, sizeof(batch->epoch)))
		broken(audit, AUDIT_RECEIPTS, "The receipt beside batch %u is for another one.",
		       batch->seq);
	else if (!merkle_inclusion_holds(&leaf, receipt.leaf, receipt.log_size, &receipt.inclusion,
	                                 &receipt.log_root))
		broken(audit, AUDIT_RECEIPTS,
		       "The receipt of batch %u does not prove that it is in the collector's log.",
		       batch->seq);
	else if (!same_log(audit, &receipt))
		broken(audit, AUDIT_RECEIPTS,
		       "The receipt of batch %u is for another log than an earlier one of the same "
		       "size: the collector showed two.",
		       batch->seq);
	else
		audit->confirmed = receipt.held.s[0] != '\0' ? 0 : batch_net(batch, PROJECT_PEOPLE);
	if (receipt.held.s[0] != '\0')
		note(audit, "Batch %u counted zero when it arrived. %s", batch->seq,
		     receipt.held.s);
}

/* The collector's own stages. */
static bool judge_batch(struct audit *audit, size_t len)
{
	static const struct chain_known known = {.hub_cert = true, .manifest = true, .grant = true};
	struct submission *s = &audit->submission;
	struct refusal refusal;

	checked(audit, AUDIT_SIGNED);
	if (!verify_body(audit->body, len, s, &refusal)) {
		broken(audit, AUDIT_SIGNED, "%s", refusal.reason);
		return false;
	}
	if (!verify_chain(s, &audit->root, &known, &refusal)) {
		broken(audit, AUDIT_KEYS, "%s", refusal.reason);
		return false;
	}
	checked(audit, AUDIT_ORDER);
	if (!verify_order(s, &audit->epoch, &refusal)) {
		broken(audit, AUDIT_ORDER, "%s", refusal.reason);
		return false;
	}
	checked(audit, AUDIT_SUMS);
	if (!verify_sums(s, &audit->epoch, &refusal))
		broken(audit, AUDIT_SUMS, "%s", refusal.reason);
	return true;
}

static void check_batch(struct audit *audit, const struct bundle_item *item)
{
	struct submission *s = &audit->submission;
	struct post_view post = s->post;
	size_t len;

	audit->report.batches++;
	if (!audit->sound)
		return;
	post.batch = item->part[0].octets;
	post.batch_len = item->part[0].len;
	post.grant = audit->grant;
	post.manifest = audit->manifest;
	post.hub_cert = audit->hub_cert;
	if (post_join(&post, audit->body, sizeof(audit->body), &len) != 0) {
		broken(audit, AUDIT_SIGNED, "A batch is longer than it can be sent.");
		return;
	}
	if (!judge_batch(audit, len))
		return;
	compare_recount(audit, &s->batch);
	tell_enclosed(audit, s);
	audit->sealed_leaves = audit->tree.size;
	audit->epoch.known = true;
	audit->epoch.device = s->batch.device;
	audit->epoch.grant = s->grant_hash;
	audit->epoch.head_seq = s->batch.seq;
	audit->epoch.head_hash = s->batch_hash;
	audit->epoch.head = s->batch;
	if (item->part[1].len > 0)
		check_receipt(audit, item);
}

/* --- the file --- */

static void begin(struct audit *audit, const struct bundle_item *item)
{
	struct audit_report *report = &audit->report;

	report->has_begin = true;
	report->event = item->begin.event;
	report->occurrence = item->begin.occurrence;
	report->device = item->begin.device;
	report->root = item->begin.root;
	if (!audit->has_root) {
		audit->root = item->begin.root;
		audit->has_root = true;
	} else if (!same_bytes(&audit->root, &item->begin.root, sizeof(audit->root))) {
		broken(audit, AUDIT_KEYS, "The bundle is of another network than the one given.");
	}
}

static void take_cert(struct audit *audit, const struct bundle_item *item)
{
	struct collector_cert cert;
	int r = collector_cert_open(item->part[0].octets, item->part[0].len, &audit->root, &cert);

	checked(audit, AUDIT_KEYS);
	if (r != 0)
		broken(audit, AUDIT_KEYS, "The collector is not certified by this network: %s.",
		       wire_strerror(r));
	else if (audit->n_certs < AUDIT_CERTS_MAX)
		audit->collector[audit->n_certs++] = cert.collector;
}

static void finish(struct audit *audit, const struct bundle_item *item)
{
	struct sha256 sha = audit->sha;
	struct hash hash;

	sha256_final(&sha, &hash);
	if (!same_bytes(&hash, &item->end, sizeof(hash)))
		broken(audit, AUDIT_WHOLE, "The bundle was changed after it was made.");
	audit->ended = true;
}

int audit_item(struct audit *audit, const struct bundle_item *item, const uint8_t *octets,
               size_t len)
{
	int r = 0;

	checked(audit, AUDIT_WHOLE);
	if (audit->ended || audit->report.has_begin == (item->kind == BUNDLE_BEGIN) ||
	    (item->kind == BUNDLE_CERTIFICATE && audit->report.openings > 0) ||
	    ((item->kind == BUNDLE_LEAVES || item->kind == BUNDLE_SEALED) && !audit->in_opening)) {
		broken(audit, AUDIT_WHOLE, "A part of the bundle stands in a wrong place.");
		return 0;
	}
	switch (item->kind) {
	case BUNDLE_BEGIN:
		begin(audit, item);
		break;
	case BUNDLE_CERTIFICATE:
		take_cert(audit, item);
		break;
	case BUNDLE_OPENING:
		begin_opening(audit, item);
		break;
	case BUNDLE_LEAVES:
		r = count_leaves(audit, item);
		break;
	case BUNDLE_SEALED:
		check_batch(audit, item);
		break;
	case BUNDLE_END:
		finish(audit, item);
		break;
	}
	sha256_update(&audit->sha, octets, len);
	return r;
}

const struct audit_report *audit_end(struct audit *audit, const char *sentence)
{
	struct audit_report *report = &audit->report;

	end_opening(audit);
	if (sentence != NULL)
		broken(audit, AUDIT_WHOLE, "%s", sentence);
	else if (!audit->ended)
		broken(audit, AUDIT_WHOLE, "The bundle's end is missing: it was cut short.");
	if (report->openings == 0)
		broken(audit, AUDIT_WHOLE, "There is no opening of the event in the bundle.");
	if (report->unsealed > 0)
		note(audit, "%llu lines behind the last batch are counted here and not sealed.",
		     (unsigned long long)report->unsealed);
	if (report->receipts < report->batches)
		note(audit, "%llu of %llu batches have no receipt in this bundle.",
		     (unsigned long long)(report->batches - report->receipts),
		     (unsigned long long)report->batches);
	return report;
}

int audit_new(const struct public_key *root, struct audit **ret)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (audit == NULL)
		return -ENOMEM;
	sha256_init(&audit->sha);
	if (root != NULL) {
		audit->root = *root;
		audit->has_root = true;
	}
	*ret = audit;
	return 0;
}

void audit_free(struct audit *audit)
{
	if (audit == NULL)
		return;
	free(audit->kind);
	free(audit);
}
