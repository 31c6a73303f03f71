/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A barcode reader that is something worse; the first octet chooses. 0: octets on a serial line,
 * where 0xff and an octet n are n hundredths of a second (0xff 0xff is the octet itself), 0xfe that
 * something was lost. 1: keys, each one octet, its highest bit: it goes up. 2: a source as somebody
 * wrote it into kioskd.conf. A code is never empty, too long, or more than what was said.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <linux/input-event-codes.h>

#include "reader_keys.h"
#include "reader_where.h"
#include "scanner_drivers.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEP_US = 10000, KEYS = 128 };

/* What was said since the last end, in full. */
struct said {
	uint8_t bytes[READER_BYTES_MAX];
	size_t len; /* may be more than what is kept */
	bool lost;
};

static void check_code(const struct reader_text *text)
{
	assert(text->code_len >= 1 && text->code_len <= CODE_BYTES_MAX);
	assert(memchr(text->code, '\r', text->code_len) == NULL);
	assert(memchr(text->code, '\n', text->code_len) == NULL);
}

/* Only what a reader puts in front may be missing, and what it doubled or put between. */
static void check_end(const struct said *said, const struct reader_text *text, enum reader_said how)
{
	bool plain = said->len > 0 && said->bytes[0] != ']' && said->bytes[0] != '\\';
	size_t from = 0;

	assert((how == READER_TOO_LONG) == (said->lost || said->len > READER_BYTES_MAX) ||
	       (how == READER_TOO_LONG && said->len > CODE_BYTES_MAX));
	if (how == READER_MORE)
		assert(!plain);
	if (how != READER_CODE)
		return;
	check_code(text);
	for (size_t i = 0; i < text->code_len; i++, from++) {
		while (from < said->len && said->bytes[from] != text->code[i])
			from++;
		assert(from < said->len);
	}
	if (plain)
		assert(text->code_len == said->len);
}

static void hear_line(const uint8_t *data, size_t size)
{
	static struct reader_text text;
	static struct said said;
	struct mono_time now = {1000000};

	reader_text_init(&text);
	memset(&said, 0, sizeof(said));
	for (size_t i = 0; i < size; i++) {
		bool waits = data[i] == 0xff && i + 1 < size && data[i + 1] != 0xff;
		enum reader_said how = READER_MORE;

		if (data[i] == 0xfe) {
			reader_text_spoil(&text, now);
			said.lost = true;
			continue;
		}
		if (waits) {
			now.us += (uint64_t)data[++i] * STEP_US;
			how = reader_text_tick(&text, now);
		} else {
			if (data[i] == 0xff)
				i++;
			how = reader_text_octet(&text, i < size ? data[i] : 0xff, now);
		}
		if (how != READER_MORE ||
		    (!waits && i < size && (data[i] == '\r' || data[i] == '\n'))) {
			check_end(&said, &text, how);
			memset(&said, 0, sizeof(said));
		} else if (!waits) {
			if (said.len < sizeof(said.bytes))
				said.bytes[said.len] = i < size ? data[i] : 0xff;
			said.len++;
		}
	}
}

/* Locks stay when a key is let go: without them each input finds the keyboard as it was. */
static bool locks(uint32_t key)
{
	return key == KEY_CAPSLOCK || key == KEY_NUMLOCK || key == KEY_SCROLLLOCK;
}

static void press(struct reader_keys *keys, uint32_t key, int32_t value)
{
	if (reader_keys_event(keys, key, value, (struct mono_time){1000000}) == READER_CODE)
		check_code(reader_keys_text(keys));
}

static void hear_keys(const uint8_t *data, size_t size)
{
	static struct reader_keys *keys;
	bool down[KEYS] = {false};

	if (keys == NULL && reader_keys_new("us", &keys) != 0)
		abort();
	for (size_t i = 0; i < size; i++) {
		uint32_t key = data[i] % KEYS;

		if (locks(key))
			continue;
		down[key] = data[i] < KEYS;
		press(keys, key, down[key]);
	}
	for (uint32_t key = 0; key < KEYS; key++)
		if (down[key])
			press(keys, key, 0);
	press(keys, KEY_ENTER, 1);
	press(keys, KEY_ENTER, 0);
}

static void on_health(void *context, enum health health, const char *sentence)
{
	(void)context;
	assert(health == HEALTH_FAILED);
	assert(sentence[0] != '\0' && strlen(sentence) <= SENTENCE_BYTES_MAX);
	assert(text_is_clean(sentence, strlen(sentence)));
}

static void read_source(const uint8_t *data, size_t size)
{
	const struct scanner_sink sink = {.health = on_health};
	char source[600], sentence[SENTENCE_BYTES_MAX + 1];
	size_t len = size < sizeof(source) ? size : sizeof(source) - 1;
	const struct scanner_driver *driver;
	const char *where = NULL;
	struct reader_where reader;

	memcpy(source, data, len);
	source[len] = '\0';
	driver = scanner_find(source, &where, sentence);
	if (!driver) {
		assert(text_is_clean(sentence, strlen(sentence)));
		return;
	}
	assert(where > source && *where != '\0');
	if (reader_where_read(where, "layout", &sink, &reader) == 0)
		assert(strlen(reader.path) < sizeof(reader.path) &&
		       strlen(reader.option) < sizeof(reader.option));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (data[0]) {
	case 0:
		hear_line(data + 1, size - 1);
		break;
	case 1:
		hear_keys(data + 1, size - 1);
		break;
	default:
		read_source(data + 1, size - 1);
	}
	return 0;
}
