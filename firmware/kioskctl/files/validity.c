/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "clock.h"
#include "validity.h"

enum { VALID_DAYS_MAX = 36500 };

int validity_read(const struct args *args, uint32_t standard_days, int64_t *ret_not_before,
                  int64_t *ret_not_after)
{
	const char *from = args_value(args, "--valid-from");
	/* Yesterday, because today's midnight here may be before today's midnight UTC. */
	struct moment moment = {.s = (clock_wall().s / DAY_S - 1) * DAY_S};
	uint32_t days;
	int r = from != NULL ? day_parse(args, "--valid-from", from, &moment) : 0;

	if (r != 0)
		return r;
	r = args_number(args, "--valid-days", 1, VALID_DAYS_MAX, standard_days, &days);
	if (r != 0)
		return r;
	*ret_not_before = moment.s;
	*ret_not_after = moment.s + (int64_t)days * DAY_S;
	return 0;
}
