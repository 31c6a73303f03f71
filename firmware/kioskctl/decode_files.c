/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "hex.h"
#include "picture_codes.h"
#include "text.h"

enum { BUDGET_MS = 2000, BUDGET_MS_MAX = 600000 };

/* What one run of a picture gave; the codes borrow from the decoder. */
struct reading {
	const char *file;
	double ms;
	int n;
	struct code code[DECODED_CODES_MAX];
};

/* The octets as text if they are UTF-8 (U+0000 too); null otherwise: bytes_hex is always exact. */
static json_t *text_json(const struct code *code)
{
	json_t *text = json_stringn((const char *)code->bytes, code->len);

	return text != NULL ? text : json_null();
}

static json_t *code_json(const struct code *code)
{
	char *hex = malloc(2 * (size_t)code->len + 1);
	json_t *corners = json_array(), *root;

	if (hex == NULL) {
		json_decref(corners);
		return NULL;
	}
	hex_encode(code->bytes, code->len, hex);
	for (size_t i = 0; i < 4; i++)
		(void)json_array_append_new(
		    corners, json_pack("[i, i]", code->corner[i].x_px, code->corner[i].y_px));
	root = json_pack("{s:o, s:s, s:o}", "text", text_json(code), "bytes_hex", hex, "corners",
	                 corners);
	free(hex);
	return root;
}

/* A file's name need not be UTF-8; JSON must be. */
static json_t *file_json(const char *file)
{
	json_t *name = json_string(file);
	char clean[4096];

	if (name != NULL)
		return name;
	text_copy(clean, sizeof(clean), file);
	return json_string(clean);
}

static int put_json(json_t *root)
{
	char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(9));

	json_decref(root);
	if (text == NULL)
		return EX_OSERR;
	(void)puts(text);
	free(text);
	return 0;
}

static int print_json(const struct reading *reading)
{
	json_t *codes = json_array();

	for (int i = 0; i < reading->n; i++)
		if (json_array_append_new(codes, code_json(&reading->code[i])) < 0) {
			json_decref(codes);
			return EX_OSERR;
		}
	return put_json(json_pack("{s:o, s:f, s:o}", "file", file_json(reading->file), "ms",
	                          reading->ms, "codes", codes));
}

static void print_plain(const struct reading *reading)
{
	char text[512];

	if (reading->n == 0)
		(void)printf("%s: no code found (%.0f ms)\n", reading->file, reading->ms);
	for (int i = 0; i < reading->n; i++) {
		const struct code *code = &reading->code[i];
		const bool clean = text_is_clean((const char *)code->bytes, code->len);

		if (clean)
			text_format(text, sizeof(text), "%.*s", (int)code->len,
			            (const char *)code->bytes);
		(void)printf("%s: %s%s (%u octets, %.0f ms)\n", reading->file,
		             clean ? text : "octets that are no plain text; --json shows them",
		             clean && code->len >= sizeof(text) ? "…" : "", code->len, reading->ms);
	}
}

static void tell_unreadable(const struct args *args, const char *file, const char *sentence)
{
	if (!args_flag(args, "--json"))
		complain(args, "%s %s", file, sentence);
	else
		(void)put_json(
		    json_pack("{s:o, s:o}", "file", file_json(file), "error", file_json(sentence)));
}

/* The passes over one picture. The number of codes, or -errno. */
static int decode_picture(const struct picture *picture, uint64_t budget_us,
                          struct decoder **ret_decoder, struct reading *ret)
{
	const uint64_t begin_us = clock_mono().us;

	ret->n = picture_codes(picture, budget_us, ret_decoder, ret->code);
	ret->ms = (double)(clock_mono().us - begin_us) / 1000;
	return ret->n;
}

static int decode_file(const struct args *args, const char *file, uint64_t budget_us)
{
	char sentence[PICTURE_SENTENCE_SIZE] = "";
	struct reading reading = {.file = file};
	struct decoder *decoder = NULL;
	struct picture picture = {0};
	int r = picture_read(file, &picture, sentence);

	if (r != 0) {
		tell_unreadable(args, file,
		                sentence[0] != '\0' ? sentence : "cannot be read as a picture");
		return EXIT_REFUSED;
	}
	r = decode_picture(&picture, budget_us, &decoder, &reading);
	if (r < 0) {
		text_format(sentence, sizeof(sentence), "cannot be looked at: %s", strerror(-r));
		tell_unreadable(args, file, sentence);
		r = EXIT_REFUSED;
	} else if (args_flag(args, "--json")) {
		r = print_json(&reading);
	} else {
		print_plain(&reading);
		r = 0;
	}
	decoder_free(decoder);
	picture_free(&picture);
	return r;
}

static int run(const struct args *args)
{
	uint32_t budget_ms;
	int worst = 0,
	    r = args_number(args, "--budget-ms", 1, BUDGET_MS_MAX, BUDGET_MS, &budget_ms);

	if (r != 0)
		return r;
	for (size_t i = 0; i < args->n_positional; i++) {
		r = decode_file(args, args->positional[i], (uint64_t)budget_ms * 1000);
		worst = r > worst ? r : worst;
		(void)fflush(stdout);
	}
	return worst;
}

static const struct option_spec options[] = {
    {"--json", OPTION_FLAG, false, NULL, "one JSON object a line, for programs"},
    {"--budget-ms", OPTION_VALUE, false, "N", "time to spend on a picture, at most (2000)"},
};

const struct command command_decode = {
    .name = "decode",
    .summary = "read the QR codes in picture files, as a kiosk would",
    .positional = "FILE…",
    .positional_min = 1,
    .positional_max = SIZE_MAX,
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "PGM, PNG and JPEG files, told by their content. Exit status 0 if every file could be\n"
        "read, whether or not it held a code; 1 otherwise.\n\n"
        "--json prints {file, ms, codes}, each code {text, bytes_hex, corners}: bytes_hex the\n"
        "exact octets; text the same as a string, or null where they are not UTF-8; corners\n"
        "four [x, y] in pixels of the picture as stored. A file that cannot be read gives\n"
        "{file, error} with a sentence.\n",
    .run = run,
};
