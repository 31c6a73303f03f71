/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "network_projects.h"
#include "text.h"
#include "words.h"

enum {
	SPELLINGS_MAX = 12, /* names of one project in all its languages */
	PLAIN_BYTES_MAX = WORDS_MAX * (WORD_BYTES_MAX + 1),
	ROOM_FIRST = 16,
};

struct spelling {
	TEXT(LANGUAGE_BYTES_MAX) language;
	char plain[NAME_BYTES_MAX + 1];
};

struct network_project {
	TEXT(NAME_BYTES_MAX) name; /* as it was first met */
	unsigned n_spellings;
	struct spelling spelling[SPELLINGS_MAX];
	struct count all, shown;
	json_t *hubs; /* ids, in the order they come */
};

struct network_projects {
	size_t n, room;
	struct network_project *project;
};

struct network_projects *network_projects_new(void)
{
	return calloc(1, sizeof(struct network_projects));
}

void network_projects_free(struct network_projects *projects)
{
	if (projects == NULL)
		return;
	for (size_t i = 0; i < projects->n; i++)
		json_decref(projects->project[i].hubs);
	free(projects->project);
	free(projects);
}

/* "Café  River!" and "cafe river" are one; of a name that has no letters, the name itself. */
static void plain_name(const char *name, char plain[NAME_BYTES_MAX + 1])
{
	struct words words;
	char joined[PLAIN_BYTES_MAX];

	words_read(name, &words);
	words_join(&words, joined, sizeof(joined));
	text_copy(plain, NAME_BYTES_MAX + 1, joined[0] != '\0' ? joined : name);
}

static bool is_spelled(const struct network_project *project, const struct spelling *spelling)
{
	for (unsigned i = 0; i < project->n_spellings; i++)
		if (strcmp(project->spelling[i].language.s, spelling->language.s) == 0 &&
		    strcmp(project->spelling[i].plain, spelling->plain) == 0)
			return true;
	return false;
}

static struct network_project *find(struct network_projects *projects,
                                    const struct spelling *spelling, unsigned n)
{
	for (size_t i = 0; i < projects->n; i++)
		for (unsigned k = 0; k < n; k++)
			if (is_spelled(&projects->project[i], &spelling[k]))
				return &projects->project[i];
	return NULL;
}

static struct network_project *add(struct network_projects *projects, const char *name)
{
	struct network_project *project;

	if (projects->n == projects->room) {
		const size_t room = projects->room == 0 ? ROOM_FIRST : 2 * projects->room;

		project = reallocarray(projects->project, room, sizeof(*project));
		if (project == NULL)
			return NULL;
		projects->project = project;
		projects->room = room;
	}
	project = &projects->project[projects->n];
	*project = (struct network_project){.hubs = json_array()};
	if (project->hubs == NULL)
		return NULL;
	text_copy(project->name.s, sizeof(project->name.s), name);
	projects->n++;
	return project;
}

/* Hubs come one after the other. */
static bool note_hub(struct network_project *project, uint32_t hub_id)
{
	const size_t n = json_array_size(project->hubs);

	if (n > 0 && json_integer_value(json_array_get(project->hubs, n - 1)) == hub_id)
		return true;
	return json_array_append_new(project->hubs, json_integer(hub_id)) == 0;
}

bool network_projects_meet(struct network_projects *projects, uint32_t hub_id,
                           const struct manifest *manifest, unsigned index, const struct count *all,
                           const struct count *shown)
{
	struct spelling spelling[LANGUAGES_MAX];
	struct network_project *project;

	for (unsigned i = 0; i < manifest->n_languages; i++) {
		text_copy(spelling[i].language.s, sizeof(spelling[i].language.s),
		          manifest->language[i].s);
		plain_name(manifest->project[index].name[i].s, spelling[i].plain);
	}
	project = find(projects, spelling, manifest->n_languages);
	if (project == NULL)
		project = add(projects, manifest->project[index].name[0].s);
	if (project == NULL)
		return false;
	for (unsigned i = 0; i < manifest->n_languages; i++)
		if (!is_spelled(project, &spelling[i]) && project->n_spellings < SPELLINGS_MAX)
			project->spelling[project->n_spellings++] = spelling[i];
	count_add(&project->all, all);
	count_add(&project->shown, shown);
	return note_hub(project, hub_id);
}

uint64_t network_projects_reached(const struct network_projects *projects)
{
	uint64_t n = 0;

	for (size_t i = 0; i < projects->n; i++)
		n += projects->project[i].all.n > 0;
	return n;
}

uint64_t network_projects_shown(const struct network_projects *projects)
{
	uint64_t n = 0;

	for (size_t i = 0; i < projects->n; i++)
		n += projects->project[i].shown.n > 0;
	return n;
}

json_t *network_projects_json(const struct network_projects *projects, enum totals_view view)
{
	json_t *array = json_array();
	bool failed = array == NULL;

	for (size_t i = 0; !failed && i < projects->n; i++) {
		const struct network_project *project = &projects->project[i];
		json_t *object;

		if (view == TOTALS_PUBLIC && project->shown.n == 0)
			continue;
		object = count_json(&project->shown, "participations", view);
		failed = json_object_set_new(object, "name", json_string(project->name.s)) != 0 ||
		         json_object_set(object, "hubs", project->hubs) != 0;
		failed = json_array_append_new(array, object) != 0 || failed;
	}
	if (!failed)
		return array;
	json_decref(array);
	return NULL;
}
