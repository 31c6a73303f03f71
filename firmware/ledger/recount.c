/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recount: every epoch's leaves in one pass, in order. Hashes, the Merkle tree, revocations,
 * totals, sealed batches and tags must all say the same.
 *
 * It goes in steps, and check-ins may come between two: a leaf appended behind the pass is met
 * where the pass gets to it, and what is compared is compared in the step that found no more.
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

struct recount {
	struct ledger *ledger;
	int64_t epoch; /* the one being counted; 0: none yet */
	struct merkle_frontier tree;
	uint32_t last_nth;
	bool last_added;
	uint32_t *kind; /* of each leaf of this epoch */
	size_t kind_size;
	uint16_t n_rows;
	struct batch_row row[BATCH_ROWS_MAX];
	int64_t next_tag; /* tags of leaves before this one are checked */
	uint32_t n_tags;
	char *sentence;
	size_t sentence_size;
};

__attribute__((format(printf, 2, 3))) static int contradiction(struct recount *pass,
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

static int keep_kind(struct recount *pass, uint64_t index, uint32_t kind)
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
static int tally(struct recount *pass, const struct leaf *leaf)
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

bool read_leaf(sqlite3_stmt *s, struct leaf *ret, uint32_t *ret_index, struct hash *ret_node)
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
	       column_bytes(s, 9, ret_node->b, sizeof(ret_node->b));
}

/* What a leaf says of itself and of those before it; *ret_kind: what it is now. */
static int judge_leaf(struct recount *pass, sqlite3_stmt *s, const struct leaf *leaf,
                      uint32_t *ret_kind)
{
	unsigned long long index = pass->tree.size;

	*ret_kind = standing_kind(leaf);
	if (leaf->op == LEAF_REVOKE) {
		int64_t target = sqlite3_column_int64(s, 7);

		if (target >> 32 != pass->epoch || leaf->ref >= index ||
		    pass->kind[leaf->ref] != *ret_kind)
			return contradiction(pass, "leaf %llu revokes what does not stand", index);
		pass->kind[leaf->ref] = *ret_kind = 0;
	} else if (leaf->nth != 0 && (!pass->last_added || leaf->nth != pass->last_nth + 1)) {
		return contradiction(pass, "leaf %llu belongs to no check-in", index);
	}
	pass->last_added = leaf->op == LEAF_ADD;
	pass->last_nth = leaf->nth;
	return 0;
}

static int count_leaf(struct recount *pass, sqlite3_stmt *s)
{
	unsigned long long index = pass->tree.size;
	struct hash hash, node, newest;
	struct leaf leaf;
	uint32_t kind, stored;
	bool whole = read_leaf(s, &leaf, &stored, &node);
	int rc;

	if (stored != index)
		return contradiction(pass, "leaf %llu is missing", index);
	if (!whole)
		return contradiction(pass, "leaf %llu is cut short", index);
	rc = keep_kind(pass, index, 0);
	if (rc == 0)
		rc = judge_leaf(pass, s, &leaf, &kind);
	if (rc != 0)
		return rc;
	pass->kind[index] = kind;
	hash = leaf_hash(&leaf);
	merkle_append(&pass->tree, &hash, NULL, NULL);
	newest = merkle_newest(&pass->tree);
	if (memcmp(&newest, &node, sizeof(node)) != 0)
		return contradiction(pass, "leaf %llu is not the one that was written", index);
	return tally(pass, &leaf);
}

/* Looks at the rows of `s`, at most *budget; *ret_end: there are no more. */
static int look_at_rows(struct recount *pass, sqlite3_stmt *s, uint32_t *budget,
                        int (*look)(struct recount *, sqlite3_stmt *), bool *ret_end)
{
	bool row;
	int rc;

	*ret_end = false;
	for (; *budget > 0; --*budget) {
		rc = fetch(pass->ledger, s, &row);
		if (rc != 0)
			return rc;
		if (!row) {
			*ret_end = true;
			return 0;
		}
		rc = look(pass, s);
		if (rc != 0) {
			sqlite3_reset(s);
			return rc;
		}
	}
	sqlite3_reset(s);
	return 0;
}

/* Leaves of this epoch from where the pass is. */
static int count_leaves(struct recount *pass, uint32_t *budget, bool *ret_end)
{
	sqlite3_stmt *s = statement(pass->ledger, S_leaves);

	if (pass->tree.size <= UINT32_MAX)
		sqlite3_bind_int64(s, 1, leaf_id(pass->epoch, (uint32_t)pass->tree.size));
	sqlite3_bind_int64(s, 2, leaf_id(pass->epoch, UINT32_MAX));
	return look_at_rows(pass, s, budget, count_leaf, ret_end);
}

static int by_order(const void *a, const void *b)
{
	return order_of_rows(a, b);
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

/* In memory and, unless some are not written yet, on the disk. */
static int check_totals(struct recount *pass)
{
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n = 0;
	int rc = 0;

	qsort(pass->row, pass->n_rows, sizeof(pass->row[0]), by_order);
	for (int i = 0; i < 2; i++) {
		if (i == 0)
			rc = epoch_totals(pass->ledger, pass->epoch, row, &n);
		else if (!pass->ledger->in_group)
			rc = epoch_totals_written(pass->ledger, pass->epoch, row, &n);
		if (rc != 0)
			return rc;
		if (n != pass->n_rows || !same_rows(row, pass->row, n))
			return contradiction(pass, "the totals are not what its leaves add up to");
	}
	return 0;
}

/* Whether a sealed batch names the log that its leaves make. */
static int check_sealed_root(struct recount *pass, int64_t size, const struct hash *root)
{
	struct merkle_frontier then;
	struct hash root_then;
	int rc = epoch_tree(pass->ledger, pass->epoch, (uint64_t)size, &then);

	if (rc != 0)
		return rc;
	root_then = merkle_root(&then);
	return memcmp(&root_then, root, sizeof(*root)) == 0 ? 0 : LEDGER_E_DAMAGED;
}

/* The batch behind `seq`: its number, not ahead of the log, adding up to its size, over that log,
 * its octets as sealed. */
static int check_batch(struct recount *pass, int64_t seq, bool *ret_there)
{
	sqlite3_stmt *s = statement(pass->ledger, S_next_batch);
	struct hash root, hash, now;
	int64_t number, size, sum;
	bool good;
	int rc;

	sqlite3_bind_int64(s, 1, pass->epoch);
	sqlite3_bind_int64(s, 2, seq);
	rc = fetch(pass->ledger, s, ret_there);
	if (rc != 0 || !*ret_there)
		return rc;
	number = sqlite3_column_int64(s, 0);
	size = sqlite3_column_int64(s, 1);
	sum = sqlite3_column_int64(s, 2);
	good = column_bytes(s, 3, &root, sizeof(root)) && column_bytes(s, 4, &hash, sizeof(hash));
	now = sha256(sqlite3_column_blob(s, 5), (size_t)sqlite3_column_bytes(s, 5));
	sqlite3_reset(s);
	if (number != seq + 1 || (uint64_t)size > pass->tree.size || sum != size)
		return contradiction(pass, "sealed batch %lld does not fit its log",
		                     (long long)number);
	if (!good || memcmp(&hash, &now, sizeof(hash)) != 0)
		return contradiction(pass, "sealed batch %lld is not as it was sealed",
		                     (long long)number);
	rc = check_sealed_root(pass, size, &root);
	return rc == LEDGER_E_DAMAGED
	           ? contradiction(pass, "sealed batch %lld names another log", (long long)number)
	           : rc;
}

static int check_batches(struct recount *pass)
{
	bool there = true;
	int rc = 0;

	for (int64_t seq = 0; rc == 0 && there; seq++)
		rc = check_batch(pass, seq, &there);
	return rc;
}

/* Each tag of the open epoch stands for a standing leaf of its project. */
static int check_tag(struct recount *pass, sqlite3_stmt *s)
{
	const int64_t leaf = sqlite3_column_int64(s, 0);
	const uint16_t project = (uint16_t)sqlite3_column_int(s, 2);
	const uint32_t index = leaf_index(leaf);

	pass->next_tag = leaf + 1;
	pass->n_tags++;
	if (leaf >> 32 < pass->epoch)
		return 0; /* carried over */
	if (leaf >> 32 > pass->epoch || index >= pass->tree.size || pass->kind[index] == 0 ||
	    kind_project(pass->kind[index]) != project)
		return contradiction(pass, "somebody is known for a check-in that does not stand");
	return 0;
}

static int check_tags(struct recount *pass, uint32_t *budget, bool *ret_end)
{
	sqlite3_stmt *s = statement(pass->ledger, S_tags);

	sqlite3_bind_int64(s, 1, pass->next_tag);
	return look_at_rows(pass, s, budget, check_tag, ret_end);
}

/* What belongs to no epoch, secrets missing where one is open, and a device without its row. */
static int check_strays(struct ledger *ledger, char *sentence, size_t sentence_size)
{
	sqlite3_stmt *s = statement(ledger, S_strays);
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc;
	tell(sentence, sentence_size, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_reset(s);
	return LEDGER_E_DAMAGED;
}

static int next_epoch(struct recount *pass, bool *ret_there)
{
	sqlite3_stmt *s = statement(pass->ledger, S_next_epoch);
	int rc;

	sqlite3_bind_int64(s, 1, pass->epoch);
	rc = fetch(pass->ledger, s, ret_there);
	if (rc != 0 || !*ret_there)
		return rc;
	pass->epoch = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	pass->tree = (struct merkle_frontier){.size = 0};
	pass->n_rows = 0;
	pass->last_added = false;
	pass->next_tag = 1;
	pass->n_tags = 0;
	return 0;
}

/* The end of the epoch, if the budget reaches to it: then all of it is compared at once. */
static int count_epoch(struct recount *pass, uint32_t *budget, bool *ret_end)
{
	int rc = count_leaves(pass, budget, ret_end);

	if (rc == 0 && *ret_end && pass->epoch == pass->ledger->now.epoch)
		rc = check_tags(pass, budget, ret_end);
	if (rc == 0 && *ret_end)
		rc = check_totals(pass);
	if (rc == 0 && *ret_end)
		rc = check_batches(pass);
	return rc;
}

static int count_some(struct recount *pass, uint32_t budget, bool *ret_done)
{
	bool more = true;
	int rc = 0;

	*ret_done = false;
	while (rc == 0 && more && budget > 0) {
		bool end = true;

		if (pass->epoch != 0)
			rc = count_epoch(pass, &budget, &end);
		if (rc != 0 || !end)
			return rc;
		rc = next_epoch(pass, &more);
		budget -= budget > 0;
	}
	if (rc == 0 && !more) {
		rc = check_strays(pass->ledger, pass->sentence, pass->sentence_size);
		*ret_done = rc == 0;
	}
	return rc;
}

static struct recount *recount_new(struct ledger *ledger)
{
	struct recount *pass = calloc(1, sizeof(*pass));

	if (pass != NULL)
		pass->ledger = ledger;
	return pass;
}

static void recount_free(struct recount *pass)
{
	if (pass != NULL)
		free(pass->kind);
	free(pass);
}

void recount_deinit(struct ledger *ledger)
{
	recount_free(ledger->recount);
	ledger->recount = NULL;
}

/* Whether what is in memory is what was counted. */
static int compare_memory(const struct recount *pass)
{
	const struct ledger *ledger = pass->ledger;
	struct hash here = merkle_root(&ledger->now.tree), there = merkle_root(&pass->tree);

	if (ledger->now.epoch == 0)
		return 0;
	if (ledger->now.epoch == pass->epoch && ledger->now.tree.size == pass->tree.size &&
	    memcmp(&here, &there, sizeof(here)) == 0 &&
	    (ledger->tags.stale || ledger->tags.used == pass->n_tags))
		return 0;
	tell(pass->sentence, pass->sentence_size,
	     "memory has %llu leaves and %u tags, the disk %llu and %u",
	     (unsigned long long)ledger->now.tree.size, (unsigned)ledger->tags.used,
	     (unsigned long long)pass->tree.size, (unsigned)pass->n_tags);
	return LEDGER_E_DAMAGED;
}

int ledger_recount(struct ledger *ledger, char *sentence, size_t sentence_size)
{
	struct recount *pass = recount_new(ledger);
	bool done = false;
	int rc = 0;

	tell(sentence, sentence_size, "%s", "");
	if (pass == NULL)
		return -ENOMEM;
	pass->sentence = sentence;
	pass->sentence_size = sentence_size;
	while (rc == 0 && !done)
		rc = count_some(pass, UINT32_MAX, &done);
	if (rc == 0)
		rc = compare_memory(pass);
	recount_free(pass);
	return rc;
}

int ledger_recount_step(struct ledger *ledger, uint32_t leaves, bool *ret_done, char *sentence,
                        size_t sentence_size)
{
	char why[200] = "";
	bool done = false;
	int rc;

	tell(sentence, sentence_size, "%s",
	     ledger->failed != 0 ? ledger_strerror(ledger->failed) : "");
	if (ledger->failed != 0)
		return ledger->failed;
	if (ledger->in_group || leaves == 0)
		return -EINVAL;
	if (!ledger->recounted && ledger->recount == NULL) {
		ledger->recount = recount_new(ledger);
		if (ledger->recount == NULL)
			return -ENOMEM;
	}
	if (!ledger->recounted) {
		ledger->recount->sentence = why;
		ledger->recount->sentence_size = sizeof(why);
		rc = count_some(ledger->recount, leaves, &done);
		if (rc == LEDGER_E_DAMAGED) {
			tell_damage(sentence, sentence_size,
			            sqlite3_db_filename(ledger->db, "main"), why);
			ledger->failed = rc;
		}
		if (rc != 0)
			return rc;
	}
	if (done) {
		recount_deinit(ledger);
		ledger->recounted = true;
	}
	*ret_done = ledger->recounted;
	return 0;
}

int recount_rest(struct ledger *ledger)
{
	bool done = ledger->recounted;
	int rc = 0;

	while (rc == 0 && !done)
		rc = ledger_recount_step(ledger, UINT32_MAX, &done, NULL, 0);
	return rc;
}

/* --- before the first check-in --- */

static int find_open(struct ledger *ledger, int64_t *ret_epoch)
{
	sqlite3_stmt *s = statement(ledger, S_open_number);
	bool row;
	int rc = fetch(ledger, s, &row);

	*ret_epoch = 0;
	if (rc == 0 && row) {
		*ret_epoch = sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return rc;
}

/* The tree as the nodes beside the leaves make it is the one that was sealed last. */
static int check_last_sealed(struct recount *pass, uint64_t size)
{
	sqlite3_stmt *s = statement(pass->ledger, S_last_sealed);
	int64_t sealed;
	struct hash root;
	bool row, good;
	int rc;

	sqlite3_bind_int64(s, 1, pass->epoch);
	rc = fetch(pass->ledger, s, &row);
	if (rc != 0 || !row)
		return rc;
	sealed = sqlite3_column_int64(s, 0);
	good = column_bytes(s, 1, &root, sizeof(root));
	sqlite3_reset(s);
	rc = good && (uint64_t)sealed <= size ? check_sealed_root(pass, sealed, &root)
	                                      : LEDGER_E_DAMAGED;
	return rc == LEDGER_E_DAMAGED
	           ? contradiction(pass, "the batch sealed last names another log")
	           : rc;
}

static int check_open_epoch(struct recount *pass, const struct running *now)
{
	sqlite3_stmt *s = statement(pass->ledger, S_last_tag);
	uint64_t sum = 0;
	int64_t last;
	bool row;
	int rc;

	for (uint16_t i = 0; i < now->n_totals; i++)
		sum += (uint64_t)now->total[i].row.added + now->total[i].row.revoked;
	if (sum != now->tree.size)
		return contradiction(pass, "the totals are not what its leaves add up to");
	rc = check_last_sealed(pass, now->tree.size);
	if (rc == 0)
		rc = fetch(pass->ledger, s, &row);
	if (rc != 0)
		return rc;
	last = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	if (last > leaf_id(now->epoch, 0) + (int64_t)now->tree.size - 1)
		return contradiction(pass, "somebody is known for a check-in that does not stand");
	return 0;
}

/* As many leaves as somebody was told are counted. */
static int check_acked(struct ledger *ledger, char *why, size_t size)
{
	const struct acked *acked = &ledger->acked;
	uint64_t leaves = 0;
	int rc = acked->leaves > 0 ? epoch_size(ledger, acked->epoch, &leaves) : 0;

	if (rc != 0 || leaves >= acked->leaves)
		return rc;
	tell(why, size, "it holds %llu lines of opening %lld, and %llu were acknowledged",
	     (unsigned long long)leaves, (long long)acked->epoch,
	     (unsigned long long)acked->leaves);
	return LEDGER_E_DAMAGED;
}

int opening_check(struct ledger *ledger, char *sentence, size_t sentence_size)
{
	struct recount pass = {
	    .ledger = ledger, .sentence = sentence, .sentence_size = sentence_size};
	struct running now = {.epoch = 0};
	int rc = check_strays(ledger, sentence, sentence_size);

	if (rc == 0)
		rc = find_open(ledger, &pass.epoch);
	if (rc == 0 && pass.epoch != 0) {
		rc = epoch_load(ledger, pass.epoch, &now);
		if (rc == LEDGER_E_DAMAGED)
			rc = contradiction(&pass, "its log has gaps");
		if (rc == 0)
			rc = check_open_epoch(&pass, &now);
	}
	if (rc == 0)
		rc = check_acked(ledger, sentence, sentence_size);
	if (rc == 0)
		rc = tags_ready(ledger, 0);
	if (rc == 0)
		ledger->now = now;
	return rc;
}
