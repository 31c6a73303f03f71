/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The room of modems: lines that carry AT commands, and kiosk-modem, the program between such a
 * line and kioskd. In come octets, out go octets; what they mean is firmware/sms. A line is a
 * driver of <kiosk/modem.h>.
 *
 * This file: a serial device, or anything else that is a tty: a USB modem's AT port, a UART, a
 * pseudo-terminal.
 */
#ifndef KIOSK_MODEM_SERIAL_H
#define KIOSK_MODEM_SERIAL_H

#include <kiosk/modem.h>

/*
 * open: `where` is the device's path, best a stable one below /dev/serial/by-id. The line is raw,
 * 115200 bit/s 8N1 without flow control (a USB port ignores that), what was waiting in it is thrown
 * away, and it is ours alone: an advisory lock (flock) that one process holds at a time, and
 * TIOCEXCL against everybody else. -EBUSY: another has it; -ENOTTY: no serial line.
 */
extern const struct modem_driver modem_serial;

#endif
