/* SPDX-License-Identifier: Apache-2.0 */
/* The only places where the kernel's clocks are read. A turn of a loop reads once and hands down.
 */
#ifndef KIOSK_BASE_CLOCK_H
#define KIOSK_BASE_CLOCK_H

#include <kiosk/record.h>

struct mono_time clock_mono(void);
struct wall_time clock_wall(void);
/* /proc/sys/kernel/random/boot_id as 16 octets. 0 or -errno. */
int clock_boot_id(uint8_t ret_id[16]);
/*
 * Why the wall clock may be believed: NTP (adjtimex(2) without STA_UNSYNC), RTC (/sys/class/rtc has
 * one that set the system's time), or CLOCK_SOURCE_NONE.
 */
enum clock_source clock_wall_source(void);

static inline uint64_t mono_since_us(struct mono_time now, struct mono_time then)
{
	return now.us > then.us ? now.us - then.us : 0;
}

#endif
