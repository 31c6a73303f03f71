/* SPDX-License-Identifier: Apache-2.0 */
/* Netpbm's grey formats: P2 (numbers as text) and P5 (octets, two a sample where the maximum is
 * over 255). */
#include <ctype.h>
#include <stdbool.h>

#include "picture_formats.h"

struct pgm {
	const uint8_t *data;
	size_t len, at;
};

/* Skips blanks and comments, then reads digits. -1 at the end of the file, -2 at anything else than
 * a number. */
static int64_t pgm_number(struct pgm *pgm)
{
	int64_t number = 0;
	bool digits = false;

	while (pgm->at < pgm->len) {
		uint8_t c = pgm->data[pgm->at];

		if (isdigit(c)) {
			digits = true;
			number = number * 10 + (c - '0');
			if (number > 999999999)
				return -2;
		} else if (digits) {
			return number;
		} else if (c == '#') {
			while (pgm->at < pgm->len && pgm->data[pgm->at] != '\n')
				pgm->at++;
			continue;
		} else if (!isspace(c)) {
			return -2;
		}
		pgm->at++;
	}
	return digits ? number : -1;
}

static int pgm_text(struct pgm *pgm, struct picture *picture, uint32_t maximum,
                    char sentence[PICTURE_SENTENCE_SIZE])
{
	for (uint32_t y = 0; y < picture->height_px; y++) {
		uint8_t *line = picture->grey + (size_t)y * picture->width_px;

		for (uint32_t x = 0; x < picture->width_px; x++) {
			int64_t sample = pgm_number(pgm);

			if (sample == -1)
				return picture_refuse(sentence, "is cut short after line %u", y);
			if (sample < 0 || sample > maximum)
				return picture_refuse(
				    sentence, "line %u, pixel %u: not a number from 0 to %u", y + 1,
				    x + 1, maximum);
			line[x] = (uint8_t)((uint64_t)sample * 255 / maximum);
		}
	}
	return 0;
}

static int pgm_octets(struct pgm *pgm, struct picture *picture, uint32_t maximum,
                      char sentence[PICTURE_SENTENCE_SIZE])
{
	size_t sample_len = maximum > 255 ? 2 : 1;
	size_t line_len = picture->width_px * sample_len;

	for (uint32_t y = 0; y < picture->height_px; y++) {
		const uint8_t *in = pgm->data + pgm->at;
		uint8_t *line = picture->grey + (size_t)y * picture->width_px;

		if (pgm->len - pgm->at < line_len)
			return picture_refuse(sentence, "is cut short after line %u", y);
		for (uint32_t x = 0; x < picture->width_px; x++) {
			uint32_t sample =
			    sample_len == 1 ? in[x] : (uint32_t)in[2 * x] << 8 | in[2 * x + 1];

			if (sample > maximum)
				sample = maximum;
			line[x] = (uint8_t)(sample * 255 / maximum);
		}
		pgm->at += line_len;
	}
	return 0;
}

int picture_parse_pgm(const uint8_t *data, size_t len, struct picture *picture,
                      char sentence[PICTURE_SENTENCE_SIZE])
{
	static const char *const field[3] = {"width", "height", "maximum"};
	struct pgm pgm = {.data = data, .len = len, .at = 2};
	int64_t value[3];
	int r;

	for (int i = 0; i < 3; i++) {
		value[i] = pgm_number(&pgm);
		if (value[i] == -1)
			return picture_refuse(sentence, "is cut short: its %s is missing",
			                      field[i]);
		if (value[i] < 0)
			return picture_refuse(sentence, "has a %s that is not a number", field[i]);
	}
	if (value[2] < 1 || value[2] > 65535)
		return picture_refuse(sentence, "has a maximum of %lld: 1 to 65535 would be right",
		                      (long long)value[2]);
	r = picture_allocate(picture, (uint64_t)value[0], (uint64_t)value[1], sentence);
	if (r != 0)
		return r;
	if (data[1] == '2')
		return pgm_text(&pgm, picture, (uint32_t)value[2], sentence);
	if (pgm.at < len)
		pgm.at++; /* the one blank behind the maximum */
	return pgm_octets(&pgm, picture, (uint32_t)value[2], sentence);
}
