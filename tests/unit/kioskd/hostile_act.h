/* SPDX-License-Identifier: Apache-2.0 */
/* What a helper that was taken over tries once it is in its sandbox; HOSTILE_DEED says which. It
 * exits with HOSTILE_DID when it could, and sends itself SIGUSR1 when it was refused. */
#ifndef TESTS_KIOSKD_HOSTILE_ACT_H
#define TESTS_KIOSKD_HOSTILE_ACT_H

enum { HOSTILE_DID = 99 };

enum hostile_deed {
	HOSTILE_CONTROL, /* connects to HOSTILE_CONTROL_PATH, and adds 500 people */
	HOSTILE_THREAD,  /* ends kioskd by tgkill(2) */
	HOSTILE_KILL,
	HOSTILE_QUEUE,
	HOSTILE_OWNER, /* lets the kernel signal kioskd for it */
	HOSTILE_LIMITS,
	HOSTILE_DATAGRAM, /* to a program of this machine */
	HOSTILE_VSOCK,
	HOSTILE_LISTEN,
	HOSTILE_TYPE, /* on the terminal */
	HOSTILE_N_DEEDS,
};

#endif
