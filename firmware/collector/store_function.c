/* SPDX-License-Identifier: Apache-2.0 */
/* What statements may call: a hash of octets, and a sum over a row, so that a row that rotted on
 * its disk is told from the one that was written. */
#include "crypto.h"
#include "store_private.h"

static void sha256_of(sqlite3_context *context, int n, sqlite3_value **value)
{
	const void *bytes = sqlite3_value_blob(value[0]);
	const struct hash hash = sha256(bytes, (size_t)sqlite3_value_bytes(value[0]));

	(void)n;
	sqlite3_result_blob(context, hash.b, sizeof(hash.b), SQLITE_TRANSIENT);
}

static void add_number(struct sha256 *sha, uint64_t number)
{
	uint8_t octet[8];

	for (int i = 0; i < 8; i++)
		octet[i] = (uint8_t)(number >> (56 - 8 * i));
	sha256_update(sha, octet, sizeof(octet));
}

/* Of each value its type, its length, its octets: no two rows give the same. */
static void row_sum(sqlite3_context *context, int n, sqlite3_value **value)
{
	struct sha256 sha;
	struct hash sum;

	sha256_init(&sha);
	for (int i = 0; i < n; i++) {
		const int type = sqlite3_value_type(value[i]);

		add_number(&sha, (uint64_t)type);
		if (type == SQLITE_INTEGER) {
			add_number(&sha, (uint64_t)sqlite3_value_int64(value[i]));
		} else if (type != SQLITE_NULL) {
			const void *bytes = sqlite3_value_blob(value[i]);
			const size_t len = (size_t)sqlite3_value_bytes(value[i]);

			add_number(&sha, len);
			sha256_update(&sha, bytes, len);
		}
	}
	sha256_final(&sha, &sum);
	sqlite3_result_blob(context, sum.b, sizeof(sum.b), SQLITE_TRANSIENT);
}

int store_put_functions(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	int rc = sqlite3_create_function(db, "sha256", 1, flags, NULL, sha256_of, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "row_sum", -1, flags, NULL, row_sum, NULL, NULL);
	return rc;
}
