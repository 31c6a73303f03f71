/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_bytes() of base, where it is called from: the linker puts this one in its place (--wrap),
 * so that a seed gives the same run octet for octet. Nothing in the product knows of it.
 */
#include "sim.h"

void __wrap_random_bytes(void *buffer, size_t len);

static uint64_t *following;

void random_follow(uint64_t *state)
{
	following = state;
}

void __wrap_random_bytes(void *buffer, size_t len)
{
	uint8_t *octet = buffer;

	for (size_t i = 0; i < len; i++)
		octet[i] = (uint8_t)fault_random(following);
}
