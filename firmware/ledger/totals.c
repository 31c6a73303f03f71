/* SPDX-License-Identifier: Apache-2.0 */
/* Totals, as they stand and as receipts confirm them. */
#include <errno.h>
#include "ledger_private.h"

int epoch_number(struct ledger *ledger, const struct epoch_id *epoch, int64_t *ret_number)
{
	sqlite3_stmt *s = statement(ledger, S_epoch_number);
	bool row;
	int rc;

	bind_bytes(s, 1, epoch->b, sizeof(epoch->b));
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : -ENOENT;
	*ret_number = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

static int read_rows(struct ledger *ledger, sqlite3_stmt *s, struct batch_row row[BATCH_ROWS_MAX],
                     uint16_t *ret_n)
{
	uint16_t n = 0;
	bool more;
	int rc;

	while ((rc = fetch(ledger, s, &more)) == 0 && more) {
		if (n == BATCH_ROWS_MAX) {
			sqlite3_reset(s);
			return LEDGER_E_DAMAGED;
		}
		row[n].project = (uint16_t)sqlite3_column_int(s, 0);
		row[n].channel = (enum channel)sqlite3_column_int(s, 1);
		row[n].first = (enum first)sqlite3_column_int(s, 2);
		row[n].added = (uint32_t)sqlite3_column_int64(s, 3);
		row[n].revoked = (uint32_t)sqlite3_column_int64(s, 4);
		n++;
	}
	if (rc == 0)
		*ret_n = n;
	return rc;
}

int epoch_totals(struct ledger *ledger, int64_t epoch, struct batch_row row[BATCH_ROWS_MAX],
                 uint16_t *ret_n)
{
	sqlite3_stmt *s = statement(ledger, S_totals);

	sqlite3_bind_int64(s, 1, epoch);
	return read_rows(ledger, s, row, ret_n);
}

int epoch_log(struct ledger *ledger, int64_t epoch, uint64_t *ret_size, struct hash *ret_root)
{
	static const struct merkle_frontier empty;
	sqlite3_stmt *s = statement(ledger, S_last_leaf);
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, leaf_id(epoch, 0));
	sqlite3_bind_int64(s, 2, leaf_id(epoch, UINT32_MAX));
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	if (!row) {
		*ret_size = 0;
		*ret_root = merkle_root(&empty);
		return 0;
	}
	*ret_size = (uint64_t)leaf_index(sqlite3_column_int64(s, 0)) + 1;
	if (!column_bytes(s, 1, ret_root->b, sizeof(ret_root->b)))
		rc = LEDGER_E_DAMAGED;
	sqlite3_reset(s);
	return rc;
}

int ledger_totals(struct ledger *ledger, const struct epoch_id *epoch,
                  struct batch_row row[BATCH_ROWS_MAX], uint16_t *ret_n)
{
	int64_t number;
	int rc = epoch_number(ledger, epoch, &number);

	return rc == 0 ? epoch_totals(ledger, number, row, ret_n) : rc;
}

int ledger_confirmed(struct ledger *ledger, const struct epoch_id *epoch,
                     struct batch_row row[BATCH_ROWS_MAX], uint16_t *ret_n)
{
	sqlite3_stmt *s;
	int64_t number;
	int rc = epoch_number(ledger, epoch, &number);

	if (rc != 0)
		return rc;
	s = statement(ledger, S_confirmed);
	sqlite3_bind_int64(s, 1, number);
	return read_rows(ledger, s, row, ret_n);
}

int ledger_people(struct ledger *ledger, uint64_t *ret_people)
{
	sqlite3_stmt *s = statement(ledger, S_people);
	bool row;
	int rc;

	if (ledger->now.epoch == 0)
		return LEDGER_E_NOT_OPEN;
	sqlite3_bind_int64(s, 1, ledger->now.epoch);
	rc = fetch(ledger, s, &row);
	if (rc == 0) {
		*ret_people = (uint64_t)sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return rc;
}

int ledger_recount(struct ledger *ledger, char *sentence, size_t sentence_size)
{
	struct running found;
	int rc;

	tell(sentence, sentence_size, "%s", "");
	rc = recount(ledger, &found, sentence, sentence_size);
	if (rc == 0 &&
	    (found.epoch != ledger->now.epoch || found.tree.size != ledger->now.tree.size)) {
		tell(sentence, sentence_size,
		     "the log in memory has %llu leaves, the one on the disk %llu",
		     (unsigned long long)ledger->now.tree.size,
		     (unsigned long long)found.tree.size);
		rc = LEDGER_E_DAMAGED;
	}
	return rc;
}
