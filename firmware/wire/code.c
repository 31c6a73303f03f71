/* SPDX-License-Identifier: Apache-2.0 */
/* Text of a code <-> octets, and the two small unsigned codes: [1, event, action] and [1, name,
 * root, URL]. */
#include <string.h>

#include "base41.h"
#include "codec.h"

enum { PREFIX_LEN = 5 };

static const char prefix[][PREFIX_LEN + 1] = {
    [CODE_EVENT_CARD] = "CK1:E", [CODE_TICKET] = "CK1:T", [CODE_ACTION] = "CK1:A",
    [CODE_NETWORK] = "CK1:N",    [CODE_BATCH] = "CK1:B",
};

enum code_kind code_kind(const uint8_t *text, size_t len)
{
	if (len < PREFIX_LEN)
		return CODE_FOREIGN;
	for (enum code_kind kind = CODE_EVENT_CARD; kind <= CODE_BATCH; kind++)
		if (memcmp(text, prefix[kind], PREFIX_LEN) == 0)
			return kind;
	return CODE_FOREIGN;
}

int code_decode(enum code_kind kind, const uint8_t *text, size_t len, uint8_t *buffer, size_t size,
                size_t *ret_len)
{
	if (kind == CODE_FOREIGN || code_kind(text, len) != kind)
		return WIRE_E_PREFIX;
	return base41_decode(text + PREFIX_LEN, len - PREFIX_LEN, buffer, size, ret_len);
}

int code_encode(enum code_kind kind, const uint8_t *octets, size_t len, char *buffer, size_t size)
{
	if (kind < CODE_EVENT_CARD || kind > CODE_BATCH)
		return WIRE_E_PREFIX;
	if (len > size || PREFIX_LEN + base41_len(len) + 1 > size)
		return WIRE_E_TOO_LONG;
	memcpy(buffer, prefix[kind], PREFIX_LEN);
	base41_encode(octets, len, buffer + PREFIX_LEN);
	buffer[PREFIX_LEN + base41_len(len)] = '\0';
	return 0;
}

static void action_card_read(struct reader *reader, struct action_card *ret)
{
	read_array(reader, 3);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->event.b, sizeof(ret->event.b));
	ret->action = (uint8_t)read_uint(reader, 1, 3);
}

static bool action_card_valid(const struct action_card *action)
{
	return action->action >= 1 && action->action <= 3;
}

static void action_card_write(struct writer *writer, const struct action_card *action)
{
	write_array(writer, 3);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, action->event.b, sizeof(action->event.b));
	write_uint(writer, action->action);
}

WIRE_UNSIGNED(action_card, struct action_card, 32)

static void network_read(struct reader *reader, struct network *ret)
{
	read_array(reader, 4);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_text(reader, 1, ret->name.s, sizeof(ret->name.s));
	read_key(reader, &ret->root);
	read_text(reader, 1, ret->collector_url.s, sizeof(ret->collector_url.s));
}

static bool network_valid(const struct network *network)
{
	return VALID_TEXT(network->name, 1) &&
	       valid_collector_url(network->collector_url.s, sizeof(network->collector_url.s));
}

static void network_write(struct writer *writer, const struct network *network)
{
	write_array(writer, 4);
	write_uint(writer, FORMAT_VERSION);
	write_text(writer, network->name.s);
	write_key(writer, &network->root);
	write_text(writer, network->collector_url.s);
}

WIRE_UNSIGNED(network, struct network, 320)
