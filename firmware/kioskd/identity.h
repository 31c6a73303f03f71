/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who this device is: its key, made once the kernel's random pool is ready, and the program that
 * runs. A file now; a TPM or the Pi's one-time memory may stand behind the same two functions
 * later.
 */
#ifndef KIOSK_KIOSKD_IDENTITY_H
#define KIOSK_KIOSKD_IDENTITY_H

#include <kiosk/types.h>

/*
 * Reads STATE/device.key, or makes it (mode 0600), and the folder with it (mode 0700). 0, or -errno
 * with a sentence: what is there and is not a key is never replaced.
 */
int identity_key(const char *state_dir, struct secret_seed *ret, char *sentence, size_t size);
/* SHA-256 of the program's own file. 0 or -errno. */
int identity_software(struct hash *ret);

#endif
