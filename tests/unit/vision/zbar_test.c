/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises about zbar, which reads hostile pictures: the one that is loaded has Debian's fixes of
 * CVE-2023-40889 and CVE-2023-40890, and of its decoders QR alone is enabled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#include "symbols.h"

enum { WIDTH_PX = 320, HEIGHT_PX = 96, BAR_PX = 3, BARS = 67 };

static const zbar_symbol_type_t other[] = {
    ZBAR_EAN2,   ZBAR_EAN5,   ZBAR_EAN8,    ZBAR_UPCE,    ZBAR_ISBN10,      ZBAR_UPCA,
    ZBAR_EAN13,  ZBAR_ISBN13, ZBAR_I25,     ZBAR_DATABAR, ZBAR_DATABAR_EXP, ZBAR_CODABAR,
    ZBAR_CODE39, ZBAR_CODE93, ZBAR_CODE128, ZBAR_SQCODE,
};
enum { OTHERS = sizeof(other) / sizeof(other[0]) };

static unsigned scans;

/* One that this zbar was built without cannot be asked, and does not run. */
static bool is_enabled(zbar_image_scanner_t *scanner, zbar_symbol_type_t symbology)
{
	int enabled = 0;

	return zbar_image_scanner_get_config(scanner, symbology, ZBAR_CFG_ENABLE, &enabled) == 0 &&
	       enabled != 0;
}

/* What stands between the wall around zbar and zbar: looks at the scanner as it is used. */
int __wrap_zbar_scan_image(zbar_image_scanner_t *scanner, zbar_image_t *image);
int __real_zbar_scan_image(zbar_image_scanner_t *scanner, zbar_image_t *image);

int __wrap_zbar_scan_image(zbar_image_scanner_t *scanner, zbar_image_t *image)
{
	int binary = 0;

	assert_true(is_enabled(scanner, ZBAR_QRCODE));
	assert_int_equal(
	    zbar_image_scanner_get_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, &binary), 0);
	assert_int_equal(binary, 1);
	for (size_t i = 0; i < OTHERS; i++)
		if (is_enabled(scanner, other[i]))
			fail_msg("the decoder of %s is enabled", zbar_get_symbol_name(other[i]));
	scans++;
	return __real_zbar_scan_image(scanner, image);
}

static void count(void *context, const struct symbol *symbol)
{
	unsigned *n = context;

	(void)symbol;
	(*n)++;
}

/* 96385074 as EAN-8 (GS1 General Specifications, section 5.2): what a supermarket's scanner reads. */
static void draw_ean8(uint8_t grey[WIDTH_PX * HEIGHT_PX])
{
	static const char bars[BARS + 1] = "101"
	                                   "0001011"
	                                   "0101111"
	                                   "0111101"
	                                   "0110111"
	                                   "01010"
	                                   "1001110"
	                                   "1110010"
	                                   "1000100"
	                                   "1011100"
	                                   "101";

	memset(grey, 255, WIDTH_PX * HEIGHT_PX);
	for (size_t y = 8; y < HEIGHT_PX - 8; y++)
		for (size_t x = 0; x < (size_t)BARS * BAR_PX; x++)
			if (bars[x / BAR_PX] == '1')
				grey[y * WIDTH_PX + 40 + x] = 0;
}

/* zbar as it comes has the other decoders, and a picture of theirs is read: the test can tell. */
static void test_zbar_itself_reads_other_codes(void **state)
{
	static uint8_t grey[WIDTH_PX * HEIGHT_PX];
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	unsigned enabled = 0;

	(void)state;
	draw_ean8(grey);
	for (size_t i = 0; i < OTHERS; i++)
		enabled += is_enabled(scanner, other[i]);
	print_message("%u of %u others are enabled in zbar as it comes\n", enabled,
	              (unsigned)OTHERS);
	assert_true(enabled > 0);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, WIDTH_PX, HEIGHT_PX);
	zbar_image_set_data(image, grey, sizeof(grey), NULL);
	assert_int_equal(__real_zbar_scan_image(scanner, image), 1);
	assert_int_equal(zbar_symbol_get_type(zbar_image_first_symbol(image)), ZBAR_EAN8);
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
}

static void test_qr_alone_is_enabled(void **state)
{
	static uint8_t grey[WIDTH_PX * HEIGHT_PX];
	struct plane plane = {.grey = grey, .width_px = WIDTH_PX, .height_px = HEIGHT_PX};
	struct symbols *symbols;
	unsigned found = 0;

	(void)state;
	draw_ean8(grey);
	assert_int_equal(symbols_new(&symbols), 0);
	symbols_read(symbols, &plane, 1, count, &found);
	symbols_free(symbols);
	assert_int_equal(scans, 1);
	assert_int_equal(found, 0);
}

static int is_at_least(const char *version, const char *least)
{
	char command[256];

	assert_true(snprintf(command, sizeof(command), "dpkg --compare-versions '%s' ge '%s'",
	                     version, least) < (int)sizeof(command));
	return system(command) == 0;
}

/* The first line that the command says; "" if it says nothing. */
static void ask(const char *command, char *line, int size)
{
	FILE *asked = popen(command, "r");

	assert_non_null(asked);
	if (!fgets(line, size, asked))
		line[0] = '\0';
	(void)pclose(asked);
	line[strcspn(line, "\n")] = '\0';
}

/* Debian 12 has the fixes from 0.23.92-7+deb12u1 on, as its changelog says; Debian 13 began with
 * 0.23.93, later than both. The package is the one whose file this very process has loaded. */
static void test_the_loaded_zbar_is_a_mended_one(void **state)
{
	char file[PATH_MAX], command[PATH_MAX + 128], package[128], version[64];
	void *function = dlsym(RTLD_DEFAULT, "zbar_scan_image");
	Dl_info about;

	(void)state;
	assert_non_null(function);
	assert_int_not_equal(dladdr(function, &about), 0);
	assert_non_null(realpath(about.dli_fname, file));
	assert_non_null(strstr(file, "libzbar.so."));
	(void)snprintf(command, sizeof(command), "dpkg-query -S '%s' 2>/dev/null", file);
	ask(command, package, sizeof(package));
	package[strcspn(package, " ")] = '\0';
	if (package[0] == '\0') {
		print_message("NOT TESTED: %s is of no Debian package, its version says nothing "
		              "about the fixes\n",
		              file);
		skip();
	}
	package[strlen(package) - 1] = '\0'; /* the colon behind it */
	(void)snprintf(command, sizeof(command), "dpkg-query -W -f '${Version}' %s", package);
	ask(command, version, sizeof(version));
	print_message("%s: %s %s\n", file, package, version);
	assert_true(version[0] != '\0');
	assert_int_equal(strspn(version, "0123456789.+-~:abcdefghijklmnopqrstuvwxyz"),
	                 strlen(version));
	assert_true(is_at_least(version, "0.23.93") || (is_at_least(version, "0.23.92-7+deb12u1") &&
	                                                !is_at_least(version, "0.23.92-8")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_zbar_itself_reads_other_codes),
	    cmocka_unit_test(test_qr_alone_is_enabled),
	    cmocka_unit_test(test_the_loaded_zbar_is_a_mended_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
