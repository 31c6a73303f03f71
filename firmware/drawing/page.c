/* SPDX-License-Identifier: Apache-2.0 */
#include <cairo-svg.h>
#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "drawing_private.h"

static const double MM_PER_INCH = 25.4;

void draw_line(struct canvas *canvas, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
               bool dashed)
{
	static const double dash[] = {1.5, 1.5};
	cairo_t *const cr = canvas->cr;

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
	struct canvas canvas = {.cr = cr};

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	page->draw(&canvas, page->context);
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

	cairo_scale(cr, PAGE_DPI / MM_PER_INCH, PAGE_DPI / MM_PER_INCH);
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
