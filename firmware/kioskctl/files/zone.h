/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time zone by its name in the tz database, as the C library reads it from this machine. In: a
 * name that a person typed. It is looked for among the database's own files only, and from then on
 * this process's local time is that zone's.
 */
#ifndef KIOSKCTL_ZONE_H
#define KIOSKCTL_ZONE_H

#include "args.h"
#include "paper_time.h"

/* --zone NAME. 0 or EX_USAGE, told. */
int zone_open(const struct args *args, const char *name);
/* The zone's offset from UTC at that moment. */
int32_t zone_offset(int64_t s);
/*
 * When the zone's clocks show what clocks of UTC show at `civil_s`. 0; or EX_USAGE, told, where they
 * are put forward over that time, or back so that they show it twice. `what` and `text` name it in
 * the sentence.
 */
int zone_moment(const struct args *args, const char *what, const char *text, int64_t civil_s,
                struct moment *ret);

#endif
