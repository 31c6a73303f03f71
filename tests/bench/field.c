/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field [FOLDER] [--budget-ms N] [--misses]: pictures that others reported as not read, remade: NAME.jpg
 * or NAME.png with NAME.hex, the octets they hold. How many of them are read, as a still and as the
 * first frame of a stream, beside zxing-cpp's one pass where its program is installed. One JSON
 * object a line.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "picture.h"
#include "picture_readers.h"

enum { PATH_SIZE = 1024 };

struct tally {
	unsigned shown, read[READERS_N], wrong;
	double ms;
};

static int only_pictures(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && (strcmp(dot, ".jpg") == 0 || strcmp(dot, ".png") == 0);
}

static bool read_truth(const char *folder, const char *name, uint8_t *bytes, size_t *ret_len)
{
	static char hex[2 * DECODED_BYTES_MAX + 2];
	char path[PATH_SIZE];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%.*s.hex", folder, (int)strlen(name) - 4, name);
	file = fopen(path, "r");
	if (!file)
		return false;
	n = fread(hex, 1, sizeof(hex) - 1, file);
	(void)fclose(file);
	while (n > 0 && (hex[n - 1] == '\n' || hex[n - 1] == '\r' || hex[n - 1] == ' '))
		n--;
	hex[n] = '\0';
	*ret_len = n / 2;
	return n > 0 && hex_decode(hex, bytes, n / 2) == 0;
}

static void one_picture(struct picture_readers *readers, const char *folder, const char *name,
                        bool tell, struct tally *tally)
{
	static uint8_t wanted[DECODED_BYTES_MAX];
	char path[PATH_SIZE], sentence[PICTURE_SENTENCE_SIZE];
	struct picture_result result[READERS_N] = {0};
	struct picture picture;
	struct frame frame;
	size_t len;

	if (!read_truth(folder, name, wanted, &len))
		return;
	tally->shown++;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (picture_read(path, &picture, sentence) != 0) {
		(void)fprintf(stderr, "field: %s %s\n", path, sentence);
		return;
	}
	frame = picture_frame(&picture);
	for (int r = 0; r < READERS_N; r++) {
		picture_readers_look(readers, (enum picture_reader)r, &frame, wanted, len,
		                     &result[r]);
		tally->read[r] += result[r].read;
		if (r != READER_ZXING)
			tally->wrong += result[r].wrong;
	}
	tally->ms += result[READER_STILL].ms;
	if (tell)
		(void)fprintf(stderr,
		              "%-44s still %d (%.0f ms), first frame %d (%.1f ms), zxing-cpp %d\n",
		              name, result[READER_STILL].read, result[READER_STILL].ms,
		              result[READER_FIRST_FRAME].read, result[READER_FIRST_FRAME].ms,
		              result[READER_ZXING].read);
	picture_free(&picture);
}

static void report(const struct picture_readers *readers, const struct tally *tally)
{
	double n = tally->shown;
	double beside = picture_readers_have_zxing(readers) ? tally->read[READER_ZXING] / n : -1;

	picture_readers_row("field pictures: read", tally->read[READER_STILL] / n, "share", beside,
	                    "\">= 0.92\"", tally->read[READER_STILL] >= 0.92 * n);
	picture_readers_row("field pictures: read in the first frame",
	                    tally->read[READER_FIRST_FRAME] / n, "share", beside, "null", -1);
	picture_readers_row("field pictures: read as something else", tally->wrong, "codes", -1,
	                    "\"0\"", tally->wrong == 0);
	picture_readers_row("field pictures: processor time a still", tally->ms / n, "ms", -1,
	                    "null", -1);
}

int main(int argc, char **argv)
{
	const char *folder = getenv("KIOSK_FIELD_PICTURES");
	uint64_t budget_us = 2000000;
	struct picture_readers *readers;
	struct tally tally = {0};
	struct dirent **entry;
	bool tell = false;
	int n;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--budget-ms") == 0 && i + 1 < argc)
			budget_us = strtoull(argv[++i], NULL, 10) * 1000;
		else if (strcmp(argv[i], "--misses") == 0)
			tell = true;
		else
			folder = argv[i];
	}
	n = folder ? scandir(folder, &entry, only_pictures, alphasort) : -1;
	if (n <= 0) {
		(void)fprintf(stderr, "field: NOT MEASURED, for no pictures are here: name their "
		                      "folder, as in field FOLDER, or in KIOSK_FIELD_PICTURES\n");
		return 0;
	}
	if (picture_readers_new(budget_us, &readers) < 0)
		return 1;
	for (int i = 0; i < n; i++) {
		one_picture(readers, folder, entry[i]->d_name, tell, &tally);
		free(entry[i]);
	}
	free(entry);
	report(readers, &tally);
	picture_readers_free(readers);
	return 0;
}
