/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "qr_read.h"

enum {
	VERSION_ERRORS_MAX = 3, /* their words differ in 8 bits or more */
	FORMATS = 3,            /* tried of one orientation */
	ERASED_AT_ONCE = 2,     /* codewords more that are given up from one try to the next */
	TURNED_MAX = 6,         /* codewords of a block in which a module is turned over */
};

struct matrix {
	const int8_t *module;
	uint32_t side;
	bool mirrored;
};

static int module_at(const struct matrix *matrix, uint32_t x, uint32_t y)
{
	return matrix->mirrored ? matrix->module[x * matrix->side + y]
	                        : matrix->module[y * matrix->side + x];
}

/* How dark the modules of both copies of the format information are. */
static void take_format(const struct matrix *matrix, int ret[2][QR_FORMAT_BITS])
{
	for (uint32_t copy = 0; copy < 2; copy++)
		for (uint32_t i = 0; i < QR_FORMAT_BITS; i++) {
			struct qr_place at = qr_format_place(matrix->side, copy, i);

			ret[copy][i] = module_at(matrix, at.x, at.y);
		}
}

/* How well a word agrees with what is drawn: the sum of how sure each module is, for or against. */
static int32_t likeness(const int dark[QR_FORMAT_BITS], uint32_t word)
{
	int32_t sum = 0;

	for (uint32_t i = 0; i < QR_FORMAT_BITS; i++)
		sum += word >> i & 1 ? dark[i] : -dark[i];
	return sum;
}

struct format {
	enum qr_level level;
	uint32_t mask;
	int32_t likeness;
};

/* Whether a format is borne out by at least three of four of the modules that are there for it: among
 * random modules one in fifteen is. */
static bool is_likely(const struct matrix *matrix, const struct format *format)
{
	int dark[2][QR_FORMAT_BITS];
	int32_t sum = 0;

	take_format(matrix, dark);
	for (uint32_t i = 0; i < QR_FORMAT_BITS; i++)
		sum += abs(dark[0][i]) + abs(dark[1][i]);
	return 2 * format->likeness >= sum;
}

/*
 * What the format information (7.9) may say: what both copies together are likeliest to, and what
 * either is by itself, where the other is hidden. Their words differ in 7 bits or more, so that the
 * likeliest has corrected at least what the code can (Annex C). Without doubles; their number.
 */
static uint32_t find_formats(const struct matrix *matrix, struct format ret[FORMATS])
{
	struct format best[FORMATS];
	int dark[2][QR_FORMAT_BITS];
	uint32_t n = 0;

	take_format(matrix, dark);
	for (uint32_t word = 0; word < 4 * QR_MASKS; word++) {
		struct format format = {(enum qr_level)(word / QR_MASKS), word % QR_MASKS, 0};
		uint32_t bits = qr_format_word(format.level, format.mask);
		int32_t of[FORMATS];

		of[1] = likeness(dark[0], bits);
		of[2] = likeness(dark[1], bits);
		of[0] = of[1] + of[2];
		for (uint32_t i = 0; i < FORMATS; i++) {
			format.likeness = of[i];
			if (word == 0 || of[i] > best[i].likeness)
				best[i] = format;
		}
	}
	for (uint32_t i = 0; i < FORMATS; i++) {
		bool known = false;

		for (uint32_t k = 0; k < n; k++)
			known |= ret[k].level == best[i].level && ret[k].mask == best[i].mask;
		if (!known)
			ret[n++] = best[i];
	}
	return n;
}

/*
 * The modules as codewords (7.7.3): in pairs of columns from the right, upwards and downwards in
 * turn, past what is fixed. A codeword is as sure as its least sure module.
 */
static void gather(const struct matrix *matrix, uint32_t mask, uint32_t codewords,
                   struct qr_work *work)
{
	uint32_t side = matrix->side, bit = 0, right = side - 1;

	memset(work->codeword, 0, codewords);
	memset(work->sureness, 255, codewords);
	for (bool up = true; right < side; right -= right == 8 ? 3 : 2, up = !up)
		for (uint32_t i = 0; i < 2 * side; i++) {
			uint32_t x = right - i % 2, y = up ? side - 1 - i / 2 : i / 2;
			int dark = module_at(matrix, x, y);
			uint8_t sure = (uint8_t)(dark < 0 ? -dark : dark);
			uint8_t *sureness = &work->sureness[bit / 8];

			if (work->fixed[y * side + x] || bit == 8 * codewords)
				continue;
			if ((dark > 0) != qr_mask(mask, x, y))
				work->codeword[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
			if (sure < *sureness) {
				*sureness = sure;
				work->weakest[bit / 8] = (uint8_t)(0x80 >> bit % 8);
			}
			bit++;
		}
}

/* Places of a block, the least sure first. */
static void sort_places(const uint8_t *sureness, uint32_t n, uint8_t *ret)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = i;

		for (; at > 0 && sureness[ret[at - 1]] > sureness[i]; at--)
			ret[at] = ret[at - 1];
		ret[at] = (uint8_t)i;
	}
}

/* How hard to try. */
enum effort {
	EFFORT_AS_SEEN, /* errors only */
	EFFORT_DOUBT,   /* the least sure modules are doubted, more and more of them */
	EFFORT_N,
};

struct block {
	uint8_t codeword[QR_BLOCK_MAX];
	uint8_t sureness[QR_BLOCK_MAX], weakest[QR_BLOCK_MAX]; /* as in struct qr_work */
	uint32_t n, correction;
	struct qr_repair repair; /* what it took */
	double evidence_bits;
};

/* Repairs a block with some codewords given up, if what is found is beyond chance. */
static bool repair_erased(const struct qr_field *field, const uint8_t *syndrome,
                          const uint8_t *place, uint32_t n_erased, double evidence_bits,
                          struct block *block)
{
	struct block tried = *block;

	if (!qr_repair(field, syndrome, tried.codeword, tried.n, tried.correction, place, n_erased,
	               &tried.repair))
		return false;
	tried.evidence_bits = qr_repair_evidence(&tried.repair, tried.n, tried.correction);
	if (tried.evidence_bits < evidence_bits)
		return false;
	*block = tried;
	return true;
}

/* The same with the least sure module of each of the least sure codewords turned over, in every
 * combination; from one to the next another one is. */
static bool repair_turned(const struct qr_field *field, const uint8_t syndrome[QR_CORRECTION_MAX],
                          const uint8_t *place, struct block *block)
{
	struct block tried = *block;
	uint8_t now[QR_CORRECTION_MAX];

	memcpy(now, syndrome, sizeof(now));
	for (uint32_t i = 1; i < 1u << TURNED_MAX; i++) {
		uint32_t at = place[__builtin_ctz(i)];

		tried.codeword[at] ^= tried.weakest[at];
		qr_syndromes_change(field, now, tried.n, tried.correction, at, tried.weakest[at]);
		if (!repair_erased(field, now, NULL, 0, QR_EVIDENCE_DOUBT_BITS, &tried))
			continue;
		*block = tried;
		return true;
	}
	return false;
}

/*
 * Repairs one block. First as it was seen; then its least sure codewords are given up (Forney's
 * generalised minimum distance decoding), then modules turned over (Chase's second algorithm).
 */
static bool repair_block(const struct qr_field *field, enum effort effort, struct block *block)
{
	uint8_t syndrome[QR_CORRECTION_MAX], place[QR_BLOCK_MAX];
	uint32_t most = block->correction - QR_EVIDENCE_DOUBT_BITS / 8;

	(void)qr_syndromes(field, block->codeword, block->n, block->correction, syndrome);
	if (repair_erased(field, syndrome, NULL, 0, QR_EVIDENCE_BITS, block))
		return true;
	if (effort == EFFORT_AS_SEEN)
		return false;
	sort_places(block->sureness, block->n, place);
	for (uint32_t erased = ERASED_AT_ONCE; erased <= most; erased += ERASED_AT_ONCE)
		if (repair_erased(field, syndrome, place, erased, QR_EVIDENCE_DOUBT_BITS, block))
			return true;
	return repair_turned(field, syndrome, place, block);
}

/* De-interleaves (7.6) and repairs all blocks: work->data. How much data there is; 0: a block is
 * beyond repair. */
static uint32_t repair_blocks(const struct qr_blocks *blocks, enum effort effort,
                              struct qr_work *work, struct qr_reading *ret)
{
	uint32_t len = 0;

	ret->erasures = ret->errors = ret->changed = 0;
	for (uint32_t b = 0; b < blocks->n; b++) {
		uint32_t data = blocks->data + (b >= blocks->n - blocks->n_longer);
		struct block block = {.n = data + blocks->correction,
		                      .correction = blocks->correction};

		for (uint32_t i = 0; i < block.n; i++) {
			uint32_t at = qr_interleaved(blocks, b, i);

			block.codeword[i] = work->codeword[at];
			block.sureness[i] = work->sureness[at];
			block.weakest[i] = work->weakest[at];
		}
		if (!repair_block(&work->field, effort, &block))
			return 0;
		memcpy(work->data + len, block.codeword, data);
		len += data;
		ret->erasures += block.repair.erasures;
		ret->errors += block.repair.errors;
		ret->changed += block.repair.changed;
		if (b == 0 || block.evidence_bits < ret->evidence_bits)
			ret->evidence_bits = block.evidence_bits;
	}
	return len;
}

/* The symbol in one format. 0 or QR_E_… */
static int read_as(const struct matrix *matrix, uint32_t codewords, const struct format *format,
                   enum effort effort, struct qr_work *work, struct qr_reading *ret)
{
	uint32_t version = (matrix->side - 17) / 4, len;
	struct qr_blocks blocks = qr_blocks(version, format->level, codewords);

	gather(matrix, format->mask, codewords, work);
	len = repair_blocks(&blocks, effort, work, ret);
	if (len == 0)
		return QR_E_DAMAGED;
	/* Codewords that are all 0 are a word of any code, and what some stripes and checks look like:
	 * an empty message is none. */
	if (!qr_payload_read(work->data, len, version, &ret->payload) || ret->payload.len == 0 ||
	    (!ret->payload.padded_well && ret->evidence_bits < QR_EVIDENCE_UNPADDED_BITS))
		return QR_E_NOT_MESSAGE;
	ret->version = (uint8_t)version;
	ret->level = format->level;
	ret->mask = (uint8_t)format->mask;
	ret->mirrored = matrix->mirrored;
	return 0;
}

uint32_t qr_read_version(const int8_t *module, uint32_t side)
{
	uint32_t stated[2] = {0, 0};

	for (uint32_t copy = 0; copy < 2; copy++)
		for (uint32_t version = 7; version <= QR_VERSION_MAX; version++) {
			uint32_t word = qr_version_word(version), errors = 0;

			for (uint32_t i = 0; i < QR_VERSION_BITS; i++) {
				struct qr_place at = qr_version_place(side, copy, i);
				int8_t dark = module[at.y * side + at.x];

				errors += word >> i & 1 ? dark <= 0 : dark >= 0;
			}
			if (errors <= VERSION_ERRORS_MAX)
				stated[copy] = version;
		}
	return stated[0] == stated[1] ? stated[0] : 0;
}

int qr_read(const int8_t *module, uint32_t side, struct qr_work *work, struct qr_reading *ret)
{
	struct matrix matrix[2] = {{module, side, false}, {module, side, true}};
	struct format format[2][FORMATS];
	uint32_t n[2], codewords, stated, first;
	int r = QR_E_DAMAGED;

	if (side < QR_SIDE_MIN || side > QR_SIDE_MAX || side % 4 != 1)
		return QR_E_SIDE;
	stated = side >= qr_side(7) ? qr_read_version(module, side) : 0;
	if (stated > 0 && qr_side(stated) != side)
		return QR_E_VERSION;
	qr_field_init(&work->field);
	codewords = qr_fixed_modules((side - 17) / 4, work->fixed);
	for (uint32_t m = 0; m < 2; m++)
		n[m] = find_formats(&matrix[m], format[m]);
	first = format[1][0].likeness > format[0][0].likeness;
	for (int effort = 0; effort < EFFORT_N; effort++)
		for (uint32_t i = 0; i < 2; i++) {
			uint32_t m = first ^ i;

			for (uint32_t f = 0; f < n[m]; f++) {
				int now;

				if (effort > EFFORT_AS_SEEN &&
				    !is_likely(&matrix[m], &format[m][f]))
					continue;
				now = read_as(&matrix[m], codewords, &format[m][f],
				              (enum effort)effort, work, ret);
				if (now == 0)
					return 0;
				if (now == QR_E_NOT_MESSAGE)
					r = now;
			}
		}
	return r;
}
