/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "message.h"
#include "number.h"
#include "volunteers.h"

static int read_country(const struct args *args, const struct number_country **ret)
{
	const char *code = args_value(args, "--country");

	*ret = NULL;
	if (code == NULL)
		return 0;
	*ret = number_country(code);
	if (*ret == NULL) {
		complain(args,
		         "--country: “%s” is not known; one of these would be right: %s, and a "
		         "number that begins with + needs none",
		         code, number_countries());
		return EX_USAGE;
	}
	if (args_count(args, "--volunteer") == 0) {
		complain(args, "--country says whose national numbers --volunteer has, and there "
		               "is no --volunteer");
		return EX_USAGE;
	}
	return 0;
}

int volunteers_read(const struct args *args, struct volunteers *ret)
{
	const struct number_country *country;
	const char *text;
	int r = read_country(args, &country);

	ret->n = 0;
	for (size_t i = 0; r == 0 && (text = args_nth(args, "--volunteer", i)) != NULL; i++) {
		const char *why;

		if (ret->n == VOLUNTEERS_MAX) {
			complain(args, "--volunteer: at most %d can be given", VOLUNTEERS_MAX);
			return EX_USAGE;
		}
		why = number_read(text, country, ret->number[ret->n]);
		if (why != NULL) {
			complain(args, "--volunteer: “%s” will not do. %s%s", text, why,
			         country == NULL && text[0] != '+'
			             ? " Or give --country US, and national numbers"
			             : "");
			return EX_USAGE;
		}
		for (unsigned k = 0; k < ret->n; k++)
			if (strcmp(ret->number[k], ret->number[ret->n]) == 0) {
				complain(args, "--volunteer: “%s” is given twice", text);
				return EX_USAGE;
			}
		ret->n++;
	}
	return r;
}

void volunteers_mark(const struct volunteers *volunteers, const struct card_secret *secret,
                     struct manifest *manifest)
{
	manifest->n_volunteers = volunteers->n;
	for (unsigned i = 0; i < volunteers->n; i++)
		manifest->volunteer[i] =
		    volunteer_mark(secret, &manifest->event, volunteers->number[i]);
}
