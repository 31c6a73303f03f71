/* SPDX-License-Identifier: Apache-2.0 */
/* Where the uplink may connect to. */
#ifndef KIOSK_UPLINK_ADDRESS_H
#define KIOSK_UPLINK_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* 127.0.0.0/8 or ::1. */
bool address_is_loopback(const struct sockaddr *address);

/*
 * Takes "https://host[:port]", or "http://" with a loopback host; a slash at the end is dropped.
 * True and the URL, and whether it goes without TLS; or false and a sentence.
 */
bool address_check(const char *url, char *ret, size_t size, bool *ret_plain, char *sentence,
                   size_t sentence_size);

#endif
