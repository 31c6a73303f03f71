/* SPDX-License-Identifier: Apache-2.0 */
/* An event's totals that nobody confirmed yet, as pictures that can be carried to a connection. */
#ifndef KIOSKCTL_EXPORT_CODES_H
#define KIOSKCTL_EXPORT_CODES_H

#include "export_items.h"

/* Into `folder`; `ledger` NULL: of a running kiosk. EXIT_DONE or an exit status, told. */
int export_codes(const struct args *args, const char *ledger, const struct wanted *wanted,
                 const char *folder);

#endif
