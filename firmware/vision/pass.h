/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: the ways of looking at a frame, as a table. A pass takes a view, makes it the size
 * it wants, filters it, and hands it to zbar; what zbar finds goes back in the view's own pixels.
 */
#ifndef KIOSK_VISION_PASS_H
#define KIOSK_VISION_PASS_H

#include "grid_fit.h"
#include "modules.h"
#include "plane.h"
#include "qr_read.h"
#include "symbols.h"

enum filter {
	FILTER_RAW,
	FILTER_THRESHOLD, /* black and white against the surroundings' mean */
	FILTER_SHARPEN,
	FILTER_BLUR,
};

struct pass {
	const char *name;
	uint32_t long_side_px; /* the view's longer side becomes this; 0: as it is */
	enum filter filter;
	bool turn;   /* by 45° */
	bool invert; /* light code on dark ground */
	bool mirror;
	uint32_t line_step; /* as symbols_read() */
	bool still_only;    /* too seldom of use for a stream */
};

extern const struct pass pass_table[];
extern const size_t pass_table_n;

/* How a region around finders is shown to zbar. */
struct region_pass {
	const char *name;
	float module_px; /* of the region's picture */
	enum filter filter;
	bool invert, mirror;
};

extern const struct region_pass region_pass_table[];
extern const size_t region_pass_table_n;

/* Planes and scratch memory for views of up to a given size. */
struct workbench {
	struct plane work, mean, turned;
	struct plane level; /* the frame at another size, while its regions are looked at */
	struct plane other; /* what else was made of the frame, while that is looked at */
	struct plane_scratch scratch;
	struct symbols *symbols;
	/* of the second decoder */
	struct modules modules;
	struct qr_work qr_work;
	struct qr_reading reading;
};

enum {
	/* No pass works on more pixels than this: a larger picture is made smaller first. */
	WORK_PIXELS_MAX = 3072 * 3072,
	GRIDS_MAX = 4,
	GRID_LOOKS_MAX = 5,
};

/* 0, -ENOMEM or -ENOTSUP. */
int workbench_init(struct workbench *bench, uint32_t width_px_max, uint32_t height_px_max);
void workbench_deinit(struct workbench *bench); /* a zeroed one is fine */

/* Whether a pass differs from what a smaller entry of the table does to a view of this size. */
bool pass_applies(const struct pass *pass, uint32_t width_px, uint32_t height_px);
/* Pixels zbar would be given: what the cost goes by. */
size_t pass_pixels(const struct pass *pass, uint32_t width_px, uint32_t height_px);
/* Symbols come with corners in the view's pixels. */
void pass_run(const struct pass *pass, const struct view *view, struct workbench *bench,
              void (*found)(void *context, const struct symbol *symbol), void *context);

/* Makes bench->level the view at a pass's size. How much larger the view is. */
float pass_level(const struct pass *pass, const struct view *view, struct workbench *bench);
/* The same for a region of a view: corners in the view's pixels. */
void region_pass_run(const struct region_pass *pass, const struct triple *triple,
                     const struct view *view, struct workbench *bench,
                     void (*found)(void *context, const struct symbol *symbol), void *context);
/* How hard to try to read modules. */
struct grid_effort {
	size_t grids;       /* 1..GRIDS_MAX guesses at where they lie */
	float enough;       /* as good a guess as ends the search for better ones; over 1: none */
	size_t looks;       /* 1..GRID_LOOKS_MAX ways to tell dark from light */
	unsigned equalized; /* times the smear is taken back */
};
/* And its modules one by one, which the second decoder reads. Whether it did. */
bool grid_pass_run(const struct triple *triple, bool light, const struct grid_effort *effort,
                   const struct view *view, struct workbench *bench,
                   void (*found)(void *context, const struct symbol *symbol), void *context);

#endif
