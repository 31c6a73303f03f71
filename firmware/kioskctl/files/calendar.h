/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, times of day and durations as people give them. Offsets from UTC are fixed. */
#ifndef KIOSKCTL_CALENDAR_H
#define KIOSKCTL_CALENDAR_H

#include "args.h"
#include "paper_time.h"
#include "valid.h"

/* "2026-11-21T18:00-05:00" or "…Z". `what` names it in the sentence. 0 or EX_USAGE, told. */
int moment_parse(const struct args *args, const char *what, const char *text, struct moment *ret);
/* The same, or "2026-11-21": midnight UTC. */
int day_parse(const struct args *args, const char *what, const char *text, struct moment *ret);
/* "90min", "3h", "7d", "2h30min" … in seconds, in [min, max]. 0 or EX_USAGE, told. */
int duration_parse(const struct args *args, const char *what, const char *text, uint32_t min,
                   uint32_t max, uint32_t *ret_s);

#endif
