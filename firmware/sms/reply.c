/* SPDX-License-Identifier: Apache-2.0 */
#include <kiosk/sms_request.h>
#include <stdio.h>
#include <string.h>

#include "reply.h"
#include "utf8.h"
#include "words.h"

enum language { ENGLISH, SPANISH, LANGUAGES };

static const char *const tag[LANGUAGES] = {[ENGLISH] = "en", [SPANISH] = "es"};

/*
 * %e the event, %p the project, %n people, %k the project's keyword, %a all keywords. No letter
 * outside GSM-7: that is why the Spanish ones go round a, i, o and u with accents. Spanish without
 * gender: "te contamos".
 */
#define BOTH(english, spanish)                                                                     \
	{                                                                                          \
		[ENGLISH] = (english), [SPANISH] = (spanish)                                       \
	}
static const char *const sentence[][LANGUAGES] = {
    [REPLY_COUNTED] = BOTH("You're counted: %p at %e. Thank you for coming!",
                           "Listo, te contamos: %p en %e. ¡Gracias por venir!"),
    [REPLY_COUNTED_PARTY] = BOTH("You're counted, %n people: %p at %e. Thank you for coming!",
                                 "Listo, contamos %n personas: %p en %e. ¡Gracias por venir!"),
    [REPLY_ALREADY] = BOTH(
        "Welcome back to %e! Already counted %n from this phone. More of you? Text %k 3",
        "¡Hola de nuevo en %e! Ya contamos %n desde este celular. ¿Hay gente contigo? Manda %k 3"),
    [REPLY_CHANGED] = BOTH("Changed: now %n from this phone at %e.",
                           "Cambio hecho: ahora %n desde este celular en %e."),
    [REPLY_UNDONE] =
        BOTH("Taken back: this phone is not counted at %e any more. To count again, text %k",
             "Hecho: este celular ya no cuenta en %e. Para contar de nuevo, manda %k"),
    [REPLY_NOTHING_TO_UNDO] =
        BOTH("Nothing to take back: this phone is not counted at %e. To be counted, text %k",
             "Nada que borrar: este celular no cuenta en %e. Para contar, manda %k"),
    [REPLY_KEYWORDS] = BOTH("To be counted at %e, text one of: %a",
                            "Para que te contemos en %e, manda una palabra: %a"),
    [REPLY_HELP] = BOTH("%e: text %a. We count you, not who you are. Your number becomes a "
                        "scrambled mark, erased when "
                        "this meeting closes. UNDO takes it back, STOP ends replies.",
                        "%e: manda %a. Contamos que vienes, no nombres. Tu celular queda como una "
                        "marca secreta que se borra al "
                        "cerrar. BORRAR lo deshace, STOP para no recibir respuestas."),
    [REPLY_STOPPED] =
        BOTH("No more replies from %e to this phone. It stays counted. START brings replies back.",
             "No enviamos respuestas de %e a este celular. Sigue en la cuenta. START para "
             "recibirlas de nuevo."),
    [REPLY_STARTED] =
        BOTH("Replies from %e are on again.", "Las respuestas de %e llegan de nuevo."),
    [REPLY_NOT_OPEN] =
        BOTH("%e is not open for check-in by text now.", "%e no recibe mensajes ahora."),
};
/* A reply without one of its translations does not compile. */
_Static_assert(sizeof(sentence) / sizeof(sentence[0]) == REPLY_N, "each reply has a sentence");
_Static_assert(sizeof(sentence[0]) / sizeof(sentence[0][0]) == LANGUAGES,
               "each sentence in each language");

struct names {
	const struct manifest *manifest;
	const struct project *project;
	unsigned people, language; /* index into the manifest's */
};

static const struct project *find(const struct manifest *m, uint16_t id)
{
	const struct project *first = m->n_projects > 0 ? &m->project[0] : NULL;
	if (id == 0)
		id = m->default_project;
	for (unsigned i = 0; i < m->n_projects; i++)
		if (m->project[i].id == id)
			return &m->project[i];
	return first;
}

static void put_keywords(struct utf8_writer *w, const struct manifest *m)
{
	for (unsigned i = 0; i < m->n_projects; i++) {
		if (m->project[i].n_keywords == 0)
			continue;
		if (w->len > 0 && w->text[w->len - 1] != ' ')
			utf8_put_text(w, ", ");
		utf8_put_text(w, m->project[i].keyword[0].s);
	}
}

static void put_sentence(struct utf8_writer *w, const char *format, const struct names *names)
{
	const struct manifest *m = names->manifest;
	uint32_t c;
	while ((c = utf8_next(&format)) != 0) {
		char number[12];
		if (c != '%') {
			utf8_put(w, c);
			continue;
		}
		switch (utf8_next(&format)) {
		case 'e':
			utf8_put_text(w, m->name[names->language].s);
			break;
		case 'p':
			utf8_put_text(w, names->project != NULL
			                     ? names->project->name[names->language].s
			                     : "");
			break;
		case 'n':
			snprintf(number, sizeof(number), "%u", names->people);
			utf8_put_text(w, number);
			break;
		case 'k':
			utf8_put_text(w, names->project != NULL && names->project->n_keywords > 0
			                     ? names->project->keyword[0].s
			                     : "HERE");
			break;
		case 'a':
			put_keywords(w, m);
			break;
		default:
			break;
		}
	}
}

static enum language language_of(const struct manifest *m, unsigned index)
{
	for (unsigned i = 0; i < LANGUAGES; i++)
		if (strncmp(m->language[index].s, tag[i], 2) == 0)
			return (enum language)i;
	return ENGLISH;
}

void reply_text(enum reply reply, const struct manifest *manifest, uint16_t project,
                unsigned people, uint8_t language, char *buffer, size_t size)
{
	struct utf8_writer writer;
	struct names names = {
	    .manifest = manifest, .project = find(manifest, project), .people = people};
	bool said[LANGUAGES] = {false};

	utf8_begin(&writer, buffer, size);
	for (unsigned i = 0; i < manifest->n_languages; i++) {
		enum language spoken = language_of(manifest, i);
		if ((language != SMS_LANGUAGE_ANY && language != i) || said[spoken])
			continue;
		said[spoken] = true;
		names.language = i;
		if (writer.len > 0)
			utf8_put(&writer, '\n');
		put_sentence(&writer, sentence[reply][spoken], &names);
	}
}

/* Up to its first name or number, in plain words, and long enough not to be said by chance. */
static bool begins_as(const struct words *text, const char *format)
{
	char head[64];
	size_t n = strcspn(format, "%");
	struct words words;
	if (n < 8 || n >= sizeof(head))
		return false;
	memcpy(head, format, n);
	head[n] = '\0';
	words_read(head, &words);
	if (words.n < 2 || text->n < words.n + 1)
		return false;
	for (unsigned i = 0; i < words.n; i++)
		if (strcmp(words.word[i], text->word[i]) != 0)
			return false;
	return true;
}

bool reply_is_ours(const char *text)
{
	struct words words;
	words_read(text, &words);
	for (unsigned i = 0; i < REPLY_N; i++)
		for (unsigned k = 0; k < LANGUAGES; k++)
			if (begins_as(&words, sentence[i][k]))
				return true;
	return false;
}
