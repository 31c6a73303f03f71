/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pass.h"

/* Share of the fixed modules that must be right for the rest to be worth a try; 0.5 is chance. */
#define QUALITY_LEAST 0.72f

/* A frame of a stream has no time for it. */
#define STILL .line_step = 1, .still_only = true

/* Cheap ones first; the order is only where the learning starts. */
const struct pass pass_table[] = {
    {.name = "640", .long_side_px = 640, .line_step = 1},
    {.name = "960", .long_side_px = 960, .line_step = 1},
    {.name = "640 threshold", .long_side_px = 640, .filter = FILTER_THRESHOLD, .line_step = 1},
    {.name = "480", .long_side_px = 480, .line_step = 1},
    {.name = "1280", .long_side_px = 1280, .line_step = 1},
    {.name = "640 sharpen", .long_side_px = 640, .filter = FILTER_SHARPEN, .line_step = 1},
    {.name = "320", .long_side_px = 320, .line_step = 1},
    {.name = "960 threshold", .long_side_px = 960, .filter = FILTER_THRESHOLD, .line_step = 1},
    {.name = "640 turned", .long_side_px = 640, .turn = true, .line_step = 1},
    {.name = "640 inverted", .long_side_px = 640, .invert = true, .line_step = 1},
    {.name = "640 mirrored", .long_side_px = 640, .mirror = true, .line_step = 1},
    {.name = "960 sharpen", .long_side_px = 960, .filter = FILTER_SHARPEN, .line_step = 1},
    {.name = "480 threshold", .long_side_px = 480, .filter = FILTER_THRESHOLD, .line_step = 1},
    {.name = "960 blur", .long_side_px = 960, .filter = FILTER_BLUR, .line_step = 1},
    {.name = "whole", .line_step = 1},
    {.name = "1280 threshold", .long_side_px = 1280, .filter = FILTER_THRESHOLD, .line_step = 1},
    {.name = "1280 sharpen", .long_side_px = 1280, .filter = FILTER_SHARPEN, .line_step = 1},
    {.name = "960 turned", .long_side_px = 960, .turn = true, .line_step = 1},
    {.name = "960 inverted", .long_side_px = 960, .invert = true, .line_step = 1},
    {.name = "whole threshold", .filter = FILTER_THRESHOLD, .line_step = 1},
    {.name = "whole turned", .turn = true, .line_step = 1},
    {.name = "whole blur", .filter = FILTER_BLUR, .line_step = 1},
    {.name = "480 sharpen", .long_side_px = 480, .filter = FILTER_SHARPEN, STILL},
    {.name = "320 sharpen", .long_side_px = 320, .filter = FILTER_SHARPEN, STILL},
    {.name = "320 threshold", .long_side_px = 320, .filter = FILTER_THRESHOLD, STILL},
    {.name = "480 turned", .long_side_px = 480, .turn = true, STILL},
    {.name = "320 turned", .long_side_px = 320, .turn = true, STILL},
    {.name = "400", .long_side_px = 400, STILL},
    {.name = "800", .long_side_px = 800, STILL},
    {.name = "240", .long_side_px = 240, STILL},
    {.name = "640 blur", .long_side_px = 640, .filter = FILTER_BLUR, STILL},
    {.name = "480 blur", .long_side_px = 480, .filter = FILTER_BLUR, STILL},
    {.name = "1280 turned", .long_side_px = 1280, .turn = true, STILL},
    {.name = "1280 blur", .long_side_px = 1280, .filter = FILTER_BLUR, STILL},
    {.name = "whole sharpen", .filter = FILTER_SHARPEN, STILL},
    {.name = "800 threshold", .long_side_px = 800, .filter = FILTER_THRESHOLD, STILL},
    {.name = "800 sharpen", .long_side_px = 800, .filter = FILTER_SHARPEN, STILL},
    {.name = "320 blur", .long_side_px = 320, .filter = FILTER_BLUR, STILL},
    {.name = "160", .long_side_px = 160, STILL},
    {.name = "480 inverted", .long_side_px = 480, .invert = true, STILL},
    {.name = "480 mirrored", .long_side_px = 480, .mirror = true, STILL},
    {.name = "960 mirrored", .long_side_px = 960, .mirror = true, STILL},
    {.name = "1600", .long_side_px = 1600, STILL},
};
const size_t pass_table_n = sizeof(pass_table) / sizeof(pass_table[0]);

const struct region_pass region_pass_table[] = {
    {.name = "region", .module_px = 4},
    {.name = "region sharpen", .module_px = 4, .filter = FILTER_SHARPEN},
    {.name = "region threshold", .module_px = 4, .filter = FILTER_THRESHOLD},
    {.name = "region blur", .module_px = 4, .filter = FILTER_BLUR},
    {.name = "region small", .module_px = 2.7f},
    {.name = "region large", .module_px = 6, .filter = FILTER_BLUR},
};
const size_t region_pass_table_n = sizeof(region_pass_table) / sizeof(region_pass_table[0]);

static int plane_init(struct plane *plane, size_t capacity)
{
	plane->grey = malloc(capacity);
	plane->capacity = plane->grey ? capacity : 0;
	return plane->grey ? 0 : -ENOMEM;
}

int workbench_init(struct workbench *bench, uint32_t width_px_max, uint32_t height_px_max)
{
	size_t pixels = (size_t)width_px_max * height_px_max;
	uint32_t side = width_px_max > height_px_max ? width_px_max : height_px_max;
	/* Turned by 45° a picture needs (w + h)² / 2 pixels, a square a half more than twice its
	 * own. */
	size_t turned =
	    ((size_t)width_px_max + height_px_max) * ((size_t)width_px_max + height_px_max) / 2 + 1;
	int r;

	memset(bench, 0, sizeof(*bench));
	if (pixels > WORK_PIXELS_MAX)
		pixels = WORK_PIXELS_MAX;
	if (pixels < (size_t)REGION_SIDE_MAX_PX * REGION_SIDE_MAX_PX)
		pixels = (size_t)REGION_SIDE_MAX_PX * REGION_SIDE_MAX_PX;
	if (turned > 2 * (size_t)WORK_PIXELS_MAX)
		turned = 2 * (size_t)WORK_PIXELS_MAX;
	r = plane_init(&bench->work, pixels);
	if (r == 0)
		r = plane_init(&bench->mean, pixels);
	if (r == 0)
		r = plane_init(&bench->level, pixels);
	if (r == 0)
		r = plane_init(&bench->other, pixels);
	if (r == 0)
		r = plane_init(&bench->turned, turned);
	if (side < REGION_SIDE_MAX_PX)
		side = REGION_SIDE_MAX_PX;
	bench->scratch.side_px_max = side;
	bench->scratch.column = malloc((4 * (size_t)side + 64) * sizeof(*bench->scratch.column));
	if (r == 0 && !bench->scratch.column)
		r = -ENOMEM;
	if (r == 0)
		r = symbols_new(&bench->symbols);
	if (r < 0)
		workbench_deinit(bench);
	return r;
}

void workbench_deinit(struct workbench *bench)
{
	symbols_free(bench->symbols);
	free(bench->scratch.column);
	free(bench->work.grey);
	free(bench->mean.grey);
	free(bench->level.grey);
	free(bench->other.grey);
	free(bench->turned.grey);
	memset(bench, 0, sizeof(*bench));
}

static void working_size(const struct pass *pass, uint32_t width_px, uint32_t height_px,
                         uint32_t *ret_width, uint32_t *ret_height)
{
	double longer = width_px > height_px ? width_px : height_px;
	double factor = pass->long_side_px > 0 ? pass->long_side_px / longer : 1.0;
	double pixels = (double)width_px * height_px * factor * factor;

	if (pixels > WORK_PIXELS_MAX)
		factor *= sqrt(WORK_PIXELS_MAX / pixels);
	*ret_width = (uint32_t)(width_px * factor);
	*ret_height = (uint32_t)(height_px * factor);
	if (*ret_width < 1)
		*ret_width = 1;
	if (*ret_height < 1)
		*ret_height = 1;
}

bool pass_applies(const struct pass *pass, uint32_t width_px, uint32_t height_px)
{
	uint32_t longer = width_px > height_px ? width_px : height_px;

	return pass->long_side_px < longer;
}

size_t pass_pixels(const struct pass *pass, uint32_t width_px, uint32_t height_px)
{
	uint32_t width, height;

	working_size(pass, width_px, height_px, &width, &height);
	return (size_t)width * height * (pass->turn ? 2 : 1);
}

/* From the plane zbar saw back to the view, then on to whoever asked. */
struct way_back {
	const struct plane *seen;
	struct affine affine;
	bool mirror;
	void (*found)(void *context, const struct symbol *symbol);
	void *context;
};

static void found_here(void *context, const struct symbol *symbol)
{
	const struct way_back *back = context;
	struct symbol there = *symbol;

	for (int i = 0; i < 4; i++) {
		float x = symbol->x[i] + 0.5f, y = symbol->y[i] + 0.5f;

		if (back->mirror)
			x = (float)back->seen->width_px - x;
		there.x[i] = back->affine.xx * x + back->affine.xy * y + back->affine.x0 - 0.5f;
		there.y[i] = back->affine.yx * x + back->affine.yy * y + back->affine.y0 - 0.5f;
	}
	back->found(back->context, &there);
}

static void apply_filter(enum filter filter, struct workbench *bench)
{
	struct plane *work = &bench->work;
	uint32_t longer = work->width_px > work->height_px ? work->width_px : work->height_px;
	struct view view = plane_view(work);
	struct plane swap;

	switch (filter) {
	case FILTER_RAW:
		break;
	case FILTER_THRESHOLD:
		plane_blur(&view, 8 + longer / 64, &bench->scratch, &bench->mean);
		plane_contrast(work, &bench->mean, 16 * 32);
		break;
	case FILTER_SHARPEN:
		plane_blur(&view, 2, &bench->scratch, &bench->mean);
		plane_sharpen(work, &bench->mean, 16 * 2);
		break;
	case FILTER_BLUR:
		plane_blur(&view, 1, &bench->scratch, &bench->mean);
		swap = *work;
		*work = bench->mean;
		bench->mean = swap;
		break;
	}
}

void pass_run(const struct pass *pass, const struct view *view, struct workbench *bench,
              void (*found)(void *context, const struct symbol *symbol), void *context)
{
	struct way_back back = {.found = found, .context = context, .mirror = pass->mirror};
	struct plane *seen = &bench->work;
	uint32_t width, height;
	float fx, fy;

	working_size(pass, view->width_px, view->height_px, &width, &height);
	plane_scale(view, width, height, &bench->scratch, &bench->work);
	fx = (float)view->width_px / (float)width;
	fy = (float)view->height_px / (float)height;
	apply_filter(pass->filter, bench);
	if (pass->invert)
		plane_invert(&bench->work);
	back.affine = (struct affine){.xx = fx, .yy = fy};
	if (pass->turn) {
		struct view upright = plane_view(&bench->work);
		struct affine turn;

		plane_turn(&upright, &bench->turned, &turn);
		seen = &bench->turned;
		back.affine = (struct affine){.xx = fx * turn.xx,
		                              .xy = fx * turn.xy,
		                              .x0 = fx * turn.x0,
		                              .yx = fy * turn.yx,
		                              .yy = fy * turn.yy,
		                              .y0 = fy * turn.y0};
	}
	if (pass->mirror)
		plane_mirror(seen);
	back.seen = seen;
	symbols_read(bench->symbols, seen, pass->line_step, found_here, &back);
}

void region_pass_run(const struct region_pass *pass, const struct triple *triple,
                     const struct view *view, struct workbench *bench,
                     void (*found)(void *context, const struct symbol *symbol), void *context)
{
	struct way_back back = {.found = found, .context = context, .mirror = pass->mirror};

	if (!region_sample(triple, view, pass->module_px, &bench->work, &back.affine))
		return;
	apply_filter(pass->filter, bench);
	if (pass->invert)
		plane_invert(&bench->work);
	if (pass->mirror)
		plane_mirror(&bench->work);
	back.seen = &bench->work;
	symbols_read(bench->symbols, &bench->work, 1, found_here, &back);
}

/* The corners of a grid's symbol, in zbar's order. */
static void grid_corners(const struct grid *grid, struct symbol *symbol)
{
	float n = (float)grid->modules;

	grid_at(grid, 0, 0, &symbol->x[0], &symbol->y[0]);
	grid_at(grid, 0, n, &symbol->x[1], &symbol->y[1]);
	grid_at(grid, n, n, &symbol->x[2], &symbol->y[2]);
	grid_at(grid, n, 0, &symbol->x[3], &symbol->y[3]);
}

/* What the second decoder makes of modules as they are told now. Whether it read them. */
static bool read_modules(const struct grid *grid, struct workbench *bench,
                         void (*found)(void *context, const struct symbol *symbol), void *context)
{
	const struct qr_payload *payload = &bench->reading.payload;
	struct symbol symbol = {.bytes = payload->bytes};

	if (qr_read(bench->modules.dark, grid->modules, &bench->qr_work, &bench->reading) != 0)
		return false;
	symbol.len = payload->len;
	grid_corners(grid, &symbol);
	found(context, &symbol);
	return true;
}

/* As they look, then with the smear taken back, and once more by what is known then. */
static bool read_grid(const struct grid *grid, const struct view *view, bool light, int area,
                      int sharpen_4ths, unsigned equalized, struct workbench *bench,
                      void (*found)(void *context, const struct symbol *symbol), void *context)
{
	modules_sample(grid, view, light, MODULES_SPREAD, &bench->modules);
	modules_sharpen(&bench->modules, sharpen_4ths);
	modules_tell(&bench->modules, area);
	if (read_modules(grid, bench, found, context))
		return true;
	for (unsigned i = 0; i < equalized && modules_equalize(grid, &bench->modules); i++)
		if (read_modules(grid, bench, found, context))
			return true;
	return false;
}

bool grid_pass_run(const struct triple *triple, bool light, const struct grid_effort *effort,
                   const struct view *view, struct workbench *bench,
                   void (*found)(void *context, const struct symbol *symbol), void *context)
{
	static const struct {
		int area, sharpen_4ths;
	} look[GRID_LOOKS_MAX] = {{MODULES_AREA, 0},
	                          {2 * MODULES_AREA, 0},
	                          {MODULES_AREA, 4},
	                          {2 * MODULES_AREA, 8},
	                          {MODULES_AREA / 2, 0}};
	struct grid grid[GRIDS_MAX];
	size_t n = grid_fit(triple, view, light, effort->enough, grid, effort->grids);

	for (size_t i = 0; i < n && grid[i].quality > QUALITY_LEAST; i++)
		for (size_t k = 0; k < effort->looks; k++)
			if (read_grid(&grid[i], view, light, look[k].area, look[k].sharpen_4ths,
			              effort->equalized, bench, found, context))
				return true;
	return false;
}

float pass_level(const struct pass *pass, const struct view *view, struct workbench *bench)
{
	uint32_t width, height;

	working_size(pass, view->width_px, view->height_px, &width, &height);
	plane_scale(view, width, height, &bench->scratch, &bench->level);
	return (float)view->width_px / (float)width;
}
