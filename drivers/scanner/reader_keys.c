/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon-compose.h>
#include <xkbcommon/xkbcommon.h>

#include "reader_keys.h"

enum {
	EVDEV_OFFSET = 8, /* of XKB's key codes to the kernel's */
	LETTER_BYTES_MAX = 16,
	NAME_BYTES_MAX_XKB = 32,
};

/* Followed beside the one that is configured. */
static const char *const known[] = {"us", "gb", "de", "fr", "es", "latam",
                                    "pt", "br", "it", "ch", "be", "ca"};
enum { KNOWN = sizeof(known) / sizeof(known[0]), LAYOUTS_MAX = KNOWN + 1 };

/* A dead key and a space are the sign itself. */
static const char dead_keys[] = "<dead_grave> <space> : \"`\" grave\n"
                                "<dead_circumflex> <space> : \"^\" asciicircum\n"
                                "<dead_tilde> <space> : \"~\" asciitilde\n"
                                "<dead_acute> <space> : \"'\" apostrophe\n"
                                "<dead_diaeresis> <space> : \"\\\"\" quotedbl\n";

struct layout {
	char name[NAME_BYTES_MAX_XKB];
	struct xkb_state *state;
	struct xkb_compose_state *compose;
	struct reader_text text;
};

struct reader_keys {
	struct layout layout[LAYOUTS_MAX];
	size_t n, chosen;
};

static int add_layout(struct reader_keys *keys, struct xkb_context *context,
                      struct xkb_compose_table *table, const char *name)
{
	struct xkb_rule_names names = {.rules = "evdev", .model = "pc105", .layout = name};
	struct layout *layout = &keys->layout[keys->n];
	struct xkb_keymap *keymap;

	if (strlen(name) >= sizeof(layout->name))
		return -ENOENT;
	keymap = xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
	if (!keymap)
		return -ENOENT;
	memcpy(layout->name, name, strlen(name) + 1);
	layout->state = xkb_state_new(keymap);
	xkb_keymap_unref(keymap);
	layout->compose = xkb_compose_state_new(table, XKB_COMPOSE_STATE_NO_FLAGS);
	reader_text_init(&layout->text);
	keys->n++;
	return layout->state && layout->compose ? 0 : -ENOMEM;
}

int reader_keys_new(const char *layout, struct reader_keys **ret)
{
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
	struct reader_keys *keys = calloc(1, sizeof(*keys));
	struct xkb_compose_table *table = NULL;
	const char *first = *layout ? layout : known[0];
	int r = context && keys ? 0 : -ENOMEM;

	if (r == 0) {
		xkb_context_set_log_level(context, XKB_LOG_LEVEL_CRITICAL);
		table = xkb_compose_table_new_from_buffer(context, dead_keys, strlen(dead_keys),
		                                          "C", XKB_COMPOSE_FORMAT_TEXT_V1,
		                                          XKB_COMPOSE_COMPILE_NO_FLAGS);
		r = table ? add_layout(keys, context, table, first) : -ENOMEM;
	}
	for (size_t i = 0; i < KNOWN && r == 0; i++)
		if (strcmp(known[i], first) != 0) {
			r = add_layout(keys, context, table, known[i]);
			if (r == -ENOENT)
				r = 0; /* this machine does without */
		}
	xkb_compose_table_unref(table);
	xkb_context_unref(context);
	if (r < 0) {
		reader_keys_free(keys);
		return r;
	}
	*ret = keys;
	return 0;
}

void reader_keys_free(struct reader_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->n; i++) {
		xkb_state_unref(keys->layout[i].state);
		xkb_compose_state_unref(keys->layout[i].compose);
	}
	free(keys);
}

/* What a key that goes down writes, as UTF-8; its length, 0 for none. */
static int letters(struct layout *layout, xkb_keycode_t key, char ret[LETTER_BYTES_MAX])
{
	int n = 0;

	(void)xkb_compose_state_feed(layout->compose,
	                             xkb_state_key_get_one_sym(layout->state, key));
	switch (xkb_compose_state_get_status(layout->compose)) {
	case XKB_COMPOSE_NOTHING:
		n = xkb_state_key_get_utf8(layout->state, key, ret, LETTER_BYTES_MAX);
		break;
	case XKB_COMPOSE_COMPOSED:
		n = xkb_compose_state_get_utf8(layout->compose, ret, LETTER_BYTES_MAX);
		xkb_compose_state_reset(layout->compose);
		break;
	case XKB_COMPOSE_CANCELLED:
		xkb_compose_state_reset(layout->compose);
		break;
	case XKB_COMPOSE_COMPOSING:
		break;
	}
	return n > 0 && n < LETTER_BYTES_MAX ? n : 0;
}

static enum reader_said type(struct layout *layout, uint32_t code, int32_t value,
                             struct mono_time now)
{
	enum reader_said said = READER_MORE;
	xkb_keycode_t key = code + EVDEV_OFFSET;
	char letter[LETTER_BYTES_MAX];

	if (value == 1) {
		int n = letters(layout, key, letter);

		for (int i = 0; i < n && said == READER_MORE; i++)
			said = reader_text_octet(&layout->text, (uint8_t)letter[i], now);
	}
	(void)xkb_state_update_key(layout->state, key, value ? XKB_KEY_DOWN : XKB_KEY_UP);
	return said;
}

/* The layout in which the test's text came out is the reader's. */
static enum reader_said choose(struct reader_keys *keys, const enum reader_said *said)
{
	if (said[keys->chosen] == READER_CODE &&
	    reader_text_is_test(&keys->layout[keys->chosen].text))
		return READER_CODE;
	for (size_t i = 0; i < keys->n; i++)
		if (said[i] == READER_CODE && reader_text_is_test(&keys->layout[i].text)) {
			keys->chosen = i;
			break;
		}
	return said[keys->chosen];
}

enum reader_said reader_keys_event(struct reader_keys *keys, uint32_t code, int32_t value,
                                   struct mono_time now)
{
	enum reader_said said[LAYOUTS_MAX];

	/* What is held down is not typed again: a reader lets go. */
	if (value < 0 || value > 1)
		return READER_MORE;
	for (size_t i = 0; i < keys->n; i++)
		said[i] = type(&keys->layout[i], code, value, now);
	return choose(keys, said);
}

enum reader_said reader_keys_tick(struct reader_keys *keys, struct mono_time now)
{
	enum reader_said said[LAYOUTS_MAX];

	for (size_t i = 0; i < keys->n; i++)
		said[i] = reader_text_tick(&keys->layout[i].text, now);
	return choose(keys, said);
}

void reader_keys_lost(struct reader_keys *keys, struct mono_time now)
{
	for (size_t i = 0; i < keys->n; i++)
		reader_text_spoil(&keys->layout[i].text, now);
}

const struct reader_text *reader_keys_text(const struct reader_keys *keys)
{
	return &keys->layout[keys->chosen].text;
}

const char *reader_keys_layout(const struct reader_keys *keys)
{
	return keys->layout[keys->chosen].name;
}
