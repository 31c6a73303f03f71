/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a helper program takes the arguments it would be started with: asked of the program itself,
 * which reads them with the code that it starts with, and ends (`--check`). */
#ifndef KIOSK_KIOSKD_HELPER_CHECK_H
#define KIOSK_KIOSKD_HELPER_CHECK_H

#include <kiosk/types.h>

/*
 * `arguments` (without the program's name) end with NULL. 0: it would start. Else its exit status,
 * or -errno, and `sentence` has what it said, or why it could not be asked. Waits for the program,
 * at most three seconds.
 */
int helper_check(const char *folder, const char *program, const char *const arguments[],
                 char *sentence, size_t size);

#endif
