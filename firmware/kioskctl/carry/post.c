/* SPDX-License-Identifier: Apache-2.0 */
/* Totals that were carried by hand, as a picture, a text or a bundle, to the collector. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bundle.h"
#include "collector_word.h"
#include "commands.h"
#include "crypto.h"
#include "deliveries.h"
#include "file.h"
#include "network.h"
#include "picture_codes.h"
#include "uplink_client.h"
#include "verify.h"

enum { FILE_BYTES_MAX = 256 << 20, LOOK_US = 5000000 };

struct post {
	const struct args *args;
	struct network network;
	struct uplink_client uplink;
	struct deliveries deliveries;
	struct collector_word word;
	unsigned posted;
	bool refused;
};

/* --- one batch --- */

/* What the collector's word means, to a person. 0, or EX_UNAVAILABLE: it was none. */
static int tell(struct post *post, const char *file)
{
	const struct delivery *delivery = &post->deliveries.delivery;
	const struct answer *answer = &post->word.answer;
	struct receipt receipt;
	char why[256];

	(void)printf("%s: %s, batch %u, %llu counted: ", file, delivery->event, delivery->batch.seq,
	             (unsigned long long)batch_net(&delivery->batch, PROJECT_PEOPLE));
	if (answer->status != ANSWER_STORED && answer->status != ANSWER_STORED_BEFORE) {
		(void)printf("REFUSED (%u). %s\n", answer->status, answer->reason.s);
		post->refused = true;
		return 0;
	}
	if (collector_word_receipt(&post->word, &delivery->batch, &delivery->hash, &receipt, why,
	                           sizeof(why)) != 0) {
		(void)printf("NOT CONFIRMED. %s\n", why);
		return EX_UNAVAILABLE;
	}
	(void)printf("%s%s%s\n",
	             answer->status == ANSWER_STORED ? "confirmed" : "was there already, confirmed",
	             receipt.held.s[0] != '\0' ? "; counts zero for now. " : "", receipt.held.s);
	return 0;
}

static int post_one(struct post *post, const char *file)
{
	const struct delivery *delivery = &post->deliveries.delivery;
	static struct link_message message;
	struct collector_asked asked = {
	    .root = post->network.root,
	    .subject = sha256(delivery->body, delivery->len),
	    .date_known = true,
	    .now = (int64_t)time(NULL),
	};
	char why[256];
	int r;

	random_bytes(&asked.nonce, sizeof(asked.nonce));
	r = uplink_client_post(post->args, &post->uplink, &asked.nonce, delivery->body,
	                       delivery->len, &message);
	if (r != 0)
		return r;
	if (collector_word_open(message.tail, message.tail_len, &asked, &post->word, why,
	                        sizeof(why)) != 0) {
		complain(post->args, "%s: %s", file, why);
		return EX_UNAVAILABLE;
	}
	post->posted++;
	return tell(post, file);
}

/* --- what was carried --- */

/* The text of a code; false: not a batch's. */
static bool is_batch_code(struct post *post, const uint8_t *text, size_t len)
{
	uint8_t body[CODE_BYTES_MAX];
	size_t body_len;

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	return code_kind(text, len) == CODE_BATCH &&
	       code_decode(CODE_BATCH, text, len, body, sizeof(body), &body_len) == 0 &&
	       delivery_read(body, body_len, &post->deliveries) == 0;
}

static int post_bundle(struct post *post, const char *file, const uint8_t *octets, size_t len)
{
	for (size_t at = 0; at < len;) {
		struct bundle_item item;
		size_t taken;
		int r;

		if (bundle_read(octets + at, len - at, &item, &taken) != 0) {
			complain(post->args,
			         "%s: from octet %zu on it is no bundle: cut short, or changed",
			         file, at);
			return EX_DATAERR;
		}
		r = deliveries_item(&post->deliveries, octets + at, taken);
		at += taken;
		if (r < 0) {
			complain(post->args, "%s: a batch in it cannot be read", file);
			return EX_DATAERR;
		}
		r = r == 1 ? post_one(post, file) : 0;
		if (r != 0)
			return r;
	}
	return 0;
}

static int post_picture(struct post *post, const char *file, const struct picture *picture)
{
	static struct code code[DECODED_CODES_MAX];
	struct decoder *decoder = NULL;
	const unsigned before = post->posted;
	const int n = picture_codes(picture, LOOK_US, &decoder, code);
	int r = 0;

	if (n < 0) {
		complain(post->args, "%s cannot be looked at: %s", file, strerror(-n));
		return EX_OSERR;
	}
	for (int i = 0; r == 0 && i < n; i++)
		if (is_batch_code(post, code[i].bytes, code[i].len))
			r = post_one(post, file);
	decoder_free(decoder);
	if (r == 0 && post->posted == before) {
		complain(post->args,
		         "%s: no code with totals (CK1:B) was found in the picture; one closer, "
		         "sharper or flatter would do",
		         file);
		r = EX_DATAERR;
	}
	return r;
}

static int post_octets(struct post *post, const char *file, const uint8_t *octets, size_t len)
{
	char why[PICTURE_SENTENCE_SIZE] = "";
	struct picture picture = {0};
	struct bundle_item item;
	size_t taken;
	int r;

	if (is_batch_code(post, octets, len))
		return post_one(post, file);
	if (bundle_read(octets, len, &item, &taken) == 0)
		return post_bundle(post, file, octets, len);
	if (picture_parse(octets, len, &picture, why) != 0) {
		complain(
		    post->args,
		    "%s is no text CK1:B…, no bundle of `kioskctl export`, and as a picture it %s",
		    file, why[0] != '\0' ? why : "cannot be read");
		return EX_DATAERR;
	}
	r = post_picture(post, file, &picture);
	picture_free(&picture);
	return r;
}

static int post_file(struct post *post, const char *file)
{
	uint8_t *octets;
	size_t len;
	int r = file_read(file, FILE_BYTES_MAX, &octets, &len);

	if (r != 0) {
		complain(post->args, "%s: %s", file, strerror(-r));
		return EX_NOINPUT;
	}
	r = post_octets(post, file, octets, len);
	free(octets);
	return r;
}

static int run_post(const struct args *args)
{
	static struct post post;
	int r = network_read(args, args_value(args, "--network"), &post.network);

	post.args = args;
	if (r == 0)
		r = uplink_client_open(args, post.network.collector_url.s, &post.uplink);
	if (r != 0)
		return r;
	for (size_t i = 0; r == 0 && i < args->n_positional; i++)
		r = post_file(&post, args->positional[i]);
	uplink_client_close(&post.uplink);
	return r == 0 && post.refused ? EXIT_REFUSED : r;
}

static const struct option_spec options[] = {
    {"--network", OPTION_VALUE, true, "FILE", "network.txt: whose collector"},
};

const struct command command_post = {
    .name = "post",
    .summary = "bring totals that were carried by hand to the collector",
    .positional = "FILE…",
    .positional_min = 1,
    .positional_max = SIZE_MAX,
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "A picture of the code that `kioskctl export --qr` made (PNG, JPEG, PGM), a file with its\n"
        "text (CK1:B…), or a bundle of `kioskctl export`, whose batches are posted in their "
        "order.\n"
        "Whoever does it needs a connection and nothing else: all is signed already, and nobody's\n"
        "name is in it. What the collector has already it says so; nothing counts twice.\n"
        "Exit status: 0 all confirmed, 1 something was refused.\n",
    .run = run_post,
};
