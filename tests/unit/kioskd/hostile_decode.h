/* SPDX-License-Identifier: Apache-2.0 */
/* What a picture's first pixel makes the hostile decoder do; its other pixels are the code it
 * reads. */
#ifndef TESTS_KIOSKD_HOSTILE_DECODE_H
#define TESTS_KIOSKD_HOSTILE_DECODE_H

enum deed {
	DEED_READ = 0,
	DEED_CRASH,
	DEED_SPIN,
	DEED_SLEEP,
	DEED_LEAK,
	DEED_GARBAGE,      /* a packet that is no message */
	DEED_TEXT_MESSAGE, /* a message only the modem may send */
	DEED_TOO_MUCH,     /* a message whose length is a lie */
	DEED_FLOOD,        /* codes without end */
	DEED_SOCKET,
	DEED_PROGRAM,
	DEED_FILE, /* ends by SIGUSR1 when it is refused */
	DEED_DESCRIPTOR,
};

#endif
