/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a helper gives up once its device is open: no new privileges, no core files, resource
 * limits, another user where it was started as root, and a seccomp filter. One table in sandbox.c
 * says what each program keeps.
 */
#ifndef KIOSK_BASE_SANDBOX_H
#define KIOSK_BASE_SANDBOX_H

enum sandbox_program {
	SANDBOX_SCANNER, /* reads and writes open descriptors, ioctl on its camera; opens nothing */
	SANDBOX_MODEM,   /* the same with its line */
	SANDBOX_UPLINK,  /* network, threads for the resolver, read-only /etc and the certificate
	                    store */
	SANDBOX_SCREEN,  /* requests to its display; fonts to read, opened when they are needed */
	SANDBOX_KIOSKD,  /* no core files, no new privileges: it starts programs, so no filter */
};

/* 0 or -errno; what could not be had here (an old kernel) is told to the log, never silently left
 * out. */
int sandbox_enter(enum sandbox_program program);

#endif
