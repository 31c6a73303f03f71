/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bundle has to bring to a collector: each sealed batch with all that vouches for it, as the
 * body of a post (PROTOCOL.md, section 6). In: a bundle's items, in their order. Out: bodies.
 */
#ifndef KIOSK_DELIVERIES_H
#define KIOSK_DELIVERIES_H

#include <kiosk/record.h>

struct delivery {
	size_t len;
	uint8_t body[POST_BYTES_MAX];
	struct batch batch;
	struct hash hash;  /* of the batch */
	const char *event; /* its name */
	bool has_receipt;
};

struct deliveries {
	/* of the opening under way */
	size_t manifest_len, hub_cert_len, grant_len;
	uint8_t manifest[MANIFEST_BYTES_MAX], hub_cert[HUB_CERT_BYTES_MAX], grant[GRANT_BYTES_MAX];
	struct delivery delivery; /* the last one made */
	struct manifest event;
};

/* A body by itself. 0, or -EBADMSG: it is none. */
int delivery_read(const uint8_t *body, size_t len, struct deliveries *ret);
/* The next item. 1: it was a batch, and `deliveries->delivery` has it; 0: something else; -EBADMSG:
 * it cannot be read. */
int deliveries_item(struct deliveries *deliveries, const uint8_t *item, size_t len);

#endif
