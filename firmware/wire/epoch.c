/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes with an epoch beside its batches: the grant [1, device, epoch, manifest, occurrence]
 * and the headcount [1, epoch, people], signed with the card's key; the correction [1, epoch, seq,
 * reason], signed by the hub.
 */
#include "codec.h"

static void grant_read(struct reader *reader, struct grant *ret)
{
	read_array(reader, 5);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_key(reader, &ret->device);
	read_octets(reader, ret->epoch.b, sizeof(ret->epoch.b));
	read_hash(reader, &ret->manifest);
	ret->occurrence = (uint16_t)read_uint(reader, 0, OCCURRENCES_MAX - 1);
}

static bool grant_valid(const struct grant *grant)
{
	return grant->occurrence < OCCURRENCES_MAX;
}

static void grant_write(struct writer *writer, const struct grant *grant)
{
	write_array(writer, 5);
	write_uint(writer, FORMAT_VERSION);
	write_key(writer, &grant->device);
	write_octets(writer, grant->epoch.b, sizeof(grant->epoch.b));
	write_hash(writer, &grant->manifest);
	write_uint(writer, grant->occurrence);
}

WIRE_CODEC(grant, struct grant, SIGN1_GRANT, GRANT_BYTES_MAX)

static void headcount_read(struct reader *reader, struct headcount *ret)
{
	read_array(reader, 3);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->epoch.b, sizeof(ret->epoch.b));
	ret->people = (uint32_t)read_uint(reader, 0, UINT32_MAX);
}

static bool headcount_valid(const struct headcount *headcount)
{
	(void)headcount; /* every number of people is a headcount */
	return true;
}

static void headcount_write(struct writer *writer, const struct headcount *headcount)
{
	write_array(writer, 3);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, headcount->epoch.b, sizeof(headcount->epoch.b));
	write_uint(writer, headcount->people);
}

WIRE_CODEC(headcount, struct headcount, SIGN1_HEADCOUNT, HEADCOUNT_BYTES_MAX)

static void correction_read(struct reader *reader, struct correction *ret)
{
	read_array(reader, 4);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->epoch.b, sizeof(ret->epoch.b));
	ret->seq = (uint32_t)read_uint(reader, 1, UINT32_MAX);
	read_text(reader, 1, ret->reason.s, sizeof(ret->reason.s));
}

static bool correction_valid(const struct correction *correction)
{
	return correction->seq >= 1 && VALID_TEXT(correction->reason, 1);
}

static void correction_write(struct writer *writer, const struct correction *correction)
{
	write_array(writer, 4);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, correction->epoch.b, sizeof(correction->epoch.b));
	write_uint(writer, correction->seq);
	write_text(writer, correction->reason.s);
}

WIRE_CODEC(correction, struct correction, SIGN1_CORRECTION, CORRECTION_BYTES_MAX)
