/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "screen_page.h"
#include "screen_png.h"
#include "text.h"

enum { PATH_MAX_BYTES = 512, WIDTH_PX = 1280, HEIGHT_PX = 720, PICTURES_MAX = 9999 };

struct screen {
	char folder[PATH_MAX_BYTES];
	unsigned n_pictures;
	struct screen_area area;
};

static void png_close(struct screen *screen)
{
	if (!screen)
		return;
	free(screen->area.pixels);
	free(screen);
}

static int png_open(const char *where, struct screen **ret)
{
	const char *comma = strrchr(where, ',');
	int width = WIDTH_PX, height = HEIGHT_PX;
	char path[PATH_MAX_BYTES + 16];
	struct screen *screen;
	struct stat st;

	if (comma && (sscanf(comma, ",%4dx%4d", &width, &height) != 2 || width < DRAWING_PX_MIN ||
	              height < DRAWING_PX_MIN || width > DRAWING_PX_MAX || height > DRAWING_PX_MAX))
		return -EINVAL;
	screen = calloc(1, sizeof(*screen));
	if (!screen)
		return -ENOMEM;
	text_format(screen->folder, sizeof(screen->folder), "%.*s",
	            comma ? (int)(comma - where) : (int)strlen(where), where);
	screen->area =
	    (struct screen_area){.width_px = width, .height_px = height, .stride = 4 * width};
	screen->area.pixels = calloc((size_t)height, 4 * (size_t)width);
	if (!screen->area.pixels) {
		png_close(screen);
		return -ENOMEM;
	}
	if (stat(screen->folder, &st) < 0 || !S_ISDIR(st.st_mode)) {
		png_close(screen);
		return -ENOENT;
	}
	/* A kiosk that starts again goes on behind what is there. */
	do {
		text_format(path, sizeof(path), "%s/%04u.png", screen->folder,
		            screen->n_pictures + 1);
	} while (access(path, F_OK) == 0 && ++screen->n_pictures < PICTURES_MAX);
	*ret = screen;
	return 0;
}

static int png_fd(const struct screen *screen)
{
	(void)screen;
	return -1;
}

static bool png_dispatch(struct screen *screen)
{
	(void)screen;
	return false;
}

static int png_begin(struct screen *screen, struct screen_area *ret)
{
	*ret = screen->area;
	return 0;
}

/* Under another name first, so that whoever looks on sees whole pictures only. */
static int png_show(struct screen *screen)
{
	const struct picture_area area = {screen->area.pixels, screen->area.width_px,
	                                  screen->area.height_px, screen->area.stride};
	char path[PATH_MAX_BYTES + 16], part[PATH_MAX_BYTES + 16];
	int r;

	if (screen->n_pictures == PICTURES_MAX)
		return -ENOSPC;
	text_format(path, sizeof(path), "%s/%04u.png", screen->folder, screen->n_pictures + 1);
	text_format(part, sizeof(part), "%s/part.png", screen->folder);
	r = drawing_png(&area, part);
	if (r == 0 && rename(part, path) < 0)
		r = -errno;
	if (r == 0)
		screen->n_pictures++;
	return r;
}

const struct screen_driver screen_png = {
    .name = "png",
    .open = png_open,
    .fd = png_fd,
    .dispatch = png_dispatch,
    .begin = png_begin,
    .show = png_show,
    .close = png_close,
};
