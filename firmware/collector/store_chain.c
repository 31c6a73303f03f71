/* SPDX-License-Identifier: Apache-2.0 */
/* What batches are trusted by: certificates, events, keys withdrawn, the collector's own. */
#include "store_private.h"

int store_has_hub_cert(struct store *store, const struct hash *hash)
{
	return store_has(store, SQL_HAS_HUB_CERT, hash->b, sizeof(hash->b));
}

int store_has_manifest(struct store *store, const struct hash *hash, const struct hash *hub_cert)
{
	store_bind_blob(store_use(store, SQL_HAS_MANIFEST), 2, hub_cert->b, sizeof(hub_cert->b));
	return store_has(store, SQL_HAS_MANIFEST, hash->b, sizeof(hash->b));
}

int store_put_hub_cert(struct store *store, const struct hash *hash, const uint8_t *bytes,
                       size_t len, const struct hub_cert *cert)
{
	sqlite3_stmt *statement = store_use(store, SQL_PUT_HUB_CERT);

	store_bind_blob(statement, 1, hash->b, sizeof(hash->b));
	store_bind_int(statement, 2, cert->hub_id);
	(void)sqlite3_bind_int64(statement, 3, cert->not_before);
	store_bind_blob(statement, 4, bytes, len);
	return store_run(store, statement);
}

int store_put_manifest(struct store *store, const struct hash *hash, const uint8_t *bytes,
                       size_t len, const struct manifest *manifest, const struct hash *hub_cert,
                       uint32_t hub_id)
{
	sqlite3_stmt *statement = store_use(store, SQL_PUT_MANIFEST);

	store_bind_blob(statement, 1, hash->b, sizeof(hash->b));
	store_bind_int(statement, 2, hub_id);
	store_bind_blob(statement, 3, manifest->event.b, sizeof(manifest->event.b));
	store_bind_int(statement, 4, manifest->serial);
	store_bind_blob(statement, 5, bytes, len);
	store_bind_blob(statement, 6, hub_cert->b, sizeof(hub_cert->b));
	return store_run(store, statement);
}

int store_is_revoked(struct store *store, const struct public_key *key)
{
	return store_has(store, SQL_IS_REVOKED, key->b, sizeof(key->b));
}

int store_revoke(struct store *store, const struct public_key *key, struct wall_time now,
                 const char *reason)
{
	sqlite3_stmt *statement = store_use(store, SQL_REVOKE);

	store_bind_blob(statement, 1, key->b, sizeof(key->b));
	(void)sqlite3_bind_int64(statement, 2, now.s);
	store_bind_text(statement, 3, reason);
	return store_run(store, statement);
}

int store_hub(struct store *store, uint32_t hub_id, uint8_t bytes[HUB_CERT_BYTES_MAX],
              size_t *ret_len)
{
	sqlite3_stmt *statement = store_use(store, SQL_HUB);

	store_bind_int(statement, 1, hub_id);
	return store_one_blob(store, statement, bytes, HUB_CERT_BYTES_MAX, ret_len);
}

int store_event(struct store *store, uint32_t hub_id, const struct event_id *event,
                uint8_t bytes[MANIFEST_BYTES_MAX], size_t *ret_len)
{
	sqlite3_stmt *statement = store_use(store, SQL_EVENT);

	store_bind_int(statement, 1, hub_id);
	store_bind_blob(statement, 2, event->b, sizeof(event->b));
	return store_one_blob(store, statement, bytes, MANIFEST_BYTES_MAX, ret_len);
}

int store_put_own_cert(struct store *store, const struct public_key *key, const uint8_t *bytes,
                       size_t len)
{
	sqlite3_stmt *statement = store_use(store, SQL_PUT_OWN_CERT);

	store_bind_blob(statement, 1, key->b, sizeof(key->b));
	store_bind_blob(statement, 2, bytes, len);
	return store_run(store, statement);
}

int store_each_own_cert(struct store *store, store_cert_fn *each, void *context)
{
	sqlite3_stmt *statement = store_use(store, SQL_OWN_CERTS);
	uint8_t bytes[COLLECTOR_CERT_BYTES_MAX];
	size_t len;
	int r;

	while ((r = store_one_row(store, statement)) == 0) {
		r = store_column_upto(store, statement, 0, bytes, sizeof(bytes), &len);
		if (r == 0)
			r = each(context, bytes, len);
		if (r != 0)
			break;
	}
	store_done(statement);
	return r == STORE_E_NONE ? 0 : r;
}
