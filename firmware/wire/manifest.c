/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hub signs: [1, event, serial, [language…], [name…], [[id, [name…], [keyword…]]…],
 * default project,
 * [[start, length, every, count]…], grace, policy, resume, party, kiosks, tickets, people,
 * [volunteer…], card key, ticket key / null].
 */
#include <string.h>
#include <strings.h>

#include "codec.h"

enum { WINDOW_LENGTH_S_MIN = 60, WINDOW_LENGTH_S_MAX = 7 * DAY_S };

static void read_projects(struct reader *reader, struct manifest *ret)
{
	ret->n_projects = (uint8_t)read_array_of(reader, 1, PROJECTS_MAX);
	for (unsigned i = 0; i < ret->n_projects; i++) {
		struct project *project = &ret->project[i];

		read_array(reader, 3);
		project->id = (uint16_t)read_uint(reader, 1, UINT16_MAX);
		read_array(reader, ret->n_languages);
		for (unsigned l = 0; l < ret->n_languages; l++)
			read_text(reader, 1, project->name[l].s, sizeof(project->name[l].s));
		project->n_keywords = (uint8_t)read_array_of(reader, 0, KEYWORDS_MAX);
		for (unsigned k = 0; k < project->n_keywords; k++)
			read_text(reader, 1, project->keyword[k].s, sizeof(project->keyword[k].s));
	}
}

static void read_windows(struct reader *reader, struct manifest *ret)
{
	ret->n_windows = (uint8_t)read_array_of(reader, 1, WINDOWS_MAX);
	for (unsigned i = 0; i < ret->n_windows; i++) {
		struct window *window = &ret->window[i];

		read_array(reader, 4);
		window->start = read_time(reader);
		window->length_s = (uint32_t)read_uint(reader, 0, UINT32_MAX);
		window->every_days = (uint16_t)read_uint(reader, 0, UINT16_MAX);
		window->count = (uint16_t)read_uint(reader, 0, UINT16_MAX);
	}
}

static void manifest_read(struct reader *reader, struct manifest *ret)
{
	read_array(reader, 18);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->event.b, sizeof(ret->event.b));
	ret->serial = (uint32_t)read_uint(reader, 0, UINT32_MAX);
	ret->n_languages = (uint8_t)read_array_of(reader, 1, LANGUAGES_MAX);
	for (unsigned l = 0; l < ret->n_languages; l++)
		read_text(reader, 1, ret->language[l].s, sizeof(ret->language[l].s));
	read_array(reader, ret->n_languages);
	for (unsigned l = 0; l < ret->n_languages; l++)
		read_text(reader, 1, ret->name[l].s, sizeof(ret->name[l].s));
	read_projects(reader, ret);
	ret->default_project = (uint16_t)read_uint(reader, 1, UINT16_MAX);
	read_windows(reader, ret);
	ret->grace_s = (uint32_t)read_uint(reader, 0, DAY_S);
	ret->policy = (enum qr_policy)read_uint(reader, POLICY_SIGNED, POLICY_ANY);
	ret->resume = (enum resume_policy)read_uint(reader, RESUME_CARD, RESUME_AUTO);
	ret->party_max = (uint8_t)read_uint(reader, 1, PARTY_MAX);
	ret->kiosks_max = (uint16_t)read_uint(reader, 1, UINT16_MAX);
	ret->tickets_issued = (uint32_t)read_uint(reader, 0, UINT32_MAX);
	ret->people_max = (uint32_t)read_uint(reader, 0, UINT32_MAX);
	ret->n_volunteers = (uint8_t)read_array_of(reader, 0, VOLUNTEERS_MAX);
	for (unsigned i = 0; i < ret->n_volunteers; i++)
		read_octets(reader, ret->volunteer[i].b, sizeof(ret->volunteer[i].b));
	read_key(reader, &ret->card);
	ret->has_ticket_key = !read_null(reader);
	if (ret->has_ticket_key)
		read_key(reader, &ret->ticket);
}

static bool languages_valid(const struct manifest *manifest)
{
	if (manifest->n_languages < 1 || manifest->n_languages > LANGUAGES_MAX)
		return false;
	for (unsigned l = 0; l < manifest->n_languages; l++) {
		const char *language = manifest->language[l].s;

		if (!valid_language(language, sizeof(manifest->language[l].s)) ||
		    !VALID_TEXT(manifest->name[l], 1))
			return false;
		for (unsigned before = 0; before < l; before++)
			if (strcasecmp(language, manifest->language[before].s) == 0)
				return false;
	}
	return true;
}

/* One word: it is compared with the words of a text. */
static bool keyword_valid(const struct project *project, unsigned k)
{
	return VALID_TEXT(project->keyword[k], 1) && strchr(project->keyword[k].s, ' ') == NULL;
}

/* Letters a to z without regard to case, all others as they are. */
static bool same_keyword(const char *a, const char *b)
{
	for (;; a++, b++) {
		const char x = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
		const char y = *b >= 'A' && *b <= 'Z' ? (char)(*b - 'A' + 'a') : *b;

		if (x != y)
			return false;
		if (x == '\0')
			return true;
	}
}

/* Whether any project up to `last`, whose keywords up to `n` count, has `keyword`. */
static bool keyword_known(const struct manifest *manifest, unsigned last, unsigned n,
                          const char *keyword)
{
	for (unsigned p = 0; p <= last; p++) {
		const struct project *project = &manifest->project[p];

		for (unsigned k = 0; k < (p < last ? project->n_keywords : n); k++)
			if (same_keyword(project->keyword[k].s, keyword))
				return true;
	}
	return false;
}

static bool project_valid(const struct manifest *manifest, unsigned p)
{
	const struct project *project = &manifest->project[p];

	if (project->id == PROJECT_PEOPLE || project->n_keywords > KEYWORDS_MAX)
		return false;
	for (unsigned before = 0; before < p; before++)
		if (manifest->project[before].id == project->id)
			return false;
	for (unsigned l = 0; l < manifest->n_languages; l++)
		if (!VALID_TEXT(project->name[l], 1))
			return false;
	for (unsigned k = 0; k < project->n_keywords; k++)
		if (!keyword_valid(project, k) ||
		    keyword_known(manifest, p, k, project->keyword[k].s))
			return false;
	return true;
}

static bool projects_valid(const struct manifest *manifest)
{
	if (manifest->n_projects < 1 || manifest->n_projects > PROJECTS_MAX)
		return false;
	for (unsigned p = 0; p < manifest->n_projects; p++)
		if (!project_valid(manifest, p))
			return false;
	return manifest_project_index(manifest, manifest->default_project) >= 0;
}

/* In order, one after the other, all before the year 10000. */
static bool windows_valid(const struct manifest *manifest)
{
	int64_t free_from = 0;
	uint32_t occurrences = 0;

	if (manifest->n_windows < 1 || manifest->n_windows > WINDOWS_MAX)
		return false;
	for (unsigned i = 0; i < manifest->n_windows; i++) {
		const struct window *window = &manifest->window[i];
		const int64_t every_s = (int64_t)window->every_days * DAY_S;

		if (!valid_time(window->start) || window->start < free_from || window->count < 1 ||
		    window->length_s < WINDOW_LENGTH_S_MIN ||
		    window->length_s > WINDOW_LENGTH_S_MAX)
			return false;
		if (window->count == 1 ? every_s != 0 : every_s < window->length_s)
			return false;
		free_from = window->start + (window->count - 1) * every_s + window->length_s;
		occurrences += window->count;
		if (!valid_time(free_from) || occurrences > OCCURRENCES_MAX)
			return false;
	}
	return true;
}

static bool volunteers_valid(const struct manifest *manifest)
{
	if (manifest->n_volunteers > VOLUNTEERS_MAX)
		return false;
	for (unsigned i = 0; i < manifest->n_volunteers; i++)
		for (unsigned before = 0; before < i; before++)
			if (memcmp(&manifest->volunteer[i], &manifest->volunteer[before],
			           sizeof(manifest->volunteer[i])) == 0)
				return false;
	return true;
}

static bool manifest_valid(const struct manifest *manifest)
{
	return languages_valid(manifest) && projects_valid(manifest) && windows_valid(manifest) &&
	       volunteers_valid(manifest) && manifest->grace_s <= DAY_S &&
	       (unsigned)manifest->policy <= POLICY_ANY &&
	       (unsigned)manifest->resume <= RESUME_AUTO && manifest->party_max >= 1 &&
	       manifest->party_max <= PARTY_MAX && manifest->kiosks_max >= 1;
}

static void write_project(struct writer *writer, const struct project *project,
                          unsigned n_languages)
{
	write_array(writer, 3);
	write_uint(writer, project->id);
	write_array(writer, n_languages);
	for (unsigned l = 0; l < n_languages; l++)
		write_text(writer, project->name[l].s);
	write_array(writer, project->n_keywords);
	for (unsigned k = 0; k < project->n_keywords; k++)
		write_text(writer, project->keyword[k].s);
}

static void write_window(struct writer *writer, const struct window *window)
{
	write_array(writer, 4);
	write_time(writer, window->start);
	write_uint(writer, window->length_s);
	write_uint(writer, window->every_days);
	write_uint(writer, window->count);
}

static void manifest_write(struct writer *writer, const struct manifest *manifest)
{
	write_array(writer, 18);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, manifest->event.b, sizeof(manifest->event.b));
	write_uint(writer, manifest->serial);
	write_array(writer, manifest->n_languages);
	for (unsigned l = 0; l < manifest->n_languages; l++)
		write_text(writer, manifest->language[l].s);
	write_array(writer, manifest->n_languages);
	for (unsigned l = 0; l < manifest->n_languages; l++)
		write_text(writer, manifest->name[l].s);
	write_array(writer, manifest->n_projects);
	for (unsigned p = 0; p < manifest->n_projects; p++)
		write_project(writer, &manifest->project[p], manifest->n_languages);
	write_uint(writer, manifest->default_project);
	write_array(writer, manifest->n_windows);
	for (unsigned i = 0; i < manifest->n_windows; i++)
		write_window(writer, &manifest->window[i]);
	write_uint(writer, manifest->grace_s);
	write_uint(writer, manifest->policy);
	write_uint(writer, manifest->resume);
	write_uint(writer, manifest->party_max);
	write_uint(writer, manifest->kiosks_max);
	write_uint(writer, manifest->tickets_issued);
	write_uint(writer, manifest->people_max);
	write_array(writer, manifest->n_volunteers);
	for (unsigned i = 0; i < manifest->n_volunteers; i++)
		write_octets(writer, manifest->volunteer[i].b, sizeof(manifest->volunteer[i].b));
	write_key(writer, &manifest->card);
	if (manifest->has_ticket_key)
		write_key(writer, &manifest->ticket);
	else
		write_null(writer);
}

WIRE_CODEC(manifest, struct manifest, SIGN1_MANIFEST, MANIFEST_BYTES_MAX)
