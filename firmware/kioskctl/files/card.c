/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "card.h"
#include "crypto.h"
#include "keys.h"
#include "message.h"
#include "text.h"

enum { LONGEST_TEXTS = 3 };

/* Octets of a CBOR byte string of `len` (RFC 8949, section 3). */
static size_t byte_string(size_t len)
{
	return len + (len < 24 ? 1 : len < 256 ? 2 : 3);
}

struct long_text {
	const char *text;
	char what[64];
};

static void offer(struct long_text longest[LONGEST_TEXTS], const char *text, const char *what)
{
	size_t at = LONGEST_TEXTS;

	while (at > 0 &&
	       (longest[at - 1].text == NULL || strlen(longest[at - 1].text) < strlen(text)))
		at--;
	if (at == LONGEST_TEXTS)
		return;
	for (size_t i = LONGEST_TEXTS - 1; i > at; i--)
		longest[i] = longest[i - 1];
	longest[at].text = text;
	text_copy(longest[at].what, sizeof(longest[at].what), what);
}

/* What to shorten, and by how much. */
static int too_long(const struct args *args, const struct manifest *manifest, const struct hub *hub,
                    size_t len)
{
	struct long_text longest[LONGEST_TEXTS] = {0};
	char what[64], list[512] = "";

	offer(longest, hub->cert.name.s, "the hub's name");
	for (size_t l = 0; l < manifest->n_languages; l++) {
		text_format(what, sizeof(what), "the event's name in %s", manifest->language[l].s);
		offer(longest, manifest->name[l].s, what);
		for (size_t p = 0; p < manifest->n_projects; p++) {
			text_format(what, sizeof(what), "project %u's name in %s",
			            manifest->project[p].id, manifest->language[l].s);
			offer(longest, manifest->project[p].name[l].s, what);
		}
	}
	for (size_t i = 0; i < LONGEST_TEXTS && longest[i].text != NULL; i++)
		text_format(list + strlen(list), sizeof(list) - strlen(list), "%s%s, “%s” (%zu)",
		            i > 0 ? "; " : "", longest[i].what, longest[i].text,
		            strlen(longest[i].text));
	complain(args,
	         "the event card would take %zu octets and a card a camera reads well holds "
	         "%d: shorten names by %zu octet%s together. The longest: %s. Fewer "
	         "languages, projects, keywords or volunteers (9 octets each) help too",
	         len, CARD_BYTES_MAX, len - CARD_BYTES_MAX, len - CARD_BYTES_MAX == 1 ? "" : "s",
	         list);
	return EX_USAGE;
}

int card_make(const struct args *args, const struct manifest *manifest, const struct hub *hub,
              const struct card_secret *secret, struct made_card *ret)
{
	uint8_t octets[CARD_BYTES_MAX];
	struct made_card made = {0};
	struct card card;
	int r = manifest_seal(manifest, &hub->seed, made.manifest, sizeof(made.manifest),
	                      &made.manifest_len);

	if (r != 0) {
		complain(args, "the manifest cannot be made: %s", wire_strerror(r));
		return EX_USAGE;
	}
	made.card_len = 2 + byte_string(made.manifest_len) + byte_string(hub->cert_len) +
	                byte_string(sizeof(secret->b));
	if (made.card_len > CARD_BYTES_MAX)
		return too_long(args, manifest, hub, made.card_len);
	card = (struct card){made.manifest, hub->cert_bytes, made.manifest_len, hub->cert_len,
	                     *secret};
	r = card_encode(&card, octets, sizeof(octets), &made.card_len);
	if (r == 0)
		r = code_encode(CODE_EVENT_CARD, octets, made.card_len, made.text,
		                sizeof(made.text));
	wipe(octets, sizeof(octets));
	wipe(&card, sizeof(card));
	if (r != 0) {
		complain(args, "the event card cannot be made: %s", wire_strerror(r));
		r = EX_SOFTWARE;
	} else if (qr_new(made.text, &made.qr) < 0) {
		complain(args, "the event card's code cannot be drawn");
		r = EX_SOFTWARE;
	} else {
		*ret = made;
	}
	wipe(&made, sizeof(made));
	return r;
}

void card_free(struct made_card *card)
{
	qr_free(card->qr);
	wipe(card, sizeof(*card));
}

int card_write(const struct args *args, const char *folder, const struct print_event *event,
               const struct hub *hub, const struct made_card *card, print_put *put)
{
	const size_t len = strlen(card->text);
	char line[CARD_TEXT_BYTES_MAX + 1];
	int r =
	    put(args, folder, "event.manifest", card->manifest, card->manifest_len, MODE_PUBLIC);

	memcpy(line, card->text, len);
	line[len] = '\n';
	if (r == 0)
		r = put(args, folder, "card.txt", line, len + 1, MODE_SECRET);
	if (r == 0)
		r = print_card(args, folder, event, hub->cert.name.s, card->qr, put);
	wipe(line, sizeof(line));
	return r;
}

int card_reissue(const struct args *args, const char *folder, const struct print_event *event,
                 struct manifest *manifest, const struct hub *hub)
{
	struct card_secret secret;
	struct made_card card = {0};
	int r = input_read_hex(args, folder, "card.secret", "the event card's secret", secret.b,
	                       sizeof(secret.b));

	if (r == 0 && manifest->serial == UINT32_MAX) {
		complain(args, "the event was issued too often; make a new one");
		r = EX_DATAERR;
	}
	if (r != 0)
		return r;
	manifest->serial++;
	r = card_make(args, manifest, hub, &secret, &card);
	if (r == 0)
		r = card_write(args, folder, event, hub, &card, output_replace);
	card_free(&card);
	wipe(&secret, sizeof(secret));
	return r;
}
