/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a PIN was refused, beside the file that holds it: a SIM locks itself after three wrong
 * ones, and this program starts anew more often than that. FILE.tried gets a line before a PIN is
 * tried and another when it was right, each on the disk before the next octet goes to the modem. A
 * PIN file written anew is another PIN. No part of a PIN stands in it.
 */
#ifndef KIOSK_MODEM_PIN_MEMORY_H
#define KIOSK_MODEM_PIN_MEMORY_H

#include <stdbool.h>

/* To be called before the sandbox. 0 with a descriptor of the caller's, or -errno. */
int pin_memory_open(const char *pin_file, int *ret_fd, bool *ret_refused);
/* `right` false: it is tried now. A descriptor of -1 is fine. */
void pin_memory_note(int fd, bool right);

#endif
