/* SPDX-License-Identifier: Apache-2.0 */
/* Where a hub is, by ISO 3166-2. */
#ifndef KIOSKCTL_REGION_H
#define KIOSKCTL_REGION_H

#include "args.h"

/*
 * --region, in capitals whichever way it was typed. In the United States it has to be a state, a
 * territory or the District; elsewhere a code of the right form. `size` octets of *ret. 0 or
 * EX_USAGE, told.
 */
int region_read(const struct args *args, char *ret, size_t size);
/* "Kentucky"; NULL where it is not in the United States. */
const char *region_name(const char *region);

#endif
