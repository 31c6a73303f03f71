/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "decoder.h"
#include "outline.h"

/* A symbol's finders are no farther from its corners than this share of its side; version 1 has the
 * farthest. */
static const float finder_reach = 0.26f;

static bool is_inside(const float x[4], const float y[4], float at_x, float at_y)
{
	bool inside = false;

	for (int i = 0, j = 3; i < 4; j = i++)
		if ((y[i] > at_y) != (y[j] > at_y) &&
		    at_x < (x[j] - x[i]) * (at_y - y[i]) / (y[j] - y[i]) + x[i])
			inside = !inside;
	return inside;
}

/* Whether three finders lie wholly within a code's data, as those of a code within it do. */
static bool is_within(const float x[4], const float y[4], const struct finder *const finder[3],
                      float factor)
{
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 4; k++) {
			float side = hypotf(x[k] - x[(k + 1) % 4], y[k] - y[(k + 1) % 4]);
			float at_x = finder[i]->x * factor, at_y = finder[i]->y * factor;

			if (!is_inside(x, y, at_x, at_y) ||
			    hypotf(at_x - x[k], at_y - y[k]) < finder_reach * side)
				return false;
		}
	return true;
}

/* A finder belongs to one symbol: what shares one with a code that was read is none itself. */
static bool is_known(const struct decoder *decoder, const struct triple *triple)
{
	const struct finder *const finder[3] = {&triple->corner, &triple->right, &triple->below};

	for (size_t i = 0; i < decoder->n_codes; i++) {
		float x[4], y[4];
		bool touches = false;

		for (int k = 0; k < 4; k++) {
			x[k] = (float)decoder->codes[i].corner[k].x_px;
			y[k] = (float)decoder->codes[i].corner[k].y_px;
		}
		for (int k = 0; k < 3; k++)
			touches |= is_inside(x, y, finder[k]->x * decoder->factor,
			                     finder[k]->y * decoder->factor);
		if (touches && !is_within(x, y, finder, decoder->factor))
			return true;
	}
	return false;
}

size_t regions_search(struct decoder *decoder, struct region_search *search)
{
	struct pass at = {.long_side_px = search->long_side_px};
	float factor = pass_level(&at, &decoder->view, &decoder->bench);
	struct view level = plane_view(&decoder->bench.level);
	struct plane *mean = &decoder->bench.mean;
	uint32_t share = search->surroundings ? search->surroundings : SURROUNDINGS_WIDE;
	size_t n, found;

	n = finder_search(&level, search->light, share, mean, &decoder->bench.scratch,
	                  decoder->finder, search->finders_max);
	if (search->surroundings == 0)
		n = finder_merge(decoder->finder, n,
		                 finder_search(&level, search->light, SURROUNDINGS_NEAR, mean,
		                               &decoder->bench.scratch, decoder->finder + n,
		                               search->finders_max));
	outline_finders(&level, search->light, decoder->finder, n);
	found = finder_triples(&level, mean, search->light, decoder->finder, n, decoder->triple,
	                       search->triples_max);
	for (size_t i = 0; i < found; i++)
		triple_scale(&decoder->triple[i], factor);
	for (size_t i = 0; i < n; i++)
		finder_scale(&decoder->finder[i], factor);
	search->n_finders = n;
	return found;
}

void regions_show_zbar(struct decoder *decoder, size_t n, size_t pass_index,
                       const struct region_search *search)
{
	struct region_pass pass = region_pass_table[pass_index];

	decoder->pass = pass.name;
	pass.invert = search->light;
	for (size_t i = 0; i < n; i++) {
		if (is_known(decoder, &decoder->triple[i]))
			continue;
		if (decoder_now_us(decoder) >= search->end_us)
			break;
		region_pass_run(&pass, &decoder->triple[i], &decoder->view, &decoder->bench,
		                decoder_on_zbar, decoder);
	}
}

/* Whether the same modules were looked at as hard before; keeps in mind that they are now. */
static bool is_tried(struct decoder *decoder, const struct triple *triple, bool light, size_t looks)
{
	const struct finder *finder[3] = {&triple->corner, &triple->right, &triple->below};
	struct tried *tried = NULL;

	for (size_t i = 0; i < decoder->n_tried && !tried; i++) {
		bool same = decoder->tried[i].light == light;

		for (int k = 0; k < 3 && same; k++)
			same = hypotf(decoder->tried[i].x[k] - finder[k]->x,
			              decoder->tried[i].y[k] - finder[k]->y) <
			       0.5f * finder[k]->module_px;
		tried = same ? &decoder->tried[i] : NULL;
	}
	if (tried && tried->looks >= looks)
		return true;
	if (!tried && decoder->n_tried < TRIED_MAX)
		tried = &decoder->tried[decoder->n_tried++];
	if (!tried)
		return false;
	for (int k = 0; k < 3; k++) {
		tried->x[k] = finder[k]->x;
		tried->y[k] = finder[k]->y;
	}
	tried->light = light;
	tried->looks = looks;
	return false;
}

void regions_read_modules(struct decoder *decoder, size_t n, const struct grid_effort *effort,
                          const struct region_search *search)
{
	decoder->pass = "modules";
	for (size_t i = 0; i < n; i++) {
		if (is_known(decoder, &decoder->triple[i]) ||
		    is_tried(decoder, &decoder->triple[i], search->light, effort->looks))
			continue;
		if (decoder_now_us(decoder) >= search->end_us)
			break;
		(void)grid_pass_run(&decoder->triple[i], search->light, effort, &decoder->view,
		                    &decoder->bench, decoder_on_exact, decoder);
	}
}
