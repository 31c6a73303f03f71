/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <cairo-svg.h>
#include <errno.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <png.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "paper.h"
#include "text.h"

static const double MM_PER_INCH = 25.4;
static const double PX_MM = 25.4 / PAPER_DPI;
/* Pango counts in 1024ths of a unit; a unit of a hundredth of a millimetre leaves no rounding to be
 * seen. */
static const double TEXT_UNITS_PER_MM = 100;

struct qr {
	QRcode *code;
};

int qr_new(const char *text, struct qr **ret)
{
	QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
	struct qr *qr = calloc(1, sizeof(*qr));
	int r = -ENOMEM;

	if (input == NULL || qr == NULL)
		goto out;
	if (QRinput_append(input, QR_MODE_AN, (int)strlen(text), (const unsigned char *)text) < 0) {
		r = errno == ENOMEM ? -ENOMEM : -ERANGE;
		goto out;
	}
	qr->code = QRcode_encodeInput(input);
	if (qr->code == NULL) {
		r = errno == ENOMEM ? -ENOMEM : -ERANGE;
		goto out;
	}
	*ret = qr;
	qr = NULL;
	r = 0;
out:
	qr_free(qr);
	QRinput_free(input);
	return r;
}

void qr_free(struct qr *qr)
{
	if (qr == NULL)
		return;
	QRcode_free(qr->code);
	free(qr);
}

int qr_version(const struct qr *qr)
{
	return qr->code->version;
}

/* Whole pixels of the PNG, so that every module is as wide as the next. */
static double module_mm(const struct qr *qr, double side_mm)
{
	const double px = ceil(side_mm / (qr->code->width * PX_MM) - 1e-6);

	return fmax(px, QR_MODULE_PX_MIN) * PX_MM;
}

double qr_outer_mm(const struct qr *qr, double side_mm)
{
	return (qr->code->width + 2 * QR_QUIET_MODULES) * module_mm(qr, side_mm);
}

void qr_draw(cairo_t *cr, const struct qr *qr, double x_mm, double y_mm, double side_mm)
{
	const int width = qr->code->width;
	const double module = module_mm(qr, side_mm);
	const double x0 = round(x_mm / PX_MM) * PX_MM + QR_QUIET_MODULES * module;
	const double y0 = round(y_mm / PX_MM) * PX_MM + QR_QUIET_MODULES * module;

	cairo_save(cr);
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
	cairo_set_source_rgb(cr, 0, 0, 0);
	/* Dark modules beside each other are one rectangle: no seams between them in a viewer of
	 * the SVG. */
	for (int y = 0; y < width; y++)
		for (int x = 0; x < width; x++) {
			int run = 0;

			while (x + run < width && (qr->code->data[y * width + x + run] & 1) != 0)
				run++;
			if (run == 0)
				continue;
			cairo_rectangle(cr, x0 + x * module, y0 + y * module, run * module, module);
			x += run;
		}
	cairo_fill(cr);
	cairo_restore(cr);
}

static PangoLayout *lay_out(cairo_t *cr, const struct paragraph *paragraph, double width_mm,
                            double factor, enum align align)
{
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_from_string("DejaVu Sans, Sans");
	cairo_font_options_t *options = cairo_font_options_create();

	/* The same line breaks in the PNG and the SVG: nothing is fitted to pixels. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
	pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
	pango_font_description_set_absolute_size(font, paragraph->size_mm * factor *
	                                                   TEXT_UNITS_PER_MM * PANGO_SCALE);
	pango_font_description_set_weight(font, paragraph->bold ? PANGO_WEIGHT_BOLD
	                                                        : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(width_mm * TEXT_UNITS_PER_MM * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout,
	                           align == ALIGN_CENTRE ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
	pango_layout_set_text(layout, paragraph->text, -1);
	pango_layout_context_changed(layout);
	cairo_font_options_destroy(options);
	pango_font_description_free(font);
	return layout;
}

/* How many of its glyphs no font has. */
static int unknown_glyphs(PangoLayout *layout, const char *text, int len)
{
	pango_layout_set_text(layout, text, len);
	return pango_layout_get_unknown_glyphs_count(layout);
}

/* For no surface that is kept. */
static PangoLayout *lay_out_only(const char *text)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
	cairo_t *cr = cairo_create(surface);
	const struct paragraph paragraph = {.text = text, .size_mm = 3};
	PangoLayout *layout = lay_out(cr, &paragraph, 100, 1, ALIGN_LEFT);

	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return layout;
}

bool paper_has_letters(const char *text, char ret_missing[8])
{
	PangoLayout *layout = lay_out_only(text);
	const bool all = unknown_glyphs(layout, text, -1) == 0;

	ret_missing[0] = '\0';
	/* One letter at a time, in the text's place: what comes of several is drawn as its parts. */
	for (const char *c = text; !all && *c != '\0' && ret_missing[0] == '\0';
	     c = g_utf8_next_char(c)) {
		const int len = (int)(g_utf8_next_char(c) - c);

		if (unknown_glyphs(layout, c, len) > 0)
			text_format(ret_missing, 8, "%.*s", len, c);
	}
	g_object_unref(layout);
	return all;
}

void paper_only_letters(const char *text, char *buffer, size_t size)
{
	PangoLayout *layout = lay_out_only(text);
	size_t n = 0;

	for (const char *c = text, *next; *c != '\0'; c = next) {
		next = g_utf8_next_char(c);
		if (n + (size_t)(next - c) >= size)
			break;
		if (unknown_glyphs(layout, c, (int)(next - c)) > 0)
			continue;
		memcpy(buffer + n, c, (size_t)(next - c));
		n += (size_t)(next - c);
	}
	buffer[n] = '\0';
	g_object_unref(layout);
}

/* Whether a word had to be broken inside, or a line sticks out. */
static bool breaks_a_word(PangoLayout *layout, const char *text, double width_mm)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	if (logical.width > width_mm * TEXT_UNITS_PER_MM * PANGO_SCALE)
		return true;
	for (int i = 1; i < pango_layout_get_line_count(layout); i++) {
		const int start = pango_layout_get_line_readonly(layout, i)->start_index;
		const char before = text[start - 1];

		if (before != ' ' && before != '\n' && before != '-' && before != '/' &&
		    ((unsigned char)before & 0x80) == 0)
			return true;
	}
	return false;
}

/* Draws, or only measures. The height all take at this factor. */
static double stack(cairo_t *cr, const struct box *box, const struct paragraph *paragraph, size_t n,
                    enum align align, double factor, bool draw, bool *ret_broken)
{
	double height = 0;

	*ret_broken = false;
	for (size_t i = 0; i < n; i++) {
		PangoLayout *layout;
		PangoRectangle logical;

		if (paragraph[i].text[0] == '\0')
			continue;
		height += i > 0 ? paragraph[i].gap_mm * factor : 0;
		cairo_save(cr);
		cairo_translate(cr, box->x_mm, box->y_mm + height);
		cairo_scale(cr, 1 / TEXT_UNITS_PER_MM, 1 / TEXT_UNITS_PER_MM);
		layout = lay_out(cr, &paragraph[i], box->width_mm, factor, align);
		pango_layout_get_extents(layout, NULL, &logical);
		*ret_broken |= breaks_a_word(layout, paragraph[i].text, box->width_mm);
		if (draw) {
			cairo_set_source_rgb(cr, 0, 0, 0);
			pango_cairo_show_layout(cr, layout);
		}
		cairo_restore(cr);
		height += logical.height / TEXT_UNITS_PER_MM / PANGO_SCALE;
		g_object_unref(layout);
	}
	return height;
}

double paper_text(cairo_t *cr, const struct box *box, const struct paragraph *paragraph, size_t n,
                  enum align align)
{
	/* A word of 64 letters is broken rather than made too small to read. */
	enum { STEPS_WHOLE_WORDS = 14, STEPS_MAX = 70 };
	struct box at = *box;
	double factor = 1, height = 0;
	bool broken;

	for (int step = 0; step < STEPS_MAX; step++, factor *= 0.95) {
		height = stack(cr, box, paragraph, n, align, factor, false, &broken);
		if (height <= box->height_mm && (!broken || step >= STEPS_WHOLE_WORDS))
			break;
	}
	if (box->middle)
		at.y_mm += fmax(0, (box->height_mm - height) / 2);
	return stack(cr, &at, paragraph, n, align, factor, true, &broken);
}

void paper_line(cairo_t *cr, double x1_mm, double y1_mm, double x2_mm, double y2_mm, bool dashed)
{
	static const double dash[] = {1.5, 1.5};

	cairo_save(cr);
	cairo_set_source_rgb(cr, 0.5, 0.5, 0.5);
	cairo_set_line_width(cr, 0.2);
	if (dashed)
		cairo_set_dash(cr, dash, 2, 0);
	cairo_move_to(cr, x1_mm, y1_mm);
	cairo_line_to(cr, x2_mm, y2_mm);
	cairo_stroke(cr);
	cairo_restore(cr);
}

/* --- formats --- */

struct octets {
	uint8_t *data;
	size_t len, size;
	bool failed;
};

static bool octets_append(struct octets *octets, const void *data, size_t len)
{
	if (octets->len + len > octets->size) {
		const size_t size = (octets->len + len) * 2;
		uint8_t *grown = realloc(octets->data, size);

		if (grown == NULL) {
			octets->failed = true;
			return false;
		}
		octets->data = grown;
		octets->size = size;
	}
	memcpy(octets->data + octets->len, data, len);
	octets->len += len;
	return true;
}

static void draw_page(cairo_t *cr, const struct page *page)
{
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	page->draw(cr, page->context);
}

static cairo_status_t take_svg(void *context, const unsigned char *data, unsigned int len)
{
	struct octets *octets = context;

	return octets_append(octets, data, len) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

int page_svg(const struct page *page, uint8_t **ret_data, size_t *ret_len)
{
	struct octets octets = {0};
	cairo_surface_t *surface =
	    cairo_svg_surface_create_for_stream(take_svg, &octets, page->width_mm, page->height_mm);
	cairo_t *cr = cairo_create(surface);
	cairo_status_t status;

	cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_MM);
	draw_page(cr, page);
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS || octets.failed) {
		free(octets.data);
		return status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EIO;
	}
	*ret_data = octets.data;
	*ret_len = octets.len;
	return 0;
}

static void take_png(png_structp png, png_bytep data, png_size_t len)
{
	if (!octets_append(png_get_io_ptr(png), data, len))
		png_error(png, "no memory");
}

static void flush_png(png_structp png)
{
	(void)png;
}

/* ITU-R BT.601: a letter of colour, as emoji are, is as dark as it looks. */
static uint8_t grey_of(uint32_t rgb)
{
	return (uint8_t)(((rgb >> 16 & 255) * 77 + (rgb >> 8 & 255) * 150 + (rgb & 255) * 29) >> 8);
}

/* Grey, one octet a pixel, with its size on paper. */
static int write_png(cairo_surface_t *surface, struct octets *octets)
{
	const int width = cairo_image_surface_get_width(surface);
	const int height = cairo_image_surface_get_height(surface);
	const uint8_t *pixels = cairo_image_surface_get_data(surface);
	uint8_t *row = malloc((size_t)width);
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
	volatile int r = -ENOMEM;

	if (row == NULL || info == NULL || setjmp(png_jmpbuf(png)) != 0)
		goto out;
	png_set_write_fn(png, octets, take_png, flush_png);
	png_set_compression_level(png, 6);
	png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_GRAY,
	             PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, (png_uint_32)lround(1000 / PX_MM),
	             (png_uint_32)lround(1000 / PX_MM), PNG_RESOLUTION_METER);
	png_write_info(png, info);
	for (int y = 0; y < height; y++) {
		const uint8_t *line =
		    pixels + (size_t)y * (size_t)cairo_image_surface_get_stride(surface);

		for (int x = 0; x < width; x++) {
			uint32_t pixel;

			memcpy(&pixel, line + (size_t)x * sizeof(pixel), sizeof(pixel));
			row[x] = grey_of(pixel);
		}
		png_write_row(png, row);
	}
	png_write_end(png, info);
	r = 0;
out:
	png_destroy_write_struct(&png, &info);
	free(row);
	return r;
}

int page_png(const struct page *page, uint8_t **ret_data, size_t *ret_len)
{
	struct octets octets = {0};
	cairo_surface_t *surface =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(page->width_mm / PX_MM),
	                               (int)lround(page->height_mm / PX_MM));
	cairo_t *cr = cairo_create(surface);
	cairo_status_t status;
	int r = -EIO;

	cairo_scale(cr, PAPER_DPI / MM_PER_INCH, PAPER_DPI / MM_PER_INCH);
	draw_page(cr, page);
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		r = write_png(surface, &octets);
	cairo_surface_destroy(surface);
	if (r < 0) {
		free(octets.data);
		return r;
	}
	*ret_data = octets.data;
	*ret_len = octets.len;
	return 0;
}

/*
 * fontconfig keeps what it has read for the life of the program, and asserts when told to let go of
 * it while pango still looks: LeakSanitizer is to leave that alone, without a word. Nothing else
 * calls these.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
