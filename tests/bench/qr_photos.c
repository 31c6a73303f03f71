/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qr_photos [DIR] [--budget-ms N] [--misses]: what share of the codes in a folder of photographs is
 * read, beside plain zbar's single pass over the same pixels. DIR/CATEGORY/NAME.jpg with NAME.txt,
 * a line of four corners for each code in the picture. A code is read when the middle of a decoded
 * symbol lies inside its corners; a category's score is codes read / codes there; the headline is
 * the mean over categories. One JSON object a line.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode.h"
#include "picture.h"
#include "symbols.h"

enum {
	TRUTHS_MAX = 512,
	FOUND_MAX = 512,
	PATH_SIZE = 1024,
};

struct quad {
	double x[4], y[4];
};

struct score {
	unsigned there, read, zbar;
	unsigned photos, astray; /* decoded where no code is marked */
	double ours_ms, zbar_ms;
};

struct bench {
	struct decoder *decoder;
	struct symbols *plain;
	uint64_t budget_us;
	bool tell_misses;
	struct quad truth[TRUTHS_MAX];
	size_t n_truths;
	double found_x[FOUND_MAX], found_y[FOUND_MAX];
	size_t n_found;
};

static uint64_t thread_us(void *context)
{
	struct timespec now;

	(void)context;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int only_names(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int only_photos(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".jpg") == 0;
}

/* 0 or -ENAMETOOLONG. */
__attribute__((format(printf, 2, 3))) static int make_path(char path[PATH_SIZE], const char *format,
                                                           ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(path, PATH_SIZE, format, args);
	va_end(args);
	return n < 0 || n >= PATH_SIZE ? -ENAMETOOLONG : 0;
}

static int read_truth(const char *path, struct bench *bench)
{
	FILE *file = fopen(path, "r");
	char line[512];

	bench->n_truths = 0;
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file) && bench->n_truths < TRUTHS_MAX) {
		struct quad *q = &bench->truth[bench->n_truths];

		if (sscanf(line, "%lf %lf %lf %lf %lf %lf %lf %lf", &q->x[0], &q->y[0], &q->x[1],
		           &q->y[1], &q->x[2], &q->y[2], &q->x[3], &q->y[3]) == 8)
			bench->n_truths++;
	}
	(void)fclose(file);
	return 0;
}

static bool inside(const struct quad *quad, double x, double y)
{
	bool in = false;

	for (int i = 0, j = 3; i < 4; j = i++)
		if ((quad->y[i] > y) != (quad->y[j] > y) &&
		    x < (quad->x[j] - quad->x[i]) * (y - quad->y[i]) / (quad->y[j] - quad->y[i]) +
		            quad->x[i])
			in = !in;
	return in;
}

static unsigned count_read(const struct bench *bench, unsigned *ret_astray)
{
	unsigned read = 0;

	for (size_t t = 0; t < bench->n_truths; t++)
		for (size_t f = 0; f < bench->n_found; f++)
			if (inside(&bench->truth[t], bench->found_x[f], bench->found_y[f])) {
				read++;
				break;
			}
	*ret_astray = 0;
	for (size_t f = 0; f < bench->n_found; f++) {
		bool somewhere = false;

		for (size_t t = 0; t < bench->n_truths; t++)
			somewhere |= inside(&bench->truth[t], bench->found_x[f], bench->found_y[f]);
		*ret_astray += !somewhere;
	}
	return read;
}

static void on_plain(void *context, const struct symbol *symbol)
{
	struct bench *bench = context;

	if (bench->n_found == FOUND_MAX)
		return;
	bench->found_x[bench->n_found] =
	    (symbol->x[0] + symbol->x[1] + symbol->x[2] + symbol->x[3]) / 4;
	bench->found_y[bench->n_found] =
	    (symbol->y[0] + symbol->y[1] + symbol->y[2] + symbol->y[3]) / 4;
	bench->n_found++;
}

static int one_photo(struct bench *bench, const char *folder, const char *name, struct score *score)
{
	static struct code code[DECODED_CODES_MAX];
	char path[PATH_SIZE], sentence[PICTURE_SENTENCE_SIZE];
	struct picture picture;
	struct frame frame;
	struct plane plane;
	unsigned ours, astray, ignored;
	uint64_t begin_us;
	int n;

	if (make_path(path, "%s/%.*s.txt", folder, (int)strlen(name) - 4, name) < 0 ||
	    read_truth(path, bench) < 0)
		return 0; /* no truth, no score */
	if (make_path(path, "%s/%s", folder, name) < 0 ||
	    picture_read(path, &picture, sentence) != 0) {
		(void)fprintf(stderr, "qr_photos: %s %s\n", path, sentence);
		return -EIO;
	}
	frame = picture_frame(&picture);
	begin_us = thread_us(NULL);
	n = decoder_still(bench->decoder, &frame, bench->budget_us, code, DECODED_CODES_MAX);
	score->ours_ms += (double)(thread_us(NULL) - begin_us) / 1000;
	bench->n_found = 0;
	for (int i = 0; i < n; i++) {
		bench->found_x[i] = (code[i].corner[0].x_px + code[i].corner[1].x_px +
		                     code[i].corner[2].x_px + code[i].corner[3].x_px) /
		                    4.0;
		bench->found_y[i] = (code[i].corner[0].y_px + code[i].corner[1].y_px +
		                     code[i].corner[2].y_px + code[i].corner[3].y_px) /
		                    4.0;
		bench->n_found++;
	}
	ours = count_read(bench, &astray);
	if (bench->tell_misses && (ours < bench->n_truths || astray > 0))
		(void)fprintf(stderr, "%s: %u of %zu read, %u astray\n", path, ours,
		              bench->n_truths, astray);
	plane = (struct plane){
	    .grey = picture.grey, .width_px = picture.width_px, .height_px = picture.height_px};
	bench->n_found = 0;
	begin_us = thread_us(NULL);
	symbols_read(bench->plain, &plane, 1, on_plain, bench);
	score->zbar_ms += (double)(thread_us(NULL) - begin_us) / 1000;
	score->there += (unsigned)bench->n_truths;
	score->read += ours;
	score->astray += astray;
	score->zbar += count_read(bench, &ignored);
	score->photos++;
	picture_free(&picture);
	return 0;
}

static int one_category(struct bench *bench, const char *folder, struct score *score)
{
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, only_photos, alphasort), r = 0;

	if (n < 0)
		return errno == ENOTDIR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = one_photo(bench, folder, entry[i]->d_name, score);
		free(entry[i]);
	}
	free(entry);
	return r;
}

static void print_line(const char *what, double value, const char *unit, const char *yardstick,
                       double yardstick_value, const char *target, const char *met)
{
	char beside[32] = "null";

	if (yardstick_value >= 0)
		(void)snprintf(beside, sizeof(beside), "%.3f", yardstick_value);
	(void)printf("{\"what\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"yardstick\":%s,"
	             "\"yardstick_value\":%s,\"target\":%s,\"met\":%s}\n",
	             what, value, unit, yardstick, beside, target, met);
	(void)fflush(stdout);
}

static int all_categories(struct bench *bench, const char *folder)
{
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, only_names, alphasort), categories = 0, r = 0;
	double ours = 0, zbar = 0, ours_ms = 0, zbar_ms = 0;
	unsigned photos = 0, astray = 0;

	if (n < 0) {
		(void)fprintf(stderr, "qr_photos: %s cannot be read: %s\n", folder,
		              strerror(errno));
		return -errno;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_SIZE], name[320];
		struct score score = {0};

		if (r == 0)
			r = make_path(path, "%s/%s", folder, entry[i]->d_name);
		if (r == 0)
			r = one_category(bench, path, &score);
		if (score.there > 0) {
			(void)snprintf(name, sizeof(name), "photos read: %s", entry[i]->d_name);
			print_line(name, (double)score.read / score.there, "share",
			           "\"zbar, one pass\"", (double)score.zbar / score.there, "null",
			           "null");
			ours += (double)score.read / score.there;
			zbar += (double)score.zbar / score.there;
			ours_ms += score.ours_ms;
			zbar_ms += score.zbar_ms;
			photos += score.photos;
			astray += score.astray;
			categories++;
		}
		free(entry[i]);
	}
	free(entry);
	if (r == 0 && categories > 0) {
		print_line("photos read: macro average", ours / categories, "share",
		           "\"zbar, one pass\"", zbar / categories, "\">= 0.80\"",
		           ours / categories >= 0.8 ? "true" : "false");
		print_line("photos: decode time a photo", ours_ms / photos, "ms",
		           "\"zbar, one pass\"", zbar_ms / photos, "null", "null");
		print_line("photos: decoded where no code is marked", astray, "codes", "null", -1,
		           "\"0\"", astray == 0 ? "true" : "false");
	}
	return r;
}

int main(int argc, char **argv)
{
	static struct bench bench = {.budget_us = 2000000};
	struct decoder_clock clock = {.now_us = thread_us};
	const char *folder = NULL;
	int r = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--budget-ms") == 0 && i + 1 < argc)
			bench.budget_us = strtoull(argv[++i], NULL, 10) * 1000;
		else if (strcmp(argv[i], "--misses") == 0)
			bench.tell_misses = true;
		else
			folder = argv[i];
	}
	if (!folder)
		folder = getenv("KIOSK_QR_PHOTOS");
	if (!folder) {
		(void)fprintf(stderr,
		              "qr_photos: NOT MEASURED, for no photographs are here: name their "
		              "folder, as in "
		              "qr_photos DIR [--budget-ms N] [--misses], or in KIOSK_QR_PHOTOS\n");
		return 0;
	}
	r = decoder_new(FRAME_SIDE_MAX_PX, FRAME_SIDE_MAX_PX, &clock, &bench.decoder);
	if (r == 0)
		r = symbols_new(&bench.plain);
	if (r == 0)
		r = all_categories(&bench, folder);
	symbols_free(bench.plain);
	decoder_free(bench.decoder);
	return r == 0 ? 0 : 1;
}
