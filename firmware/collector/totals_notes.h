/* SPDX-License-Identifier: Apache-2.0 */
/* What numbers of a network mean and cannot mean, in sentences that stand with them. */
#ifndef KIOSK_COLLECTOR_TOTALS_NOTES_H
#define KIOSK_COLLECTOR_TOTALS_NOTES_H

#include <jansson.h>

#include "totals.h"

json_t *totals_notes(enum totals_view view); /* NULL: no memory */

#endif
