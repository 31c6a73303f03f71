/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyword.h"
#include "texted.h"
#include "text.h"

const struct manifest phrases_manifest = {
    .n_languages = 2,
    .language = {{"en"}, {"es"}},
    .name = {{"River Night"}, {"Noche del Río"}},
    .n_projects = 3,
    .default_project = 1,
    .party_max = 6,
    .project =
        {
            {.id = 1,
             .name = {{"River cleanup"}, {"Limpieza del río"}},
             .keyword = {{"RIVER"}, {"RIO"}},
             .n_keywords = 2},
            {.id = 2,
             .name = {{"City park"}, {"Parque"}},
             .keyword = {{"PARK"}, {"PARQUE"}},
             .n_keywords = 2},
            {.id = 3,
             .name = {{"Library hours"}, {"Biblioteca"}},
             .keyword = {{"LIBRARY"}, {"BIBLIOTECA"}},
             .n_keywords = 2},
        },
};

static const struct {
	const char *name;
	enum sms_ask ask;
} names[] = {
    {"none", SMS_ASK_NOTHING}, {"ignore", SMS_ASK_IGNORE}, {"stop", SMS_ASK_STOP},
    {"start", SMS_ASK_START},  {"help", SMS_ASK_HELP},     {"undo", SMS_ASK_UNDO},
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static bool take_want(json_t *want, struct phrase_reading *ret)
{
	if (json_is_integer(want)) {
		*ret = (struct phrase_reading){.ask = SMS_ASK_CHECK_IN,
		                               .people = (unsigned)json_integer_value(want)};
		return true;
	}
	for (unsigned i = 0; i < NAMES && json_is_string(want); i++)
		if (strcmp(json_string_value(want), names[i].name) == 0) {
			*ret = (struct phrase_reading){.ask = names[i].ask};
			return true;
		}
	return false;
}

static bool take_line(const char *line, struct phrase *ret)
{
	const char *text, *kind;
	json_t *want, *root = json_loads(line, 0, NULL);
	bool good = root != NULL &&
	            json_unpack(root, "{s:s, s:o, s:s}", "text", &text, "want", &want, "kind",
	                        &kind) == 0 &&
	            strlen(text) <= PHRASE_BYTES_MAX && take_want(want, &ret->want);

	if (good) {
		text_format(ret->text, sizeof(ret->text), "%s", text);
		text_format(ret->kind, sizeof(ret->kind), "%s", kind);
	}
	json_decref(root);
	return good;
}

bool phrases_load(const char *path, struct phrases *ret)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool good = file != NULL;

	ret->n = 0;
	while (good && getline(&line, &size, file) > 0) {
		good = ret->n < PHRASES_MAX && take_line(line, &ret->phrase[ret->n]);
		ret->n += good;
	}
	if (!good)
		(void)fprintf(stderr, "%s: line %u is no phrase\n", path, ret->n + 1);
	free(line);
	if (file != NULL)
		(void)fclose(file);
	return good && ret->n > 0;
}

struct phrase_reading phrase_read(const char *text)
{
	struct sms_request request;

	keyword_read(text, &phrases_manifest, false, &request);
	return (struct phrase_reading){
	    .ask = request.ask, .people = request.ask == SMS_ASK_CHECK_IN ? request.people : 0};
}

bool phrase_is_right(const struct phrase_reading *want, const struct phrase_reading *got)
{
	return want->ask == got->ask && want->people == got->people;
}

bool phrase_is_wrong(const struct phrase_reading *want, const struct phrase_reading *got)
{
	return !phrase_is_right(want, got) && got->ask != SMS_ASK_NOTHING;
}

void reading_name(const struct phrase_reading *reading, char *buffer, size_t size)
{
	text_format(buffer, size, "%u", reading->people);
	for (unsigned i = 0; i < NAMES; i++)
		if (names[i].ask == reading->ask)
			text_format(buffer, size, "%s", names[i].name);
}
