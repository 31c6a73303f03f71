/* SPDX-License-Identifier: Apache-2.0 */
/* A hub that is there: new dates, a new key, or, where two were given one number, another number.
 */
#include <stdio.h>
#include <string.h>

#include "certify.h"
#include "commands.h"
#include "crypto.h"
#include "hub.h"
#include "keys.h"
#include "message.h"
#include "validity.h"

enum { WORDS_BYTES = 160 };

/* hub.cert of --hub, by this network. */
static int read_cert(const struct args *args, const struct root *root, struct hub_cert *ret)
{
	const char *folder = args_value(args, "--hub");
	uint8_t octets[HUB_CERT_BYTES_MAX];
	size_t len;
	int r = input_read(args, folder, "hub.cert", "a hub's certificate", octets, sizeof(octets),
	                   &len);

	if (r != 0)
		return r;
	r = hub_cert_open(octets, len, &root->key, ret);
	if (r == 0)
		return 0;
	complain(args, "%s/hub.cert is not a hub's certificate by the network in %s: %s", folder,
	         root->folder, wire_strerror(r));
	return EX_DATAERR;
}

/* The number stays this hub's, or becomes it. */
static int number_is_its_own(const struct args *args, const struct root *root,
                             const struct hub_cert *cert)
{
	struct hub_cert known;
	char words[WORDS_BYTES];
	bool is_known;
	int r = register_find(args, root, cert->hub_id, &known, &is_known);

	if (r != 0 || !is_known || hub_is_same(&known, cert))
		return r;
	hub_words(&known, words, sizeof(words));
	complain(
	    args,
	    "%s%u is taken by %s (%s/hubs/%u.cert); give this hub a number that is free by --id",
	    args_value(args, "--id") != NULL ? "--id: " : "", cert->hub_id, words, root->folder,
	    cert->hub_id);
	return EX_USAGE;
}

/* Under the same key it covers what the one before did: meetings that were, too. */
static int dates_read(const struct args *args, struct hub_cert *cert)
{
	const int64_t before = cert->not_before;
	int r = validity_read(args, HUB_DAYS, &cert->not_before, &cert->not_after);

	if (r == 0 && args_value(args, "--valid-from") == NULL && !args_flag(args, "--new-key") &&
	    before < cert->not_before)
		cert->not_before = before;
	return r;
}

/* The key that goes into --out beside the certificate; *ret_there is false where the hub keeps it
 * elsewhere. */
static int choose_key(const struct args *args, struct hub_cert *cert, struct secret_seed *ret,
                      bool *ret_there)
{
	const char *folder = args_value(args, "--hub");
	struct hub hub;
	int r;

	*ret_there = args_flag(args, "--new-key") || input_exists(folder, "hub.key");
	if (args_flag(args, "--new-key")) {
		random_bytes(ret, sizeof(*ret));
		cert->hub = ed25519_public(ret);
	} else if (*ret_there) {
		r = hub_read(args, folder, &hub);
		if (r != 0)
			return r;
		*ret = hub.seed;
		wipe(&hub, sizeof(hub));
	}
	return 0;
}

static void tell(const struct args *args, const struct hub_cert *cert, const char *out,
                 bool has_key)
{
	hub_tell(cert, out);
	if (!has_key)
		(void)printf("  hub.cert belongs beside the hub's hub.key, in the place of the one "
		             "there\n");
	else if (args_flag(args, "--new-key"))
		(void)printf(
		    "  hub.key is new: make events with this folder from now on, and keep "
		    "the former one for\n  events that are printed. Was the former key "
		    "stolen? The collector takes no more of it after\n  collectord --config "
		    "FILE --revoke KEY --reason TEXT\n");
	(void)printf(
	    "  Cards made before hold the former certificate: `kioskctl event amend` prints "
	    "an event's anew\n");
	if (args_value(args, "--id") != NULL)
		(void)printf("  What was counted under the former number moves when the collector "
		             "has this certificate: by a\n  kiosk that is shown a new card, or "
		             "collectord --config FILE --judge-again --hub-certificate FILE\n");
}

static int run(const struct args *args)
{
	const char *out = args_value(args, "--out");
	struct secret_seed key = {{0}};
	struct hub_cert cert;
	struct root root;
	bool has_key = false;
	int r = output_is_free(args, out, "hub.cert");

	if (r == 0)
		r = output_is_free(args, out, "hub.key");
	if (r == 0)
		r = root_read(args, &root);
	if (r != 0)
		return r;
	r = read_cert(args, &root, &cert);
	if (r == 0)
		r = args_number(args, "--id", 1, UINT32_MAX, cert.hub_id, &cert.hub_id);
	if (r == 0)
		r = dates_read(args, &cert);
	if (r == 0)
		r = number_is_its_own(args, &root, &cert);
	if (r == 0)
		r = choose_key(args, &cert, &key, &has_key);
	if (r == 0)
		r = hub_certify(args, &root, &cert, has_key ? &key : NULL);
	wipe(&root, sizeof(root));
	wipe(&key, sizeof(key));
	if (r == 0)
		tell(args, &cert, out, has_key);
	return r;
}

static const struct option_spec options[] = {
    {"--network", OPTION_VALUE, true, "DIR", "folder of `network new`, with root.key"},
    {"--hub", OPTION_VALUE, true, "DIR", "the hub's folder: hub.cert, and hub.key if it is there"},
    {"--new-key", OPTION_FLAG, false, NULL, "a new key as well, for one that is lost or stolen"},
    {"--id", OPTION_VALUE, false, "N",
     "another number, that is free: where two hubs were given one (the same)"},
    {"--out", OPTION_VALUE, true, "DIR", "new folder for hub.cert, and hub.key"},
    VALIDITY_OPTIONS("731"),
};

const struct command command_hub_renew = {
    .name = "hub renew",
    .summary = "certify a hub again: new dates, a new key, another number",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Writes a new hub.cert, and the same hub.key beside it (with --new-key a new one), to a\n"
        "new folder. Name, level and region stay: by them and its number a hub is known. An\n"
        "event made before is good under the certificate on its card for the dates of that. "
        "Without\n"
        "--valid-from the new one covers the first days of the former too, but for a new key.\n\n"
        "  kioskctl hub renew --network network --hub hub --out hub-2028\n",
    .run = run,
};
