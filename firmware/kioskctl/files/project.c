/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keyword.h"
#include "message.h"
#include "project.h"
#include "text.h"
#include "valid.h"

enum { WHAT_BYTES = 96, SPEC_BYTES_MAX = 1024 };

int names_read(const struct args *args, struct manifest *manifest)
{
	const char *text;

	for (size_t i = 0; (text = args_nth(args, "--name", i)) != NULL; i++) {
		const char *equals = strchr(text, '=');
		const size_t len = equals != NULL ? (size_t)(equals - text) : 0;
		char *language = manifest->language[i].s, what[WHAT_BYTES];
		int r;

		if (i == LANGUAGES_MAX) {
			complain(args, "--name: an event has at most %d languages", LANGUAGES_MAX);
			return EX_USAGE;
		}
		if (len > 0 && len <= LANGUAGE_BYTES_MAX)
			memcpy(language, text, len);
		if (!valid_language(language, sizeof(manifest->language[i].s))) {
			complain(args,
			         "--name: “%s” does not begin with a language; right is "
			         "en=TEXT or es=TEXT",
			         text);
			return EX_USAGE;
		}
		for (size_t k = 0; k < i; k++)
			if (strcasecmp(language, manifest->language[k].s) == 0) {
				complain(args,
				         "--name %s is given twice; one name a language is "
				         "right",
				         language);
				return EX_USAGE;
			}
		text_format(what, sizeof(what), "--name %s", language);
		r = args_clean_text(args, what, equals + 1, NAME_BYTES_MAX, manifest->name[i].s);
		if (r != 0)
			return r;
		manifest->n_languages++;
	}
	return 0;
}

static int bad_project(const struct args *args, const char *text, const char *why)
{
	complain(args,
	         "--project “%s” %s; right is ID:KEYWORD[,KEYWORD…]:en=NAME[:es=NAME], such "
	         "as 2:RIVER,RIO:en=River cleanup:es=Limpieza del río",
	         text, why);
	return EX_USAGE;
}

static int language_index(const struct manifest *manifest, const char *text, size_t len)
{
	for (int i = 0; i < manifest->n_languages; i++)
		if (strlen(manifest->language[i].s) == len &&
		    strncmp(manifest->language[i].s, text, len) == 0)
			return i;
	return -1;
}

/* Where the next ":xx=" of a language of the event stands behind `text`; its end otherwise. */
static const char *next_name(const struct manifest *manifest, const char *text)
{
	for (const char *colon = strchr(text, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
		const char *equals = strchr(colon, '=');

		if (equals != NULL &&
		    language_index(manifest, colon + 1, (size_t)(equals - colon - 1)) >= 0)
			return colon;
	}
	return text + strlen(text);
}

/* "en=NAME:es=NAME"; a language left out gets the first one's name. */
static int read_names(const struct args *args, const struct manifest *manifest, const char *whole,
                      const char *text, struct project *project)
{
	bool known[LANGUAGES_MAX] = {false};

	while (*text != '\0') {
		const char *equals = strchr(text, '='), *end;
		const int i =
		    equals != NULL ? language_index(manifest, text, (size_t)(equals - text)) : -1;
		char what[WHAT_BYTES], name[SPEC_BYTES_MAX];
		int r;

		if (i < 0)
			return bad_project(args, whole,
			                   "has a name in no language of the event's "
			                   "--name");
		if (known[i])
			return bad_project(args, whole, "has two names in one language");
		end = next_name(manifest, equals + 1);
		memcpy(name, equals + 1, (size_t)(end - equals - 1));
		name[end - equals - 1] = '\0';
		text_format(what, sizeof(what), "--project %u's name in %s", project->id,
		            manifest->language[i].s);
		r = args_clean_text(args, what, name, NAME_BYTES_MAX, project->name[i].s);
		if (r != 0)
			return r;
		known[i] = true;
		text = *end == ':' ? end + 1 : end;
	}
	if (!known[0])
		return bad_project(args, whole, "has no name in the event's first language");
	for (size_t i = 1; i < manifest->n_languages; i++)
		if (!known[i])
			project->name[i] = project->name[0];
	return 0;
}

/* One word that a text can be compared with, and that means nothing else. */
static int keyword_check(const struct args *args, uint16_t id, const char *keyword)
{
	const char *why = keyword_refuse(keyword);
	const size_t len = strlen(keyword);

	if (why == NULL && strchr(keyword, ' ') != NULL)
		why = "It is more than one word; one is right.";
	if (why == NULL && keyword[len - 1] >= '0' && keyword[len - 1] <= '9')
		why = "It ends in a digit, and RIVER3 means three people for RIVER; choose a word "
		      "without.";
	if (why == NULL)
		return 0;
	complain(args, "--project %u: the keyword “%s” will not do. %s", id, keyword, why);
	return EX_USAGE;
}

/* That no keyword of a project is another one's, or its own again. */
static int keywords_differ(const struct args *args, const struct manifest *manifest, size_t p)
{
	const struct project *project = &manifest->project[p];

	for (size_t k = 0; k < project->n_keywords; k++)
		for (size_t q = 0; q <= p; q++) {
			const struct project *other = &manifest->project[q];

			for (size_t i = 0; i < (q < p ? other->n_keywords : k); i++) {
				if (!keyword_same(other->keyword[i].s, project->keyword[k].s))
					continue;
				complain(args,
				         "--project %u: the keyword “%s” is the same as “%s” of "
				         "project %u once case and accents are gone; each needs a "
				         "word of its own",
				         project->id, project->keyword[k].s, other->keyword[i].s,
				         other->id);
				return EX_USAGE;
			}
		}
	return 0;
}

/* "RIVER,RIO", up to `end`. */
static int read_keywords(const struct args *args, const char *whole, const char *text,
                         const char *end, struct project *project)
{
	while (text <= end) {
		const size_t len = strcspn(text, ",:");
		char word[SPEC_BYTES_MAX], what[WHAT_BYTES];
		int r;

		if (project->n_keywords == KEYWORDS_MAX)
			return bad_project(args, whole, "has more than four keywords");
		memcpy(word, text, len);
		word[len] = '\0';
		text_format(what, sizeof(what), "--project %u's keyword", project->id);
		r = args_clean_text(args, what, word, KEYWORD_BYTES_MAX,
		                    project->keyword[project->n_keywords].s);
		if (r == 0)
			r = keyword_check(args, project->id, word);
		if (r != 0)
			return r;
		project->n_keywords++;
		text += len + 1;
	}
	return 0;
}

static int read_project(const struct args *args, struct manifest *manifest, const char *text)
{
	struct project *project = &manifest->project[manifest->n_projects];
	const char *first = strchr(text, ':');
	const char *second = first != NULL ? strchr(first + 1, ':') : NULL;
	char id[16];
	uint32_t number;
	int r;

	if (second == NULL)
		return bad_project(args, text, "has fewer than its three parts");
	if (strlen(text) >= SPEC_BYTES_MAX)
		return bad_project(args, text, "is far too long");
	text_format(id, sizeof(id), "%.*s", (int)(first - text), text);
	r = number_parse(args, "--project: the ID", id, 1, UINT16_MAX, &number);
	if (r != 0)
		return r;
	if (manifest_project_index(manifest, (uint16_t)number) >= 0) {
		complain(args, "--project %u is given twice; every project needs an ID of its own",
		         number);
		return EX_USAGE;
	}
	project->id = (uint16_t)number;
	r = second > first + 1 ? read_keywords(args, text, first + 1, second - 1, project) : 0;
	if (r == 0)
		r = read_names(args, manifest, text, second + 1, project);
	if (r == 0)
		r = keywords_differ(args, manifest, manifest->n_projects);
	if (r == 0)
		manifest->n_projects++;
	return r;
}

/* By its ID or by a keyword of its own; -1 if there is none. */
static int index_of(const struct manifest *manifest, const char *text)
{
	unsigned long id;

	if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0') {
		id = strtoul(text, NULL, 10);
		return id <= UINT16_MAX ? manifest_project_index(manifest, (uint16_t)id) : -1;
	}
	for (int p = 0; p < manifest->n_projects; p++)
		for (size_t k = 0; k < manifest->project[p].n_keywords; k++)
			if (keyword_same(manifest->project[p].keyword[k].s, text))
				return p;
	return -1;
}

/* --default; without it the default stays. */
static int default_read(const struct args *args, struct manifest *manifest)
{
	const char *text = args_value(args, "--default");
	const int index = text != NULL ? index_of(manifest, text) : 0;

	if (index < 0) {
		complain(args,
		         "--default: there is no --project %s; right is the ID or a keyword of one "
		         "of the event's",
		         text);
		return EX_USAGE;
	}
	if (text != NULL)
		manifest->default_project = manifest->project[index].id;
	return 0;
}

/* A project of its own ID takes its place; another one follows the last, for tickets name projects
 * by their places. */
static int amend_project(const struct args *args, struct manifest *manifest, const char *text)
{
	struct manifest scratch = *manifest;
	int at, r;

	scratch.n_projects = 0;
	memset(scratch.project, 0, sizeof(scratch.project));
	r = read_project(args, &scratch, text);
	if (r != 0)
		return r;
	at = manifest_project_index(manifest, scratch.project[0].id);
	if (at < 0 && manifest->n_projects == PROJECTS_MAX) {
		complain(args, "--project: an event serves at most %d projects", PROJECTS_MAX);
		return EX_USAGE;
	}
	manifest->project[at < 0 ? manifest->n_projects++ : at] = scratch.project[0];
	return 0;
}

int projects_amend(const struct args *args, struct manifest *manifest)
{
	const char *text;
	int r = 0;

	for (size_t i = 0; r == 0 && (text = args_nth(args, "--project", i)) != NULL; i++)
		r = amend_project(args, manifest, text);
	for (size_t p = 0; r == 0 && p < manifest->n_projects; p++)
		r = keywords_differ(args, manifest, p);
	return r == 0 ? default_read(args, manifest) : r;
}

int names_amend(const struct args *args, struct manifest *manifest)
{
	struct manifest named = {0};
	int r = names_read(args, &named);

	for (size_t i = 0; r == 0 && i < named.n_languages; i++) {
		const int at =
		    language_index(manifest, named.language[i].s, strlen(named.language[i].s));

		if (at < 0) {
			complain(args, "--name %s: the event has no such language; a new event can",
			         named.language[i].s);
			return EX_USAGE;
		}
		manifest->name[at] = named.name[i];
	}
	return r;
}

int projects_read(const struct args *args, struct manifest *manifest)
{
	const char *text;
	int r;

	for (size_t i = 0; (text = args_nth(args, "--project", i)) != NULL; i++) {
		if (i == PROJECTS_MAX) {
			complain(args, "--project: an event serves at most %d projects",
			         PROJECTS_MAX);
			return EX_USAGE;
		}
		r = read_project(args, manifest, text);
		if (r != 0)
			return r;
	}
	manifest->default_project = manifest->project[0].id;
	return default_read(args, manifest);
}

int project_find(const struct args *args, const char *option, const struct manifest *manifest,
                 const char *text, size_t *ret_index)
{
	char ids[128] = "", words[1024] = "";
	const int found = index_of(manifest, text);

	if (found >= 0) {
		*ret_index = (size_t)found;
		return 0;
	}
	for (size_t p = 0; p < manifest->n_projects; p++) {
		const struct project *project = &manifest->project[p];

		text_format(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%u", p > 0 ? ", " : "",
		            project->id);
		for (size_t k = 0; k < project->n_keywords; k++)
			text_format(words + strlen(words), sizeof(words) - strlen(words), "%s%s",
			            words[0] != '\0' ? ", " : "", project->keyword[k].s);
	}
	complain(args, "%s: “%s”: this event has no project %s; it has %s%s%s", option, text, text,
	         ids, words[0] != '\0' ? ", by keyword " : "", words);
	return EX_USAGE;
}

int projects_mask(const struct args *args, const char *option, const struct manifest *manifest,
                  uint16_t *ret_mask)
{
	const char *text = args_value(args, option);
	uint16_t mask = 0;

	while (text != NULL && *text != '\0') {
		const size_t len = strcspn(text, ",");
		char name[KEYWORD_BYTES_MAX + 1];
		size_t index;
		int r;

		text_format(name, sizeof(name), "%.*s", (int)len, text);
		r = project_find(args, option, manifest, name, &index);
		if (r != 0)
			return r;
		mask |= (uint16_t)(1U << index);
		text += len + (text[len] == ',');
	}
	*ret_mask = mask;
	return 0;
}
