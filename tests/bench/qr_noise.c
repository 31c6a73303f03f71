/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qr_noise [N [SEED]]: whether the second decoder ever reads what is not there: N (100,000) random
 * matrices of modules, and symbols damaged beyond repair; how often random data, in blocks without an error,
 * pass for a message; and what a read costs. One JSON object a line.
 */
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "qr_read.h"
#include "symbols.h"

enum {
	TICKET_BYTES = 125,
	TICKET_PX = 4, /* a module, as zbar is given it */
	QUIET = 4,
};

struct bench {
	uint64_t random;
	uint32_t side;
	int8_t module[QR_SIDE_MAX * QR_SIDE_MAX];
	uint8_t bytes[TICKET_BYTES];
	uint32_t len;
	struct qr_work work;
	struct qr_reading reading;
	uint8_t grey[400 * 400];
	unsigned zbar_read;
};

static uint32_t below(struct bench *bench, uint32_t n)
{
	bench->random = bench->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(bench->random >> 33) % n;
}

static double now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool read_modules(struct bench *bench)
{
	return qr_read(bench->module, bench->side, &bench->work, &bench->reading) == 0;
}

/* Small symbols are the likelier to be read by chance. In every eighth one the format information is
 * in order, so that all is tried. */
static uint64_t read_random(struct bench *bench, uint64_t n)
{
	uint64_t read = 0;

	for (uint64_t i = 0; i < n; i++) {
		uint32_t version = 1 + below(bench, i % 64 ? 4 : QR_VERSION_MAX);
		uint32_t word = qr_format_word((enum qr_level)below(bench, 4), below(bench, 8));

		bench->side = qr_side(version);
		for (uint32_t k = 0; k < bench->side * bench->side; k++)
			bench->module[k] = (int8_t)(below(bench, 256) - 128);
		for (uint32_t k = 0; k < 2 * QR_FORMAT_BITS && i % 8 == 0; k++) {
			struct qr_place at =
			    qr_format_place(bench->side, k / QR_FORMAT_BITS, k % QR_FORMAT_BITS);

			bench->module[at.y * bench->side + at.x] =
			    word >> k % QR_FORMAT_BITS & 1 ? 100 : -100;
		}
		read += read_modules(bench);
	}
	return read;
}

static bool draw(struct bench *bench, uint32_t len, QRecLevel level)
{
	QRcode *symbol;

	bench->len = len;
	for (uint32_t i = 0; i < len; i++)
		bench->bytes[i] = (uint8_t)below(bench, 256);
	symbol = QRcode_encodeData((int)len, bench->bytes, 0, level);
	if (!symbol)
		return false;
	bench->side = (uint32_t)symbol->width;
	for (uint32_t i = 0; i < bench->side * bench->side; i++)
		bench->module[i] = symbol->data[i] & 1 ? 100 : -100;
	QRcode_free(symbol);
	return true;
}

/* Modules turned over with a chance from none to one in five, the surer the seldomer; in one symbol of
 * four a part is shifted by a module, as where a sampling grid slips. */
static void damage(struct bench *bench)
{
	uint32_t share = below(bench, 200), from = below(bench, QR_SIDE_MIN);
	bool slips = below(bench, 4) == 0;

	for (uint32_t y = 0; y < bench->side; y++)
		for (uint32_t x = 0; x < bench->side; x++) {
			int8_t *module = &bench->module[y * bench->side + x];
			bool wrong = below(bench, 1000) < share;

			if (slips && y >= from && x + 1 < bench->side)
				*module = module[1];
			*module = (int8_t)((*module > 0) != wrong ? 1 : -1);
			*module = (int8_t)(*module * (int)(1 + below(bench, wrong ? 60 : 120)));
		}
}

static void read_damaged(struct bench *bench, uint64_t n, uint64_t *ret_read, uint64_t *ret_wrong)
{
	*ret_read = *ret_wrong = 0;
	for (uint64_t i = 0; i < n; i++) {
		if (!draw(bench, 1 + below(bench, 60), (QRecLevel)below(bench, 4)))
			continue;
		damage(bench);
		if (!read_modules(bench))
			continue;
		(*ret_read)++;
		*ret_wrong += bench->reading.payload.len != bench->len ||
		              memcmp(bench->reading.payload.bytes, bench->bytes, bench->len) != 0;
	}
}

/* What is left to chance if the blocks were in order by chance: version 1-L. */
static double share_of_messages(struct bench *bench, uint64_t n)
{
	uint64_t passed = 0;

	for (uint64_t i = 0; i < n; i++) {
		uint8_t data[19];

		for (size_t k = 0; k < sizeof(data); k++)
			data[k] = (uint8_t)below(bench, 256);
		passed += qr_payload_read(data, sizeof(data), 1, &bench->reading.payload) &&
		          bench->reading.payload.padded_well;
	}
	return (double)passed / (double)n;
}

static void on_symbol(void *context, const struct symbol *symbol)
{
	struct bench *bench = context;

	(void)symbol;
	bench->zbar_read++;
}

/* A ticket's modules without an error, and the same drawn for zbar. Negative: not read. */
static void time_reads(struct bench *bench, double *ret_us, double *ret_zbar_us)
{
	enum { READS = 200 };
	struct symbols *symbols = NULL;
	struct plane plane = {.grey = bench->grey};
	unsigned read = 0;
	double begin_us;

	*ret_us = *ret_zbar_us = -1;
	if (!draw(bench, TICKET_BYTES, QR_ECLEVEL_M) || symbols_new(&symbols) < 0)
		return;
	begin_us = now_us();
	for (int i = 0; i < READS; i++)
		read += read_modules(bench);
	if (read == READS)
		*ret_us = (now_us() - begin_us) / READS;
	plane.width_px = plane.height_px = (bench->side + 2 * QUIET) * TICKET_PX;
	memset(bench->grey, 255, sizeof(bench->grey));
	for (uint32_t i = 0; i < plane.width_px * plane.height_px; i++) {
		uint32_t x = i % plane.width_px / TICKET_PX - QUIET;
		uint32_t y = i / plane.width_px / TICKET_PX - QUIET;

		if (x < bench->side && y < bench->side && bench->module[y * bench->side + x] > 0)
			bench->grey[i] = 0;
	}
	begin_us = now_us();
	for (int i = 0; i < READS; i++)
		symbols_read(symbols, &plane, 1, on_symbol, bench);
	if (bench->zbar_read == READS)
		*ret_zbar_us = (now_us() - begin_us) / READS;
	symbols_free(symbols);
}

int main(int argc, char **argv)
{
	static struct bench bench = {.random = 20261121};
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
	uint64_t random, read, wrong;
	double us, zbar_us, share;

	if (argc > 2)
		bench.random = strtoull(argv[2], NULL, 10);
	if (n == 0) {
		(void)fprintf(stderr, "qr_noise: say how many matrices, as in qr_noise 100000\n");
		return 2;
	}
	random = read_random(&bench, n);
	(void)printf("{\"what\":\"modules: random matrices read, of %llu\",\"value\":%llu,"
	             "\"unit\":\"codes\",\"yardstick\":null,\"yardstick_value\":null,"
	             "\"target\":\"0\",\"met\":%s}\n",
	             (unsigned long long)n, (unsigned long long)random,
	             random == 0 ? "true" : "false");
	read_damaged(&bench, n / 10, &read, &wrong);
	(void)printf("{\"what\":\"modules: damaged symbols read wrong, of %llu read\","
	             "\"value\":%llu,\"unit\":\"codes\",\"yardstick\":null,"
	             "\"yardstick_value\":null,\"target\":\"0\",\"met\":%s}\n",
	             (unsigned long long)read, (unsigned long long)wrong,
	             wrong == 0 ? "true" : "false");
	share = share_of_messages(&bench, n);
	(void)printf("{\"what\":\"modules: random data that pass for a message\",\"value\":%.7f,"
	             "\"unit\":\"share\",\"yardstick\":null,\"yardstick_value\":null,"
	             "\"target\":null,\"met\":null}\n",
	             share);
	time_reads(&bench, &us, &zbar_us);
	(void)printf("{\"what\":\"modules: a ticket's modules read in\",\"value\":%.1f,"
	             "\"unit\":\"us\",\"yardstick\":\"zbar, drawn at 4 px a module\","
	             "\"yardstick_value\":%.1f,\"target\":null,\"met\":null}\n",
	             us, zbar_us);
	return us > 0 && zbar_us > 0 ? 0 : 1;
}
