/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <kiosk/msg_helper.h>

#include "number.h"
#include "utf8.h"

enum {
	E164_DIGITS_MAX = 15, /* E.164 clause 6 */
	E164_DIGITS_MIN = 7,  /* the shortest in use (country code and four digits); less is a short
	                         code in disguise */
	SHORT_DIGITS_MIN = 3,
	SHORT_DIGITS_MAX = 8,
	NANP_DIGITS = 10,
};

struct number_country {
	const char *code;
	const char *calling_code;
	const char *international_prefix;
	uint8_t national_digits;
	/* the least digit at two places of a national number, by which other digits of that length
	 * are told apart */
	char area_min, exchange_min;
};

/* The North American Numbering Plan: 10 digits, area code and exchange begin with 2 to 9. */
#define NANP(country_code)                                                                         \
	{                                                                                          \
		country_code, "1", "011", 10, '2', '2'                                             \
	}
static const struct number_country countries[] = {
    NANP("US"), NANP("CA"), NANP("PR"), NANP("VI"), NANP("GU"), NANP("AS"), NANP("MP"),
};

const struct number_country *number_country(const char *code)
{
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++)
		if (strcmp(countries[i].code, code) == 0)
			return &countries[i];
	return NULL;
}

const char *number_countries(void)
{
	return "US CA PR VI GU AS MP";
}

static bool all_digits(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool is_e164(const char *digits)
{
	size_t n = strlen(digits);
	return n >= E164_DIGITS_MIN && n <= E164_DIGITS_MAX && digits[0] != '0';
}

static bool is_national(const struct number_country *country, const char *digits)
{
	return strlen(digits) == country->national_digits && digits[0] >= country->area_min &&
	       digits[3] >= country->exchange_min;
}

/* The digits behind country code or prefix that make "+digits" a whole number; NULL where the plan
 * has none. */
static const char *by_country(const struct number_country *country, const char *digits,
                              const char **ret_code)
{
	size_t code_len = strlen(country->calling_code),
	       prefix_len = strlen(country->international_prefix);
	*ret_code = "";
	if (is_national(country, digits)) {
		*ret_code = country->calling_code;
		return digits;
	}
	if (strncmp(digits, country->calling_code, code_len) == 0 &&
	    is_national(country, digits + code_len))
		return digits;
	if (strncmp(digits, country->international_prefix, prefix_len) == 0 &&
	    is_e164(digits + prefix_len))
		return digits + prefix_len;
	return NULL;
}

/* Where the table knows the country behind a "+", it knows how long its numbers are, too. */
static bool fits_plan(const char *digits)
{
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
		size_t n = strlen(countries[i].calling_code);
		if (strncmp(digits, countries[i].calling_code, n) == 0)
			return is_national(&countries[i], digits + n);
	}
	return true;
}

const char *number_read(const char *text, const struct number_country *country,
                        char ret_text[PHONE_BYTES_MAX + 1])
{
	char digits[PHONE_BYTES_MAX + 1] = "";
	const char *rest = digits, *code = "";
	struct utf8_writer writer;
	size_t n = 0;
	bool whole = text[0] == '+';

	for (const char *c = text + whole; *c != '\0'; c++) {
		if (strchr(" .-()", *c) != NULL)
			continue;
		if (*c < '0' || *c > '9')
			return "A number has digits only, and a + in front of its country's: "
			       "+15025550123.";
		if (n == PHONE_BYTES_MAX)
			return "It has too many digits; +15025550123 would be right.";
		digits[n++] = *c;
	}
	digits[n] = '\0';
	if (!whole && country == NULL)
		return "It does not say its country; write it as +15025550123.";
	if (!whole)
		rest = by_country(country, digits, &code);
	if (rest == NULL || (whole && (!is_e164(digits) || !fits_plan(digits))))
		return "No telephone has such a number: compare its digits; +15025550123 would be "
		       "right.";
	utf8_begin(&writer, ret_text, PHONE_BYTES_MAX + 1);
	utf8_put(&writer, '+');
	utf8_put_text(&writer, code);
	utf8_put_text(&writer, rest);
	return NULL;
}

enum sms_from number_normalise(const struct pdu_address *address,
                               const struct number_country *country,
                               char ret_text[PHONE_BYTES_MAX + 1])
{
	const char *digits = address->text;
	struct utf8_writer writer;
	utf8_begin(&writer, ret_text, PHONE_BYTES_MAX + 1);

	if (address->type == PDU_NUMBER_ALPHANUMERIC) {
		utf8_put_text(&writer, digits);
		return SMS_FROM_ALPHANUMERIC;
	}
	if (all_digits(digits)) {
		size_t n = strlen(digits);
		if (address->type == PDU_NUMBER_INTERNATIONAL && is_e164(digits)) {
			utf8_put(&writer, '+');
			utf8_put_text(&writer, digits);
			return SMS_FROM_E164;
		}
		const char *code,
		    *rest = country == NULL ? NULL : by_country(country, digits, &code);
		if (rest != NULL) {
			utf8_put(&writer, '+');
			utf8_put_text(&writer, code);
			utf8_put_text(&writer, rest);
			return SMS_FROM_E164;
		}
		/* Ten digits that no telephone of the North American plan has (they begin with 2 to 9)
		 * are a gateway's, which sends mail as texts. */
		if ((n >= SHORT_DIGITS_MIN && n <= SHORT_DIGITS_MAX) ||
		    (n == NANP_DIGITS && digits[0] < '2' && country &&
		     strcmp(country->calling_code, "1") == 0)) {
			utf8_put_text(&writer, digits);
			return SMS_FROM_SHORT;
		}
	}
	utf8_put_text(&writer, digits);
	return SMS_FROM_NATIONAL;
}
