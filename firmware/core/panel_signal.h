/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scene's signal as lights and a buzzer play it: each signal a rhythm of its own, so that it is
 * told from the others without colour and without pitch. No light rises more than 3 times in a
 * second (WCAG 2.2, 2.3.1).
 */
#ifndef KIOSK_CORE_PANEL_SIGNAL_H
#define KIOSK_CORE_PANEL_SIGNAL_H

#include "scene.h"

enum { PANEL_STEPS_MAX = 6, PANEL_RISE_MS_MIN = 334 };

/* Added up: the lights that are lit. */
enum panel_light { LIGHT_GREEN = 1, LIGHT_BLUE = 2, LIGHT_AMBER = 4 };

struct panel_step {
	uint16_t ms;
	uint16_t tone_hz; /* 0: silent; a plain buzzer sounds at any other */
	uint8_t lights;
};

struct panel_rhythm {
	unsigned n;
	struct panel_step step[PANEL_STEPS_MAX];
};

/* Played once, all dark and silent afterwards. Of SIGNAL_NONE and out of range: no step. */
const struct panel_rhythm *panel_signal(enum scene_signal signal);

#endif
