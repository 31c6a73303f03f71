/* SPDX-License-Identifier: Apache-2.0 */
/* --valid-from and --valid-days of a certificate. */
#ifndef KIOSKCTL_VALIDITY_H
#define KIOSKCTL_VALIDITY_H

#include "args.h"

#define VALIDITY_OPTIONS(days)                                                                     \
	{"--valid-from", OPTION_VALUE, false, "DATE",                                              \
	 "first day of the certificate, from midnight UTC (yesterday)"},                           \
	{                                                                                          \
		"--valid-days", OPTION_VALUE, false, "N",                                          \
		    "how long it holds, 1 to 36500 days (" days ")"                                \
	}

/* Reads both. 0 or EX_USAGE, told. */
int validity_read(const struct args *args, uint32_t standard_days, int64_t *ret_not_before,
                  int64_t *ret_not_after);

#endif
