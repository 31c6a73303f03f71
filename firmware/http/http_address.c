/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http_address.h"
#include "text.h"

int http_address_parse(const char *text, struct http_address *ret, char *sentence, size_t size)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const char *colon = strrchr(text, ':');
	char host[48], *end;
	unsigned long port;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9' ||
	    (size_t)(colon - text) >= sizeof(host))
		goto not_an_address;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	port = strtoul(colon + 1, &end, 10);
	if (*end != '\0' || port > 65535)
		goto not_an_address;
	if (strcmp(host, "[::1]") == 0) {
		in6.sin6_port = htons((uint16_t)port);
		memcpy(&ret->socket, &in6, sizeof(in6));
		ret->len = sizeof(in6);
		return 0;
	}
	if (inet_pton(AF_INET, host, &in.sin_addr) != 1) {
		if (host[0] != '[')
			goto not_an_address;
		goto not_loopback;
	}
	if (ntohl(in.sin_addr.s_addr) >> 24 != 127)
		goto not_loopback;
	in.sin_port = htons((uint16_t)port);
	memcpy(&ret->socket, &in, sizeof(in));
	ret->len = sizeof(in);
	return 0;
not_an_address:
	text_format(sentence, size,
	            "\"%s\" is not an address; right would be 127.0.0.1:8080 or [::1]:8080.", text);
	return -EINVAL;
not_loopback:
	text_format(sentence, size,
	            "%s is not this machine's loopback. Listen on 127.0.0.1:8080, and put a TLS "
	            "proxy in front of it.",
	            text);
	return -EINVAL;
}

int http_listen(const struct http_address *address, struct http_door *ret)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_storage storage;
	} name;
	socklen_t len = sizeof(name);
	char host[INET6_ADDRSTRLEN];
	int one = 1, r;
	int fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	memcpy(&name, &address->socket, sizeof(address->socket));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, &name.any, address->len) < 0 || listen(fd, SOMAXCONN) < 0 ||
	    getsockname(fd, &name.any, &len) < 0) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	memcpy(&ret->address.socket, &name, sizeof(ret->address.socket));
	ret->address.len = len;
	if (name.any.sa_family == AF_INET) {
		(void)inet_ntop(AF_INET, &name.in.sin_addr, host, sizeof(host));
		snprintf(ret->url, sizeof(ret->url), "http://%s:%u", host, ntohs(name.in.sin_port));
	} else {
		snprintf(ret->url, sizeof(ret->url), "http://[::1]:%u", ntohs(name.in6.sin6_port));
	}
	ret->fd = fd;
	return 0;
}
