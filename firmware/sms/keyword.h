/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text asks for: the rules of DESIGN.md, Texts. Words are compared in a plain form: lower
 * case, no accents, no punctuation; emoji are no words.
 */
#ifndef KIOSK_SMS_KEYWORD_H
#define KIOSK_SMS_KEYWORD_H

#include <kiosk/sms_request.h>

/*
 * Reads `text` (UTF-8 of any origin, NUL-terminated) against the manifest's keywords, in this
 * order:
 *   1. not from a person (a reaction to a message, our own reply, an automatic answer):
 * SMS_ASK_IGNORE;
 *   2. STATUS and kin, alone, and only from a `volunteer`: from anybody else they are unknown
 * words;
 *   3. STOP, START, HELP, UNDO and kin, where they begin the message or are all of it;
 *   4. a project's keyword as written: the first word, then any; then with one letter wrong, for
 * keywords of five letters and more, if only one project is meant;
 *   5. in a message of at most four words: HERE, AQUI and kin; or nothing but a party size: the
 * default project;
 *   6. SMS_ASK_NOTHING.
 */
void keyword_read(const char *text, const struct manifest *manifest, bool volunteer,
                  struct sms_request *ret);

/*
 * Whether a project may use this keyword. 0; or a sentence that says why not and what would do: for
 * whoever makes a manifest. Two keywords are the same if their plain forms are.
 */
const char *keyword_refuse(const char *keyword);
bool keyword_same(const char *a, const char *b);

#endif
