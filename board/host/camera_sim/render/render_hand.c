/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "render_hand.h"

/*
 * What a hand does, in millimetres and seconds. An arm that is held out sways by some millimetres
 * about every two seconds, each way by itself, and trembles at 8 to 11 Hz by a few tenths: 5 to 30
 * mm/s together. One that "can't hold still" goes to and fro by a centimetre once or twice a second,
 * 40 to 140 mm/s at its fastest. Somebody who puts a code right makes corrective movements of 10 to
 * 40 mm that take 0.3 to 0.45 s, longer ones longer, and run as reaching does: the path of least
 * jerk (Flash and Hogan 1985), at its fastest 15/8 of the mean, here 60 to 170 mm/s.
 */
static const float sway_mm[2] = {1.5f, 4}, sway_hz[2] = {0.3f, 0.7f};
static const float tremor_mm[2] = {0.1f, 0.35f}, tremor_hz[2] = {8, 11};
static const float wave_mm[2] = {6, 14}, wave_hz[2] = {1, 1.6f};
static const float move_mm[2] = {10, 40}, move_s_least = 0.25f, move_s_a_mm = 0.005f;
/* As far as a drawing reaches beyond the frame. */
static const float move_px_most = 150;

static const float full_turn = 6.2831853f;

uint64_t lot_draw(struct lot *lot)
{
	uint64_t z = lot->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

float lot_between(struct lot *lot, float least, float most)
{
	return least + (most - least) * (float)(lot_draw(lot) >> 40) / (float)(1 << 24);
}

void hand_draw(struct lot *lot, float px_a_mm, float waves, struct hand *ret)
{
	float way = lot_between(lot, 0, full_turn), reach;

	memset(ret, 0, sizeof(*ret));
	ret->px_a_mm = px_a_mm;
	ret->swing[0].x_mm = lot_between(lot, sway_mm[0], sway_mm[1]);
	ret->swing[0].hz = lot_between(lot, sway_hz[0], sway_hz[1]);
	ret->swing[1].y_mm = lot_between(lot, sway_mm[0], sway_mm[1]);
	ret->swing[1].hz = lot_between(lot, sway_hz[0], sway_hz[1]);
	reach = lot_between(lot, tremor_mm[0], tremor_mm[1]);
	ret->swing[2].x_mm = reach * cosf(way);
	ret->swing[2].y_mm = reach * sinf(way);
	ret->swing[2].hz = lot_between(lot, tremor_hz[0], tremor_hz[1]);
	way = lot_between(lot, 0, full_turn);
	reach = waves * lot_between(lot, wave_mm[0], wave_mm[1]);
	ret->swing[3].x_mm = reach * cosf(way);
	ret->swing[3].y_mm = reach * sinf(way);
	ret->swing[3].hz = lot_between(lot, wave_hz[0], wave_hz[1]);
	for (int i = 0; i < SWINGS; i++)
		ret->swing[i].phase = lot_between(lot, 0, full_turn);
}

float hand_reach_px(const struct hand *hand)
{
	float x = 0, y = 0;

	for (int i = 0; i < SWINGS; i++) {
		x += fabsf(hand->swing[i].x_mm);
		y += fabsf(hand->swing[i].y_mm);
	}
	return fmaxf(x, y) * hand->px_a_mm;
}

void hand_set_on_its_way(struct lot *lot, const float room_px[4], struct hand *hand)
{
	float length = lot_between(lot, move_mm[0], move_mm[1]);
	float way = lot_between(lot, 0, full_turn), share = 1;
	float x = length * cosf(way) * hand->px_a_mm, y = length * sinf(way) * hand->px_a_mm;

	/* From the side where there is more room, and no further than there is. */
	if (room_px[x < 0 ? 0 : 1] < fabsf(x) && room_px[x < 0 ? 1 : 0] > room_px[x < 0 ? 0 : 1])
		x = -x;
	if (room_px[y < 0 ? 2 : 3] < fabsf(y) && room_px[y < 0 ? 3 : 2] > room_px[y < 0 ? 2 : 3])
		y = -y;
	share = fminf(share, move_px_most / fmaxf(fmaxf(fabsf(x), fabsf(y)), 1));
	share = fminf(share, room_px[x < 0 ? 0 : 1] / fmaxf(fabsf(x), 1));
	share = fminf(share, room_px[y < 0 ? 2 : 3] / fmaxf(fabsf(y), 1));
	hand->from = (struct render_point){x * share, y * share};
	hand->move_s = move_s_least + move_s_a_mm * length * share;
	hand->moved_s = hand->move_s * lot_between(lot, 0, 1);
}

struct render_point hand_at(const struct hand *hand, float t_s)
{
	struct render_point at = {0, 0};
	float left = 0;

	for (int i = 0; i < SWINGS; i++) {
		const struct swing *swing = &hand->swing[i];
		float way = sinf(full_turn * swing->hz * t_s + swing->phase) * hand->px_a_mm;

		at.x_px += swing->x_mm * way;
		at.y_px += swing->y_mm * way;
	}
	if (hand->move_s > 0 && t_s + hand->moved_s < hand->move_s) {
		float done = fmaxf((t_s + hand->moved_s) / hand->move_s, 0);

		left = 1 - done * done * done * (10 - 15 * done + 6 * done * done);
	}
	at.x_px += hand->from.x_px * left;
	at.y_px += hand->from.y_px * left;
	return at;
}
