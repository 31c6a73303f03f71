/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "opened.h"

size_t code_octets(const char *path, unsigned int number, enum code_kind kind, uint8_t *octets)
{
	char *text = read_line(path, number);
	size_t len;

	assert_int_equal(code_kind((const uint8_t *)text, strlen(text)), kind);
	assert_int_equal(
	    code_decode(kind, (const uint8_t *)text, strlen(text), octets, OCTETS_MAX, &len), 0);
	free(text);
	return len;
}

void read_network(const struct program *program, struct network *ret)
{
	uint8_t octets[OCTETS_MAX];
	const size_t len =
	    code_octets(program_path(program, "net/network.txt"), 0, CODE_NETWORK, octets);

	assert_int_equal(network_parse(octets, len, ret), 0);
}

void open_card(const struct program *program, const char *path, struct opened_card *ret)
{
	struct network network;
	char *text = read_line(program_path(program, path), 0);

	read_network(program, &network);
	assert_int_equal(card_open((const uint8_t *)text, strlen(text), &network.root, ret),
	                 CARD_GOOD);
	free(text);
}

void open_ticket(const struct program *program, const char *path, unsigned int number,
                 const struct public_key *key, struct ticket *ret)
{
	uint8_t octets[OCTETS_MAX];
	const size_t len = code_octets(program_path(program, path), number, CODE_TICKET, octets);

	assert_int_equal(ticket_open(octets, len, key, ret), 0);
}
