/* SPDX-License-Identifier: Apache-2.0 */
/* What the simulated modem does wrong. Each is a number, 0 off; "N" counts down, one each time it
 * strikes. */
#ifndef KIOSK_SIM_FAULT_H
#define KIOSK_SIM_FAULT_H

#include <kiosk/types.h>

enum { SIM_FAULT_NAMES_MAX = 768 };

struct sim_faults {
	unsigned echo_stays;   /* ATE0 says OK and changes nothing */
	unsigned split_reads;  /* what it says comes octet by octet */
	unsigned merged_reads; /* what it says comes late and in one piece */
	unsigned garbage;  /* noise on the line, all the time: so many times 600 octets a second */
	unsigned hang;     /* no answer to anything */
	unsigned sim_busy; /* N: whatever needs the SIM is refused */
	unsigned stuck_prompt;  /* set: it waits for a message already */
	unsigned numeric_codes; /* set: another program left ATV0E1; 2: ATQ1 too */
	/* messages that come */
	unsigned cmti_lost;    /* no +CMTI */
	unsigned cmti_twice;   /* +CMTI said twice */
	unsigned cmti_wrong;   /* +CMTI names the other memory */
	unsigned cmt_beside;   /* +CMT with the message, besides storing it */
	unsigned again_centre; /* N: stored a second time, as from another service centre */
	unsigned again_slot;   /* N: stored a second time as it is */
	unsigned truncated;    /* N: stored cut in half */
	unsigned digit_more;   /* N: one hexadecimal digit too many behind it */
	unsigned
	    cmt_only; /* handed over by +CMT and stored nowhere, whatever AT+CNMI says; 2: AT+CSMS
	                      stays 1, and what AT+CNMA does not acknowledge comes again */
	/* reading and deleting */
	unsigned cmgl_hangs;   /* listing never answers */
	unsigned cmgl_refused; /* listing is refused */
	unsigned slot_hangs;   /* a slot: reading what is in it hangs the module until its line is
	                          opened anew */
	unsigned urc_in_list;  /* an unsolicited line between a message's two lines */
	unsigned cmgd_fails;   /* N: deleting is refused */
	unsigned cmgd_lies;    /* N: deleting says OK and does nothing */
	/* sending */
	unsigned no_prompt;                 /* N: AT+CMGS is not asked for its message */
	unsigned urc_prompt;                /* an unsolicited line before the prompt */
	unsigned cmgs_late;                 /* milliseconds until +CMGS, instead of send_us */
	unsigned cmgs_silent;               /* N: a message is sent, and nobody is told */
	unsigned cmgs_refused;              /* N: +CMS ERROR: 38 */
	unsigned cms_331, cms_350, cms_500; /* N: refused with that number */
};

/* Sets one by its name with dashes ("cmti-lost"). 0, or -ENOENT. */
int sim_fault_set(struct sim_faults *faults, const char *name, unsigned value);
/* The names there are, for a sentence. */
void sim_fault_names(char text[SIM_FAULT_NAMES_MAX]);

#endif
