/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawing: text that fits its box, codes, and pages of both. In: texts, and what a code is to hold.
 * Out: octets of a PNG (300 pixels an inch, grey) and an SVG (in millimetres) that come from one
 * description in millimetres. Modules of a code lie on whole pixels of the PNG. Text is made smaller
 * until it fits its box: it is never cut and never overlaps. It touches fonts and memory, no files.
 */
#ifndef KIOSK_DRAWING_H
#define KIOSK_DRAWING_H

#include <kiosk/types.h>

enum {
	PAGE_DPI = 300,
	QR_QUIET_MODULES = 4, /* ISO/IEC 18004, clause 5.3.8 */
	QR_MODULE_PX_MIN = 4,
};

/* What is drawn on: a page, whose unit is a millimetre, or a screen, whose unit is a pixel. */
struct canvas;

/* A colour, 0 to 1 each (sRGB). */
struct ink {
	double red, green, blue;
};

/* A symbol of a "CK1:" text: alphanumeric mode, error correction M. */
struct qr;
/* 0, -ERANGE when it does not fit a symbol, -ENOMEM. `text` is NUL-terminated. */
int qr_new(const char *text, struct qr **ret);
/* The same of any octets but NUL, such as SMSTO:… for a telephone. */
int qr_new_octets(const char *text, struct qr **ret);
void qr_free(struct qr *qr); /* NULL is fine */
int qr_version(const struct qr *qr);
/* Side of the symbol with its quiet zone when a module is the fewest pixels that make the symbol
 * itself `side_mm` wide. */
double qr_outer_mm(const struct qr *qr, double side_mm);
/* Draws it with the quiet zone's corner near x, y (moved onto a whole pixel). */
void qr_draw(struct canvas *canvas, const struct qr *qr, double x_mm, double y_mm, double side_mm);

/*
 * Whether the machine's fonts have all of a text's letters; a box with a number in it would stand for
 * any other. The first that is missing into `ret`, which has 8 octets; "" if there are no fonts.
 */
bool draw_has_letters(const char *text, char ret_missing[8]);
/* The text without those that are missing. */
void draw_only_letters(const char *text, char *buffer, size_t size);

/* Paragraphs above each other in a box. */
struct paragraph {
	const char *text;
	double size_mm; /* of the letters' line, before it is made smaller to fit */
	bool bold;
	double gap_mm; /* above it */
};
enum align { ALIGN_LEFT, ALIGN_CENTRE };
struct box {
	double x_mm, y_mm, width_mm, height_mm;
	bool middle; /* text stands in the middle of the height, not at the top */
};
/* Draws them in the box, all made smaller by one factor until they fit. Height used,
 * in mm. */
double draw_text(struct canvas *canvas, const struct box *box, const struct paragraph *paragraph,
                 size_t n, enum align align);
/* A hairline; dashed to cut along. */
void draw_line(struct canvas *canvas, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
               bool dashed);

struct page {
	double width_mm, height_mm;
	void (*draw)(struct canvas *canvas, void *context); /* in mm; called once for each format */
	void *context;
};
/* Octets the caller frees. 0, -ENOMEM, or -EIO when the drawing library refuses. */
int page_png(const struct page *page, uint8_t **ret_data, size_t *ret_len);
int page_svg(const struct page *page, uint8_t **ret_data, size_t *ret_len);

#endif
