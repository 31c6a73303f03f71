/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTP request to the real program, by libcurl; asserts, by cmocka, that it was answered. */
#ifndef KIOSK_TEST_CLIENT_H
#define KIOSK_TEST_CLIENT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

struct got {
	long status;
	char type[64];
	size_t len;
	uint8_t body[65536];
};

/* `nonce` NULL: no such header. `body` NULL: GET. */
void client_request(const char *base, const char *method, const char *path, const char *nonce,
                    const void *body, size_t len, struct got *ret);

#endif
