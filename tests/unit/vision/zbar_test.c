/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises about zbar, which reads hostile pictures: the installed one has Debian's fixes of
 * CVE-2023-40889 and CVE-2023-40890, and of its decoders QR alone is enabled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#include "symbols.h"

enum { SIDE_PX = 64 };

static unsigned scans;

/* What stands between the wall around zbar and zbar: looks at the scanner as it is used. */
int __wrap_zbar_scan_image(zbar_image_scanner_t *scanner, zbar_image_t *image);
int __real_zbar_scan_image(zbar_image_scanner_t *scanner, zbar_image_t *image);

int __wrap_zbar_scan_image(zbar_image_scanner_t *scanner, zbar_image_t *image)
{
	static const zbar_symbol_type_t other[] = {
	    ZBAR_EAN2,   ZBAR_EAN5,   ZBAR_EAN8,    ZBAR_UPCE,    ZBAR_ISBN10,      ZBAR_UPCA,
	    ZBAR_EAN13,  ZBAR_ISBN13, ZBAR_I25,     ZBAR_DATABAR, ZBAR_DATABAR_EXP, ZBAR_CODABAR,
	    ZBAR_CODE39, ZBAR_CODE93, ZBAR_CODE128, ZBAR_SQCODE,
	};
	int enabled = 0, binary = 0;

	assert_int_equal(
	    zbar_image_scanner_get_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, &enabled), 0);
	assert_int_equal(enabled, 1);
	assert_int_equal(
	    zbar_image_scanner_get_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, &binary), 0);
	assert_int_equal(binary, 1);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		enabled = 0;
		/* One that this zbar was built without cannot be asked, and does not run. */
		if (zbar_image_scanner_get_config(scanner, other[i], ZBAR_CFG_ENABLE, &enabled) ==
		        0 &&
		    enabled)
			fail_msg("the decoder of %s is enabled", zbar_get_symbol_name(other[i]));
	}
	scans++;
	return __real_zbar_scan_image(scanner, image);
}

static void ignore(void *context, const struct symbol *symbol)
{
	(void)context;
	(void)symbol;
}

static void test_qr_alone_is_enabled(void **state)
{
	static uint8_t grey[SIDE_PX * SIDE_PX];
	struct plane plane = {.grey = grey, .width_px = SIDE_PX, .height_px = SIDE_PX};
	struct symbols *symbols;

	(void)state;
	memset(grey, 255, sizeof(grey));
	assert_int_equal(symbols_new(&symbols), 0);
	symbols_read(symbols, &plane, 1, ignore, NULL);
	symbols_free(symbols);
	assert_int_equal(scans, 1);
}

static int is_at_least(const char *version, const char *least)
{
	char command[256];

	assert_true(snprintf(command, sizeof(command), "dpkg --compare-versions '%s' ge '%s'",
	                     version, least) < (int)sizeof(command));
	return system(command) == 0;
}

/* Debian 12 has the fixes from 0.23.92-7+deb12u1 on, as its changelog says; Debian 13 began with
 * 0.23.93, later than both. */
static void test_the_installed_zbar_is_a_mended_one(void **state)
{
	char version[64] = "";
	FILE *asked = popen("dpkg-query -W -f '${Version}' libzbar0t64 2>/dev/null || "
	                    "dpkg-query -W -f '${Version}' libzbar0 2>/dev/null",
	                    "r");

	(void)state;
	assert_non_null(asked);
	if (!fgets(version, sizeof(version), asked))
		version[0] = '\0';
	(void)pclose(asked);
	if (version[0] == '\0') {
		print_message("NOT TESTED: zbar is no Debian package here, its version says "
		              "nothing about the fixes\n");
		skip();
	}
	assert_int_equal(strspn(version, "0123456789.+-~:abcdefghijklmnopqrstuvwxyz"),
	                 strlen(version));
	print_message("zbar %s\n", version);
	assert_true(is_at_least(version, "0.23.93") || (is_at_least(version, "0.23.92-7+deb12u1") &&
	                                                !is_at_least(version, "0.23.92-8")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_qr_alone_is_enabled),
	    cmocka_unit_test(test_the_installed_zbar_is_a_mended_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
