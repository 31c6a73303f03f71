/* SPDX-License-Identifier: Apache-2.0 */
/* Keys this collector signed with: receipts of before a change of keys still hold. */
#include <errno.h>

#include "collector_private.h"

static int take_own(void *context, const uint8_t *bytes, size_t len)
{
	struct collector *collector = context;
	struct collector_cert cert;

	if (collector_cert_open(bytes, len, &collector->root, &cert) != 0)
		return -EPROTO;
	if (collector->n_own < OWN_KEYS_MAX)
		collector->own[collector->n_own++] = cert.collector;
	return 0;
}

int collector_know_own_keys(struct collector *collector)
{
	return store_each_own_cert(collector->store, take_own, collector);
}

int collector_open_receipt(struct collector *collector, size_t len)
{
	int r = receipt_open(collector->receipt_bytes, len, &collector->key->public,
	                     &collector->receipt);

	for (unsigned i = 0; r == WIRE_E_SIGNATURE && i < collector->n_own; i++)
		r = receipt_open(collector->receipt_bytes, len, &collector->own[i],
		                 &collector->receipt);
	return r;
}
