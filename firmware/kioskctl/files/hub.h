/* SPDX-License-Identifier: Apache-2.0 */
/* A hub's folder: its key and its certificate. */
#ifndef KIOSKCTL_HUB_H
#define KIOSKCTL_HUB_H

#include <kiosk/record.h>
#include "args.h"

enum { HUB_DAYS = 731 }; /* how long a certificate holds where nothing is said */

struct hub {
	struct secret_seed seed;
	struct public_key key;
	struct hub_cert cert; /* read, not verified: the network's root key is not here */
	uint8_t cert_bytes[HUB_CERT_BYTES_MAX];
	size_t cert_len;
};

/* Reads hub.key and hub.cert and sees that they belong together. 0 or an exit status, told. */
int hub_read(const struct args *args, const char *folder, struct hub *ret);

#endif
