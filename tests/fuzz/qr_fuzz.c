/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules of any kind into the second decoder, and bits of any kind into its last step. The first
 * octet says how the others are meant: as modules, as data codewords, or as a message that is drawn
 * into a symbol first, so that the search gets past the blocks, and then damaged.
 */
#include <assert.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "qr_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_payload(const struct qr_payload *payload)
{
	uint32_t from = 0;

	assert(payload->len <= QR_BYTES_MAX && payload->n_alphabets <= QR_ECIS_MAX);
	for (uint32_t i = 0; i < payload->n_alphabets; i++) {
		assert(payload->alphabet[i].eci <= 999999);
		assert(payload->alphabet[i].from >= from &&
		       payload->alphabet[i].from <= payload->len);
		from = payload->alphabet[i].from;
	}
	assert(payload->parts == 0 || (payload->parts <= 16 && payload->part < payload->parts));
}

/* Modules on the heap, so that a step beyond them is seen. */
static int read_modules(const int8_t *module, uint32_t side, struct qr_reading *reading)
{
	struct qr_work *work = malloc(sizeof(*work));
	int8_t *copy = malloc((size_t)side * side + 1);
	int r;

	assert(work && copy);
	memset(work, 0xa5, sizeof(*work));
	memcpy(copy, module, (size_t)side * side);
	r = qr_read(copy, side, work, reading);
	assert(r >= 0 && r <= QR_E_NOT_MESSAGE);
	if (r == 0) {
		check_payload(&reading->payload);
		assert(reading->payload.len > 0);
		assert(qr_side(reading->version) == side && reading->mask < QR_MASKS);
		assert(reading->changed <= reading->erasures + reading->errors);
	}
	free(work);
	free(copy);
	return r;
}

static void fuzz_modules(uint32_t side, const uint8_t *data, size_t size)
{
	static int8_t module[QR_SIDE_MAX * QR_SIDE_MAX];
	static struct qr_reading reading;

	for (size_t i = 0; i < (size_t)side * side; i++)
		module[i] = size > 0 ? (int8_t)data[i % size] : 0;
	(void)read_modules(module, side, &reading);
}

static void fuzz_payload(uint32_t version, const uint8_t *data, size_t size)
{
	static struct qr_payload payload;
	uint32_t n = size < QR_CODEWORDS_MAX ? (uint32_t)size : QR_CODEWORDS_MAX;
	uint8_t *copy = malloc(n + 1u);

	assert(copy);
	memcpy(copy, data, n);
	if (qr_payload_read(copy, n, version, &payload))
		check_payload(&payload);
	free(copy);
}

/* A symbol of the first octets, its modules changed by the others in turn. */
static void fuzz_symbol(QRecLevel level, const uint8_t *data, size_t size)
{
	static int8_t module[QR_SIDE_MAX * QR_SIDE_MAX];
	static struct qr_reading reading;
	size_t len, at;
	QRcode *symbol;
	uint32_t modules;

	if (size < 2)
		return;
	len = data[0] < size - 1 ? data[0] : size - 1;
	symbol = len > 0 ? QRcode_encodeData((int)len, data + 1, 0, level) : NULL;
	if (!symbol)
		return;
	modules = (uint32_t)(symbol->width * symbol->width);
	assert(modules > 0);
	for (uint32_t i = 0; i < modules; i++)
		module[i] = symbol->data[i] & 1 ? 100 : -100;
	at = 0;
	for (size_t i = 1 + len; i + 1 < size; i += 2) {
		at = (at + data[i]) % modules;
		module[at] = (int8_t)data[i + 1];
	}
	/* However it is damaged: what was drawn, or nothing. */
	if (read_modules(module, (uint32_t)symbol->width, &reading) == 0) {
		assert(reading.payload.len == len);
		assert(memcmp(reading.payload.bytes, data + 1, len) == 0);
	}
	QRcode_free(symbol);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] < 64)
		fuzz_modules(qr_side(1 + data[0] % QR_VERSION_MAX), data + 1, size - 1);
	else if (data[0] < 128)
		fuzz_payload(1 + data[0] % QR_VERSION_MAX, data + 1, size - 1);
	else
		fuzz_symbol((QRecLevel)(data[0] % 4), data + 1, size - 1);
	return 0;
}
