/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A picture file from a stranger, for `kioskctl decode` and the source of pictures: it becomes grey
 * pixels that can be read to the last, or is refused with a sentence and leaves nothing.
 */
#include <assert.h>
#include <string.h>

#include <kiosk/scanner.h>
#include "picture.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char sentence[PICTURE_SENTENCE_SIZE] = "";
	struct picture picture = {0};
	uint64_t sum = 0;
	int r = picture_parse(data, size, &picture, sentence);

	if (r != 0) {
		assert(picture.grey == NULL);
		assert(sentence[0] != '\0' && text_is_clean(sentence, strlen(sentence)));
		return 0;
	}
	assert(picture.width_px >= 1 && picture.width_px <= FRAME_SIDE_MAX_PX);
	assert(picture.height_px >= 1 && picture.height_px <= FRAME_SIDE_MAX_PX);
	for (size_t i = 0; i < (size_t)picture.width_px * picture.height_px; i++)
		sum += picture.grey[i];
	assert(sum <= (uint64_t)picture.width_px * picture.height_px * UINT8_MAX);
	picture_free(&picture);
	return 0;
}
