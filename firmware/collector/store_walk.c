/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is stored, row by row, for whoever checks it. */
#include "store_private.h"

static const enum store_statement statement_of[] = {
    [STORE_HUB_CERTS] = SQL_WALK_HUB_CERTS,     [STORE_HUBS] = SQL_WALK_HUBS,
    [STORE_MANIFESTS] = SQL_WALK_MANIFESTS,     [STORE_BATCHES] = SQL_WALK_BATCHES,
    [STORE_EPOCHS] = SQL_WALK_EPOCHS,           [STORE_FORKS] = SQL_WALK_FORKS,
    [STORE_KIOSK_LISTS] = SQL_WALK_KIOSK_LISTS, [STORE_REVOKED] = SQL_WALK_REVOKED,
};

int store_each(struct store *store, enum store_part part, store_row_fn *each, void *context)
{
	sqlite3_stmt *statement = store_use(store, statement_of[part]);
	struct store_field field[STORE_FIELDS_MAX];
	const int n = sqlite3_column_count(statement);
	int r;

	while ((r = store_one_row(store, statement)) == 0) {
		for (int i = 0; i < n; i++) {
			field[i].n = sqlite3_column_int64(statement, i);
			field[i].bytes = sqlite3_column_blob(statement, i);
			field[i].len = (size_t)sqlite3_column_bytes(statement, i);
		}
		r = each(context, field);
		if (r != 0)
			break;
	}
	store_done(statement);
	return r == STORE_E_NONE ? 0 : r;
}
