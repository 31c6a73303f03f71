/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "drawing_private.h"
#include "text.h"

/* Pango counts in 1024ths of a unit; a unit of a hundredth of a millimetre leaves no rounding to be
 * seen. */
static const double TEXT_UNITS_PER_MM = 100;

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

/* GLib's own macro takes the const away. */
static const char *next_letter(const char *c)
{
	return c + g_utf8_skip[*(const guchar *)c];
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

bool draw_has_letters(const char *text, char ret_missing[8])
{
	PangoLayout *layout = lay_out_only(text);
	const bool all = unknown_glyphs(layout, text, -1) == 0;

	ret_missing[0] = '\0';
	/* One letter at a time, in the text's place: what comes of several is drawn as its parts. */
	for (const char *c = text; !all && *c != '\0' && ret_missing[0] == '\0';
	     c = next_letter(c)) {
		const int len = (int)(next_letter(c) - c);

		if (unknown_glyphs(layout, c, len) > 0)
			text_format(ret_missing, 8, "%.*s", len, c);
	}
	g_object_unref(layout);
	return all;
}

void draw_only_letters(const char *text, char *buffer, size_t size)
{
	PangoLayout *layout = lay_out_only(text);
	size_t n = 0;

	for (const char *c = text, *next; *c != '\0'; c = next) {
		next = next_letter(c);
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

/* Of a screen: where the ink is, so that a test sees what is cut, covered or pale. */
static void report(struct canvas *canvas, PangoLayout *layout, double x, double y, double size,
                   bool whole)
{
	const double unit = TEXT_UNITS_PER_MM * PANGO_SCALE;
	struct drawing_report *all = canvas->report;
	PangoRectangle ink;

	if (!all || all->n_boxes == DRAWING_BOXES_MAX)
		return;
	pango_layout_get_extents(layout, &ink, NULL);
	all->box[all->n_boxes++] = (struct drawn_box){
	    .x = (int)floor(x + ink.x / unit),
	    .y = (int)floor(y + ink.y / unit),
	    .width = (int)ceil(ink.width / unit),
	    .height = (int)ceil(ink.height / unit),
	    .size_px = size,
	    .contrast = ink_contrast(canvas->ink, canvas->ground),
	    .whole = whole,
	    .unknown = (unsigned)pango_layout_get_unknown_glyphs_count(layout),
	};
}

/* Draws, or only measures. The height all take at this factor. */
static double stack(struct canvas *canvas, const struct box *box, const struct paragraph *paragraph,
                    size_t n, enum align align, double factor, bool draw, bool *ret_broken)
{
	cairo_t *const cr = canvas->cr;
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
			cairo_set_source_rgb(cr, canvas->ink.red, canvas->ink.green,
			                     canvas->ink.blue);
			pango_cairo_show_layout(cr, layout);
			report(canvas, layout, box->x_mm, box->y_mm + height,
			       paragraph[i].size_mm * factor,
			       !*ret_broken &&
			           height + logical.height / TEXT_UNITS_PER_MM / PANGO_SCALE <=
			               box->height_mm + 1);
		}
		cairo_restore(cr);
		height += logical.height / TEXT_UNITS_PER_MM / PANGO_SCALE;
		g_object_unref(layout);
	}
	return height;
}

/* Whether all fit at this step. On paper a word of 64 letters is broken rather than made too small
 * to read. */
static bool fits(struct canvas *canvas, const struct box *box, const struct paragraph *paragraph,
                 size_t n, enum align align, int step)
{
	enum { STEPS_WHOLE_WORDS = 14, STEPS_WHOLE_WORDS_SCREEN = 55 };
	bool broken;
	const double height =
	    stack(canvas, box, paragraph, n, align, pow(0.95, step), false, &broken);

	return height <= box->height_mm &&
	       (!broken ||
	        step >= (canvas->whole_words ? STEPS_WHOLE_WORDS_SCREEN : STEPS_WHOLE_WORDS));
}

double draw_text(struct canvas *canvas, const struct box *box, const struct paragraph *paragraph,
                 size_t n, enum align align)
{
	enum { STEPS_MAX = 70 };
	struct box at = *box;
	int low = 0, high = STEPS_MAX; /* the first step at which they fit is between them */
	double height;
	bool broken;

	while (low < high) {
		const int middle = (low + high) / 2;

		if (fits(canvas, box, paragraph, n, align, middle))
			high = middle;
		else
			low = middle + 1;
	}
	height = stack(canvas, box, paragraph, n, align, pow(0.95, low), false, &broken);
	if (box->middle)
		at.y_mm += fmax(0, (box->height_mm - height) / 2);
	return stack(canvas, &at, paragraph, n, align, pow(0.95, low), true, &broken);
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
