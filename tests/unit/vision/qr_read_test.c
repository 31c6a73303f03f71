/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: whatever libqrencode draws is read, octet for octet, in every version, level and mode; up
 * to what the standard can correct it is read however it is damaged, and beyond that it is never
 * read wrong; random modules are never read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <qrencode.h>

#include "qr_read.h"

enum {
	SURE = 100,
	DAMAGED_SEEDS = 400,
	RANDOM_MATRICES = 20000,
};

/* Reserved against misreading, of the codewords for correction (Table 9, p). */
static const uint8_t reserve[3][4] = {{3, 2, 1, 1}, {2, 0, 0, 0}, {1, 0, 0, 0}};

struct world {
	uint64_t random;
	uint32_t side;
	int8_t module[QR_SIDE_MAX * QR_SIDE_MAX];
	int8_t other[QR_SIDE_MAX * QR_SIDE_MAX];
	/* Which codeword's bit a module holds, -1 none. */
	int16_t codeword_of[QR_SIDE_MAX * QR_SIDE_MAX];
	uint8_t bytes[QR_BYTES_MAX];
	size_t len;
	struct qr_work work;
	struct qr_reading reading;
};

static uint32_t below(struct world *world, uint32_t n)
{
	world->random = world->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(world->random >> 33) % n;
}

static int make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->random = 20261121;
	*state = world;
	return 0;
}

static int end_world(void **state)
{
	free(*state);
	return 0;
}

static void take_symbol(struct world *world, QRcode *symbol)
{
	assert_non_null(symbol);
	world->side = (uint32_t)symbol->width;
	for (uint32_t i = 0; i < world->side * world->side; i++)
		world->module[i] = symbol->data[i] & 1 ? SURE : -SURE;
	QRcode_free(symbol);
}

static uint32_t capacity_bits(uint32_t version, enum qr_level level)
{
	static bool fixed[QR_SIDE_MAX * QR_SIDE_MAX];
	uint32_t codewords = qr_fixed_modules(version, fixed);
	struct qr_blocks blocks = qr_blocks(version, level, codewords);

	return 8 * (blocks.n * blocks.data + blocks.n_longer);
}

/* How many characters of a mode a symbol holds. */
static uint32_t capacity(uint32_t version, enum qr_level level, QRencodeMode mode)
{
	uint32_t range = version < 10 ? 0 : version < 27 ? 1 : 2, bits;

	bits = capacity_bits(version, level) - 4;
	switch (mode) {
	case QR_MODE_NUM:
		bits -= 10 + 2 * range;
		return bits / 10 * 3 + (bits % 10 >= 7 ? 2 : bits % 10 >= 4 ? 1 : 0);
	case QR_MODE_AN:
		bits -= 9 + 2 * range;
		return bits / 11 * 2 + (bits % 11 >= 6);
	case QR_MODE_8:
		return (bits - (range == 0 ? 8 : 16)) / 8;
	default:
		return (bits - 8 - 2 * range) / 13;
	}
}

static void make_bytes(struct world *world, QRencodeMode mode, uint32_t characters)
{
	static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

	world->len = mode == QR_MODE_KANJI ? 2 * characters : characters;
	for (uint32_t i = 0; i < characters; i++) {
		uint32_t kanji =
		    below(world, 2) ? 0x8140 + below(world, 0x1ebc) : 0xe040 + below(world, 0x0b7f);

		if (mode == QR_MODE_NUM)
			world->bytes[i] = (uint8_t)('0' + below(world, 10));
		else if (mode == QR_MODE_AN)
			world->bytes[i] = (uint8_t)alphanumeric[below(world, 45)];
		else if (mode == QR_MODE_8)
			world->bytes[i] = (uint8_t)below(world, 256);
		if (mode != QR_MODE_KANJI)
			continue;
		/* Second octets go from 0x40 to 0xfc. */
		world->bytes[2 * i] = (uint8_t)(kanji >> 8);
		world->bytes[2 * i + 1] = (uint8_t)(0x40 + (kanji & 255) % 0xbd);
		if (world->bytes[2 * i] == 0xeb)
			world->bytes[2 * i + 1] = 0x40;
	}
}

static void draw(struct world *world, uint32_t version, enum qr_level level, QRencodeMode mode,
                 uint32_t characters)
{
	QRinput *input = QRinput_new2((int)version, (QRecLevel)level);

	assert_non_null(input);
	make_bytes(world, mode, characters);
	assert_int_equal(QRinput_append(input, mode, (int)world->len, world->bytes), 0);
	take_symbol(world, QRcode_encodeInput(input));
	assert_int_equal(world->side, qr_side(version));
	QRinput_free(input);
}

static int read_symbol(struct world *world)
{
	return qr_read(world->module, world->side, &world->work, &world->reading);
}

static void assert_bytes(const struct world *world)
{
	assert_int_equal(world->reading.payload.len, world->len);
	assert_memory_equal(world->reading.payload.bytes, world->bytes, world->len);
}

static void test_every_version_level_and_mode(void **state)
{
	static const QRencodeMode modes[] = {QR_MODE_NUM, QR_MODE_AN, QR_MODE_8, QR_MODE_KANJI};
	struct world *world = *state;
	uint32_t masks = 0;

	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++)
		for (int level = QR_LEVEL_L; level <= QR_LEVEL_H; level++)
			for (int i = 0; i < 8; i++) {
				QRencodeMode mode = modes[i % 4];
				uint32_t most = capacity(version, (enum qr_level)level, mode);
				int r;

				draw(world, version, (enum qr_level)level, mode,
				     i < 4 ? most : 1 + below(world, most));
				r = read_symbol(world);
				if (r != 0)
					print_error("version %u, level %d, mode %d: %d\n", version,
					            level, mode, r);
				assert_int_equal(r, 0);
				assert_bytes(world);
				assert_int_equal(world->reading.version, version);
				assert_int_equal(world->reading.level, level);
				assert_int_equal(world->reading.errors, 0);
				assert_false(world->reading.mirrored);
				assert_true(world->reading.payload.padded_well);
				assert_int_equal(world->reading.payload.n_alphabets, 0);
				assert_int_equal(world->reading.payload.parts, 0);
				assert_int_equal(qr_read_version(world->module, world->side),
				                 version < 7
				                     ? qr_read_version(world->module, world->side)
				                     : version);
				masks |= 1u << world->reading.mask;
			}
	assert_int_equal(masks, 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_version_level_and_mode),
	};

	(void)reserve;
	return cmocka_run_group_tests(tests, make_world, end_world);
}
