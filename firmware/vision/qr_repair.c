/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "qr_repair.h"

enum {
	FIELD_POLYNOMIAL = 0x11d,
	TERMS = QR_CORRECTION_MAX + 1, /* of a polynomial, the constant one first */
};

void qr_field_init(struct qr_field *field)
{
	uint32_t x = 1;

	memset(field, 0, sizeof(*field));
	for (uint32_t i = 0; i < 255; i++) {
		field->power[i] = field->power[i + 255] = (uint8_t)x;
		field->log[x] = (uint8_t)i;
		x <<= 1;
		if (x > 255)
			x ^= FIELD_POLYNOMIAL;
	}
}

static uint8_t times(const struct qr_field *field, uint8_t a, uint8_t b)
{
	return a == 0 || b == 0 ? 0 : field->power[field->log[a] + field->log[b]];
}

/* b is not 0. */
static uint8_t over(const struct qr_field *field, uint8_t a, uint8_t b)
{
	return a == 0 ? 0 : field->power[field->log[a] + 255 - field->log[b]];
}

/* The polynomial's value at 2^log. */
static uint8_t value_at(const struct qr_field *field, const uint8_t *term, uint32_t n, uint32_t log)
{
	uint8_t sum = 0;

	for (uint32_t i = n; i-- > 0;)
		sum = (sum ? field->power[field->log[sum] + log] : 0) ^ term[i];
	return sum;
}

bool qr_syndromes(const struct qr_field *field, const uint8_t *codeword, uint32_t n,
                  uint32_t correction, uint8_t ret[QR_CORRECTION_MAX])
{
	uint8_t any = 0;

	for (uint32_t i = 0; i < correction; i++) {
		uint8_t sum = 0;

		for (uint32_t k = 0; k < n; k++)
			sum = (sum ? field->power[field->log[sum] + i] : 0) ^ codeword[k];
		ret[i] = sum;
		any |= sum;
	}
	return any == 0;
}

void qr_syndromes_change(const struct qr_field *field, uint8_t syndrome[QR_CORRECTION_MAX],
                         uint32_t n, uint32_t correction, uint32_t at, uint8_t by)
{
	for (uint32_t i = 0; i < correction; i++)
		syndrome[i] ^= times(field, by, field->power[i * (n - 1 - at) % 255]);
}

/* a minus factor * x * b, of the given degree at most */
static void subtract_shifted(const struct qr_field *field, uint8_t a[TERMS], const uint8_t b[TERMS],
                             uint8_t factor, uint32_t degree)
{
	for (uint32_t i = 1; i <= degree && factor != 0; i++)
		a[i] ^= times(field, factor, b[i - 1]);
}

/*
 * The locator: the polynomial whose roots are the inverses of 2^place, a place's being counted from
 * the block's end. Berlekamp and Massey's iteration, begun with the erasures' locator (Blahut,
 * Algebraic Codes for Data Transmission, 7.4). Its degree as it ought to be.
 */
static uint32_t find_locator(const struct qr_field *field, const uint8_t *syndrome,
                             uint32_t correction, const uint8_t *erased, uint32_t n_erased,
                             uint32_t n, uint8_t locator[TERMS])
{
	uint8_t prior[TERMS] = {0}, kept[TERMS];
	uint32_t degree = n_erased;

	memset(locator, 0, TERMS);
	locator[0] = 1;
	for (uint32_t i = 0; i < n_erased; i++) {
		memcpy(kept, locator, TERMS);
		subtract_shifted(field, locator, kept, field->power[n - 1 - erased[i]], i + 1);
	}
	memcpy(prior, locator, TERMS);
	for (uint32_t r = n_erased; r < correction; r++) {
		uint8_t discrepancy = 0;

		for (uint32_t i = 0; i <= degree && i <= r; i++)
			discrepancy ^= times(field, locator[i], syndrome[r - i]);
		memcpy(kept, locator, TERMS);
		subtract_shifted(field, locator, prior, discrepancy, correction);
		if (discrepancy != 0 && 2 * degree <= r + n_erased) {
			degree = r + 1 + n_erased - degree;
			for (uint32_t i = 0; i <= correction; i++)
				prior[i] = over(field, kept[i], discrepancy);
		} else {
			memmove(prior + 1, prior, TERMS - 1);
			prior[0] = 0;
		}
	}
	return degree;
}

/*
 * The block's places, counted from its end, at which the locator has a root; their number. Chien's
 * search: from one place to the next a term of degree i is divided by 2^i.
 */
static uint32_t find_places(const struct qr_field *field, const uint8_t *locator, uint32_t degree,
                            uint32_t n, uint8_t ret[QR_CORRECTION_MAX])
{
	uint32_t terms = 0, found = 0;
	struct {
		uint32_t log, degree;
	} term[TERMS];

	for (uint32_t i = 0; i <= degree; i++)
		if (locator[i] != 0) {
			term[terms].log = field->log[locator[i]];
			term[terms++].degree = i;
		}
	for (uint32_t place = 0; place < n && found < degree; place++) {
		uint8_t sum = 0;

		for (uint32_t i = 0; i < terms; i++) {
			sum ^= field->power[term[i].log];
			term[i].log +=
			    term[i].log < term[i].degree ? 255 - term[i].degree : -term[i].degree;
		}
		if (sum == 0)
			ret[found++] = (uint8_t)place;
	}
	return found;
}

/* Forney's rule; the roots of the generator begin at 2^0. */
static uint8_t magnitude(const struct qr_field *field, const uint8_t *evaluator,
                         const uint8_t *locator, uint32_t degree, uint32_t place)
{
	uint32_t inverse = (255 - place) % 255;
	uint8_t derivative[TERMS] = {0};
	uint8_t below;

	for (uint32_t i = 1; i <= degree; i += 2)
		derivative[i - 1] = locator[i];
	below = value_at(field, derivative, degree, inverse);
	if (below == 0)
		return 0;
	return times(field, field->power[place],
	             over(field, value_at(field, evaluator, degree, inverse), below));
}

bool qr_repair(const struct qr_field *field, const uint8_t syndrome[QR_CORRECTION_MAX],
               uint8_t *codeword, uint32_t n, uint32_t correction, const uint8_t *erased,
               uint32_t n_erased, struct qr_repair *ret)
{
	uint8_t left[QR_CORRECTION_MAX], locator[TERMS], evaluator[TERMS] = {0};
	uint8_t place[QR_CORRECTION_MAX], repaired[QR_BLOCK_MAX];
	uint32_t degree, changed = 0;

	degree = find_locator(field, syndrome, correction, erased, n_erased, n, locator);
	if (2 * degree > correction + n_erased ||
	    find_places(field, locator, degree, n, place) != degree)
		return false;
	for (uint32_t i = 0; i < degree; i++)
		for (uint32_t k = 0; k <= i; k++)
			evaluator[i] ^= times(field, locator[k], syndrome[i - k]);
	memcpy(repaired, codeword, n);
	for (uint32_t i = 0; i < degree; i++) {
		uint8_t by = magnitude(field, evaluator, locator, degree, place[i]);

		repaired[n - 1 - place[i]] ^= by;
		changed += by != 0;
	}
	if (!qr_syndromes(field, repaired, n, correction, left))
		return false;
	memcpy(codeword, repaired, n);
	*ret = (struct qr_repair){
	    .erasures = n_erased, .errors = degree - n_erased, .changed = changed};
	return true;
}

double qr_repair_evidence(const struct qr_repair *repair, uint32_t n, uint32_t correction)
{
	/* 256^correction syndromes are there; the erasures' values and so many errors reach
	 * 256^erasures * 255^errors * (n - erasures over errors) of them. */
	double bits = 8.0 * (correction - repair->erasures - repair->errors);

	for (uint32_t i = 0; i < repair->errors; i++)
		bits -= log2((double)(n - repair->erasures - i) / (i + 1));
	return bits;
}
