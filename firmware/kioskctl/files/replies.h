/* SPDX-License-Identifier: Apache-2.0 */
/* What an event's replies by SMS will cost, told while its names can still be changed. */
#ifndef KIOSKCTL_REPLIES_H
#define KIOSKCTL_REPLIES_H

#include <kiosk/record.h>

/* To standard output: how many messages a reply takes in each language, and which letters are why.
 */
void replies_tell(const struct manifest *manifest);

#endif
