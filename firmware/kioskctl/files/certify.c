/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "certify.h"
#include "crypto.h"
#include "file.h"
#include "keys.h"
#include "message.h"
#include "paper_time.h"
#include "phrases.h"
#include "region.h"
#include "text.h"

enum { NAME_BYTES = 32 };

static const char *const levels[] = {[HUB_STATE] = "state", [HUB_LOCAL] = "local"};

int root_read(const struct args *args, struct root *ret)
{
	struct public_key said;
	int r;

	ret->folder = args_value(args, "--network");
	r = input_read_hex(args, ret->folder, "root.key", "the network's root key", ret->seed.b,
	                   sizeof(ret->seed.b));
	if (r == 0)
		r = input_read_hex(args, ret->folder, "root.pub", "the network's public key",
		                   said.b, sizeof(said.b));
	if (r != 0)
		return r;
	ret->key = ed25519_public(&ret->seed);
	if (!same_bytes(ret->key.b, said.b, sizeof(said.b))) {
		complain(args,
		         "%s/root.key and root.pub do not belong together; nothing is signed "
		         "with a key that may be the wrong one",
		         ret->folder);
		return EX_DATAERR;
	}
	return 0;
}

static void register_name(uint32_t id, char name[NAME_BYTES])
{
	text_format(name, NAME_BYTES, "hubs/%u.cert", id);
}

int register_find(const struct args *args, const struct root *root, uint32_t id,
                  struct hub_cert *ret, bool *ret_known)
{
	uint8_t octets[HUB_CERT_BYTES_MAX];
	char name[NAME_BYTES];
	size_t len;
	int r;

	register_name(id, name);
	*ret_known = input_exists(root->folder, name);
	if (!*ret_known)
		return 0;
	r = input_read(args, root->folder, name, "a hub's certificate", octets, sizeof(octets),
	               &len);
	if (r != 0)
		return r;
	r = hub_cert_open(octets, len, &root->key, ret);
	if (r == 0 && ret->hub_id == id)
		return 0;
	complain(args,
	         "%s/%s, by which the network knows who hub %u is, is not a certificate of that "
	         "number by this network's root; put the file back from a copy of the folder",
	         root->folder, name, id);
	return EX_DATAERR;
}

void hub_words(const struct hub_cert *cert, char *words, size_t size)
{
	text_format(words, size, "hub %u “%s”, %s, %s", cert->hub_id, cert->name.s,
	            levels[cert->level], cert->region.s);
}

bool hub_is_same(const struct hub_cert *a, const struct hub_cert *b)
{
	return a->hub_id == b->hub_id && a->level == b->level &&
	       strcmp(a->name.s, b->name.s) == 0 && strcmp(a->region.s, b->region.s) == 0;
}

static int enter(const struct args *args, const struct root *root, uint32_t id,
                 const uint8_t *sealed, size_t len)
{
	char path[PATH_MAX], name[NAME_BYTES];
	int r;

	register_name(id, name);
	if (input_exists(root->folder, name))
		return 0;
	if (file_path(root->folder, "hubs", path, sizeof(path)) != 0) {
		complain(args, "--network: the folder's path is too long");
		return EX_CANTCREAT;
	}
	r = output_folder(args, path);
	return r == 0 ? output_write(args, root->folder, name, sealed, len, MODE_PUBLIC) : r;
}

int hub_certify(const struct args *args, const struct root *root, const struct hub_cert *cert,
                const struct secret_seed *key)
{
	const char *out = args_value(args, "--out");
	uint8_t sealed[HUB_CERT_BYTES_MAX];
	size_t len;
	int r = hub_cert_seal(cert, &root->seed, sealed, sizeof(sealed), &len);

	if (r != 0) {
		complain(args, "the certificate cannot be made: %s; a shorter --name may do",
		         wire_strerror(r));
		return EX_DATAERR;
	}
	r = output_folder(args, out);
	/* The number first: a hub that nobody knows of is worse than a number without one. */
	if (r == 0)
		r = enter(args, root, cert->hub_id, sealed, len);
	if (r == 0 && key != NULL)
		r = output_write_hex(args, out, "hub.key", key->b, sizeof(key->b), MODE_SECRET);
	if (r == 0)
		r = output_write(args, out, "hub.cert", sealed, len, MODE_PUBLIC);
	return r;
}

void hub_tell(const struct hub_cert *cert, const char *folder)
{
	const char *state = region_name(cert->region.s);
	char from[PAPER_LINE_BYTES], to[PAPER_LINE_BYTES];

	moment_format((struct moment){.s = cert->not_before}, CATALOGUE_ENGLISH, from,
	              sizeof(from));
	moment_format((struct moment){.s = cert->not_after}, CATALOGUE_ENGLISH, to, sizeof(to));
	(void)printf("%s hub %u “%s”, %s%s%s%s, in %s\n  for events from %s\n  until %s\n",
	             levels[cert->level], cert->hub_id, cert->name.s, cert->region.s,
	             state != NULL ? " (" : "", state != NULL ? state : "",
	             state != NULL ? ")" : "", folder, from, to);
}
