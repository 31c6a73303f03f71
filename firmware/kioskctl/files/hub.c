/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "hub.h"
#include "keys.h"
#include "message.h"
#include "region.h"
#include "rfc3339.h"
#include "validity.h"

enum { HUB_DAYS = 731 };

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

static int read_root(const struct args *args, struct secret_seed *ret)
{
	const char *folder = args_value(args, "--network");
	struct public_key said, is;
	int r = input_read_hex(args, folder, "root.key", "the network's root key", ret->b,
	                       sizeof(ret->b));

	if (r == 0)
		r = input_read_hex(args, folder, "root.pub", "the network's public key", said.b,
		                   sizeof(said.b));
	if (r != 0)
		return r;
	is = ed25519_public(ret);
	if (!same_bytes(is.b, said.b, sizeof(is.b))) {
		complain(args,
		         "%s/root.key and root.pub do not belong together; nothing is signed "
		         "with a key that may be the wrong one",
		         folder);
		return EX_DATAERR;
	}
	return 0;
}

static int write_files(const struct args *args, const struct hub_cert *cert,
                       const struct secret_seed *root, const struct secret_seed *hub)
{
	const char *out = args_value(args, "--out");
	uint8_t sealed[HUB_CERT_BYTES_MAX];
	size_t len;
	int r = hub_cert_seal(cert, root, sealed, sizeof(sealed), &len);

	if (r != 0) {
		complain(args, "the certificate cannot be made: %s; a shorter --name may do",
		         wire_strerror(r));
		return EX_DATAERR;
	}
	r = output_folder(args, out);
	if (r == 0)
		r = output_write_hex(args, out, "hub.key", hub->b, sizeof(hub->b), MODE_SECRET);
	if (r == 0)
		r = output_write(args, out, "hub.cert", sealed, len, MODE_PUBLIC);
	return r;
}

static int run(const struct args *args)
{
	static const char *const levels[] = {[HUB_STATE] = "state", [HUB_LOCAL] = "local", NULL};
	const char *out = args_value(args, "--out");
	struct hub_cert cert = {0};
	struct secret_seed root, hub;
	unsigned int level = 0;
	int r = args_number(args, "--id", 1, UINT32_MAX, 0, &cert.hub_id);

	if (r == 0)
		r = args_choice(args, "--level", levels, 0, &level);
	if (r == 0)
		r = region_read(args, cert.region.s, sizeof(cert.region.s));
	if (r == 0)
		r = args_clean_text(args, "--name", args_value(args, "--name"), NAME_BYTES_MAX,
		                    cert.name.s);
	if (r == 0)
		r = validity_read(args, HUB_DAYS, &cert.not_before, &cert.not_after);
	if (r == 0)
		r = output_is_free(args, out, "hub.key");
	if (r == 0)
		r = output_is_free(args, out, "hub.cert");
	if (r == 0)
		r = read_root(args, &root);
	if (r != 0)
		return r;
	random_bytes(&hub, sizeof(hub));
	cert.level = (enum hub_level)level;
	cert.hub = ed25519_public(&hub);
	r = write_files(args, &cert, &root, &hub);
	wipe(&root, sizeof(root));
	wipe(&hub, sizeof(hub));
	if (r == 0) {
		const char *state = region_name(cert.region.s);
		char from[32], to[32];

		time_format(cert.not_before, from);
		time_format(cert.not_after, to);
		(void)printf(
		    "%s hub %u “%s”, %s%s%s%s, in %s\n  for events from %.10s until %.10s\n"
		    "  hub.key signs its events: keep it where only the hub can read it\n",
		    levels[level], cert.hub_id, cert.name.s, cert.region.s,
		    state != NULL ? " (" : "", state != NULL ? state : "", state != NULL ? ")" : "",
		    out, from, to);
	}
	return r;
}

static const struct option_spec options[] = {
    {"--network", OPTION_VALUE, true, "DIR", "folder of `network new`, with root.key"},
    {"--id", OPTION_VALUE, true, "N", "the hub's number in the network, from 1"},
    {"--level", OPTION_VALUE, true, "state|local", "what kind of hub it is"},
    {"--region", OPTION_VALUE, true, "CODE",
     "where it is, by ISO 3166-2: US- and a state's letters, such as US-KY"},
    {"--name", OPTION_VALUE, true, "NAME", "what it is called, up to 64 octets"},
    {"--out", OPTION_VALUE, true, "DIR", "folder for hub.key and hub.cert"},
    VALIDITY_OPTIONS("731"),
};

const struct command command_hub_new = {
    .name = "hub new",
    .summary = "make a hub: its key, and a certificate the network's root has signed",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about = "Writes hub.key (mode 0600) and hub.cert. The certificate stands on every event card\n"
             "of the hub, so a short name makes cards easier to read. Its dates are held against\n"
             "the times of the hub's events, not against the day totals arrive.\n\n"
             "  kioskctl hub new --network network --id 12 --level local --region US-KY \\\n"
             "      --name \"Bluegrass Civic Hub\" --out hub\n",
    .run = run,
};
