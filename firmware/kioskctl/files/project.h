/* SPDX-License-Identifier: Apache-2.0 */
/* --name and --project of an event, as they go into its manifest. */
#ifndef KIOSKCTL_PROJECT_H
#define KIOSKCTL_PROJECT_H

#include <kiosk/record.h>
#include "args.h"

/* All --name en=TEXT: languages and the event's names. 0 or EX_USAGE, told. */
int names_read(const struct args *args, struct manifest *manifest);
/* All --project ID:KEYWORD,…:en=NAME…, after the names. 0 or EX_USAGE, told. */
int projects_read(const struct args *args, struct manifest *manifest);
/* The same of an event that is there: a name takes the place of the one in its language, a project
 * that of the one with its ID or follows the last. 0 or EX_USAGE, told. */
int names_amend(const struct args *args, struct manifest *manifest);
int projects_amend(const struct args *args, struct manifest *manifest);
/* The project that `text` names, by its ID or by a keyword of its own. 0 or EX_USAGE, told. */
int project_find(const struct args *args, const char *option, const struct manifest *manifest,
                 const char *text, size_t *ret_index);
/* "1,3" or "RIVER,PARK" -> the mask of a ticket. 0 or EX_USAGE, told. */
int projects_mask(const struct args *args, const char *option, const struct manifest *manifest,
                  uint16_t *ret_mask);

#endif
