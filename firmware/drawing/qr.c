/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "drawing_private.h"

struct qr {
	QRcode *code;
};

static int new_of_mode(const char *text, QRencodeMode mode, struct qr **ret)
{
	QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
	struct qr *qr = calloc(1, sizeof(*qr));
	int r = -ENOMEM;

	if (input == NULL || qr == NULL)
		goto out;
	if (QRinput_append(input, mode, (int)strlen(text), (const unsigned char *)text) < 0) {
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

int qr_new(const char *text, struct qr **ret)
{
	return new_of_mode(text, QR_MODE_AN, ret);
}

int qr_new_octets(const char *text, struct qr **ret)
{
	return new_of_mode(text, QR_MODE_8, ret);
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

int qr_width(const struct qr *qr)
{
	return qr->code->width;
}

void qr_modules(struct canvas *canvas, const struct qr *qr, double x0, double y0, double module)
{
	const int width = qr->code->width;
	cairo_t *const cr = canvas->cr;

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

void qr_draw(struct canvas *canvas, const struct qr *qr, double x_mm, double y_mm, double side_mm)
{
	const double module = module_mm(qr, side_mm);

	qr_modules(canvas, qr, round(x_mm / PX_MM) * PX_MM + QR_QUIET_MODULES * module,
	           round(y_mm / PX_MM) * PX_MM + QR_QUIET_MODULES * module, module);
}
