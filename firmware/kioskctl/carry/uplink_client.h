/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kiosk-uplink of one's own: the program that has a network stays the only one that has. In:
 * bodies. Out: what came back. It runs the program that lies beside this one, and ends it.
 */
#ifndef KIOSKCTL_UPLINK_CLIENT_H
#define KIOSKCTL_UPLINK_CLIENT_H

#include <sys/types.h>

#include "args.h"
#include "link.h"

struct uplink_client {
	int fd;
	pid_t pid;
	uint32_t requests;
};

/* 0, or EX_UNAVAILABLE, told. */
int uplink_client_open(const struct args *args, const char *url, struct uplink_client *ret);
void uplink_client_close(struct uplink_client *uplink);
/* Posts a body: 0 and the MSG_HTTP_RESPONSE with its body as tail; or EX_UNAVAILABLE, told: nobody
 * answered. */
int uplink_client_post(const struct args *args, struct uplink_client *uplink,
                       const struct nonce *nonce, const uint8_t *body, size_t len,
                       struct link_message *ret);

#endif
