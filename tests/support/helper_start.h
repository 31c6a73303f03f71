/* SPDX-License-Identifier: Apache-2.0 */
/* A helper program as kioskd starts it, with the test in kioskd's place. Asserts, by cmocka, that it
 * worked. */
#ifndef KIOSK_TEST_HELPER_START_H
#define KIOSK_TEST_HELPER_START_H

#include <sys/types.h>

#include "link.h"

/* Starts argv[0] with a link on its descriptor 3; `ret_link` is the test's end. */
pid_t helper_start(const char *const argv[], int *ret_link);
/* The same in a child of the caller's own, with an end of its link: becomes the program, which ends
 * with whoever started it. */
_Noreturn void helper_become(int link, const char *const argv[]);
/* The next message of the type; those before it are passed over. Valid until the next call;
 * NULL: the program closed its end. */
const struct link_message *helper_receive(int link, enum msg_type type);

#endif
