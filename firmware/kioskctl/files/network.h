/* SPDX-License-Identifier: Apache-2.0 */
/* The network, as network.txt has it. */
#ifndef KIOSKCTL_NETWORK_H
#define KIOSKCTL_NETWORK_H

#include <kiosk/record.h>
#include "args.h"

/* Reads a file with a CK1:N code in one line. 0, EX_NOINPUT or EX_DATAERR, told. */
int network_read(const struct args *args, const char *path, struct network *ret);

#endif
