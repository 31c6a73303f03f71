/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "screen_page.h"

int drawing_png(const struct picture_area *area, const char *path)
{
	enum { OCTETS = 3 };
	const size_t width = (size_t)area->width_px, height = (size_t)area->height_px;
	uint8_t *packed = malloc(width * height * OCTETS);
	png_image image;
	int written;

	if (!packed)
		return -ENOMEM;
	for (size_t y = 0; y < height; y++)
		for (size_t x = 0; x < width; x++)
			memcpy(packed + (y * width + x) * OCTETS,
			       area->pixels + y * (size_t)area->stride + 4 * x, OCTETS);
	memset(&image, 0, sizeof(image));
	image.version = PNG_IMAGE_VERSION;
	image.width = (png_uint_32)width;
	image.height = (png_uint_32)height;
	image.format = PNG_FORMAT_BGR;
	/* Large even areas: what a longer search would save is not worth its time. */
	image.flags = PNG_IMAGE_FLAG_FAST;
	written = png_image_write_to_file(&image, path, 0, packed, 0, NULL);
	free(packed);
	return written ? 0 : -EIO;
}
