/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network's root does for its hubs. Its folder keeps hubs/ID.cert, the first certificate of
 * each number: the register that tells which hub a number is.
 */
#ifndef KIOSKCTL_CERTIFY_H
#define KIOSKCTL_CERTIFY_H

#include <kiosk/record.h>
#include "args.h"

struct root {
	const char *folder;
	struct secret_seed seed; /* the caller wipes it */
	struct public_key key;
};

/* root.key and root.pub of --network. 0 or an exit status, told. */
int root_read(const struct args *args, struct root *ret);
/* Who the number is by the register; *ret_known is false when it is nobody. 0 or an exit status,
 * told: the register holds what this network did not sign. */
int register_find(const struct args *args, const struct root *root, uint32_t id,
                  struct hub_cert *ret, bool *ret_known);
/* "hub 12 “Bluegrass Hub”, local, US-KY", for a sentence. */
void hub_words(const struct hub_cert *cert, char *words, size_t size);
bool hub_is_same(const struct hub_cert *a,
                 const struct hub_cert *b); /* number, level, name, region */

/*
 * Signs the certificate and writes it to the folder --out as hub.cert, beside hub.key where `key`
 * is not NULL, and to the register where the number is new. 0 or an exit status, told.
 */
int hub_certify(const struct args *args, const struct root *root, const struct hub_cert *cert,
                const struct secret_seed *key);
/* Who was certified, for when, where. */
void hub_tell(const struct hub_cert *cert, const char *folder);

#endif
