/* SPDX-License-Identifier: Apache-2.0 */
/* What paper says beside names and numbers, in each language there is. */
#ifndef KIOSKCTL_PHRASES_H
#define KIOSKCTL_PHRASES_H

struct phrases {
	const char *language; /* a tag that begins with it has these */
	const char *show_card, *keep_card;
	const char *event_card;
	const char *hub;
	const char *one_person, *privacy, *slip_privacy;
	const char *first_yes, *first_no;
};

/* Never NULL: English where there is no translation. */
const struct phrases *phrases_for(const char *language);

#endif
