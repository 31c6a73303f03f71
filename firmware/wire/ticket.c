/* SPDX-License-Identifier: Apache-2.0 */
/* An attendee's code: [1, event, number, projects, first, not after]. */
#include "codec.h"

static void ticket_read(struct reader *reader, struct ticket *ret)
{
	read_array(reader, 6);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->event.b, sizeof(ret->event.b));
	ret->number = (uint32_t)read_uint(reader, 1, UINT32_MAX);
	ret->projects = (uint16_t)read_uint(reader, 0, UINT16_MAX);
	ret->first = (enum first)read_uint(reader, FIRST_NOT_ASKED, FIRST_NO);
	ret->not_after = read_time(reader);
}

static bool ticket_valid(const struct ticket *ticket)
{
	return ticket->number >= 1 && (unsigned)ticket->first <= FIRST_NO &&
	       valid_time(ticket->not_after);
}

static void ticket_write(struct writer *writer, const struct ticket *ticket)
{
	write_array(writer, 6);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, ticket->event.b, sizeof(ticket->event.b));
	write_uint(writer, ticket->number);
	write_uint(writer, ticket->projects);
	write_uint(writer, ticket->first);
	write_time(writer, ticket->not_after);
}

WIRE_CODEC(ticket, struct ticket, SIGN1_TICKET, TICKET_BYTES_MAX)
