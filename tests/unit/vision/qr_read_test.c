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
				if (version >= 7)
					assert_int_equal(
					    qr_read_version(world->module, world->side), version);
				masks |= 1u << world->reading.mask;
			}
	assert_int_equal(masks, 0xff);
}

/* Which codeword each module belongs to, worked out here once more. */
static uint32_t map_codewords(struct world *world, uint32_t version)
{
	static bool fixed[QR_SIDE_MAX * QR_SIDE_MAX];
	uint32_t codewords = qr_fixed_modules(version, fixed), side = qr_side(version), bit = 0;

	for (uint32_t i = 0; i < side * side; i++)
		world->codeword_of[i] = -1;
	for (uint32_t pair = 0; pair < (side - 1) / 2; pair++)
		for (uint32_t i = 0; i < 2 * side; i++) {
			uint32_t x = side - 1 - 2 * pair - i % 2;
			uint32_t y = pair % 2 == 0 ? side - 1 - i / 2 : i / 2;

			if (x < 7)
				x--; /* the timing pattern's column is jumped over */
			if (!fixed[y * side + x] && bit / 8 < codewords)
				world->codeword_of[y * side + x] = (int16_t)(bit++ / 8);
		}
	return codewords;
}

/* Turns over one to eight modules of a codeword, or makes all of them unknown. */
static void hurt_codeword(struct world *world, uint32_t codeword, bool unknown)
{
	uint32_t which = 1 + below(world, 255);

	for (uint32_t i = 0; i < world->side * world->side; i++) {
		if (world->codeword_of[i] != (int16_t)codeword)
			continue;
		if (unknown)
			world->module[i] = 0;
		else if (which & 1)
			world->module[i] = (int8_t)-world->module[i];
		which >>= 1;
	}
}

/* In each block as many codewords as told are made wrong, and as many others unknown. */
static void hurt_blocks(struct world *world, uint32_t version, enum qr_level level, uint32_t errors,
                        uint32_t erasures)
{
	struct qr_blocks blocks = qr_blocks(version, level, map_codewords(world, version));

	for (uint32_t b = 0; b < blocks.n; b++) {
		uint32_t n = blocks.data + blocks.correction + (b >= blocks.n - blocks.n_longer);
		uint8_t place[QR_BLOCK_MAX];

		for (uint32_t i = 0; i < n; i++)
			place[i] = (uint8_t)i;
		for (uint32_t i = 0; i < errors + erasures && i < n; i++) {
			uint32_t other = i + below(world, n - i);
			uint8_t kept = place[i];

			place[i] = place[other];
			place[other] = kept;
			hurt_codeword(world, qr_interleaved(&blocks, b, place[i]), i >= errors);
		}
	}
}

/* Whether a codeword is as it was drawn (world->other). */
static bool is_unhurt(const struct world *world, uint32_t codeword)
{
	for (uint32_t i = 0; i < world->side * world->side; i++)
		if (world->codeword_of[i] == (int16_t)codeword &&
		    world->module[i] != world->other[i])
			return false;
	return true;
}

/* Turns over one module in the first codeword of each block that is unhurt, and makes it unsure. */
static void doubt_blocks(struct world *world, const struct qr_blocks *blocks)
{
	for (uint32_t b = 0; b < blocks->n; b++) {
		uint32_t i = 0, at = 0;

		while (!is_unhurt(world, qr_interleaved(blocks, b, i)))
			i++;
		while (world->codeword_of[at] != (int16_t)qr_interleaved(blocks, b, i))
			at++;
		world->module[at] = world->module[at] > 0 ? -1 : 1;
	}
}

/* Three modules of each copy of the format and version information. */
static void hurt_information(struct world *world, uint32_t version)
{
	for (uint32_t copy = 0; copy < 2; copy++)
		for (uint32_t i = 0; i < 3; i++) {
			struct qr_place format =
			    qr_format_place(world->side, copy, 5 * i + below(world, 5));
			struct qr_place stated =
			    qr_version_place(world->side, copy, 6 * i + below(world, 6));
			int8_t *at = &world->module[format.y * world->side + format.x];

			*at = (int8_t) - *at;
			at = &world->module[stated.y * world->side + stated.x];
			if (version >= 7)
				*at = (int8_t) - *at;
		}
}

static void test_what_the_standard_can_correct_is_corrected(void **state)
{
	struct world *world = *state;

	for (uint32_t version = 1; version <= QR_VERSION_MAX; version += version < 10 ? 1 : 5)
		for (int l = QR_LEVEL_L; l <= QR_LEVEL_H; l++) {
			enum qr_level level = (enum qr_level)l;
			uint32_t codewords = map_codewords(world, version);
			struct qr_blocks blocks = qr_blocks(version, level, codewords);
			uint32_t errors =
			    (blocks.correction - (version <= 3 ? reserve[version - 1][level] : 0)) /
			    2;

			for (int i = 0; i < 3; i++) {
				draw(world, version, level, QR_MODE_8,
				     1 + below(world, capacity(version, level, QR_MODE_8)));
				hurt_blocks(world, version, level, errors, 0);
				hurt_information(world, version);
				assert_int_equal(read_symbol(world), 0);
				assert_bytes(world);
				assert_int_equal(world->reading.errors, errors * blocks.n);
				assert_int_equal(world->reading.erasures, 0);
			}
		}
}

/* What is known to be unknown costs half as much. */
static void test_unknown_modules_are_filled_in(void **state)
{
	struct world *world = *state;
	uint32_t tried = 0;

	for (uint32_t version = 1; version <= QR_VERSION_MAX; version += version < 10 ? 1 : 5)
		for (int l = QR_LEVEL_L; l <= QR_LEVEL_H; l++) {
			enum qr_level level = (enum qr_level)l;
			uint32_t codewords = map_codewords(world, version);
			struct qr_blocks blocks = qr_blocks(version, level, codewords);
			uint32_t unknown = (blocks.correction - 5) / 2 * 2;
			struct qr_repair hurt = {.erasures = 4};

			draw(world, version, level, QR_MODE_8, capacity(version, level, QR_MODE_8));
			hurt_blocks(world, version, level, 0, unknown);
			assert_int_equal(read_symbol(world), 0);
			assert_bytes(world);
			/* Two more than could be found without. */
			hurt.errors = blocks.correction / 2 - 2;
			if (qr_repair_evidence(&hurt, blocks.data + blocks.correction + 1,
			                       blocks.correction) < QR_EVIDENCE_DOUBT_BITS)
				continue;
			draw(world, version, level, QR_MODE_8, capacity(version, level, QR_MODE_8));
			hurt_blocks(world, version, level, hurt.errors, hurt.erasures);
			assert_int_equal(read_symbol(world), 0);
			assert_bytes(world);
			assert_true(world->reading.erasures >= hurt.erasures);
			tried++;
		}
	assert_true(tried > 20);
}

/* In each block one module is wrong, and doubtful, beyond all that can be corrected. */
static void test_a_doubtful_module_is_turned_over(void **state)
{
	struct world *world = *state;
	uint32_t tried = 0;

	for (uint32_t version = 1; version <= 10; version++)
		for (int l = QR_LEVEL_L; l <= QR_LEVEL_H; l++) {
			enum qr_level level = (enum qr_level)l;
			struct qr_blocks blocks =
			    qr_blocks(version, level, map_codewords(world, version));
			struct qr_repair hurt = {.errors = blocks.correction / 2};

			if (qr_repair_evidence(&hurt, blocks.data + blocks.correction + 1,
			                       blocks.correction) < QR_EVIDENCE_DOUBT_BITS)
				continue;
			draw(world, version, level, QR_MODE_8, capacity(version, level, QR_MODE_8));
			memcpy(world->other, world->module, sizeof(world->module));
			hurt_blocks(world, version, level, hurt.errors, 0);
			doubt_blocks(world, &blocks);
			assert_int_equal(read_symbol(world), 0);
			assert_bytes(world);
			tried++;
		}
	assert_true(tried > 20);
}

/* As a blurred, badly lit sample is: the surer a module, the likelier it is right. */
static void blur(struct world *world, uint32_t percent)
{
	for (uint32_t i = 0; i < world->side * world->side; i++) {
		int sum = world->module[i] > 0 ? SURE : -SURE;

		for (int k = 0; k < 4; k++)
			sum += (int)below(world, 2 * percent + 1) - (int)percent;
		world->module[i] = (int8_t)(sum > 127 ? 127 : sum < -127 ? -127 : sum);
	}
}

static void test_damage_beyond_repair_is_never_read_wrong(void **state)
{
	struct world *world = *state;
	uint32_t read = 0;

	for (int seed = 0; seed < DAMAGED_SEEDS; seed++) {
		uint32_t version = 1 + below(world, seed % 4 ? 4 : 12);
		enum qr_level level = (enum qr_level)below(world, 4);
		struct qr_blocks blocks = qr_blocks(version, level, map_codewords(world, version));
		uint32_t most = capacity(version, level, QR_MODE_8);
		int r;

		draw(world, version, level, QR_MODE_8, 1 + below(world, most));
		hurt_blocks(world, version, level,
		            blocks.correction / 3 + below(world, blocks.correction / 2),
		            below(world, blocks.correction / 2));
		blur(world, below(world, 120));
		r = read_symbol(world);
		assert_in_range(r, 0, QR_E_NOT_MESSAGE);
		read += r == 0;
		if (r == 0)
			assert_bytes(world);
	}
	/* Else they were all too easy or all too hard. */
	assert_in_range(read, DAMAGED_SEEDS / 50, DAMAGED_SEEDS / 2);
}

static void test_random_modules_are_never_read(void **state)
{
	struct world *world = *state;

	for (int i = 0; i < RANDOM_MATRICES; i++) {
		world->side = qr_side(1 + below(world, i % 100 ? 3 : QR_VERSION_MAX));
		for (uint32_t k = 0; k < world->side * world->side; k++)
			world->module[k] = (int8_t)(below(world, 256) - 128);
		assert_int_not_equal(read_symbol(world), 0);
	}
}

/* Stripes and checks that look like a mask leave codewords that are all 0, which any code holds. */
static void test_patterns_are_no_message(void **state)
{
	struct world *world = *state;

	for (uint32_t i = 0; i < 10 * 4 * QR_MASKS; i++) {
		uint32_t mask = i % QR_MASKS, version = 1 + i / (4 * QR_MASKS);
		uint32_t word = qr_format_word((enum qr_level)(i / QR_MASKS % 4), mask);

		world->side = qr_side(version);
		for (uint32_t y = 0; y < world->side; y++)
			for (uint32_t x = 0; x < world->side; x++)
				world->module[y * world->side + x] =
				    qr_mask(mask, x, y) ? SURE : -SURE;
		assert_int_not_equal(read_symbol(world), 0);
		for (uint32_t k = 0; k < 2 * QR_FORMAT_BITS; k++) {
			struct qr_place at =
			    qr_format_place(world->side, k / QR_FORMAT_BITS, k % QR_FORMAT_BITS);

			world->module[at.y * world->side + at.x] =
			    word >> k % QR_FORMAT_BITS & 1 ? SURE : -SURE;
		}
		assert_int_not_equal(read_symbol(world), 0);
	}
}

static void test_mirrored_symbols_are_read(void **state)
{
	struct world *world = *state;

	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		enum qr_level level = (enum qr_level)(version % 4);

		draw(world, version, level, QR_MODE_8, capacity(version, level, QR_MODE_8));
		memcpy(world->other, world->module, sizeof(world->module));
		for (uint32_t y = 0; y < world->side; y++)
			for (uint32_t x = 0; x < world->side; x++)
				world->module[y * world->side + x] =
				    world->other[x * world->side + y];
		assert_int_equal(read_symbol(world), 0);
		assert_bytes(world);
		assert_true(world->reading.mirrored);
	}
}

static void append(QRinput *input, QRencodeMode mode, const char *bytes)
{
	assert_int_equal(
	    QRinput_append(input, mode, (int)strlen(bytes), (const unsigned char *)bytes), 0);
}

static void test_segments_alphabets_and_parts(void **state)
{
	struct world *world = *state;
	const struct qr_payload *payload = &world->reading.payload;
	static const char whole[] = "Caf\xc3\xa9"
	                            "0123"
	                            "A:B"
	                            "\x93\x5f\xe4\xaa"
	                            "\xff";
	QRinput *input = QRinput_new2(4, QR_ECLEVEL_M), *part;
	QRinput_Struct *parts = QRinput_Struct_new();
	QRcode_List *symbols;
	uint32_t n = 0;

	assert_int_equal(QRinput_appendECIheader(input, 26), 0);
	append(input, QR_MODE_8, "Caf\xc3\xa9");
	append(input, QR_MODE_NUM, "0123");
	append(input, QR_MODE_AN, "A:B");
	append(input, QR_MODE_KANJI, "\x93\x5f\xe4\xaa");
	assert_int_equal(QRinput_appendECIheader(input, 899), 0);
	append(input, QR_MODE_8, "\xff");
	take_symbol(world, QRcode_encodeInput(input));
	QRinput_free(input);
	assert_int_equal(read_symbol(world), 0);
	assert_int_equal(payload->len, sizeof(whole) - 1);
	assert_memory_equal(payload->bytes, whole, sizeof(whole) - 1);
	assert_int_equal(payload->n_alphabets, 2);
	assert_int_equal(payload->alphabet[0].eci, 26);
	assert_int_equal(payload->alphabet[1].eci, 899);
	assert_int_equal(payload->alphabet[1].from, sizeof(whole) - 2);

	for (int i = 0; i < 3; i++) {
		part = QRinput_new2(1, QR_ECLEVEL_L);
		append(part, QR_MODE_8, i == 0 ? "one," : i == 1 ? "two," : "three");
		assert_int_equal(QRinput_Struct_appendInput(parts, part), i + 1);
	}
	assert_int_equal(QRinput_Struct_insertStructuredAppendHeaders(parts), 0);
	symbols = QRcode_encodeInputStructured(parts);
	assert_non_null(symbols);
	for (QRcode_List *at = symbols; at; at = at->next, n++) {
		world->side = (uint32_t)at->code->width;
		for (uint32_t i = 0; i < world->side * world->side; i++)
			world->module[i] = at->code->data[i] & 1 ? SURE : -SURE;
		assert_int_equal(read_symbol(world), 0);
		assert_int_equal(payload->part, n);
		assert_int_equal(payload->parts, 3);
		assert_int_equal(payload->len, n < 2 ? 4 : 5);
	}
	assert_int_equal(n, 3);
	QRcode_List_free(symbols);
	QRinput_Struct_free(parts);
}

/* Either copy of the format information is enough, and one of the version's is not needed. */
static void test_one_copy_of_the_information_is_enough(void **state)
{
	struct world *world = *state;

	for (uint32_t copy = 0; copy < 2; copy++)
		for (int how = 0; how < 2; how++) {
			draw(world, 7, QR_LEVEL_M, QR_MODE_8, 100);
			for (uint32_t i = 0; i < QR_VERSION_BITS; i++) {
				struct qr_place format =
				    qr_format_place(world->side, copy, i % QR_FORMAT_BITS);
				struct qr_place stated = qr_version_place(world->side, copy, i);

				world->module[format.y * world->side + format.x] = how ? SURE : 0;
				world->module[stated.y * world->side + stated.x] = how ? SURE : 0;
			}
			assert_int_equal(read_symbol(world), 0);
			assert_bytes(world);
		}
}

/* Sampled with a wrong number of modules, the symbol itself says which is right. */
static void test_sides_that_cannot_be_are_told(void **state)
{
	struct world *world = *state;
	static const uint32_t none[] = {0, 1, 17, 20, 22, 23, 24, 176, 178, 181, 1000000};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		world->side = none[i];
		assert_int_equal(read_symbol(world), QR_E_SIDE);
	}
	draw(world, 12, QR_LEVEL_L, QR_MODE_8, 100);
	memcpy(world->other, world->module, sizeof(world->module));
	/* Four columns and rows in the middle are left out. */
	for (uint32_t y = 0; y < 61; y++)
		for (uint32_t x = 0; x < 61; x++)
			world->module[y * 61 + x] =
			    world->other[(y < 30 ? y : y + 4) * 65 + (x < 30 ? x : x + 4)];
	world->side = 61;
	assert_int_equal(read_symbol(world), QR_E_VERSION);
	assert_int_equal(qr_read_version(world->module, 61), 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_version_level_and_mode),
	    cmocka_unit_test(test_what_the_standard_can_correct_is_corrected),
	    cmocka_unit_test(test_unknown_modules_are_filled_in),
	    cmocka_unit_test(test_a_doubtful_module_is_turned_over),
	    cmocka_unit_test(test_damage_beyond_repair_is_never_read_wrong),
	    cmocka_unit_test(test_random_modules_are_never_read),
	    cmocka_unit_test(test_patterns_are_no_message),
	    cmocka_unit_test(test_mirrored_symbols_are_read),
	    cmocka_unit_test(test_segments_alphabets_and_parts),
	    cmocka_unit_test(test_one_copy_of_the_information_is_enough),
	    cmocka_unit_test(test_sides_that_cannot_be_are_told),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
