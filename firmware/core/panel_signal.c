/* SPDX-License-Identifier: Apache-2.0 */
#include "panel_signal.h"

enum { G = LIGHT_GREEN, B = LIGHT_BLUE, A = LIGHT_AMBER };

/* clang-format off */
static const struct panel_rhythm rhythm[SIGNAL_N] = {
	[SIGNAL_NONE]         = {0, {{0}}},
	[SIGNAL_COUNTED]      = {2, {{200, 880, G}, {800, 1320, G}}},
	[SIGNAL_ALREADY]      = {3, {{200, 880, G}, {200, 0, 0}, {200, 880, G}}},
	[SIGNAL_NOT_ACCEPTED] = {5, {{500, 660, B}, {400, 0, 0}, {500, 440, B}, {400, 0, 0}, {500, 0, B}}},
	[SIGNAL_NOT_CHECKED]  = {3, {{900, 330, A}, {400, 0, 0}, {300, 330, A}}},
	[SIGNAL_OPENED]       = {5, {{250, 660, G}, {150, 0, 0}, {250, 880, G}, {150, 0, 0}, {600, 1320, G}}},
	[SIGNAL_CLOSED]       = {5, {{600, 1320, B}, {150, 0, 0}, {250, 880, B}, {150, 0, 0}, {250, 660, B}}},
	[SIGNAL_UNDONE]       = {3, {{250, 880, B}, {250, 0, 0}, {700, 440, B}}},
	[SIGNAL_HOLD]         = {1, {{300, 550, A}}},
};
/* clang-format on */

const struct panel_rhythm *panel_signal(enum scene_signal signal)
{
	return &rhythm[(unsigned)signal < SIGNAL_N ? signal : SIGNAL_NONE];
}
