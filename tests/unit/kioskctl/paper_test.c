/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: what is printed reads back as the code it stands for, from the PNG and from the SVG, at
 * the sizes the design asks for, and no text runs into a code.
 */
#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "decode.h"
#include "file.h"
#include "picture.h"
#include "program.h"

enum { CODES_MAX = 16, SVG_PX_PER_MM = 10, DARK = 100, LIGHT = 250 };

/* Plenty for one code and for a sheet of them, and the processor's own time, so that a busy machine
 * changes nothing. */
static const uint64_t budget_us = 1500000ull, sheet_budget_us = 3500000ull;

static uint64_t thread_us(void *context)
{
	struct timespec t;

	(void)context;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct seen {
	int n;
	char text[CODES_MAX][1024];
	struct corner corner[CODES_MAX][4];
};

static void look(const struct picture *picture, int n, struct seen *ret)
{
	const struct decoder_clock clock = {.now_us = thread_us};
	const struct frame frame = {.grey = picture->grey,
	                            .width_px = picture->width_px,
	                            .height_px = picture->height_px,
	                            .stride = picture->width_px};
	struct code code[CODES_MAX];
	struct decoder *decoder;

	assert_int_equal(decoder_new(picture->width_px, picture->height_px, &clock, &decoder), 0);
	ret->n =
	    decoder_still(decoder, &frame, n > 1 ? sheet_budget_us : budget_us, code, CODES_MAX);
	assert_true(ret->n >= 0);
	for (int i = 0; i < ret->n; i++) {
		assert_true(code[i].len < sizeof(ret->text[i]));
		memcpy(ret->text[i], code[i].bytes, code[i].len);
		ret->text[i][code[i].len] = '\0';
		memcpy(ret->corner[i], code[i].corner, sizeof(code[i].corner));
	}
	decoder_free(decoder);
}

static void read_png(const char *path, struct picture *ret)
{
	char sentence[PICTURE_SENTENCE_SIZE] = "";

	if (picture_read(path, ret, sentence) != 0)
		fail_msg("%s %s", path, sentence);
	assert_int_equal(ret->kind, PICTURE_PNG);
}

/* A path's element up to its drawing: cairo 1.16 writes the colour as a style, 1.18 as an
 * attribute, with spaces. */
static bool is_filled_black(const char *text, const char *drawing)
{
	static const char *const colour[] = {"fill:rgb(0%,0%,0%)", "fill=\"rgb(0%, 0%, 0%)\""};
	const char *element = drawing;

	while (element > text && *element != '<')
		element--;
	for (size_t i = 0; i < sizeof(colour) / sizeof(colour[0]); i++) {
		if (memmem(element, (size_t)(drawing - element), colour[i], strlen(colour[i])))
			return true;
	}
	return false;
}

/* The filled rectangles of the codes' paths, drawn by the test's own few lines. */
static void read_svg(const char *path, struct picture *ret)
{
	static const char path_begins[] = " d=\"";
	double width_mm, height_mm;
	size_t len;
	char *text = (char *)read_file(path, &len), *at = strstr(text, " width=\"");
	unsigned int rectangles = 0;

	assert_non_null(at);
	/* In millimetres, and a unit of the drawing is one. */
	assert_int_equal(sscanf(at, " width=\"%lfmm\" height=\"%lfmm\"", &width_mm, &height_mm), 2);
	*ret = (struct picture){.width_px = (uint32_t)(width_mm * SVG_PX_PER_MM),
	                        .height_px = (uint32_t)(height_mm * SVG_PX_PER_MM)};
	ret->grey = malloc((size_t)ret->width_px * ret->height_px);
	assert_non_null(ret->grey);
	memset(ret->grey, 255, (size_t)ret->width_px * ret->height_px);
	while ((at = strstr(at, path_begins)) != NULL) {
		const char *c = is_filled_black(text, at) ? at + strlen(path_begins) : "";
		double x0, y0, x1, y1;
		int n;

		while (sscanf(c, " M %lf %lf L %*f %*f L %lf %lf L %*f %*f Z%n", &x0, &y0, &x1, &y1,
		              &n) == 4) {
			for (int y = (int)(y0 * SVG_PX_PER_MM + 0.5);
			     y < (int)(y1 * SVG_PX_PER_MM + 0.5); y++)
				for (int x = (int)(x0 * SVG_PX_PER_MM + 0.5);
				     x < (int)(x1 * SVG_PX_PER_MM + 0.5); x++)
					ret->grey[(size_t)y * ret->width_px + (size_t)x] = 0;
			c += n;
			rectangles++;
		}
		at += strlen(path_begins);
	}
	assert_true(rectangles > 100);
	/* The file is whole. */
	assert_non_null(strstr(text, "</svg>"));
	free(text);
}

static void assert_seen(const struct seen *seen, const char *text)
{
	for (int i = 0; i < seen->n; i++)
		if (strcmp(seen->text[i], text) == 0)
			return;
	fail_msg("%s is not among the %d codes", text, seen->n);
}

/* What `n` lines of a file say stands in NAME.png and NAME.svg, once each. */
static void assert_paper(const struct program *program, const char *name, const char *lines,
                         unsigned int first, int n, struct picture *ret_png, struct seen *ret)
{
	struct picture svg;
	struct seen drawn;
	char file[PATH_BYTES];

	(void)snprintf(file, sizeof(file), "%s.png", name);
	read_png(program_path(program, file), ret_png);
	look(ret_png, n, ret);
	(void)snprintf(file, sizeof(file), "%s.svg", name);
	read_svg(program_path(program, file), &svg);
	look(&svg, n, &drawn);
	assert_int_equal(ret->n, n);
	assert_int_equal(drawn.n, n);
	for (int i = 0; i < n; i++) {
		char *line = read_line(program_path(program, lines), first + (unsigned int)i);

		assert_seen(ret, line);
		assert_seen(&drawn, line);
		free(line);
	}
	picture_free(&svg);
}

/* The rectangle of the dark pixels that belong to code i, by its corners. */
struct area {
	int left, top, right, bottom;
};
static struct area area_of(const struct seen *seen, int i)
{
	struct area area = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};

	for (int k = 0; k < 4; k++) {
		const struct corner *corner = &seen->corner[i][k];

		area.left = corner->x_px < area.left ? corner->x_px : area.left;
		area.right = corner->x_px > area.right ? corner->x_px : area.right;
		area.top = corner->y_px < area.top ? corner->y_px : area.top;
		area.bottom = corner->y_px > area.bottom ? corner->y_px : area.bottom;
	}
	return area;
}

static bool dark(const struct picture *picture, int x, int y)
{
	return x >= 0 && y >= 0 && x < (int)picture->width_px && y < (int)picture->height_px &&
	       picture->grey[(size_t)y * picture->width_px + (size_t)x] < DARK;
}

/*
 * The symbol from finder to finder: grown from inside while a line still has dark pixels. Then, its
 * width in pixels a module, and nothing but white for four modules around it. Modules from the
 * version: 17 + 4 * version.
 */
static void assert_quiet(const struct picture *picture, const struct seen *seen, int i, int modules,
                         double side_mm_min)
{
	struct area area = area_of(seen, i);
	const int middle_x = (area.left + area.right) / 2, middle_y = (area.top + area.bottom) / 2;
	int side, px;

	/* The finder patterns reach the outermost line, seven modules of it without a gap. */
	while (dark(picture, area.left - 1, area.top + 8))
		area.left--;
	while (!dark(picture, area.left, area.top + 8) && area.left < middle_x)
		area.left++;
	while (dark(picture, area.left + 8, area.top - 1))
		area.top--;
	while (!dark(picture, area.left + 8, area.top) && area.top < middle_y)
		area.top++;
	while (dark(picture, area.right + 1, area.top + 8))
		area.right++;
	while (!dark(picture, area.right, area.top + 8) && area.right > middle_x)
		area.right--;
	side = area.right - area.left + 1;
	assert_int_equal(side % modules, 0);
	px = side / modules;
	assert_true(px >= 4);
	assert_true(side * 25.4 / 300 >= side_mm_min);
	for (int y = area.top - 4 * px; y < area.top + side + 4 * px; y++)
		for (int x = area.left - 4 * px; x < area.left + side + 4 * px; x++) {
			const bool inside = x >= area.left && x < area.left + side &&
			                    y >= area.top && y < area.top + side;

			if (x < 0 || y < 0 || x >= (int)picture->width_px ||
			    y >= (int)picture->height_px)
				fail_msg("the quiet zone leaves the paper");
			if (!inside &&
			    picture->grey[(size_t)y * picture->width_px + (size_t)x] < LIGHT)
				fail_msg("something is printed at %d,%d, in the quiet zone", x, y);
		}
}

static int modules_of(const struct program *program)
{
	int version;
	const char *says = strstr(program->out, "QR version ");

	assert_non_null(says);
	assert_int_equal(sscanf(says, "QR version %d", &version), 1);
	return 17 + 4 * version;
}

static void test_card(void **state)
{
	struct program *program = *state;
	struct picture picture = {0};
	struct seen seen;

	assert_paper(program, "event/card", "event/card.txt", 0, 1, &picture, &seen);
	/* What the last call, `event new`, has said. */
	assert_quiet(&picture, &seen, 0, modules_of(program), 100);
	picture_free(&picture);
}

static void test_network(void **state)
{
	const struct program *program = *state;
	struct picture picture = {0};
	struct seen seen;

	assert_paper(program, "net/network", "net/network.txt", 0, 1, &picture, &seen);
	picture_free(&picture);
}

static void test_ticket(void **state)
{
	struct program *program = *state;
	struct picture picture = {0};
	struct seen seen;

	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "hub",
	                     "--count", "3", "--out", "tickets"),
	                 0);
	assert_paper(program, "tickets/ticket-00003", "tickets/tickets.txt", 2, 1, &picture, &seen);
	assert_quiet(&picture, &seen, 0, modules_of(program), 30);
	picture_free(&picture);
}

static void check_sheet(struct program *program, const char *paper, double width_mm,
                        double height_mm)
{
	struct picture picture = {0};
	struct seen seen;
	char out[32], name[64], lines[64];
	int modules;

	(void)snprintf(out, sizeof(out), "slips %s", paper);
	(void)snprintf(name, sizeof(name), "%s/slips-01", out);
	(void)snprintf(lines, sizeof(lines), "%s/tickets.txt", out);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "hub",
	                     "--count", "17", "--first", "yes", "--projects", "1,2,7", "--slips",
	                     "--paper", paper, "--out", out),
	                 0);
	modules = modules_of(program);
	assert_paper(program, name, lines, 0, 15, &picture, &seen);
	assert_int_equal(picture.width_px, (int)(width_mm * 300 / 25.4 + 0.5));
	assert_int_equal(picture.height_px, (int)(height_mm * 300 / 25.4 + 0.5));
	for (int i = 0; i < 15; i++)
		assert_quiet(&picture, &seen, i, modules, 30);
	picture_free(&picture);
	(void)snprintf(name, sizeof(name), "%s/slips-02", out);
	assert_paper(program, name, lines, 15, 2, &picture, &seen);
	picture_free(&picture);
}

static void test_slips_letter(void **state)
{
	check_sheet(*state, "letter", 215.9, 279.4);
}

static void test_slips_a4(void **state)
{
	check_sheet(*state, "a4", 210, 297);
}

/* Names as long as they may be, without a place to break them, still leave the codes alone. */
static void test_long_names(void **state)
{
	static const char long_en[] =
	    "en=Everyoneinthewholeneighborhoodaroundtheriverandthestreetsbesidei";
	static const char long_es[] =
	    "es=Noche de la limpieza del río y de las calles del barrio norte";
	struct program *program = *state;
	struct picture picture = {0};
	struct seen seen;
	int modules;

	assert_int_equal(
	    RUN(program, "event", "new", "--hub", "hub", "--name", long_en, "--name", long_es,
	        "--project", "1:RIVER:en=Limpieza comunitaria del río", "--project",
	        "2:TREES:en=Árboles", "--start", "2027-01-02T18:00-05:00", "--start",
	        "2027-02-02T23:00-05:00", "--start", "2027-03-02T23:00-05:00", "--length", "3h",
	        "--place",
	        "The Municipal Auditorium and Library of the City, 10042 Northwest Elm Boulevard",
	        "--out", "long"),
	    0);
	modules = modules_of(program);
	assert_paper(program, "long/card", "long/card.txt", 0, 1, &picture, &seen);
	assert_quiet(&picture, &seen, 0, modules, 100);
	picture_free(&picture);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "long", "--hub", "hub", "--count",
	                     "2", "--first-number", "4294800000", "--projects", "1,2", "--first",
	                     "no", "--slips", "--out", "long slips"),
	                 0);
	modules = modules_of(program);
	assert_paper(program, "long slips/slips-01", "long slips/tickets.txt", 0, 2, &picture,
	             &seen);
	assert_quiet(&picture, &seen, 0, modules, 30);
	assert_quiet(&picture, &seen, 1, modules, 30);
	picture_free(&picture);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "long", "--hub", "hub", "--count",
	                     "1", "--first-number", "1", "--projects", "1,2", "--first", "no",
	                     "--out", "long ticket"),
	                 0);
	assert_paper(program, "long ticket/ticket-00001", "long ticket/tickets.txt", 0, 1, &picture,
	             &seen);
	assert_quiet(&picture, &seen, 0, modules, 30);
	picture_free(&picture);
}

/* Fonts of this test's choosing: DejaVu's, which have no wave. */
static void use_dejavu(struct program *program)
{
	static const char fonts[] =
	    "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
	    "<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir>"
	    "<cachedir>fontcache</cachedir></fontconfig>";

	assert_int_equal(
	    file_write(program_path(program, "fonts.conf"), fonts, sizeof(fonts) - 1, 0644), 0);
	assert_int_equal(setenv("FONTCONFIG_FILE", program_path(program, "fonts.conf"), 1), 0);
}

/* What no font has is refused before anything is made, whichever text it is in. */
static void test_letters_without_a_font(void **state)
{
	static const char *const row[][4] = {
	    {"en=River 🌊", "1:RIVER:en=River", "Elm Street", "Ann"},
	    {"en=River", "1:RIVER:en=River 🌊", "Elm Street", "Ann"},
	    {"en=River", "1:RIVER:en=River", "Elm Street 🌊", "Ann"},
	    {"en=River", "1:RIVER:en=River", "Elm Street", "Ann 🌊"},
	};
	struct program *program = *state;

	use_dejavu(program);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", row[i][0],
		                     "--project", row[i][1], "--start", "2027-01-02T18:00Z",
		                     "--length", "2h", "--place", row[i][2], "--call", row[i][3],
		                     "--out", "wave"),
		                 EX_USAGE);
		assert_non_null(strstr(program->err, "has “🌊”, which no font"));
		assert_int_equal(access(program_path(program, "wave"), F_OK), -1);
	}
	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "9", "--level",
	                     "local", "--region", "US-KY", "--name", "Hub 川", "--out", "wave"),
	                 EX_USAGE);
	assert_int_equal(RUN(program, "network", "new", "--name", "Net 🌊", "--collector",
	                     "https://a.example", "--out", "wave"),
	                 EX_USAGE);
	assert_int_equal(access(program_path(program, "wave"), F_OK), -1);
	/* A face that DejaVu has, letters with marks, Greek, Cyrillic, a tick. */
	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name",
	                     "en=😀 Ñandú Ω Ж ✓ e\u0301", "--project", "1:RIVER:en=River", "--start",
	                     "2027-01-02T18:00Z", "--length", "2h", "--out", "face"),
	                 0);
	assert_int_equal(unsetenv("FONTCONFIG_FILE"), 0);
}

/* Octets of a ticket's or a card's picture where only a text differs. */
static bool differs(struct program *program, const char *a, const char *b)
{
	struct picture one, other;
	bool same;

	read_png(program_path(program, a), &one);
	read_png(program_path(program, b), &other);
	assert_int_equal(one.width_px, other.width_px);
	assert_int_equal(one.height_px, other.height_px);
	same = memcmp(one.grey, other.grey, (size_t)one.width_px * one.height_px) == 0;
	picture_free(&one);
	picture_free(&other);
	return !same;
}

/* One more ticket of the very same number and octets, of a folder that says something else. */
static void make_again(struct program *program, const char *description, const char *out, bool slip)
{
	size_t len;
	uint8_t *kept = read_file(program_path(program, "said/event.json"), &len);

	assert_int_equal(file_write(program_path(program, "said/numbers.txt"), "", 0, 0644), 0);
	assert_int_equal(file_write(program_path(program, "said/event.json"), description,
	                            strlen(description), 0644),
	                 0);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "said", "--hub", "hub", "--count",
	                     "1", "--format", "png", "--out", out, slip ? "--slips" : "--first",
	                     slip ? "--paper" : "ask", slip ? "a4" : NULL),
	                 0);
	assert_int_equal(file_write(program_path(program, "said/event.json"), kept, len, 0644), 0);
	free(kept);
}

/* Tickets and slips say where and when, as the place and the offset from UTC are. */
static void test_where_and_when(void **state)
{
	static const char *const description[] = {
	    "{\"utc_offsets_s\": [-18000], \"place\": \"Elm Street 100\", \"call\": \"\"}",
	    "{\"utc_offsets_s\": [-18000], \"place\": \"\", \"call\": \"\"}",
	    "{\"utc_offsets_s\": [-14400], \"place\": \"Elm Street 100\", \"call\": \"\"}",
	};
	struct program *program = *state;

	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", "en=River",
	                     "--project", "1:RIVER:en=River", "--start", "2027-01-02T18:00-05:00",
	                     "--length", "2h", "--tickets", "1", "--out", "said"),
	                 0);
	for (int slip = 0; slip < 2; slip++) {
		char out[3][32], png[3][64];

		for (size_t i = 0; i < 3; i++) {
			(void)snprintf(out[i], sizeof(out[i]), "said %d %zu", slip, i);
			(void)snprintf(png[i], sizeof(png[i]), "%s/%s.png", out[i],
			               slip ? "slips-01" : "ticket-00001");
			make_again(program, description[i], out[i], slip);
		}
		assert_true(differs(program, png[0], png[1]));
		assert_true(differs(program, png[0], png[2]));
	}
}

/* A printer that obeys the file prints it at its size. */
static void test_resolution(void **state)
{
	FILE *file = fopen(program_path(*state, "event/card.png"), "rb");
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);

	assert_non_null(file);
	png_init_io(png, file);
	png_read_info(png, info);
	assert_int_equal(png_get_x_pixels_per_meter(png, info), 11811);
	assert_int_equal(png_get_y_pixels_per_meter(png, info), 11811);
	png_destroy_read_struct(&png, &info, NULL);
	(void)fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_card),
	    cmocka_unit_test(test_network),
	    cmocka_unit_test(test_ticket),
	    cmocka_unit_test(test_slips_letter),
	    cmocka_unit_test(test_slips_a4),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_letters_without_a_font),
	    cmocka_unit_test(test_where_and_when),
	    cmocka_unit_test(test_resolution),
	};

	return cmocka_run_group_tests(tests, program_setup_event, program_teardown);
}
