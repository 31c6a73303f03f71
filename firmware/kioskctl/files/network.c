/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "file.h"
#include "keys.h"
#include "message.h"
#include "network.h"
#include "print.h"
#include "valid.h"
#include "validity.h"

enum { COLLECTOR_DAYS = 3653, TEXT_BYTES_MAX = 1024 };

static const char *const files[] = {"root.key",    "root.pub",    "collector.key", "collector.cert",
                                    "network.txt", "network.png", "network.svg"};

int network_read(const struct args *args, const char *path, struct network *ret)
{
	uint8_t octets[TEXT_BYTES_MAX], *text;
	size_t len, octets_len = 0;
	int r = file_read(path, TEXT_BYTES_MAX, &text, &len);

	if (r < 0) {
		complain(args, "%s: %s; network.txt of `kioskctl network new` is wanted here", path,
		         strerror(-r));
		return EX_NOINPUT;
	}
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
		len--;
	r = code_kind(text, len) == CODE_NETWORK
	        ? code_decode(CODE_NETWORK, text, len, octets, sizeof(octets), &octets_len)
	        : WIRE_E_PREFIX;
	if (r == 0)
		r = network_parse(octets, octets_len, ret);
	free(text);
	if (r == 0)
		return 0;
	complain(args,
	         "%s is not a network's code (CK1:N…): %s; network.txt of `kioskctl network "
	         "new` is wanted here",
	         path, wire_strerror(r));
	return EX_DATAERR;
}

static int read_url(const struct args *args, char *ret)
{
	const char *url = args_value(args, "--collector");
	int r = args_clean_text(args, "--collector", url, URL_BYTES_MAX, ret);

	if (r != 0)
		return r;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) {
		complain(args,
		         "--collector: “%s” is no web address; right is https://HOST or "
		         "https://HOST:PORT",
		         url);
		return EX_USAGE;
	}
	if (!valid_collector_url(url, strlen(url) + 1)) {
		if (strncmp(url, "http://", 7) == 0)
			complain(args,
			         "--collector: “%s”: plain http goes to this very machine "
			         "only (127.0.0.1, for trials); right is https://HOST or "
			         "https://HOST:PORT",
			         url);
		else
			complain(args,
			         "--collector: “%s” has more or less than a host and a port "
			         "behind its ://; right is https://HOST or https://HOST:PORT",
			         url);
		return EX_USAGE;
	}
	return 0;
}

static int write_files(const struct args *args, const char *out, const struct network *network,
                       const struct secret_seed *root, const struct secret_seed *collector,
                       const struct collector_cert *cert)
{
	uint8_t octets[TEXT_BYTES_MAX], sealed[COLLECTOR_CERT_BYTES_MAX];
	char text[TEXT_BYTES_MAX];
	size_t len, sealed_len;
	struct qr *qr = NULL;
	int r;

	r = network_encode(network, octets, sizeof(octets), &len);
	if (r == 0)
		r = code_encode(CODE_NETWORK, octets, len, text, sizeof(text));
	if (r == 0)
		r = collector_cert_seal(cert, root, sealed, sizeof(sealed), &sealed_len);
	if (r != 0) {
		complain(args, "the network cannot be written down: %s", wire_strerror(r));
		return EX_DATAERR;
	}
	if (qr_new(text, &qr) < 0) {
		complain(args, "the network's code cannot be drawn; a shorter --name would do");
		return EX_DATAERR;
	}
	r = output_folder(args, out);
	if (r == 0)
		r = output_write_hex(args, out, "root.key", root->b, sizeof(root->b), MODE_SECRET);
	if (r == 0)
		r = output_write_hex(args, out, "root.pub", network->root.b,
		                     sizeof(network->root.b), MODE_PUBLIC);
	if (r == 0)
		r = output_write_hex(args, out, "collector.key", collector->b, sizeof(collector->b),
		                     MODE_SECRET);
	if (r == 0)
		r = output_write(args, out, "collector.cert", sealed, sealed_len, MODE_PUBLIC);
	if (r == 0)
		r = print_network(args, out, network, qr);
	if (r == 0)
		r = output_write_line(args, out, "network.txt", text, MODE_PUBLIC);
	qr_free(qr);
	return r;
}

static int run(const struct args *args)
{
	const char *out = args_value(args, "--out");
	struct secret_seed root, collector;
	struct network network = {0};
	struct collector_cert cert;
	int r = args_clean_text(args, "--name", args_value(args, "--name"), NAME_BYTES_MAX,
	                        network.name.s);

	if (r == 0)
		r = print_check(args, "--name", network.name.s);
	if (r == 0)
		r = read_url(args, network.collector_url.s);
	if (r == 0)
		r = validity_read(args, COLLECTOR_DAYS, &cert.not_before, &cert.not_after);
	for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(files[0]); i++)
		r = output_is_free(args, out, files[i]);
	if (r != 0)
		return r;
	random_bytes(&root, sizeof(root));
	random_bytes(&collector, sizeof(collector));
	network.root = ed25519_public(&root);
	cert.collector = ed25519_public(&collector);
	r = write_files(args, out, &network, &root, &collector, &cert);
	wipe(&root, sizeof(root));
	wipe(&collector, sizeof(collector));
	if (r != 0)
		return r;
	(void)printf(
	    "network “%s” in %s\n"
	    "  root.key       makes hubs: keep it offline, and a copy of it elsewhere\n"
	    "  collector.key, collector.cert, network.txt   for the collector's machine\n"
	    "  network.txt    for every kiosk (network.png and .svg: the same as a code)\n",
	    network.name.s, out);
	return EXIT_DONE;
}

static const struct option_spec options[] = {
    {"--name", OPTION_VALUE, true, "NAME", "what the network is called, up to 64 octets"},
    {"--collector", OPTION_VALUE, true, "URL",
     "where kiosks send their totals: https://HOST[:PORT]"},
    {"--out", OPTION_VALUE, true, "DIR", "folder for the files; made if there is none"},
    VALIDITY_OPTIONS("3653"),
};

const struct command command_network_new = {
    .name = "network new",
    .summary = "make a network: its root key, its collector's key, what kiosks need of it",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Writes root.key, root.pub, collector.key, collector.cert, network.txt, network.png\n"
        "and network.svg. Whoever has root.key can make hubs, and whoever has collector.key\n"
        "can confirm totals: both are written with mode 0600. A file that is there already is\n"
        "never overwritten. The dates are those of the collector's certificate.\n\n"
        "  kioskctl network new --name \"Civic Network\" --collector https://totals.example \\\n"
        "      --out network\n",
    .run = run,
};
