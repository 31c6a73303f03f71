/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <zbar.h>

#include "symbols.h"

struct symbols {
	zbar_image_scanner_t *scanner;
	zbar_image_t *image;
};

int symbols_new(struct symbols **ret)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));
	int r = 0;

	if (!symbols)
		return -ENOMEM;
	symbols->scanner = zbar_image_scanner_create();
	symbols->image = zbar_image_create();
	if (!symbols->scanner || !symbols->image) {
		symbols_free(symbols);
		return -ENOMEM;
	}
	/* All off, then one on: the other symbologies' decoders have had holes (CVE-2023-40889,
	 * 40890). */
	r |= zbar_image_scanner_set_config(symbols->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	r |= zbar_image_scanner_set_config(symbols->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	/* Without it octets over 127 are guessed to be of some alphabet and rewritten. */
	r |= zbar_image_scanner_set_config(symbols->scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	if (r != 0) {
		symbols_free(symbols);
		return -ENOTSUP;
	}
	zbar_image_set_format(symbols->image, zbar_fourcc('Y', '8', '0', '0'));
	*ret = symbols;
	return 0;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	if (symbols->image)
		zbar_image_destroy(symbols->image);
	if (symbols->scanner)
		zbar_image_scanner_destroy(symbols->scanner);
	free(symbols);
}

/* Its corners. False: they are not known. */
static bool take_corners(const zbar_symbol_t *from, struct symbol *ret)
{
	if (zbar_symbol_get_loc_size(from) < 4)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		ret->x[i] = (float)zbar_symbol_get_loc_x(from, i);
		ret->y[i] = (float)zbar_symbol_get_loc_y(from, i);
	}
	return true;
}

static void tell_parts(const zbar_symbol_set_t *parts,
                       void (*found)(void *context, const struct symbol *symbol), void *context)
{
	for (const zbar_symbol_t *part = zbar_symbol_set_first_symbol(parts); part;
	     part = zbar_symbol_next(part)) {
		struct symbol symbol = {.bytes = (const uint8_t *)"", .part = true};

		if (take_corners(part, &symbol))
			found(context, &symbol);
	}
}

static void tell(const zbar_symbol_t *from,
                 void (*found)(void *context, const struct symbol *symbol), void *context)
{
	struct symbol symbol = {.len = zbar_symbol_get_data_length(from)};

	if (zbar_symbol_get_components(from)) {
		tell_parts(zbar_symbol_get_components(from), found, context);
		return;
	}
	if (zbar_symbol_get_type(from) != ZBAR_QRCODE || !take_corners(from, &symbol))
		return;
	symbol.bytes = (const uint8_t *)zbar_symbol_get_data(from);
	found(context, &symbol);
}

void symbols_read(struct symbols *symbols, const struct plane *plane, uint32_t line_step,
                  void (*found)(void *context, const struct symbol *symbol), void *context)
{
	const zbar_symbol_t *symbol;

	(void)zbar_image_scanner_set_config(symbols->scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY,
	                                    (int)line_step);
	(void)zbar_image_scanner_set_config(symbols->scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY,
	                                    (int)line_step);
	zbar_image_set_size(symbols->image, plane->width_px, plane->height_px);
	zbar_image_set_data(symbols->image, plane->grey,
	                    (unsigned long)plane->width_px * plane->height_px, NULL);
	if (zbar_scan_image(symbols->scanner, symbols->image) <= 0)
		return;
	for (symbol = zbar_image_first_symbol(symbols->image); symbol;
	     symbol = zbar_symbol_next(symbol))
		tell(symbol, found, context);
}
