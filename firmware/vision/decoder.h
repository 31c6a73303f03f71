/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: the decoder's state, and what a stream's frames and a still have in common: what was
 * found, passes over the whole of a view, and the regions in it where codes may be.
 */
#ifndef KIOSK_VISION_DECODER_H
#define KIOSK_VISION_DECODER_H

#include "decode.h"
#include "pass.h"

enum {
	PASSES_MAX = 64,
	/* What was found in one frame; longer codes are rare, many short ones are not. */
	FOUND_BYTES_MAX = 64 * 1024,
	TRIED_MAX = 512,
};

struct track {
	uint64_t cost_ps; /* a pixel of the working size, lately */
	uint64_t turn;    /* number of the frame it last looked at */
	uint32_t luck;    /* halves each time it looks and finds nothing, full when it reads */
};

/* A triple whose modules were looked at, and how hard. */
struct tried {
	float x[3], y[3];
	bool light;
	size_t looks;
};

struct decoder {
	struct decoder_clock clock;
	uint32_t width_px_max, height_px_max;
	struct workbench bench;
	struct track track[PASSES_MAX];
	uint64_t turn;
	int64_t credit_us;
	/* of the frame at hand: what is looked at, by how much the frame is larger than that, and what
	 * was found */
	struct view view;
	float factor;
	struct code *codes;
	size_t n_codes, codes_max;
	bool unread; /* finders that belong together were seen, and no code was read */
	const char *pass;
	struct finder finder[FINDERS_MAX];
	struct triple triple[TRIPLES_MAX];
	struct tried tried[TRIED_MAX];
	size_t n_tried;
	size_t
	    lucky_way; /* of looking at a region: an index of region_pass_table, or modules_way() */
	/* of a still: how many codes were read when last counted, and until when more are hoped for */
	size_t n_counted;
	uint64_t patience_us, patient_until_us;
	size_t bytes_used;
	uint8_t bytes[FOUND_BYTES_MAX];
};

/* Takes up a frame: 0, or -EINVAL where it does not fit. */
int decoder_begin(struct decoder *decoder, const struct frame *frame, struct code *ret_codes,
                  size_t max);
uint64_t decoder_now_us(const struct decoder *decoder);
/* What passes and grids call with what they read. */
void decoder_on_zbar(void *context, const struct symbol *symbol);
void decoder_on_exact(void *context, const struct symbol *symbol);
/* What a pass over the whole view is expected to cost; runs it, and learns from it what it cost. */
uint64_t decoder_expected_us(const struct decoder *decoder, size_t pass);
uint64_t decoder_look(struct decoder *decoder, size_t pass);

/* What a search for regions is to do. */
struct region_search {
	uint32_t long_side_px; /* of the picture searched; 0: as it is */
	bool light;            /* light codes on dark ground */
	uint32_t surroundings; /* SURROUNDINGS_…; 0: both, one after the other */
	size_t finders_max, triples_max;
	uint64_t end_us;  /* not begun after it */
	size_t n_finders; /* found: decoder->finder, in the view's pixels */
};

/* Finds where codes may be, in the view's pixels: decoder->triple. Their number. */
size_t regions_search(struct decoder *decoder, struct region_search *search);
/* One way of looking at the first n regions, those in which nothing has been read yet: through a pass
 * of region_pass_table, or at their modules, one by one. */
void regions_show_zbar(struct decoder *decoder, size_t n, size_t pass_index,
                       const struct region_search *search);
void regions_read_modules(struct decoder *decoder, size_t n, const struct grid_effort *effort,
                          const struct region_search *search);

/* How hard a frame of a stream is tried. */
extern const struct grid_effort live_effort;

/*
 * Makes what is looked at something else than the frame as it is: numbers 0 to OTHER_VIEWS_N - 1, see
 * other_views.c. False: there is nothing of the kind to this frame.
 */
enum { OTHER_VIEWS_N = 5 };
bool other_view(struct decoder *decoder, const struct frame *frame, unsigned number,
                uint32_t long_side_px);
/* Back to the frame as it is. */
void own_view(struct decoder *decoder, const struct frame *frame);

#endif
