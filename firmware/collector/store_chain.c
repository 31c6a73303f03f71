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
	store_bind_blob(statement, 5, cert->hub.b, sizeof(cert->hub.b));
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
              size_t *ret_len, struct hash *ret_hash)
{
	sqlite3_stmt *statement = store_use(store, SQL_HUB);
	int r;

	store_bind_int(statement, 1, hub_id);
	r = store_one_row(store, statement);
	if (r == 0 && !store_column_exactly(statement, 1, ret_hash->b, sizeof(ret_hash->b)))
		r = store_fail(store, SQLITE_CORRUPT);
	if (r == 0)
		r = store_column_upto(store, statement, 0, bytes, HUB_CERT_BYTES_MAX, ret_len);
	store_done(statement);
	return r;
}

static int put_hub(struct store *store, enum store_statement how, uint32_t hub_id,
                   const struct hash *hub_cert)
{
	sqlite3_stmt *statement = store_use(store, how);

	store_bind_int(statement, 1, hub_id);
	store_bind_blob(statement, 2, hub_cert->b, sizeof(hub_cert->b));
	return store_run(store, statement);
}

int store_put_hub(struct store *store, uint32_t hub_id, const struct hash *hub_cert)
{
	return put_hub(store, SQL_PUT_HUB, hub_id, hub_cert);
}

int store_change_hub(struct store *store, uint32_t hub_id, const struct hash *hub_cert)
{
	return put_hub(store, SQL_CHANGE_HUB, hub_id, hub_cert);
}

int store_hub_cert(struct store *store, const struct hash *hash, uint8_t bytes[HUB_CERT_BYTES_MAX],
                   size_t *ret_len)
{
	sqlite3_stmt *statement = store_use(store, SQL_HUB_CERT);

	store_bind_blob(statement, 1, hash->b, sizeof(hash->b));
	return store_one_blob(store, statement, bytes, HUB_CERT_BYTES_MAX, ret_len);
}

static int move(struct store *store, enum store_statement which, const struct event_id *event,
                const struct hash *from, uint32_t hub_id, const struct hash *hub_cert)
{
	sqlite3_stmt *statement = store_use(store, which);

	store_bind_blob(statement, 1, event->b, sizeof(event->b));
	store_bind_blob(statement, 2, from->b, sizeof(from->b));
	store_bind_int(statement, 3, hub_id);
	store_bind_blob(statement, 4, hub_cert->b, sizeof(hub_cert->b));
	return store_run(store, statement);
}

int store_move_event(struct store *store, const struct event_id *event, const struct hash *from,
                     uint32_t hub_id, const struct hash *hub_cert)
{
	int r = move(store, SQL_MOVE_EVENT, event, from, hub_id, hub_cert);

	return r == 0 ? move(store, SQL_MOVE_KIOSK_LISTS, event, from, hub_id, hub_cert) : r;
}

int store_kiosk_list(struct store *store, uint32_t hub_id, const struct event_id *event,
                     uint16_t occurrence, uint8_t bytes[KIOSK_LIST_BYTES_MAX], size_t *ret_len)
{
	sqlite3_stmt *statement = store_use(store, SQL_KIOSK_LIST);

	store_bind_int(statement, 1, hub_id);
	store_bind_blob(statement, 2, event->b, sizeof(event->b));
	store_bind_int(statement, 3, occurrence);
	return store_one_blob(store, statement, bytes, KIOSK_LIST_BYTES_MAX, ret_len);
}

int store_put_kiosk_list(struct store *store, uint32_t hub_id, const struct kiosk_list *list,
                         const struct hash *hub_cert, const uint8_t *bytes, size_t len)
{
	sqlite3_stmt *statement = store_use(store, SQL_PUT_KIOSK_LIST);

	store_bind_int(statement, 1, hub_id);
	store_bind_blob(statement, 2, list->event.b, sizeof(list->event.b));
	store_bind_int(statement, 3, list->occurrence);
	store_bind_blob(statement, 4, hub_cert->b, sizeof(hub_cert->b));
	store_bind_blob(statement, 5, bytes, len);
	return store_run(store, statement);
}

int store_each_event_unseen(struct store *store, store_event_fn *each, void *context)
{
	sqlite3_stmt *statement = store_use(store, SQL_EACH_EVENT_UNSEEN);
	struct event_id event;
	int r;

	while ((r = store_one_row(store, statement)) == 0) {
		r = store_column_exactly(statement, 1, event.b, sizeof(event.b))
		        ? each(context, (uint32_t)sqlite3_column_int64(statement, 0), &event)
		        : store_fail(store, SQLITE_CORRUPT);
		if (r != 0)
			break;
	}
	store_done(statement);
	return r == STORE_E_NONE ? 0 : r;
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

static int each_cert(struct store *store, sqlite3_stmt *statement, store_cert_fn *each,
                     void *context)
{
	uint8_t bytes[HUB_CERT_BYTES_MAX];
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

int store_each_own_cert(struct store *store, store_cert_fn *each, void *context)
{
	return each_cert(store, store_use(store, SQL_OWN_CERTS), each, context);
}

int store_each_cert_of_key(struct store *store, const struct public_key *key, store_cert_fn *each,
                           void *context)
{
	sqlite3_stmt *statement = store_use(store, SQL_CERTS_OF_KEY);

	store_bind_blob(statement, 1, key->b, sizeof(key->b));
	return each_cert(store, statement, each, context);
}
