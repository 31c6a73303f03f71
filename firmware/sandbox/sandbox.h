/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program that meets hostile input gives up once its devices, files and ports are open: new
 * privileges, capabilities, core files, resources beyond limits, root where the machine has another
 * user for it, folders (Landlock) and system calls (seccomp). One table in sandbox.c says what each
 * program keeps.
 */
#ifndef KIOSK_SANDBOX_H
#define KIOSK_SANDBOX_H

#include <stdbool.h>

enum sandbox_program {
	SANDBOX_SCANNER, /* reads and writes open descriptors, some requests to its camera or
	                       keyboard; opens nothing */
	SANDBOX_MODEM,   /* the same with its line, and no requests */
	SANDBOX_UPLINK,  /* connects to other machines; threads for the resolver, read-only /etc
	                       and the certificate store */
	SANDBOX_SCREEN,  /* requests to its display; fonts to read, opened when they are needed */
	SANDBOX_COLLECTORD, /* the port it listens on, threads, the folder of its database */
	SANDBOX_KIOSKD,     /* no core files, no new privileges: it starts programs, so no filter */
};

/* 0 or -errno; what could not be had here (an old kernel) is told to the log, never silently left
 * out. */
int sandbox_enter(enum sandbox_program program);
/* The same, for a program that goes on working in a folder. Before its threads are started. */
int sandbox_enter_folder(enum sandbox_program program, const char *folder);
/* Whether helpers started by this process have no other user to become. */
bool sandbox_stays_root(void);

#endif
