/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: a block is repaired from as many errors and erasures as its code can bear, exactly; beyond
 * that it is left alone or becomes another word of the code, as seldom as the evidence says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "qr_repair.h"

static uint64_t state_of_random = 20261121;

static uint32_t below(uint32_t n)
{
	state_of_random = state_of_random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state_of_random >> 33) % n;
}

/* Slowly: as the field is defined. */
static uint8_t product(uint8_t a, uint8_t b)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 8; i++)
		if (b >> i & 1)
			sum ^= (uint32_t)a << i;
	for (uint32_t i = 15; i >= 8; i--)
		if (sum >> i & 1)
			sum ^= 0x11du << (i - 8);
	return (uint8_t)sum;
}

/* The remainder of the data, times x^correction, divided by (x - 1)(x - 2)(x - 4)... (Annex A). */
static void encode(uint8_t *codeword, uint32_t n, uint32_t correction)
{
	uint8_t generator[QR_CORRECTION_MAX + 1] = {1}, root = 1;
	uint32_t data = n - correction;
	uint8_t *remainder = codeword + data;

	for (uint32_t i = 0; i < correction; i++, root = product(root, 2))
		for (uint32_t k = i + 1; k > 0; k--)
			generator[k] ^= product(generator[k - 1], root);
	memset(remainder, 0, correction);
	for (uint32_t i = 0; i < data; i++) {
		uint8_t first = codeword[i] ^ remainder[0];

		memmove(remainder, remainder + 1, correction - 1);
		remainder[correction - 1] = 0;
		for (uint32_t k = 0; k < correction; k++)
			remainder[k] ^= product(generator[k + 1], first);
	}
}

struct trial {
	struct qr_field field;
	uint32_t n, correction;
	uint8_t sent[QR_BLOCK_MAX], codeword[QR_BLOCK_MAX], place[QR_BLOCK_MAX];
	struct qr_repair repair;
};

/* A word of the code in which `wrong` codewords are others, at the first of `place`. */
static void make_trial(struct trial *trial, uint32_t n, uint32_t correction, uint32_t wrong)
{
	trial->n = n;
	trial->correction = correction;
	for (uint32_t i = 0; i < n; i++) {
		trial->sent[i] = (uint8_t)below(256);
		trial->place[i] = (uint8_t)i;
	}
	encode(trial->sent, n, correction);
	memcpy(trial->codeword, trial->sent, n);
	for (uint32_t i = 0; i < wrong; i++) {
		uint32_t other = i + below(n - i);
		uint8_t kept = trial->place[i];

		trial->place[i] = trial->place[other];
		trial->place[other] = kept;
		trial->codeword[trial->place[i]] ^= (uint8_t)(1 + below(255));
	}
}

static bool repair(struct trial *trial, uint32_t erased)
{
	uint8_t syndrome[QR_CORRECTION_MAX];

	(void)qr_syndromes(&trial->field, trial->codeword, trial->n, trial->correction, syndrome);
	return qr_repair(&trial->field, syndrome, trial->codeword, trial->n, trial->correction,
	                 trial->place, erased, &trial->repair);
}

static void test_every_mixture_of_errors_and_erasures(void **state)
{
	static struct trial trial;

	(void)state;
	qr_field_init(&trial.field);
	for (uint32_t correction = 7; correction <= QR_CORRECTION_MAX; correction++)
		for (uint32_t erased = 0; erased <= correction; erased++)
			for (uint32_t errors = 0; 2 * errors + erased <= correction; errors++) {
				uint32_t n = correction + 9 + below(QR_BLOCK_MAX - correction - 8);

				/* One in four of the erasures is not wrong at all. */
				uint32_t right = erased / 4;

				make_trial(&trial, n, correction, erased + errors);
				for (uint32_t i = 0; i < right; i++)
					trial.codeword[trial.place[i]] = trial.sent[trial.place[i]];
				assert_true(repair(&trial, erased));
				assert_memory_equal(trial.codeword, trial.sent, n);
				assert_int_equal(trial.repair.errors, errors);
				assert_int_equal(trial.repair.erasures, erased);
				assert_int_equal(trial.repair.changed, erased - right + errors);
			}
}

static void test_beyond_it_a_block_is_left_alone_or_is_one(void **state)
{
	static struct trial trial;
	uint8_t before[QR_BLOCK_MAX], syndrome[QR_CORRECTION_MAX];

	(void)state;
	qr_field_init(&trial.field);
	for (int i = 0; i < 20000; i++) {
		uint32_t correction = 7 + below(24), n = correction + 9 + below(100);
		uint32_t erased = below(correction + 1), changed = 0;

		make_trial(&trial, n, correction, n / 2);
		memcpy(before, trial.codeword, n);
		if (!repair(&trial, erased)) {
			assert_memory_equal(trial.codeword, before, n);
			continue;
		}
		assert_true(qr_syndromes(&trial.field, trial.codeword, n, correction, syndrome));
		assert_true(2 * trial.repair.errors + erased <= correction);
		for (uint32_t k = 0; k < n; k++)
			changed += trial.codeword[k] != before[k];
		assert_int_equal(trial.repair.changed, changed);
	}
}

/* Random words are repaired as often as is said. */
static void test_the_evidence_is_how_seldom_chance_repairs(void **state)
{
	static const struct {
		uint32_t n, correction, erased;
	} table[] = {{26, 7, 6}, {26, 7, 5}, {44, 10, 6}, {26, 7, 4}, {70, 15, 7}};
	static struct trial trial;

	(void)state;
	qr_field_init(&trial.field);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		enum { TRIALS = 400000 };
		struct qr_repair most = {.erasures = table[i].erased,
		                         .errors = (table[i].correction - table[i].erased) / 2};
		double found = 0,
		       expected = TRIALS *
		                  exp2(-qr_repair_evidence(&most, table[i].n, table[i].correction));

		make_trial(&trial, table[i].n, table[i].correction, 0);
		for (int k = 0; k < TRIALS; k++) {
			for (uint32_t c = 0; c < trial.n; c++)
				trial.codeword[c] = (uint8_t)below(256);
			if (repair(&trial, table[i].erased) && trial.repair.errors == most.errors)
				found++;
		}
		print_message("%u of %u codewords, %u given up: %.0f expected, %.0f repaired\n",
		              table[i].correction, table[i].n, table[i].erased, expected, found);
		assert_true(found < 1.3 * expected + 8 && found > 0.7 * expected - 8);
	}
}

/* The standard's own limits, with what it reserves against misreading (Table 9), are within ours. */
static void test_what_the_standard_corrects_is_evidence_enough(void **state)
{
	static bool fixed[QR_SIDE_MAX * QR_SIDE_MAX];
	static const uint8_t reserve[3][4] = {{3, 2, 1, 1}, {2, 0, 0, 0}, {1, 0, 0, 0}};
	double least = 1000;

	(void)state;
	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++)
		for (int level = QR_LEVEL_L; level <= QR_LEVEL_H; level++) {
			uint32_t codewords = qr_fixed_modules(version, fixed);
			struct qr_blocks blocks =
			    qr_blocks(version, (enum qr_level)level, codewords);
			uint32_t kept = version <= 3 ? reserve[version - 1][level] : 0;
			struct qr_repair most = {.errors = (blocks.correction - kept) / 2};
			uint32_t n = blocks.data + blocks.correction + (blocks.n_longer > 0);
			double bits = qr_repair_evidence(&most, n, blocks.correction);

			assert_true(n <= QR_BLOCK_MAX && blocks.n <= QR_BLOCKS_MAX);
			assert_true(codewords <= QR_CODEWORDS_MAX);
			least = bits < least ? bits : least;
		}
	print_message("of all versions and levels the least evidence is %.1f bits\n", least);
	assert_true(least >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_mixture_of_errors_and_erasures),
	    cmocka_unit_test(test_beyond_it_a_block_is_left_alone_or_is_one),
	    cmocka_unit_test(test_the_evidence_is_how_seldom_chance_repairs),
	    cmocka_unit_test(test_what_the_standard_corrects_is_evidence_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
