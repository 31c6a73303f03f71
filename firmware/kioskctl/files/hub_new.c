/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "certify.h"
#include "commands.h"
#include "crypto.h"
#include "hub.h"
#include "keys.h"
#include "print.h"
#include "region.h"
#include "validity.h"

enum { WORDS_BYTES = 160 };

static int number_is_free(const struct args *args, const struct root *root, uint32_t id)
{
	struct hub_cert known;
	char words[WORDS_BYTES];
	bool is_known;
	int r = register_find(args, root, id, &known, &is_known);

	if (r != 0 || !is_known)
		return r;
	hub_words(&known, words, sizeof(words));
	complain(args,
	         "--id: %u is taken by %s (%s/hubs/%u.cert), and two hubs of one number would be "
	         "counted as one; give a number that is free, or, if it is this hub, `kioskctl hub "
	         "renew` for a new certificate or key",
	         id, words, root->folder, id);
	return EX_USAGE;
}

static int run(const struct args *args)
{
	static const char *const levels[] = {[HUB_STATE] = "state", [HUB_LOCAL] = "local", NULL};
	const char *out = args_value(args, "--out");
	struct hub_cert cert = {0};
	struct secret_seed hub;
	struct root root;
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
		r = print_check(args, "--name", cert.name.s);
	if (r == 0)
		r = validity_read(args, HUB_DAYS, &cert.not_before, &cert.not_after);
	if (r == 0)
		r = output_is_free(args, out, "hub.key");
	if (r == 0)
		r = output_is_free(args, out, "hub.cert");
	if (r == 0)
		r = root_read(args, &root);
	if (r == 0)
		r = number_is_free(args, &root, cert.hub_id);
	if (r != 0)
		return r;
	random_bytes(&hub, sizeof(hub));
	cert.level = (enum hub_level)level;
	cert.hub = ed25519_public(&hub);
	r = hub_certify(args, &root, &cert, &hub);
	wipe(&root, sizeof(root));
	wipe(&hub, sizeof(hub));
	if (r != 0)
		return r;
	hub_tell(&cert, out);
	(void)printf("  hub.key signs its events: keep it where only the hub can read it\n");
	return EXIT_DONE;
}

static const struct option_spec options[] = {
    {"--network", OPTION_VALUE, true, "DIR", "folder of `network new`, with root.key"},
    {"--id", OPTION_VALUE, true, "N", "the hub's number in the network, from 1; one that is free"},
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
             "A number is one hub for good: the network's folder keeps hubs/ID.cert of each, and\n"
             "refuses a number it knows. A hub that is there gets new dates, a new key or another\n"
             "number by `hub renew`.\n\n"
             "  kioskctl hub new --network network --id 12 --level local --region US-KY \\\n"
             "      --name \"Bluegrass Civic Hub\" --out hub\n",
    .run = run,
};
