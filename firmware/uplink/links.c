/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "links.h"

enum { SETTLE_US = 200000 }; /* changes come in bursts: look once they have settled */

struct links {
	sd_event_source *io, *timer;
	int fd;
	bool told;
	uint64_t seen; /* a sum over the usable addresses */
	links_fn *changed;
	void *context;
};

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t sum, const void *octets, size_t len)
{
	const uint8_t *octet = octets;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ octet[i]) * UINT64_C(1099511628211);
	return sum;
}

/* The sum of one address, 0 if it is of no use. */
static uint64_t look_at(const struct ifaddrs *entry)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (entry->ifa_addr == NULL || (entry->ifa_flags & IFF_LOOPBACK) ||
	    (entry->ifa_flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
		return 0;
	sum = mix(sum, entry->ifa_name, strlen(entry->ifa_name));
	if (entry->ifa_addr->sa_family == AF_INET) {
		memcpy(&in, entry->ifa_addr, sizeof(in));
		if (ntohl(in.sin_addr.s_addr) >> 16 == 0xa9fe) /* 169.254.0.0/16 */
			return 0;
		return mix(sum, &in.sin_addr, sizeof(in.sin_addr)) | 1;
	}
	if (entry->ifa_addr->sa_family != AF_INET6)
		return 0;
	memcpy(&in6, entry->ifa_addr, sizeof(in6));
	if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
		return 0;
	return mix(sum, &in6.sin6_addr, sizeof(in6.sin6_addr)) | 1;
}

static void look(struct links *links)
{
	struct ifaddrs *list;
	uint64_t seen = 0;
	bool up = false;

	if (getifaddrs(&list) < 0)
		return;
	for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
		uint64_t sum = look_at(entry);

		up = up || sum != 0;
		seen += sum;
	}
	freeifaddrs(list);
	if (links->told && seen == links->seen)
		return;
	links->told = true;
	links->seen = seen;
	links->changed(links->context, up);
}

static int on_settled(sd_event_source *source, uint64_t us, void *context)
{
	(void)source;
	(void)us;
	look(context);
	return 0;
}

/* What the message says is not read: another one may be lost (ENOBUFS), so what there is now is
 * asked for anyway. */
static int on_change(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct links *links = context;
	uint8_t buffer[8192];

	(void)source;
	(void)events;
	while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
		;
	(void)sd_event_source_set_time_relative(links->timer, SETTLE_US);
	(void)sd_event_source_set_enabled(links->timer, SD_EVENT_ONESHOT);
	return 0;
}

static int listen_to_kernel(void)
{
	const struct sockaddr_nl name = {.nl_family = AF_NETLINK,
	                                 .nl_groups =
	                                     RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE), r;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)(const void *)&name, sizeof(name)) < 0) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	return fd;
}

int links_open(sd_event *event, links_fn *changed, void *context, struct links **ret)
{
	struct links *links = calloc(1, sizeof(*links));
	int r;

	if (links == NULL)
		return -ENOMEM;
	links->changed = changed;
	links->context = context;
	links->fd = listen_to_kernel();
	r = links->fd < 0
	        ? links->fd
	        : sd_event_add_io(event, &links->io, links->fd, EPOLLIN, on_change, links);
	/* At once: what there is at the start. */
	if (r >= 0)
		r = sd_event_add_time_relative(event, &links->timer, CLOCK_MONOTONIC, 0, 1000,
		                               on_settled, links);
	if (r < 0) {
		links_close(links);
		return r;
	}
	*ret = links;
	return 0;
}

void links_close(struct links *links)
{
	if (links == NULL)
		return;
	(void)sd_event_source_disable_unref(links->io);
	(void)sd_event_source_disable_unref(links->timer);
	if (links->fd >= 0)
		(void)close(links->fd);
	free(links);
}
