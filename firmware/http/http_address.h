/* SPDX-License-Identifier: Apache-2.0 */
/* Where a program listens: a port of this machine's loopback, for a TLS proxy in front of it. */
#ifndef KIOSK_HTTP_ADDRESS_H
#define KIOSK_HTTP_ADDRESS_H

#include <stddef.h>
#include <sys/socket.h>

/*
 * "127.0.0.1:8080" or "[::1]:8080"; port 0 takes any that is free. 0, or -EINVAL: not loopback, or
 * not an address; the sentence says what would be right.
 */
struct http_address {
	struct sockaddr_storage socket;
	socklen_t len;
};
int http_address_parse(const char *text, struct http_address *ret, char *sentence, size_t size);

/* A socket that listens; where, and as "http://127.0.0.1:8080", with the port it got. */
struct http_door {
	int fd;
	struct http_address address;
	char url[80];
};
/* 0 or -errno. Whoever has the door closes its descriptor. */
int http_listen(const struct http_address *address, struct http_door *ret);

#endif
