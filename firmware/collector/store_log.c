/* SPDX-License-Identifier: Apache-2.0 */
/* The log of batch hashes: its finished subtrees. */
#include "store_private.h"

int store_leaf_of(struct store *store, const struct hash *batch, uint64_t *ret)
{
	sqlite3_stmt *statement = store_use(store, SQL_LEAF_OF);
	int r;

	store_bind_blob(statement, 1, batch->b, sizeof(batch->b));
	r = store_one_row(store, statement);
	if (r == 0)
		*ret = (uint64_t)sqlite3_column_int64(statement, 0);
	store_done(statement);
	return r;
}

int store_log_node(struct store *store, unsigned level, uint64_t index, struct hash *ret)
{
	sqlite3_stmt *statement = store_use(store, SQL_LOG_NODE);
	int r;

	store_bind_int(statement, 1, level);
	store_bind_int(statement, 2, index);
	r = store_one_row(store, statement);
	if (r == STORE_E_NONE ||
	    (r == 0 && !store_column_exactly(statement, 0, ret->b, sizeof(ret->b))))
		r = store_fail(store, SQLITE_CORRUPT);
	store_done(statement);
	return r;
}

int store_log(struct store *store, struct merkle_frontier *ret)
{
	struct merkle_frontier tree = {0};
	sqlite3_stmt *statement = store_use(store, SQL_LOG_SIZE);
	int r = store_one_row(store, statement);

	if (r == 0)
		tree.size = (uint64_t)sqlite3_column_int64(statement, 0);
	store_done(statement);
	for (unsigned level = 0; r == 0 && level < 63; level++)
		if (tree.size >> level & 1)
			r = store_log_node(store, level, (tree.size >> level) - 1,
			                   &tree.node[level]);
	if (r == 0)
		*ret = tree;
	return r;
}

int store_put_log_node(struct store *store, unsigned level, uint64_t index, const struct hash *node)
{
	sqlite3_stmt *statement = store_use(store, SQL_PUT_NODE);

	store_bind_int(statement, 1, level);
	store_bind_int(statement, 2, index);
	store_bind_blob(statement, 3, node->b, sizeof(node->b));
	return store_run(store, statement);
}

int store_last_receipt(struct store *store, uint8_t *receipt, size_t *ret_len)
{
	return store_one_blob(store, store_use(store, SQL_LAST_RECEIPT), receipt, RECEIPT_BYTES_MAX,
	                      ret_len);
}
