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

int order_of_rows(const struct batch_row *a, const struct batch_row *b)
{
	if (a->project != b->project)
		return a->project < b->project ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

int epoch_totals_written(struct ledger *ledger, int64_t epoch, struct batch_row row[BATCH_ROWS_MAX],
                         uint16_t *ret_n)
{
	sqlite3_stmt *s = statement(ledger, S_totals);

	sqlite3_bind_int64(s, 1, epoch);
	return read_rows(ledger, s, row, ret_n);
}

int epoch_totals(struct ledger *ledger, int64_t epoch, struct batch_row row[BATCH_ROWS_MAX],
                 uint16_t *ret_n)
{
	const struct running *now = &ledger->now;

	if (epoch != now->epoch)
		return epoch_totals_written(ledger, epoch, row, ret_n);
	for (uint16_t i = 0; i < now->n_totals; i++)
		row[i] = now->total[i].row;
	*ret_n = now->n_totals;
	return 0;
}

int epoch_size(struct ledger *ledger, int64_t epoch, uint64_t *ret_size)
{
	sqlite3_stmt *s = statement(ledger, S_last_leaf);
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, leaf_id(epoch, 0));
	sqlite3_bind_int64(s, 2, leaf_id(epoch, UINT32_MAX));
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	*ret_size = row ? (uint64_t)leaf_index(sqlite3_column_int64(s, 0)) + 1 : 0;
	sqlite3_reset(s);
	return 0;
}

int epoch_tree(struct ledger *ledger, int64_t epoch, uint64_t size, struct merkle_frontier *ret)
{
	struct merkle_frontier tree = {.size = size};
	uint64_t end = 0;

	if (size > UINT32_MAX)
		return LEDGER_E_DAMAGED;
	for (unsigned level = 32; level-- > 0;) {
		sqlite3_stmt *s = statement(ledger, S_node);
		bool row;
		int rc;

		if (!(size >> level & 1))
			continue;
		end += UINT64_C(1) << level;
		sqlite3_bind_int64(s, 1, leaf_id(epoch, (uint32_t)(end - 1)));
		rc = fetch(ledger, s, &row);
		if (rc == 0 &&
		    (!row || !column_bytes(s, 0, &tree.node[level], sizeof(struct hash))))
			rc = LEDGER_E_DAMAGED;
		sqlite3_reset(s);
		if (rc != 0)
			return rc;
	}
	*ret = tree;
	return 0;
}

int epoch_load(struct ledger *ledger, int64_t epoch, struct running *ret)
{
	struct running running = {.epoch = epoch};
	struct batch_row row[BATCH_ROWS_MAX];
	uint64_t size = 0;
	int rc = epoch_totals_written(ledger, epoch, row, &running.n_totals);

	if (rc == 0)
		rc = epoch_size(ledger, epoch, &size);
	if (rc == 0)
		rc = epoch_tree(ledger, epoch, size, &running.tree);
	if (rc != 0)
		return rc;
	for (uint16_t i = 0; i < running.n_totals; i++)
		running.total[i].row = row[i];
	*ret = running;
	return 0;
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
	const struct running *now = &ledger->now;
	sqlite3_stmt *s = statement(ledger, S_people_before);
	uint64_t people;
	bool row;
	int rc;

	if (now->epoch == 0)
		return LEDGER_E_NOT_OPEN;
	sqlite3_bind_int64(s, 1, now->epoch);
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	people = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	for (uint16_t i = 0; i < now->n_totals; i++) {
		const struct batch_row *of = &now->total[i].row;

		if (of->project == PROJECT_PEOPLE)
			people += of->added - of->revoked;
	}
	*ret_people = people;
	return 0;
}
