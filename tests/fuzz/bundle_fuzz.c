/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle from a stranger. Nothing may crash; an item that is read is written again as the same
 * octets; and only what is whole can hold.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "audit.h"
#include "crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t again[BUNDLE_ITEM_BYTES_MAX];
	struct audit *audit = NULL;
	size_t at = 0;

	if (crypto_init() != 0 || audit_new(NULL, &audit) != 0)
		return 0;
	while (at < size) {
		struct bundle_item item;
		size_t taken = 0, len = 0;

		if (bundle_read(data + at, size - at, &item, &taken) != 0)
			break;
		assert(bundle_write(&item, again, sizeof(again), &len) == 0);
		assert(len == taken && memcmp(again, data + at, len) == 0);
		assert(audit_item(audit, &item, data + at, taken) == 0);
		at += taken;
	}
	(void)audit_end(audit, at < size ? "Cut." : NULL);
	audit_free(audit);
	return 0;
}
