/* SPDX-License-Identifier: Apache-2.0 */
/* Listening Unix sockets of a simulator. */
#ifndef KIOSK_HOST_LISTEN_H
#define KIOSK_HOST_LISTEN_H

/* A non-blocking listening socket of `type` at `path`; a stale one is replaced. The descriptor, or
 * -errno. */
int listen_at(const char *path, int type);

#endif
