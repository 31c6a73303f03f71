/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "phrases.h"

static const struct phrases all[] = {
    {
        .language = "en",
        .event_card = "Event card",
        .show_card = "Show this card to the kiosk's camera to begin. Show it again after a "
                     "power cut.",
        .keep_card = "Keep this card: whoever holds it can open and close this meeting's "
                     "count.",
        .hub = "Hub",
        .one_person = "One person. We count you, not who you are.",
        .privacy = "No name is kept. The mark that keeps a code from counting twice does not "
                   "say who you are, and is erased when the meeting closes.",
        .slip_privacy = "No name is asked or kept.",
        .first_yes = "✓ First meeting this year",
        .first_no = "Not the first meeting this year",
    },
    {
        .language = "es",
        .event_card = "Tarjeta del evento",
        .show_card = "Muestra esta tarjeta a la cámara del quiosco para empezar. Muéstrala "
                     "otra vez después de un corte de luz.",
        .keep_card = "Guarda esta tarjeta: quien la tenga puede abrir y cerrar el conteo de "
                     "esta reunión.",
        .hub = "Centro cívico",
        .one_person = "Una persona. Contamos que viniste, no quién eres.",
        .privacy = "No se guarda ningún nombre. La marca que evita contar dos veces un código "
                   "no dice quién eres, y se borra al cerrar la reunión.",
        .slip_privacy = "No se pide ni se guarda ningún nombre.",
        .first_yes = "✓ Primera reunión este año",
        .first_no = "No es la primera reunión este año",
    },
};

const struct phrases *phrases_for(const char *language)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strncmp(all[i].language, language, strlen(all[i].language)) == 0)
			return &all[i];
	return &all[0];
}
