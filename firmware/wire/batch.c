/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device signs: [1, device, epoch, seq, prev, [boot, boot ms, wall / null, source,
 * uncertainty], [log size, log root], [[project, channel, first, added, revoked]…], state,
 * headcount / null, correction / null, receipt / null, receipt log size, software].
 */
#include <string.h>

#include "codec.h"

static void read_clock(struct reader *reader, struct batch *ret)
{
	read_array(reader, 5);
	ret->boot = (uint32_t)read_uint(reader, 1, UINT32_MAX);
	ret->boot_ms = read_uint(reader, 0, UINT64_MAX);
	ret->has_wall = !read_null(reader);
	if (ret->has_wall)
		ret->wall = read_time(reader);
	ret->clock_source = (enum clock_source)read_uint(reader, 0, CLOCK_SOURCE_OPERATOR);
	ret->clock_uncertainty_s = (uint32_t)read_uint(reader, 0, UINT32_MAX);
}

static void read_rows(struct reader *reader, struct batch *ret)
{
	ret->n_rows = (uint16_t)read_array_of(reader, 0, BATCH_ROWS_MAX);
	for (unsigned i = 0; i < ret->n_rows; i++) {
		struct batch_row *row = &ret->row[i];

		read_array(reader, 5);
		row->project = (uint16_t)read_uint(reader, 0, UINT16_MAX);
		row->channel = (enum channel)read_uint(reader, CHANNEL_QR, CHANNEL_MANUAL);
		row->first = (enum first)read_uint(reader, FIRST_NOT_ASKED, FIRST_NO);
		row->added = (uint32_t)read_uint(reader, 0, UINT32_MAX);
		row->revoked = (uint32_t)read_uint(reader, 0, UINT32_MAX);
	}
}

/* A signed message carried whole, or null: 0. */
static uint16_t read_message(struct reader *reader, uint8_t *ret, size_t size)
{
	const uint8_t *octets;
	size_t len;

	if (read_null(reader))
		return 0;
	octets = read_octets_view(reader, 1, size, &len);
	if (len > 0)
		memcpy(ret, octets, len);
	return (uint16_t)len;
}

static void batch_read(struct reader *reader, struct batch *ret)
{
	read_array(reader, 14);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_key(reader, &ret->device);
	read_octets(reader, ret->epoch.b, sizeof(ret->epoch.b));
	ret->seq = (uint32_t)read_uint(reader, 1, UINT32_MAX);
	read_hash(reader, &ret->prev);
	read_clock(reader, ret);
	read_array(reader, 2);
	ret->log_size = read_uint(reader, 0, UINT64_MAX);
	read_hash(reader, &ret->log_root);
	read_rows(reader, ret);
	ret->state = (enum epoch_state)read_uint(reader, EPOCH_OPEN, EPOCH_CORRECTED);
	ret->headcount_len = read_message(reader, ret->headcount, sizeof(ret->headcount));
	ret->correction_len = read_message(reader, ret->correction, sizeof(ret->correction));
	ret->has_receipt = !read_null(reader);
	if (ret->has_receipt)
		read_hash(reader, &ret->receipt);
	ret->receipt_log_size = read_uint(reader, 0, UINT64_MAX);
	read_hash(reader, &ret->software);
}

/* Below zero, zero, above: rows by (project, channel, first). */
static int compare_rows(const struct batch_row *a, const struct batch_row *b)
{
	if (a->project != b->project)
		return a->project < b->project ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	return (int)a->first - (int)b->first;
}

static bool rows_valid(const struct batch *batch)
{
	if (batch->n_rows > BATCH_ROWS_MAX)
		return false;
	for (unsigned i = 0; i < batch->n_rows; i++) {
		const struct batch_row *row = &batch->row[i];

		if (row->channel < CHANNEL_QR || row->channel > CHANNEL_MANUAL ||
		    (unsigned)row->first > FIRST_NO)
			return false;
		if (i > 0 && compare_rows(row - 1, row) >= 0)
			return false;
	}
	return true;
}

static bool batch_valid(const struct batch *batch)
{
	return batch->seq >= 1 && batch->boot >= 1 &&
	       (!batch->has_wall || valid_time(batch->wall)) &&
	       (unsigned)batch->clock_source <= CLOCK_SOURCE_OPERATOR &&
	       batch->has_wall == (batch->clock_source != CLOCK_SOURCE_NONE) && rows_valid(batch) &&
	       (unsigned)batch->state <= EPOCH_CORRECTED &&
	       batch->headcount_len <= sizeof(batch->headcount) &&
	       batch->correction_len <= sizeof(batch->correction) &&
	       (batch->correction_len > 0) == (batch->state == EPOCH_CORRECTED) &&
	       batch->has_receipt == (batch->receipt_log_size > 0);
}

static void write_clock(struct writer *writer, const struct batch *batch)
{
	write_array(writer, 5);
	write_uint(writer, batch->boot);
	write_uint(writer, batch->boot_ms);
	if (batch->has_wall)
		write_time(writer, batch->wall);
	else
		write_null(writer);
	write_uint(writer, batch->clock_source);
	write_uint(writer, batch->clock_uncertainty_s);
}

static void write_row(struct writer *writer, const struct batch_row *row)
{
	write_array(writer, 5);
	write_uint(writer, row->project);
	write_uint(writer, row->channel);
	write_uint(writer, row->first);
	write_uint(writer, row->added);
	write_uint(writer, row->revoked);
}

static void write_message(struct writer *writer, const uint8_t *octets, size_t len)
{
	if (len > 0)
		write_octets(writer, octets, len);
	else
		write_null(writer);
}

static void batch_write(struct writer *writer, const struct batch *batch)
{
	write_array(writer, 14);
	write_uint(writer, FORMAT_VERSION);
	write_key(writer, &batch->device);
	write_octets(writer, batch->epoch.b, sizeof(batch->epoch.b));
	write_uint(writer, batch->seq);
	write_hash(writer, &batch->prev);
	write_clock(writer, batch);
	write_array(writer, 2);
	write_uint(writer, batch->log_size);
	write_hash(writer, &batch->log_root);
	write_array(writer, batch->n_rows);
	for (unsigned i = 0; i < batch->n_rows; i++)
		write_row(writer, &batch->row[i]);
	write_uint(writer, batch->state);
	write_message(writer, batch->headcount, batch->headcount_len);
	write_message(writer, batch->correction, batch->correction_len);
	if (batch->has_receipt)
		write_hash(writer, &batch->receipt);
	else
		write_null(writer);
	write_uint(writer, batch->receipt_log_size);
	write_hash(writer, &batch->software);
}

WIRE_CODEC(batch, struct batch, SIGN1_BATCH, BATCH_BYTES_MAX)
