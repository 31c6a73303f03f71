/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"
#include "hub.h"
#include "keys.h"
#include "message.h"

int hub_read(const struct args *args, const char *folder, struct hub *ret)
{
	int r = input_read_hex(args, folder, "hub.key", "a hub's key", ret->seed.b,
	                       sizeof(ret->seed.b));

	if (r == 0)
		r = input_read(args, folder, "hub.cert", "a hub's certificate", ret->cert_bytes,
		               sizeof(ret->cert_bytes), &ret->cert_len);
	if (r != 0)
		return r;
	r = hub_cert_reopen(ret->cert_bytes, ret->cert_len, &ret->cert);
	if (r != 0) {
		complain(args,
		         "%s/hub.cert is not a hub's certificate: %s; `kioskctl hub new` "
		         "makes one",
		         folder, wire_strerror(r));
		return EX_DATAERR;
	}
	ret->key = ed25519_public(&ret->seed);
	if (!same_bytes(ret->key.b, ret->cert.hub.b, sizeof(ret->key.b))) {
		complain(args,
		         "%s/hub.key and hub.cert do not belong together: the certificate "
		         "names another key",
		         folder);
		return EX_DATAERR;
	}
	return 0;
}
