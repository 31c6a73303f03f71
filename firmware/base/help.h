/* SPDX-License-Identifier: Apache-2.0 */
/* --help, which every program answers on standard output, and ends well. */
#ifndef KIOSK_BASE_HELP_H
#define KIOSK_BASE_HELP_H

#include <stdbool.h>

/* Whether "--help" is among a command line's options. */
bool help_is_asked(int argc, char **argv);

#endif
