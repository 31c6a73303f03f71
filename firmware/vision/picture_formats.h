/* SPDX-License-Identifier: Apache-2.0 */
/* Inside vision: one reader a file format, and what they share. */
#ifndef KIOSK_VISION_PICTURE_FORMATS_H
#define KIOSK_VISION_PICTURE_FORMATS_H

#include "picture.h"

/* Each fills a zeroed `picture`, as picture_parse(); what they leave in it on failure, the caller
 * frees. */
int picture_parse_pgm(const uint8_t *data, size_t len, struct picture *picture,
                      char sentence[PICTURE_SENTENCE_SIZE]);
int picture_parse_png(const uint8_t *data, size_t len, struct picture *picture,
                      char sentence[PICTURE_SENTENCE_SIZE]);
int picture_parse_jpeg(const uint8_t *data, size_t len, struct picture *picture,
                       char sentence[PICTURE_SENTENCE_SIZE]);

/* Checks the size against the limits and takes the memory: 0, PICTURE_E_REFUSED or -ENOMEM. */
int picture_allocate(struct picture *picture, uint64_t width_px, uint64_t height_px,
                     char sentence[PICTURE_SENTENCE_SIZE]);
/* The memory of a picture's colours, once its size is known. 0 or -ENOMEM. */
int picture_allocate_chroma(struct picture *picture);
/* Takes the colours of line y, in order from 0 on: Cb and Cr are the octets `at` and the one behind it
 * of each pixel's. */
void picture_take_chroma(struct picture *picture, uint32_t y, const uint8_t *line, uint32_t octets,
                         uint32_t at);
/* Writes the sentence; PICTURE_E_REFUSED. */
__attribute__((format(printf, 2, 3))) int picture_refuse(char sentence[PICTURE_SENTENCE_SIZE],
                                                         const char *format, ...);

#endif
