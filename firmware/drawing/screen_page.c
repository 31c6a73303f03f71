/* SPDX-License-Identifier: Apache-2.0 */
/* Where the parts of a scene stand: the meeting above, what a volunteer is to know below, the answer
 * between. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drawing_private.h"

static const struct {
	struct ink ground, ink;
} colours[COLOUR_N][2] = {
    [COLOUR_PLAIN] = {{{0.05, 0.06, 0.08}, {1, 1, 1}}, {{1, 1, 1}, {0.05, 0.06, 0.08}}},
    [COLOUR_GREEN] = {{{0.02, 0.33, 0.12}, {1, 1, 1}}, {{0.78, 0.95, 0.80}, {0, 0.16, 0.04}}},
    [COLOUR_BLUE] = {{{0.03, 0.22, 0.50}, {1, 1, 1}}, {{0.80, 0.88, 1.0}, {0, 0.08, 0.25}}},
    [COLOUR_AMBER] = {{{1.0, 0.72, 0.10}, {0, 0, 0}}, {{1.0, 0.80, 0.30}, {0, 0, 0}}},
    [COLOUR_RED] = {{{0.45, 0, 0}, {1, 1, 1}}, {{1.0, 0.82, 0.80}, {0.30, 0, 0}}},
};

struct layout {
	struct canvas canvas;
	const struct scene *scene;
	double unit; /* the shorter side */
	double margin;
	bool tall;
};

static unsigned lines_of(const struct scene *scene, enum scene_role role,
                         const char *ret[SCENE_LINES_MAX])
{
	unsigned n = 0;

	for (unsigned i = 0; i < scene->n_lines; i++)
		if (scene->line[i].role == role)
			ret[n++] = scene->line[i].text;
	return n;
}

static void fill(struct layout *page, const struct box *box, struct ink ink, double radius)
{
	cairo_t *const cr = page->canvas.cr;
	const double right = box->x_mm + box->width_mm, bottom = box->y_mm + box->height_mm;

	cairo_set_source_rgb(cr, ink.red, ink.green, ink.blue);
	cairo_new_sub_path(cr);
	cairo_arc(cr, right - radius, box->y_mm + radius, radius, -M_PI / 2, 0);
	cairo_arc(cr, right - radius, bottom - radius, radius, 0, M_PI / 2);
	cairo_arc(cr, box->x_mm + radius, bottom - radius, radius, M_PI / 2, M_PI);
	cairo_arc(cr, box->x_mm + radius, box->y_mm + radius, radius, M_PI, 3 * M_PI / 2);
	cairo_close_path(cr);
	cairo_fill(cr);
	page->canvas.ground = ink;
}

/* Lines one below the other, no larger than `most_px`, in the middle of the box's height. What
 * comes behind the first, in bold, is in plain letters: another language. */
static void write_lines(struct layout *page, const struct box *box, const char *const *line,
                        unsigned n, enum align align, double most_px, bool bold)
{
	struct paragraph paragraph[SCENE_LINES_MAX];
	struct box middle = *box;

	if (n == 0)
		return;
	for (unsigned i = 0; i < n; i++)
		paragraph[i] = (struct paragraph){line[i], most_px, bold && i == 0, most_px * 0.3};
	middle.middle = true;
	(void)draw_text(&page->canvas, &middle, paragraph, n, align);
}

static void draw_role(struct layout *page, enum scene_role role, const struct box *box,
                      enum align align, double most_px, bool bold)
{
	const char *line[SCENE_LINES_MAX];

	write_lines(page, box, line, lines_of(page->scene, role, line), align, most_px, bold);
}

/* A part from the top of a box, with a margin below it. */
static struct box cut_top(struct box *rest, double height, double margin)
{
	const struct box top = {rest->x_mm, rest->y_mm, rest->width_mm, height, false};

	rest->y_mm += height + margin;
	rest->height_mm -= height + margin;
	return top;
}

static struct box cut_bottom(struct box *rest, double height, double margin)
{
	const struct box bottom = {rest->x_mm, rest->y_mm + rest->height_mm - height,
	                           rest->width_mm, height, false};

	rest->height_mm -= height + margin;
	return bottom;
}

/* Dark on white by whole pixels; left out where a module would have less than two. */
static void draw_code(struct layout *page, const struct box *box, const char *text)
{
	enum { MODULE_PX_MIN = 2 };
	struct box square = *box;
	struct qr *qr;
	double module;

	if (qr_new_octets(text, &qr) != 0)
		return;
	module = floor(fmin(box->width_mm, box->height_mm) / (qr_width(qr) + 2 * QR_QUIET_MODULES));
	if (module >= MODULE_PX_MIN) {
		const struct ink ground = page->canvas.ground;

		square.width_mm = square.height_mm = module * (qr_width(qr) + 2 * QR_QUIET_MODULES);
		square.x_mm = floor(box->x_mm + (box->width_mm - square.width_mm) / 2);
		square.y_mm = floor(box->y_mm + (box->height_mm - square.height_mm) / 2);
		fill(page, &square, INK_WHITE, 0);
		page->canvas.ground = ground;
		qr_modules(&page->canvas, qr, square.x_mm + QR_QUIET_MODULES * module,
		           square.y_mm + QR_QUIET_MODULES * module, module);
	}
	qr_free(qr);
}

/* The first part of a box: the left one, or the upper one of a tall page. */
static struct box cut_first(const struct layout *page, struct box *rest, double share)
{
	struct box first = *rest;

	if (page->tall)
		return cut_top(rest, rest->height_mm * share, page->margin);
	first.width_mm = rest->width_mm * share;
	rest->x_mm += first.width_mm + page->margin;
	rest->width_mm -= first.width_mm + page->margin;
	return first;
}

/* What a volunteer is to do now stands out, in a band of its own. */
static void draw_below(struct layout *page, struct box *rest)
{
	const char *line[SCENE_LINES_MAX];
	const unsigned warnings = lines_of(page->scene, ROLE_WARNING, line);
	const unsigned notes = lines_of(page->scene, ROLE_VOLUNTEER, line);
	struct box box;

	if (warnings > 0) {
		const unsigned shown = lines_of(page->scene, ROLE_WARNING, line);
		const struct ink ground = page->canvas.ground, ink = page->canvas.ink,
		                 band = colours[COLOUR_AMBER][0].ground;

		box = cut_bottom(rest, page->unit * (0.11 + 0.06 * (shown > 2 ? 2 : shown)),
		                 page->margin);
		fill(page, &box, band, page->margin / 2);
		box.x_mm += page->margin;
		box.width_mm -= 2 * page->margin;
		box.y_mm += page->margin / 2;
		box.height_mm -= page->margin;
		page->canvas.ink = colours[COLOUR_AMBER][0].ink;
		write_lines(page, &box, line, shown, ALIGN_LEFT, page->unit * 0.06, true);
		page->canvas.ink = ink;
		page->canvas.ground = ground;
	}
	if (notes > 0) {
		box = cut_bottom(rest, page->unit * (0.05 + 0.06 * notes), page->margin);
		draw_role(page, ROLE_VOLUNTEER, &box, ALIGN_LEFT, page->unit * 0.06, false);
	}
}

static void draw_number(struct layout *page, struct box box)
{
	char text[24];
	const char *line = text;
	struct box caption;

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)page->scene->number);
	caption = cut_bottom(&box, box.height_mm * 0.3, 0);
	write_lines(page, &box, &line, 1, ALIGN_CENTRE, box.height_mm * 0.85, true);
	draw_role(page, ROLE_CAPTION, &caption, ALIGN_CENTRE, page->unit * 0.075, false);
}

static void draw_answer(struct layout *page, struct box rest)
{
	struct box symbol;

	if (page->scene->has_number) {
		struct box number = cut_bottom(&rest, page->unit * 0.2, page->margin);
		const char *line[SCENE_LINES_MAX + 1];
		char text[24 + SENTENCE_BYTES_MAX];
		const unsigned n = lines_of(page->scene, ROLE_CAPTION, line);

		(void)snprintf(text, sizeof(text), "%llu %s",
		               (unsigned long long)page->scene->number, n > 0 ? line[0] : "");
		line[0] = text;
		write_lines(page, &number, line, 1, ALIGN_CENTRE, page->unit * 0.09, false);
	}
	if (page->scene->symbol != SYMBOL_NONE) {
		symbol = cut_first(page, &rest, page->tall ? 0.42 : 0.36);
		symbol_draw(&page->canvas, &symbol, page->scene->symbol);
	}
	draw_role(page, ROLE_SENTENCE, &rest,
	          page->tall || page->scene->symbol == SYMBOL_NONE ? ALIGN_CENTRE : ALIGN_LEFT,
	          page->unit * 0.13, true);
}

static void draw_counting(struct layout *page, struct box rest)
{
	struct box number;

	if (page->scene->code[0] != '\0') {
		struct box code = rest;

		code.width_mm = fmin(rest.width_mm * 0.3, rest.height_mm * (page->tall ? 0.3 : 1));
		code.height_mm = code.width_mm;
		code.x_mm = rest.x_mm + rest.width_mm - code.width_mm;
		if (page->tall) {
			code = cut_bottom(&rest, code.height_mm, page->margin);
		} else {
			rest.width_mm -= code.width_mm + page->margin;
			code.y_mm = rest.y_mm + (rest.height_mm - code.height_mm) / 2;
		}
		draw_code(page, &code, page->scene->code);
	}
	number = cut_first(page, &rest, 0.42);
	draw_number(page, number);
	draw_role(page, ROLE_HINT, &rest, ALIGN_LEFT, page->unit * 0.085, false);
}

static void draw_page(struct layout *page, int width, int height)
{
	const struct scene *scene = page->scene;
	struct box rest = {page->margin, page->margin, width - 2 * page->margin,
	                   height - 2 * page->margin, false};
	const char *line[SCENE_LINES_MAX];
	unsigned titles;

	fill(page, &(struct box){0, 0, width, height, false}, page->canvas.ground, 0);
	titles = lines_of(scene, ROLE_TITLE, line);
	if (titles > 0) {
		const struct box top =
		    cut_top(&rest, page->unit * (0.06 + 0.08 * titles), page->margin);

		draw_role(page, ROLE_TITLE, &top, ALIGN_LEFT, page->unit * 0.09, true);
	}
	draw_below(page, &rest);
	if (scene->kind == SCENE_OPEN || scene->kind == SCENE_CLOSED)
		draw_counting(page, rest);
	else
		draw_answer(page, rest);
}

int drawing_scene(const struct scene *scene, const struct drawing_look *look,
                  const struct picture_area *area, struct drawing_report *ret)
{
	const int shorter = area->width_px < area->height_px ? area->width_px : area->height_px;
	cairo_surface_t *surface;
	struct layout page = {.scene = scene};
	cairo_status_t r;

	if (shorter < DRAWING_PX_MIN || area->width_px > DRAWING_PX_MAX ||
	    area->height_px > DRAWING_PX_MAX || area->stride < 4 * area->width_px)
		return -EINVAL;
	assert(scene->kind < SCENE_N && scene->colour < COLOUR_N);
	if (ret)
		memset(ret, 0, sizeof(*ret));
	surface = cairo_image_surface_create_for_data(
	    area->pixels, CAIRO_FORMAT_RGB24, area->width_px, area->height_px, area->stride);
	page.canvas.cr = cairo_create(surface);
	page.canvas.report = ret;
	page.canvas.whole_words = true;
	page.canvas.ground = colours[scene->colour][look->light].ground;
	page.canvas.ink = colours[scene->colour][look->light].ink;
	page.unit = shorter;
	page.margin = shorter * 0.035;
	page.tall = area->height_px > area->width_px;
	draw_page(&page, area->width_px, area->height_px);
	r = cairo_status(page.canvas.cr);
	cairo_destroy(page.canvas.cr);
	cairo_surface_flush(surface);
	cairo_surface_destroy(surface);
	return r == CAIRO_STATUS_SUCCESS ? 0 : -ENOMEM;
}
