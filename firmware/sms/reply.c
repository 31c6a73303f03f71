/* SPDX-License-Identifier: Apache-2.0 */
#include <kiosk/sms_request.h>
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "reply.h"
#include "utf8.h"
#include "words.h"

/* Rules for these: firmware/po/README. */
static const char *const sentence[REPLY_N] = {
    [REPLY_COUNTED] =
        /* TRANSLATORS: from here on replies by SMS, each of one message: 160 letters, names included.
           {project} and {event} are names. */
    SENTENCE("You're counted: {project} at {event}. Thank you for coming!"),
    [REPLY_COUNTED_PARTY] =
        /* TRANSLATORS: {people} is at least 2. */
    SENTENCE("You're counted, {people} people: {project} at {event}. Thank you for coming!"),
    [REPLY_COUNTED_UNSURE] =
        /* TRANSLATORS: the text held a number or a word that may mean more people than {people}, 1 or
           more. {keyword} 3 is what to text. */
    SENTENCE("Counted {people}: {project} at {event}. Fewer or more of you? Text {keyword} 3"),
    [REPLY_PARTY_CUT] =
        /* TRANSLATORS: more people were said than one phone may bring, which is {people}, 1 or
           more. */
    SENTENCE("Counted {people} from this phone, the most it can bring: {project} at {event}. "
             "The others can text from theirs."),
    [REPLY_ALREADY] =
        /* TRANSLATORS: {keyword} 3 is what to text. */
    SENTENCE("Welcome back to {event}! Already counted {people} from this phone. More of you? "
             "Text {keyword} 3"),
    [REPLY_ALREADY_ALONE] = SENTENCE("Welcome back to {event}! This phone is counted already."),
    [REPLY_CHANGED] = SENTENCE("Changed: now {people} from this phone at {event}."),
    [REPLY_UNDONE] = SENTENCE("Taken back: this phone is not counted at {event} any more. To count "
                              "again, text {keyword}"),
    [REPLY_NOTHING_TO_UNDO] =
        SENTENCE("Nothing to take back: this phone is not counted at {event}. To be counted, text "
                 "{keyword}"),
    [REPLY_KEYWORDS] = SENTENCE("To be counted at {event}, text one of: {keywords}"),
    [REPLY_UNTIMELY] =
        SENTENCE("Not counted: your text is dated outside of {event}. Are you there? "
                 "Please tell a volunteer."),
    [REPLY_HELP] =
        /* TRANSLATORS: it may take two messages. Our promise, in plain words; UNDO and STOP in
           words of your language that do the same. */
    SENTENCE("{event}: to be counted, text one of: {keywords}. We count you, not who you are. Your "
             "number becomes a scrambled mark, erased when this meeting closes. UNDO takes your "
             "check-in back, STOP ends replies."),
    [REPLY_STOPPED] = SENTENCE("No more replies from {event} to this phone. What is counted stays "
                               "counted. START brings replies back."),
    [REPLY_STARTED] = SENTENCE("Replies from {event} are on again."),
    [REPLY_STATUS] =
        /* TRANSLATORS: to a volunteer. {queue}: texts not read yet; {unconfirmed}: people whose
           count is not confirmed by the national team's receipt; {signal}: -73 dBm, or ?. */
    SENTENCE("{event}. People counted so far at this kiosk: {people}. Texts waiting: {queue}. "
             "Not yet confirmed: {unconfirmed}. Signal: {signal}."),
};
/* TRANSLATORS: what to text to an event without keywords: a word of your language for: I am here.
 */
static const char here[] = SENTENCE("HERE");

struct saying {
	const struct manifest *manifest;
	const struct reply_facts *facts;
	const struct project *project;
	unsigned language; /* index into the manifest's */
	unsigned spoken;   /* the catalogue's */
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

static void put_number(struct utf8_writer *w, int number, const char *unit)
{
	char text[32];
	snprintf(text, sizeof(text), "%d%s", number, unit);
	utf8_put_text(w, text);
}

/* The word for a project in the language spoken: its words stand in the order of the manifest's
 * languages, as long as there are enough; else the first. */
static const char *keyword_of(const struct project *project, const struct saying *saying)
{
	unsigned i = saying->language < project->n_keywords ? saying->language : 0;
	return project->keyword[i].s;
}

static void put_keywords(struct utf8_writer *w, const struct saying *saying)
{
	const struct manifest *m = saying->manifest;
	bool any = false;
	for (unsigned i = 0; i < m->n_projects; i++) {
		if (m->project[i].n_keywords == 0)
			continue;
		if (any)
			utf8_put_text(w, ", ");
		utf8_put_text(w, keyword_of(&m->project[i], saying));
		any = true;
	}
	if (!any)
		utf8_put_text(w, catalogue_text(saying->spoken, here));
}

static bool is_name(const char *name, size_t n, const char *known)
{
	return strlen(known) == n && memcmp(name, known, n) == 0;
}

/* What stands for {name}, `n` octets. */
static void put_named(struct utf8_writer *w, const char *name, size_t n,
                      const struct saying *saying)
{
	const struct reply_facts *facts = saying->facts;
	const struct project *project = saying->project;

	if (is_name(name, n, "event"))
		utf8_put_text(w, saying->manifest->name[saying->language].s);
	else if (is_name(name, n, "project"))
		utf8_put_text(w, project != NULL ? project->name[saying->language].s : "");
	else if (is_name(name, n, "people"))
		put_number(w, (int)facts->people, "");
	else if (is_name(name, n, "keyword") && project != NULL && project->n_keywords > 0)
		utf8_put_text(w, keyword_of(project, saying));
	else if (is_name(name, n, "keyword"))
		utf8_put_text(w, catalogue_text(saying->spoken, here));
	else if (is_name(name, n, "keywords"))
		put_keywords(w, saying);
	else if (is_name(name, n, "queue"))
		put_number(w, (int)facts->queue, "");
	else if (is_name(name, n, "unconfirmed"))
		put_number(w, (int)facts->unconfirmed, "");
	else if (is_name(name, n, "signal") && facts->signal_dbm != 0)
		put_number(w, facts->signal_dbm, " dBm");
	else if (is_name(name, n, "signal"))
		utf8_put(w, '?');
}

static void put_sentence(struct utf8_writer *w, const char *format, const struct saying *saying)
{
	uint32_t c;
	while ((c = utf8_next(&format)) != 0) {
		size_t n = strcspn(format, "}");
		if (c != '{' || format[n] == '\0') {
			utf8_put(w, c);
			continue;
		}
		put_named(w, format, n, saying);
		format += n + 1;
	}
}

void reply_text(enum reply reply, const struct manifest *manifest, const struct reply_facts *facts,
                uint8_t language, char *buffer, size_t size)
{
	struct utf8_writer writer;
	struct saying saying = {
	    .manifest = manifest, .facts = facts, .project = find(manifest, facts->project)};
	bool said[1 + LANGUAGES_MAX] = {false};

	utf8_begin(&writer, buffer, size);
	for (unsigned i = 0; i < manifest->n_languages; i++) {
		size_t before = writer.len;
		bool again = false;
		saying.spoken = catalogue_of(manifest->language[i].s);
		for (unsigned k = 0; k < i; k++)
			again |= said[k] && catalogue_of(manifest->language[k].s) == saying.spoken;
		if ((language != SMS_LANGUAGE_ANY && language != i) || again)
			continue;
		said[i] = true;
		saying.language = i;
		if (before > 0)
			utf8_put(&writer, '\n');
		put_sentence(&writer, catalogue_text(saying.spoken, sentence[reply]), &saying);
		if (writer.full && before > 0) {
			writer.len = before;
			writer.text[before] = '\0';
			return;
		}
	}
}

/* --- which --- */

enum reply reply_counted(const struct sms_request *request, const struct manifest *manifest,
                         unsigned party)
{
	if (request->people_cut)
		return REPLY_PARTY_CUT;
	if (request->people_unsure)
		return manifest->party_max > 1 ? REPLY_COUNTED_UNSURE : REPLY_PARTY_CUT;
	return party > 1 ? REPLY_COUNTED_PARTY : REPLY_COUNTED;
}

enum reply reply_done(enum sms_ask ask)
{
	switch (ask) {
	case SMS_ASK_UNDO:
		return REPLY_UNDONE;
	case SMS_ASK_STOP:
		return REPLY_STOPPED;
	case SMS_ASK_START:
		return REPLY_STARTED;
	case SMS_ASK_HELP:
		return REPLY_HELP;
	case SMS_ASK_STATUS:
		return REPLY_STATUS;
	case SMS_ASK_UNTIMELY:
		return REPLY_UNTIMELY;
	case SMS_ASK_CHECK_IN:
		return REPLY_COUNTED;
	default:
		return REPLY_KEYWORDS;
	}
}

/* --- our own words --- */

enum {
	OURS_WORDS_MIN = 3,
	HEAD_BYTES_MIN = 8, /* and two words: not said by chance */
	CLAUSE_WORDS =
	    5, /* of a sentence that begins with a name; the text may be cut behind them */
};

static bool words_at(const struct words *text, unsigned at, const struct words *words, unsigned n)
{
	if (at + n > text->n)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (strcmp(words->word[i], text->word[at + i]) != 0)
			return false;
	return true;
}

/* The first `len` octets in plain words. */
static void clause_read(const char *clause, size_t len, struct words *ret)
{
	char text[256];
	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, clause, len);
	text[len] = '\0';
	words_read(text, ret);
}

/* Whether the text begins with the clause. Most differ in the first word. */
static bool begins_with(const struct words *text, const char *clause, size_t len)
{
	struct words words;
	clause_read(clause, strcspn(clause, " {"), &words);
	if (words.n == 0 || text->n == 0 || strcmp(words.word[0], text->word[0]) != 0)
		return false;
	clause_read(clause, len, &words);
	return text->n > words.n && words_at(text, 0, &words, words.n);
}

static bool holds(const struct words *text, const struct words *words)
{
	for (unsigned at = 0; words->n >= CLAUSE_WORDS && at < text->n; at++)
		if (words_at(text, at, words, CLAUSE_WORDS))
			return true;
	return false;
}

static bool is_said(const struct words *text, const char *format)
{
	size_t head = strcspn(format, "{");
	struct words words;

	if (head >= HEAD_BYTES_MIN && memchr(format, ' ', head - 1) != NULL)
		return begins_with(text, format, head);
	/* What stands between two names. */
	while (text->n >= CLAUSE_WORDS && *format != '\0') {
		clause_read(format, strcspn(format, "{"), &words);
		if (holds(text, &words))
			return true;
		format += strcspn(format, "{");
		format += strcspn(format, "}");
		format += *format == '}';
	}
	return false;
}

bool reply_is_ours(const struct words *text)
{
	if (text->n < OURS_WORDS_MIN)
		return false;
	for (unsigned i = 0; i < REPLY_N; i++)
		for (unsigned language = 0; language < catalogue_languages(); language++)
			if (is_said(text, catalogue_text(language, sentence[i])))
				return true;
	return false;
}

/* --- quoted --- */

enum {
	NAME_WORDS = 16,    /* of what stands for {name}, at most */
	QUOTED_LETTERS = 7, /* so many of ours in two words and more are not said by chance */
	QUOTED_WORDS = 2,
	NAMED_WORDS = 3, /* where a name comes first */
};

/* A sentence in plain words; an empty one stands for a {name}. */
static void pattern_read(const char *format, struct words *ret)
{
	struct words words;

	ret->n = 0;
	while (*format != '\0') {
		size_t len = strcspn(format, "{");

		clause_read(format, len, &words);
		for (unsigned i = 0; i < words.n && ret->n < WORDS_MAX; i++)
			memcpy(ret->word[ret->n++], words.word[i], sizeof(words.word[i]));
		format += len;
		len = strcspn(format, "}");
		if (*format != '\0' && ret->n < WORDS_MAX)
			ret->word[ret->n++][0] = '\0';
		format += len;
		format += *format == '}';
	}
}

struct quoted {
	const struct words *text, *pattern;
};

/* What of a sentence was found in the quotation so far. */
struct found {
	unsigned words, names, letters;
};

static bool enough(const struct quoted *q, struct found found)
{
	if (q->pattern->word[0][0] == '\0')
		return found.words >= NAMED_WORDS;
	return found.words + found.names >= QUOTED_WORDS && found.letters >= QUOTED_LETTERS;
}

/* Whether the text from `at` on goes on as the pattern from `from` on, to the end of either. */
static bool goes_on(const struct quoted *q, unsigned at, unsigned from, struct found found)
{
	while (at < q->text->n && from < q->pattern->n) {
		const char *word = q->text->word[at], *ours = q->pattern->word[from];
		size_t len = strlen(word);

		if (ours[0] == '\0')
			break;
		if (strcmp(word, ours) != 0) {
			/* cut within a word */
			if (at + 1 < q->text->n || strncmp(word, ours, len) != 0)
				return false;
			found.letters += (unsigned)len;
			found.words++;
			return enough(q, found);
		}
		found.words++;
		found.letters += (unsigned)len;
		at++;
		from++;
	}
	if (at >= q->text->n || from >= q->pattern->n)
		return enough(q, found);
	found.names++;
	for (unsigned n = 1; n <= NAME_WORDS && at + n <= q->text->n; n++)
		if (goes_on(q, at + n, from + 1, found))
			return true;
	return false;
}

bool reply_is_quoted(const struct words *quoted)
{
	struct words pattern;
	struct quoted q = {quoted, &pattern};

	for (unsigned i = 0; i < REPLY_N && quoted->n > 0; i++)
		for (unsigned language = 0; language < catalogue_languages(); language++) {
			pattern_read(catalogue_text(language, sentence[i]), &pattern);
			if (goes_on(&q, 0, 0, (struct found){0}))
				return true;
		}
	return false;
}
