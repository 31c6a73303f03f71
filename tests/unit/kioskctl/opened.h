/* SPDX-License-Identifier: Apache-2.0 */
/* What kioskctl made, opened again as a kiosk would. */
#ifndef TESTS_KIOSKCTL_OPENED_H
#define TESTS_KIOSKCTL_OPENED_H

#include "message.h"
#include "program.h"

enum { OCTETS_MAX = 2048 };

/* Line `number` of a file of codes, decoded. */
size_t code_octets(const char *path, unsigned int number, enum code_kind kind, uint8_t *octets);
/* net/network.txt */
void read_network(const struct program *program, struct network *ret);
/* A card of that network. */
void open_card(const struct program *program, const char *path, struct opened_card *ret);
/* A ticket that the hub or the event has signed. */
void open_ticket(const struct program *program, const char *path, unsigned int number,
                 const struct public_key *key, struct ticket *ret);

#endif
