/* SPDX-License-Identifier: Apache-2.0 */
#include "restart.h"

void restart_started(struct restart *restart, struct mono_time now)
{
	restart->started = now;
}

uint64_t restart_ended(struct restart *restart, bool exited, int status, struct mono_time now)
{
	if (exited && status == EXIT_DEVICE_GONE)
		return RESTART_DEVICE_US;
	if (restart->crashes < UINT32_MAX)
		restart->crashes++;
	if (restart->wait_us == 0 || now.us - restart->started.us >= RESTART_TRUSTED_US)
		restart->wait_us = RESTART_FIRST_US;
	else if (restart->wait_us < RESTART_CAP_US)
		restart->wait_us *= 2;
	if (restart->wait_us > RESTART_CAP_US)
		restart->wait_us = RESTART_CAP_US;
	return restart->wait_us;
}
