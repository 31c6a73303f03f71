/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes with an epoch beside its batches: the grant [1, device, epoch, manifest, occurrence]
 * and the headcount [1, epoch, people], signed with the card's key; the correction [1, epoch, seq,
 * reason], signed by the hub; and, of a whole occurrence, the list of the hub's own kiosks [1,
 * event, occurrence, time, [device…]].
 */
#include <string.h>

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

static void kiosk_list_read(struct reader *reader, struct kiosk_list *ret)
{
	read_array(reader, 5);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->event.b, sizeof(ret->event.b));
	ret->occurrence = (uint16_t)read_uint(reader, 0, OCCURRENCES_MAX - 1);
	ret->time = read_time(reader);
	ret->n = (uint8_t)read_array_of(reader, 0, KIOSK_LIST_MAX);
	for (unsigned i = 0; i < ret->n; i++)
		read_key(reader, &ret->own[i]);
}

static bool kiosk_list_valid(const struct kiosk_list *list)
{
	if (list->occurrence >= OCCURRENCES_MAX || !valid_time(list->time) ||
	    list->n > KIOSK_LIST_MAX)
		return false;
	for (unsigned i = 1; i < list->n; i++)
		if (memcmp(list->own[i - 1].b, list->own[i].b, sizeof(list->own[i].b)) >= 0)
			return false;
	return true;
}

static void kiosk_list_write(struct writer *writer, const struct kiosk_list *list)
{
	write_array(writer, 5);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, list->event.b, sizeof(list->event.b));
	write_uint(writer, list->occurrence);
	write_time(writer, list->time);
	write_array(writer, list->n);
	for (unsigned i = 0; i < list->n; i++)
		write_key(writer, &list->own[i]);
}

WIRE_CODEC(kiosk_list, struct kiosk_list, SIGN1_KIOSK_LIST, KIOSK_LIST_BYTES_MAX)
