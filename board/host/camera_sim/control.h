/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a simulated camera is told, a line a command: "show CONDITION CODE", "add CONDITION CODE",
 * "move", "away", "quit". CODE has %XX for octets that are not printable. Pure.
 */
#ifndef KIOSK_HOST_CONTROL_H
#define KIOSK_HOST_CONTROL_H

#include <stdio.h>

#include "render.h"

enum { CONTROL_CODE_BYTES_MAX = 4296, CONTROL_LINE_BYTES_MAX = 3 * CONTROL_CODE_BYTES_MAX + 64 };

enum command { COMMAND_SHOW, COMMAND_ADD, COMMAND_MOVE, COMMAND_AWAY, COMMAND_QUIT };

struct order {
	enum command command;
	enum condition condition; /* of show and add */
	size_t len;
	uint8_t code[CONTROL_CODE_BYTES_MAX];
};

/* Every command and condition there is, a line each. */
void order_help(FILE *out);
/* Reads a line without its end. 0, or -EINVAL and a sentence. */
int order_parse(const char *line, struct order *ret, char *sentence, size_t size);

#endif
