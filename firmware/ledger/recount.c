/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recount: every epoch's leaves in one pass, in order. Hashes, Merkle roots, revocations,
 * totals, sealed batches and tags must all say the same.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "crypto.h"
#include "ledger_private.h"

/* What the pass keeps of a leaf: enough to judge what refers to it. 0: it does not stand. */
static uint32_t standing_kind(const struct leaf *leaf)
{
	return 1u << 31 | (uint32_t)leaf->project << 8 | (uint32_t)leaf->channel << 4 |
	       (uint32_t)leaf->first;
}
static uint16_t kind_project(uint32_t kind)
{
	return (uint16_t)(kind >> 8);
}

struct pass {
	struct ledger *ledger;
	int64_t epoch; /* the one being counted; 0: none yet */
	struct merkle_frontier tree;
	struct hash root; /* as the last leaf has it */
	uint32_t last_nth;
	bool last_added;
	uint32_t *kind; /* of each leaf of this epoch */
	size_t kind_size;
	uint16_t n_rows;
	struct batch_row row[BATCH_ROWS_MAX];
	/* the epoch that is open */
	int64_t open_epoch;
	struct merkle_frontier open_tree;
	char *sentence;
	size_t sentence_size;
};

__attribute__((format(printf, 2, 3))) static int contradiction(struct pass *pass,
                                                               const char *format, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	tell(pass->sentence, pass->sentence_size, "opening %lld: %s", (long long)pass->epoch, text);
	return LEDGER_E_DAMAGED;
}

static int keep_kind(struct pass *pass, uint64_t index, uint32_t kind)
{
	if (index >= pass->kind_size) {
		size_t size = pass->kind_size > 0 ? pass->kind_size * 2 : 1024;
		uint32_t *more = realloc(pass->kind, size * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		pass->kind = more;
		pass->kind_size = size;
	}
	pass->kind[index] = kind;
	return 0;
}

/* Adds a leaf to the totals of this pass. */
static int tally(struct pass *pass, const struct leaf *leaf)
{
	uint16_t i = 0;
	struct batch_row *row = pass->row;

	while (i < pass->n_rows && (row[i].project != leaf->project ||
	                            row[i].channel != leaf->channel || row[i].first != leaf->first))
		i++;
	if (i == pass->n_rows) {
		if (i == BATCH_ROWS_MAX)
			return contradiction(pass, "more kinds of leaves than a batch can carry");
		row[i] = (struct batch_row){
		    .project = leaf->project, .channel = leaf->channel, .first = leaf->first};
		pass->n_rows++;
	}
	if (leaf->op == LEAF_ADD)
		row[i].added++;
	else
		row[i].revoked++;
	return 0;
}

bool read_leaf(sqlite3_stmt *s, struct leaf *ret, uint32_t *ret_index, struct hash *ret_root)
{
	*ret = (struct leaf){
	    .op = (enum leaf_op)sqlite3_column_int(s, 1),
	    .project = (uint16_t)sqlite3_column_int(s, 2),
	    .channel = (enum channel)sqlite3_column_int(s, 3),
	    .first = (enum first)sqlite3_column_int(s, 4),
	    .slot = (uint16_t)sqlite3_column_int(s, 5),
	    .nth = (uint32_t)sqlite3_column_int64(s, 6),
	    .ref = leaf_index(sqlite3_column_int64(s, 7)),
	};
	*ret_index = leaf_index(sqlite3_column_int64(s, 0));
	return column_bytes(s, 8, ret->r, sizeof(ret->r)) &&
	       column_bytes(s, 9, ret_root->b, sizeof(ret_root->b));
}

static int count_leaf(struct pass *pass, sqlite3_stmt *s)
{
	uint64_t index = pass->tree.size;
	struct leaf leaf;
	struct hash hash;
	uint32_t kind, stored;
	bool whole = read_leaf(s, &leaf, &stored, &pass->root);
	int rc;

	if (stored != index)
		return contradiction(pass, "leaf %llu is missing", (unsigned long long)index);
	if (!whole)
		return contradiction(pass, "leaf %llu is cut short", (unsigned long long)index);
	kind = standing_kind(&leaf);
	if (leaf.op == LEAF_REVOKE) {
		int64_t target = sqlite3_column_int64(s, 7);

		if (target >> 32 != pass->epoch || leaf.ref >= index ||
		    pass->kind[leaf.ref] != kind)
			return contradiction(pass, "leaf %llu revokes what does not stand",
			                     (unsigned long long)index);
		pass->kind[leaf.ref] = kind = 0;
	} else if (leaf.nth != 0 && (!pass->last_added || leaf.nth != pass->last_nth + 1)) {
		return contradiction(pass, "leaf %llu belongs to no check-in",
		                     (unsigned long long)index);
	}
	pass->last_added = leaf.op == LEAF_ADD;
	pass->last_nth = leaf.nth;
	hash = leaf_hash(&leaf);
	merkle_append(&pass->tree, &hash, NULL, NULL);
	rc = keep_kind(pass, index, kind);
	return rc == 0 ? tally(pass, &leaf) : rc;
}

static int order_of_rows(const void *a, const void *b)
{
	const struct batch_row *x = a, *y = b;

	if (x->project != y->project)
		return x->project < y->project ? -1 : 1;
	if (x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static bool same_rows(const struct batch_row *a, const struct batch_row *b, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		if (order_of_rows(&a[i], &b[i]) != 0 || a[i].added != b[i].added ||
		    a[i].revoked != b[i].revoked)
			return false;
	}
	return true;
}

static int check_totals(struct pass *pass)
{
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n = 0;
	int rc = epoch_totals(pass->ledger, pass->epoch, row, &n);

	if (rc != 0)
		return rc;
	qsort(pass->row, pass->n_rows, sizeof(pass->row[0]), order_of_rows);
	if (n != pass->n_rows || !same_rows(row, pass->row, n))
		return contradiction(pass, "the totals are not what its leaves add up to");
	return 0;
}

/* One sealed batch: its number, not ahead of the log, adding up to its size, over that log, its
 * octets as sealed. */
static int check_batch(struct pass *pass, sqlite3_stmt *s, int64_t expected)
{
	int64_t seq = sqlite3_column_int64(s, 0), size = sqlite3_column_int64(s, 1);
	int64_t sum = sqlite3_column_int64(s, 2);
	struct hash root, then, hash, now;

	if (seq != expected || (uint64_t)size > pass->tree.size || sum != size)
		return contradiction(pass, "sealed batch %lld does not fit its log",
		                     (long long)seq);
	if (!column_bytes(s, 3, root.b, sizeof(root.b)) ||
	    (size > 0 && (!column_bytes(s, 4, then.b, sizeof(then.b)) ||
	                  memcmp(&root, &then, sizeof(root)) != 0)))
		return contradiction(pass, "sealed batch %lld names another log", (long long)seq);
	now = sha256(sqlite3_column_blob(s, 6), (size_t)sqlite3_column_bytes(s, 6));
	if (!column_bytes(s, 5, hash.b, sizeof(hash.b)) || memcmp(&hash, &now, sizeof(hash)) != 0)
		return contradiction(pass, "sealed batch %lld is not as it was sealed",
		                     (long long)seq);
	return 0;
}

static int check_batches(struct pass *pass)
{
	sqlite3_stmt *s = statement(pass->ledger, S_check_batches);
	int64_t expected = 1;
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, pass->epoch);
	while ((rc = fetch(pass->ledger, s, &row)) == 0 && row) {
		rc = check_batch(pass, s, expected++);
		if (rc != 0) {
			sqlite3_reset(s);
			break;
		}
	}
	return rc;
}

/* Each tag of the open epoch stands for one standing leaf of its project, and no leaf has two. */
static int check_tags(struct pass *pass)
{
	sqlite3_stmt *s = statement(pass->ledger, S_check_tags);
	bool row;
	int rc;

	while ((rc = fetch(pass->ledger, s, &row)) == 0 && row) {
		int64_t id = sqlite3_column_int64(s, 0);
		uint32_t index = leaf_index(id);

		if (id >> 32 < pass->epoch)
			continue; /* carried over */
		if (id >> 32 > pass->epoch || index >= pass->tree.size || pass->kind[index] == 0 ||
		    kind_project(pass->kind[index]) != (uint16_t)sqlite3_column_int(s, 1)) {
			sqlite3_reset(s);
			return contradiction(
			    pass, "somebody is known for a check-in that does not stand");
		}
		pass->kind[index] = 0;
	}
	return rc;
}

static int end_epoch(struct pass *pass, bool open)
{
	struct hash root = merkle_root(&pass->tree);
	int rc;

	if (pass->tree.size > 0 && memcmp(&root, &pass->root, sizeof(root)) != 0)
		return contradiction(pass, "its leaves are not the ones that were written");
	rc = check_totals(pass);
	if (rc == 0)
		rc = check_batches(pass);
	if (rc == 0 && open) {
		rc = check_tags(pass);
		pass->open_epoch = pass->epoch;
		pass->open_tree = pass->tree;
	}
	return rc;
}

static int count_epoch(struct pass *pass, int64_t epoch, bool open)
{
	sqlite3_stmt *s = statement(pass->ledger, S_leaves);
	bool row;
	int rc;

	pass->epoch = epoch;
	pass->tree = (struct merkle_frontier){.size = 0};
	pass->n_rows = 0;
	pass->last_added = false;
	sqlite3_bind_int64(s, 1, leaf_id(epoch, 0));
	sqlite3_bind_int64(s, 2, leaf_id(epoch, UINT32_MAX));
	while ((rc = fetch(pass->ledger, s, &row)) == 0 && row) {
		rc = count_leaf(pass, s);
		if (rc != 0) {
			sqlite3_reset(s);
			return rc;
		}
	}
	return rc == 0 ? end_epoch(pass, open) : rc;
}

/* What belongs to no epoch, secrets missing where one is open, and a device without its row. */
static int check_strays(struct pass *pass)
{
	sqlite3_stmt *s = statement(pass->ledger, S_strays);
	bool row;
	int rc = fetch(pass->ledger, s, &row);

	if (rc != 0 || !row)
		return rc;
	tell(pass->sentence, pass->sentence_size, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_reset(s);
	return LEDGER_E_DAMAGED;
}

int recount(struct ledger *ledger, struct running *ret, char *sentence, size_t sentence_size)
{
	struct pass *pass = calloc(1, sizeof(*pass));
	sqlite3_stmt *s = statement(ledger, S_epochs);
	bool row;
	int rc;

	if (pass == NULL)
		return -ENOMEM;
	pass->ledger = ledger;
	pass->sentence = sentence;
	pass->sentence_size = sentence_size;
	while ((rc = fetch(ledger, s, &row)) == 0 && row) {
		rc = count_epoch(pass, sqlite3_column_int64(s, 0),
		                 sqlite3_column_int(s, 1) == EPOCH_OPEN);
		if (rc != 0) {
			sqlite3_reset(s);
			break;
		}
	}
	if (rc == 0)
		rc = check_strays(pass);
	if (rc == 0)
		*ret = (struct running){.epoch = pass->open_epoch, .tree = pass->open_tree};
	free(pass->kind);
	free(pass);
	return rc;
}
