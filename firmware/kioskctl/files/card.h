/* SPDX-License-Identifier: Apache-2.0 */
/* An event's manifest and its card, made and, with a higher serial, made again. */
#ifndef KIOSKCTL_CARD_H
#define KIOSKCTL_CARD_H

#include "event.h"

enum { CARD_TEXT_BYTES_MAX = 1024 };

struct made_card {
	uint8_t manifest[MANIFEST_BYTES_MAX];
	size_t manifest_len, card_len; /* octets */
	char text[CARD_TEXT_BYTES_MAX];
	struct qr *qr;
};

/*
 * Signs the manifest and puts the card together. card_free() the result, which tells the secret. 0
 * or an exit status, told: what to shorten where the card is too full.
 */
int card_make(const struct args *args, const struct manifest *manifest, const struct hub *hub,
              const struct card_secret *secret, struct made_card *ret);
void card_free(struct made_card *card);

/* Writes event.manifest, card.txt, card.png and card.svg. 0 or an exit status, told. */
int card_write(const struct args *args, const char *folder, const struct print_event *event,
               const struct hub *hub, const struct made_card *card, print_put *put);
/*
 * A later issue of the event in `folder`, whose manifest was changed: its serial goes up, and the
 * files are replaced. 0 or an exit status, told.
 */
int card_reissue(const struct args *args, const char *folder, const struct print_event *event,
                 struct manifest *manifest, const struct hub *hub);

#endif
