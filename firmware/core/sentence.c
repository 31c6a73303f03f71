/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "link.h"
#include "sentence.h"

static const char *const table[SENTENCE_N][SPEECH_N] = {
    [SAY_NOTHING] = {"", ""},
    [SAY_COUNTED] = {"You are counted. Welcome!", "Listo, te contamos. ¡Te damos la bienvenida!"},
    [SAY_COUNTED_MORE] = {"Welcome back! You are now counted for this project too.",
                          "¡Qué bueno verte otra vez! Ahora también contamos este proyecto."},
    [SAY_ALREADY] = {"Welcome back! You are already counted.",
                     "¡Qué bueno verte otra vez! Ya te contamos."},
    [SAY_OTHER_MEETING] =
        {"This code is for another meeting. Take a slip, you are welcome.",
         "Este código es de otra reunión. Toma una papeleta, te damos la bienvenida."},
    [SAY_EXPIRED] = {"This code is no longer valid. Take a slip, you are welcome.",
                     "Este código ya no vale. Toma una papeleta, te damos la bienvenida."},
    [SAY_FORGED] =
        {"This code was not made for this meeting. Take a slip, you are welcome.",
         "Este código no se hizo para esta reunión. Toma una papeleta, te damos la bienvenida."},
    [SAY_DAMAGED] = {"This code is damaged. Take a slip, you are welcome.",
                     "Este código está dañado. Toma una papeleta, te damos la bienvenida."},
    [SAY_FOREIGN] = {"This code is not one of ours. Take a slip, you are welcome.",
                     "Este código no es nuestro. Toma una papeleta, te damos la bienvenida."},
    [SAY_ACTION_CARD] = {"This code is for volunteers; it is not a check-in.",
                         "Este código es para el equipo; no cuenta asistencia."},
    [SAY_NETWORK_CODE] = {"This code sets up a kiosk; it is not a check-in.",
                          "Este código configura un quiosco; no cuenta asistencia."},
    [SAY_NOTHING_OPEN] =
        {"No meeting is open here yet: a volunteer opens it with the event card.",
         "Aún no hay reunión abierta aquí: el equipo la abre con la tarjeta del evento."},
    [SAY_CLOSING] = {"This meeting is being closed.", "Esta reunión se está cerrando."},
    [SAY_NO_ROOM] = {"We could not check: the kiosk's storage is full. Please ask a volunteer.",
                     "No pudimos comprobarlo: el quiosco no tiene espacio. Pregunta al equipo."},
    [SAY_NOT_RECORDED] =
        {"We could not check: the kiosk cannot record just now. Please ask a volunteer.",
         "No pudimos comprobarlo: el quiosco no puede guardar ahora. Pregunta al equipo."},
    [SAY_TEXT_COUNTED] = {"Counted by text.", "Contamos un mensaje."},
    [SAY_TEXT_ALREADY] = {"A text from a phone already counted.",
                          "Mensaje de un teléfono ya contado."},
    [SAY_TEXT_NOT_ACCEPTED] = {"A text without a keyword of this meeting.",
                               "Mensaje sin palabra clave de esta reunión."},
    [SAY_TEXT_UNDONE] = {"A check-in was taken back by text.", "Alguien se retiró por mensaje."},
    [SAY_WALK_IN] = {"{n} added by hand. Welcome!", "{n} a mano. ¡Te damos la bienvenida!"},
    [SAY_UNDONE] = {"The last check-in was taken back ({n}).",
                    "Se retiró el último registro ({n})."},

    [SAY_OPENED] = {"{event} is open. Welcome!",
                    "{event} está en marcha. ¡Te damos la bienvenida!"},
    [SAY_OPENED_AGAIN] = {"{event} goes on with a new log.",
                          "{event} sigue con un registro nuevo."},
    [SAY_TEXTS_RESUMED] = {"{event} is open, and texts are counted again.",
                           "{event} sigue en marcha; ya se cuentan los mensajes."},
    [SAY_ALREADY_OPEN] = {"{event} is already open.", "{event} ya está en marcha."},
    [SAY_OTHER_EVENT_OPEN] =
        {"{event} is open here. Close it first, then show this card again.",
         "{event} está en marcha aquí. Ciérrala primero y muestra esta tarjeta otra vez."},
    [SAY_OTHER_SECRET] =
        {"This is not the card that opened this meeting. Show that one, or close the meeting "
         "first.",
         "Esta no es la tarjeta que abrió la reunión. Muestra aquella, o cierra antes la reunión."},
    [SAY_TOO_EARLY] =
        {"This meeting begins at {time} UTC: show its card closer to that time.",
         "Esta reunión empieza a las {time} UTC: muestra la tarjeta más cerca de esa hora."},
    [SAY_EVENT_OVER] = {"{event} is over: its hub can make a card for the next meeting.",
                        "{event} ya terminó: su centro puede hacer una tarjeta para la próxima."},
    [SAY_CLOSED_HERE] = {"{event} was closed on this kiosk and stays closed.",
                         "{event} se cerró en este quiosco y queda cerrada."},
    [SAY_CARD_UNREADABLE] =
        {"This event card cannot be read whole: print it again, at least 10 cm wide.",
         "Esta tarjeta no se lee completa: imprímela otra vez, de 10 cm o más."},
    [SAY_CARD_OTHER_NETWORK] = {"This event card is of another network than this kiosk's.",
                                "Esta tarjeta es de otra red que la de este quiosco."},
    [SAY_CARD_HUB_NOT_VALID] =
        {"The hub's certificate does not cover this meeting: the hub asks its network for a new "
         "one.",
         "El certificado del centro no cubre esta reunión: el centro pide uno nuevo a su red."},
    [SAY_CARD_BAD_MANIFEST] =
        {"This event card was altered or is not signed by its hub: make it again.",
         "Esta tarjeta fue alterada o no la firmó su centro: hay que hacerla otra vez."},
    [SAY_CARD_WRONG_SECRET] =
        {"This card's secret is not of this event: print the card again.",
         "El secreto de esta tarjeta no es de este evento: imprímela otra vez."},

    [SAY_CLOSED] = {"{event} is closed: {n} people. Thank you!",
                    "{event} se cerró: {n} personas. ¡Gracias!"},
    [SAY_CLOSED_WINDOW] = {"{event} is over and was closed: {n} people. Thank you!",
                           "{event} terminó y se cerró: {n} personas. ¡Gracias!"},
    [SAY_CLOSED_POWERED] = {"{event} was open for its longest time and was closed: {n} people.",
                            "{event} llegó a su tiempo máximo y se cerró: {n} personas."},
};

enum speech speech_of(const char *language)
{
	if (strncmp(language, "es", 2) == 0 && (language[2] == '\0' || language[2] == '-'))
		return SPEECH_SPANISH;
	return SPEECH_ENGLISH;
}

const char *sentence_template(enum sentence sentence, enum speech speech)
{
	if ((unsigned)sentence >= SENTENCE_N || (unsigned)speech >= SPEECH_N)
		return NULL;
	return table[sentence][speech];
}

static const char *word_for(const char **template, const struct sentence_words *words,
                            const char *number)
{
	static const char *const name[] = {"{event}", "{word}", "{time}", "{n}"};
	const char *const value[] = {words->event, words->word, words->time, number};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		size_t len = strlen(name[i]);

		if (strncmp(*template, name[i], len) == 0) {
			*template += len;
			return value[i] ? value[i] : "";
		}
	}
	return NULL;
}

void sentence_write(enum sentence sentence, enum speech speech, const struct sentence_words *words,
                    char *buffer, size_t size)
{
	static const struct sentence_words none;
	const char *template = sentence_template(sentence, speech);
	char whole[1024], number[24];
	size_t len = 0;

	if (!template)
		template = "";
	if (!words)
		words = &none;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)words->n);
	while (*template && len < sizeof(whole) - 1) {
		const char *word = *template == '{' ? word_for(&template, words, number) : NULL;

		if (!word) {
			whole[len++] = *template ++;
			continue;
		}
		while (*word && len < sizeof(whole) - 1)
			whole[len++] = *word++;
	}
	whole[len] = '\0';
	text_copy(buffer, size, whole);
}
