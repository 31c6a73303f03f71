/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Picture files as grey pixels. In: PGM (P2, P5), PNG or JPEG as octets, told apart by how they
 * begin and never by their name. Out: eight bits a pixel, 0 black, as the picture is stored: an
 * EXIF orientation is not applied, so that a corner found in it is a pixel of the file. A picture
 * that is damaged or cut short is refused with a sentence, never half read. Touches nothing but the
 * file it is given.
 */
#ifndef KIOSK_VISION_PICTURE_H
#define KIOSK_VISION_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include <kiosk/scanner.h>

enum {
	PICTURE_FILE_BYTES_MAX = 64 * 1024 * 1024,
	PICTURE_SENTENCE_SIZE = 192,
};

enum picture_error {
	PICTURE_E_REFUSED = 1, /* the sentence says what is wrong with it */
};

enum picture_kind { PICTURE_PGM, PICTURE_PNG, PICTURE_JPEG };

struct picture {
	enum picture_kind kind;
	uint32_t width_px,
	    height_px;      /* 1..FRAME_SIDE_MAX_PX; lines follow each other without gaps */
	uint8_t *grey;      /* owned: picture_free() */
	uint8_t *chroma[2]; /* owned, as a frame's; NULL: it is grey */
};

/*
 * Reads `path`. 0; PICTURE_E_REFUSED; or -errno where the file could not be read. On any failure
 * *ret is untouched and `sentence` says what is wrong, without the file's name: "is cut short after
 * line 210".
 */
int picture_read(const char *path, struct picture *ret, char sentence[PICTURE_SENTENCE_SIZE]);
/* The same from memory: 0, PICTURE_E_REFUSED or -ENOMEM. */
int picture_parse(const uint8_t *data, size_t len, struct picture *ret,
                  char sentence[PICTURE_SENTENCE_SIZE]);
/* The picture as a frame, which borrows its pixels; when it was seen is left to the caller. */
struct frame picture_frame(const struct picture *picture);
/* Frees the pixels; a zeroed struct and NULL are fine. */
void picture_free(struct picture *picture);

#endif
