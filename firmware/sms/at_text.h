/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of a modem's lines: "+CPMS: "ME",3,50,…". */
#ifndef KIOSK_SMS_AT_TEXT_H
#define KIOSK_SMS_AT_TEXT_H

#include <kiosk/types.h>

/* What follows `prefix` and its spaces; NULL if the line does not begin with it. */
const char *at_after(const char *line, const char *prefix);
/* Field `index` (from 0) of a comma-separated list as a number; -1: there is none, or it is none.
 */
int at_number(const char *list, unsigned index);
/* Field `index` without its quotes, control characters left out, cut to `size`. False: there is
 * none, or it is empty. */
bool at_quoted(const char *list, unsigned index, char *buffer, size_t size);
/* How many hexadecimal digits a line begins with, if it is a message's octets: two at least and
 * nothing else, or as many as a message has and then something. 0: it is something else. */
size_t at_hex(const char *line);
/* Whether a line refuses a command, in the standards' words (27.007 clause 9.1) or a maker's own. */
bool at_refuses(const char *line);

#endif
