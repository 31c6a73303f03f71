/* SPDX-License-Identifier: Apache-2.0 */
/* Promise 6, for configuration: every error names file, line, field, and what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/scanner.h>
#include "file.h"
#include "papers.h"
#include "settings.h"

struct folder {
	char path[128], config[160], network[160];
};

static void write_file(const char *path, const char *text)
{
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
}

static int setup(void **state)
{
	static struct folder folder;
	static struct papers papers;
	uint8_t octets[512];
	char text[CODE_TEXT_MAX];
	const char *tmp = getenv("TMPDIR");
	size_t len;

	snprintf(folder.path, sizeof(folder.path), "%.90s/kiosk-settings-XXXXXX",
	         tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder.path));
	snprintf(folder.config, sizeof(folder.config), "%s/kioskd.conf", folder.path);
	snprintf(folder.network, sizeof(folder.network), "%s/network.txt", folder.path);
	papers_make(&papers, 1, 1763748000);
	assert_int_equal(network_encode(&papers.network, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_NETWORK, octets, len, text, sizeof(text)), 0);
	strncat(text, "\n", sizeof(text) - strlen(text) - 1);
	write_file(folder.network, text);
	*state = &folder;
	return 0;
}

static int teardown(void **state)
{
	struct folder *folder = *state;

	unlink(folder->config);
	unlink(folder->network);
	return rmdir(folder->path);
}

static int read_settings(const struct folder *folder, const char *text, struct settings *ret,
                         char *said, size_t size)
{
	FILE *errors = fmemopen(said, size, "w");
	int r;

	assert_non_null(errors);
	memset(said, 0, size);
	write_file(folder->config, text);
	r = settings_read(folder->config, ret, errors);
	fclose(errors);
	return r;
}

static void test_a_small_file_is_enough_and_paths_are_from_its_folder(void **state)
{
	struct folder *folder = *state;
	struct settings settings;
	char said[2048], path[256];

	assert_int_equal(read_settings(folder,
	                               "[kiosk]\nstate_dir = state\nnetwork = network.txt\n",
	                               &settings, said, sizeof(said)),
	                 0);
	assert_string_equal(said, "");
	snprintf(path, sizeof(path), "%s/state", folder->path);
	assert_string_equal(settings.state_dir, path);
	assert_string_equal(settings.network.name.s, "Test");
	assert_string_equal(settings.collector, "http://127.0.0.1:1");
	assert_int_equal(settings.scanner_budget_us, SCANNER_BUDGET_US);
	assert_int_equal(settings.sweep_ms, 5000);
	assert_int_equal(settings.retry_cap_ms, 6ULL * 3600 * 1000);
	assert_true(settings.replies);
	assert_true(settings.programs[0] == '/');
}

static void test_the_printed_file_reads_as_the_defaults(void **state)
{
	struct folder *folder = *state;
	static char text[16384];
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct settings settings;
	char said[2048];

	assert_non_null(out);
	settings_print(out);
	fclose(out);
	/* All but the network's file, which is not where the default says. */
	assert_int_equal(read_settings(folder, text, &settings, said, sizeof(said)), -ENOENT);
	assert_non_null(strstr(said, "/etc/kiosk/network.txt cannot be read"));
}

static void test_every_error_says_where_and_what_would_be_right(void **state)
{
	static const struct {
		const char *line, *where, *right;
	} cases[] = {
	    {"[kiosk]\nstate_dir =\n", ":2: [kiosk] state_dir", "a path"},
	    {"[kiosk]\ncountry = usa\n", ":2: [kiosk] country", "at most 2"},
	    {"[kiosk]\ncountry = us\n", ":2: [kiosk] country", "two capital letters"},
	    {"[kiosk]\ncountry = ZZ\n", ":2: [kiosk] country", "US CA"},
	    {"[kiosk]\nclock = sundial\n", ":2: [kiosk] clock", "auto or operator"},
	    {"[scanner]\n\nsource = camera\n", ":3: [scanner] source", "v4l2:/dev/video0"},
	    {"[scanner]\nsource = sim:\n", ":2: [scanner] source", "sim:SOCKET"},
	    {"[scanner]\nbudget_us = 8ms\n", ":2: [scanner] budget_us", "from 1000 to 30000"},
	    {"[scanner]\nbudget_us = 999\n", ":2: [scanner] budget_us", "from 1000 to 30000"},
	    {"[scanner]\nbudget_us = 30001\n", ":2: [scanner] budget_us", "from 1000 to 30000"},
	    {"[modem]\ndevice = ttyUSB0\n", ":2: [modem] device", "whole path"},
	    {"[modem]\nprofile = nokia\n", ":2: [modem] profile", "ec25"},
	    {"[modem]\npower_key = press\n", ":2: [modem] power_key", "whole path"},
	    {"[modem]\nanswer = 1ms\n", ":2: [modem] answer", "50ms"},
	    {"[modem]\nreplies = maybe\n", ":2: [modem] replies", "yes or no"},
	    {"[modem]\nsweep = 5\n", ":2: [modem] sweep", "unit"},
	    {"[modem]\nsweep = 1ms\n", ":2: [modem] sweep", "100ms"},
	    {"[modem]\nreplies_per_minute = -1\n", ":2: [modem] replies_per_minute",
	     "from 0 to 10000"},
	    {"[modem]\nstatus_interval = 2d\n", ":2: [modem] status_interval", "to 1d"},
	    {"[modem]\nstatuses_per_number = many\n", ":2: [modem] statuses_per_number",
	     "from 0 to 1000"},
	    {"[modem]\nown_number = 555\n", "[modem] own_number: “555” will not do",
	     "+15025550123"},
	    {"[uplink]\ncollector = http://example.org\n", ":2: [uplink] collector", "https://"},
	    {"[uplink]\ncollector = http://127.0.0.1.example.org\n", ":2: [uplink] collector",
	     "this machine"},
	    {"[uplink]\ncollector = http://localhost:80@elsewhere\n", ":2: [uplink] collector",
	     "in front of the host"},
	    {"[uplink]\ncollector = http://localhost:80a\n", ":2: [uplink] collector", "HOST"},
	    {"[uplink]\ncollector = https://me:secret@example.org\n", ":2: [uplink] collector",
	     "in front of the host"},
	    {"[uplink]\ncollector = https:///path\n", ":2: [uplink] collector", "HOST"},
	    {"[uplink]\nretry_base = 1h\nretry_cap = 30min\n", "[uplink] retry_cap",
	     "at least as long"},
	    {"[event]\npowered_max = 1s\n", ":2: [event] powered_max", "from 1min to 7d"},
	    {"[kiosk]\ncolour = blue\n", ":2:", "colour"},
	    {"[garden]\n", ":1:", "garden"},
	    {"[kiosk]\nnetwork = kioskd.conf\n", "[kiosk] network", "CK1:N"},
	    {"[kiosk]\nnetwork = nowhere.txt\n", "[kiosk] network", "kioskctl network new"},
	};
	struct folder *folder = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings settings = {.country = "??"};
		char said[4096];

		assert_true(read_settings(folder, cases[i].line, &settings, said, sizeof(said)) <
		            0);
		print_message("%s", said);
		assert_non_null(strstr(said, folder->config));
		assert_non_null(strstr(said, cases[i].where));
		assert_non_null(strstr(said, cases[i].right));
		assert_string_equal(settings.country, "??");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        test_a_small_file_is_enough_and_paths_are_from_its_folder, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_printed_file_reads_as_the_defaults, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(test_every_error_says_where_and_what_would_be_right,
	                                    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
