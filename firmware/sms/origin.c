/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "origin.h"
#include "reply.h"
#include "text.h"
#include "utf8.h"

enum {
	REACTION_WORDS = 9, /* before a quotation, at most; and behind it */
	UNKNOWN_WORDS = 6,
	QUOTED_BYTES = 1024,
};

/* What telephones write in languages that we have no catalogue of, in plain words: how it begins
 * before the quotation, or what is behind it. */
static const char *const foreign_before[] = {
    /* French */
    "a aime",
    "a adore",
    "a ri",
    "a mis",
    "a reagi",
    "a ajoute",
    "a retire",
    "a supprime",
    "n a pas aime",
    "na pas aime",
    "a insiste",
    "a souligne",
    "a questionne",
    "a interroge",
    "aime",
    "adore",
    "reaction",
    "a exprime",
    "a accentue",
    "a trouve",
    "a pose",
    /* Portuguese */
    "gostou",
    "nao gostou",
    "amou",
    "adorou",
    "riu",
    "enfatizou",
    "questionou",
    "deu risada",
    "achou graca",
    "reagiu",
    "removeu",
    "curtiu",
    "descurtiu",
    "marcou",
    "destacou",
    "perguntou",
    "exclamou",
    "eliminou",
    "retirou",
    /* German */
    "hat",
    "gefallt",
    "gefallt nicht",
    "mag",
    "liebt",
    "lacht",
    "lachte",
    "betont",
    "reagierte",
    "reaktion",
    "fand",
    "findet",
    /* Italian */
    "piace",
    "ha messo",
    "ha reagito",
    "ha rimosso",
    "ha aggiunto",
    "ha riso",
    "adora",
    "ha enfatizzato",
    "ha evidenziato",
    "ha domandato",
    "non piace",
    "ama",
    "ride",
    "e piaciuto",
    "ha adorato",
    "ha amato",
    "ha sottolineato",
    "ha apprezzato",
    "reazione",
    "ti piace",
    /* Dutch */
    "vond",
    "vindt",
    "heeft",
    "houdt van",
    "lachte om",
    "reageerde",
    "benadrukte",
    "gereageerd",
    /* Polish, Czech, Slovak, Hungarian, Romanian */
    "polubiono",
    "polubil",
    "polubila",
    "zareagowano",
    "usunieto",
    "reakcja",
    "wyrozniono",
    "rozbawilo",
    "nie polubiono",
    "pokochano",
    "libi se",
    "reagoval",
    "reagovala",
    "reagoval a",
    "odstranil",
    "odstraneno",
    "oznaceno",
    "reakce",
    "tetszik",
    "kedvelte",
    "a apreciat",
    "i a placut",
    "ia placut",
    "a reactionat",
    "a eliminat",
    "paci sa",
    "reagoval na",
    /* Swedish, Danish, Norwegian, Finnish */
    "gillade",
    "gillar",
    "alskade",
    "alskar",
    "skrattade",
    "ogillade",
    "reagerade",
    "betonade",
    "tog bort",
    "ifragasatte",
    "syntes om",
    "elskede",
    "elsket",
    "likte",
    "kunne lide",
    "synes godt om",
    "grinede",
    "lo av",
    "lo ad",
    "reagerte",
    "reagerede",
    "fjernet",
    "fremhaevede",
    "fremhevet",
    "uthevet",
    "tykkasi",
    "tykkaa",
    "rakasti",
    "reagoi",
    "nauroi",
    "poisti",
    /* Turkish, Indonesian, Vietnamese, Tagalog, Haitian */
    "begendi",
    "sevdi",
    "guldu",
    "tepki",
    "menyukai",
    "menyukai pesan",
    "bereaksi",
    "menghapus",
    "tertawa",
    "mencintai",
    "thich",
    "yeu thich",
    "khong thich",
    "cuoi",
    "cuoi voi",
    "da bay to",
    "da tha",
    "da thich",
    "nhan manh",
    "da xoa",
    "da go",
    "dat cau hoi",
    "nagustuhan",
    "nag react",
    "tinanggal",
    "gusto",
    "renmen",
    "te renmen",
    /* Russian, Ukrainian */
    "понравилось",
    "не понравилось",
    "нравится",
    "отреагировал",
    "отреагировала",
    "отреагировал а",
    "реакция",
    "удалено",
    "удалил",
    "удалила",
    "удалил а",
    "смех",
    "любовь",
    "выделено",
    "рассмешило",
    "вопрос",
    "очень понравилось",
    "сподобалось",
    "вподобано",
    "реакція",
    "видалено",
    "відреагував",
    "відреагувала",
    /* Greek, Arabic, Hebrew, Persian, Hindi */
    "σου αρεσε",
    "του αρεσε",
    "της αρεσε",
    "αρεσε",
    "αντεδρασε",
    "αντιδραση",
    "καταργησε",
    "أعجبه",
    "أعجبها",
    "أعجبني",
    "أحب",
    "أحبت",
    "تفاعل",
    "تفاعلت",
    "ضحك",
    "ضحكت",
    "تمت إزالة",
    "אהב",
    "אהבה",
    "אהבתי",
    "צחק",
    "צחקה",
    "הגיב",
    "הגיבה",
    "הסיר",
    "הדגיש",
    /* Chinese, Korean, Japanese */
    "赞了",
    "喜欢",
    "喜爱",
    "对",
    "已对",
    "回应",
    "用",
    "說",
    "按",
    "強調了",
    "强调了",
    "移除了",
    "좋아함",
    "반응",
};
static const char *const foreign_behind[] = {
    "リアクション", "いいね",      "ハート",       "笑い",     "強調",    "疑問",     "よくない",
    "を大好き",     "取り消し",    "に",           "を",       "좋아요",  "하트",     "반응",
    "웃음",         "강조",        "에",           "을",       "를",      "表示",     "做出",
    "回应",         "回應",        "的",           "点赞",     "讚",      "begendi",  "sevdi",
    "tepki verdi",  "gulmustu",    "guldu",        "isimli",   "ogesini", "mesajini", "iletisini",
    "leuk",         "gefallt mir", "markiert",     "reagiert", "geliebt", "gelacht",  "betont",
    "gereageerd",   "tykkays",     "pe te renmen",
};

/* --- quotations --- */

static bool opens(uint32_t c)
{
	return c == 0x201c || c == 0x201e || c == 0xab || c == 0x300c || c == 0x300e || c == '"' ||
	       c == 0xff02;
}

static bool closes(uint32_t c)
{
	return c == 0x201c || c == 0x201d || c == 0xbb || c == 0x300d || c == 0x300f || c == '"' ||
	       c == 0xff02;
}

struct quotation {
	size_t before; /* octets */
	const char *quoted;
	size_t n;           /* octets */
	const char *behind; /* the closing mark, or the text's end */
	bool typographic;
	bool nested; /* there is another one behind it */
};

/* The first one; false: there is none. `«Río»` and `»Río«` both are some. */
static bool quotation_find(const char *text, struct quotation *ret)
{
	const char *at = text, *next = text;
	uint32_t c;
	int swedish = 0;

	while ((c = utf8_next(&next)) != 0 && !opens(c)) {
		/* ”so” */
		if (c == 0x201d || c == 0xbb) {
			swedish = 1;
			break;
		}
		at = next;
	}
	if (c == 0)
		return false;
	*ret = (struct quotation){.before = (size_t)(at - text), .quoted = next};
	ret->typographic = c != '"';
	at = next;
	while ((c = utf8_next(&next)) != 0 && !(closes(c) || (swedish && c == 0xab)))
		at = next;
	ret->n = (size_t)(at - ret->quoted);
	ret->behind = c == 0 ? at : next;
	return true;
}

static void words_of(const char *text, size_t n, struct words *ret)
{
	char copy[QUOTED_BYTES];

	text_format(copy, sizeof(copy), "%.*s", (int)n, text);
	words_read(copy, ret);
}

/* Whether a phrase of plain words stands at the beginning. */
static bool begins(const struct words *words, const char *phrase)
{
	for (unsigned i = 0; i < words->n; i++) {
		size_t len = strcspn(phrase, " ");

		if (strncmp(words->word[i], phrase, len) != 0 || words->word[i][len] != '\0')
			return false;
		if (phrase[len] == '\0')
			return true;
		phrase += len + 1;
	}
	return false;
}

static bool begins_foreign(const struct words *words)
{
	for (size_t i = 0; i < sizeof(foreign_before) / sizeof(foreign_before[0]); i++)
		if (begins(words, foreign_before[i]))
			return true;
	return false;
}

static bool holds_foreign(const char *behind)
{
	struct words words;
	char joined[QUOTED_BYTES] = "";
	size_t len = 0;

	words_read(behind, &words);
	for (unsigned i = 0; i < words.n && i < REACTION_WORDS; i++) {
		text_format(joined + len, sizeof(joined) - len, "%s%s", i > 0 ? " " : "",
		            words.word[i]);
		len = strlen(joined);
	}
	for (size_t i = 0; i < sizeof(foreign_behind) / sizeof(foreign_behind[0]); i++)
		if (strstr(joined, foreign_behind[i]) != NULL)
			return true;
	return false;
}

/* --- reactions --- */

/* The phrase stands before the quotation and is all of that, or its beginning. */
static bool is_known_reaction(const struct words *before)
{
	struct known known;

	if (before->n == 0 || before->n > REACTION_WORDS)
		return false;
	vocabulary_read(before, 0, &known);
	return known_as(&known, MEANS_REACTION) == before->n ||
	       known_as(&known, MEANS_REACTION_BEGIN) > 0 || begins_foreign(before);
}

/* Not a word of it is one that we know: whoever writes to us uses some. */
static bool all_unknown(const struct message *m, unsigned n)
{
	if (n == 0 || n > UNKNOWN_WORDS)
		return false;
	for (unsigned i = 0; i < n && i < m->words.n; i++)
		if (m->known[i].n > 0 || (m->project != 0 && i == m->at) ||
		    (m->words.word[i][0] >= '0' && m->words.word[i][0] <= '9'))
			return false;
	return true;
}

/* "Liked an image" */
static bool is_of_picture(const struct message *m)
{
	unsigned n = means(m, 0, MEANS_REACTION), begin = means(m, 0, MEANS_REACTION_BEGIN), at;

	if (n > 0 && means(m, n, MEANS_PICTURE) > 0 && n + means(m, n, MEANS_PICTURE) == m->words.n)
		return true;
	if (begin == 0 || m->words.n > REACTION_WORDS)
		return false;
	/* "Reacted 👍 to your message" */
	at = first_of(m, begin, MEANS_PICTURE);
	return at < m->words.n && at + means(m, at, MEANS_PICTURE) == m->words.n;
}

static enum origin quotation_origin(const char *text, const struct message *m)
{
	struct quotation quotation;
	struct words before, quoted, behind;

	if (!quotation_find(text, &quotation))
		return ORIGIN_PERSON;
	words_of(text, quotation.before, &before);
	if (is_known_reaction(&before))
		return ORIGIN_NOBODY;
	words_of(quotation.quoted, quotation.n, &quoted);
	if (reply_is_quoted(&quoted))
		return ORIGIN_NOBODY;
	if (!quotation.typographic)
		return ORIGIN_PERSON;
	words_read(quotation.behind, &behind);
	if (behind.n > 0 && behind.n <= REACTION_WORDS && before.n <= 1 &&
	    holds_foreign(quotation.behind))
		return ORIGIN_NOBODY;
	return behind.n == 0 && all_unknown(m, before.n) ? ORIGIN_UNKNOWN : ORIGIN_PERSON;
}

/* --- the rest --- */

/* FRM:, SUBJ: and MSG: are what gateways of mail write; an address as the first word too. */
static bool is_mail(const struct message *m)
{
	unsigned marks = 0;

	for (unsigned i = 0; i < m->words.n; i++)
		if (m->words.sign[i + 1] == ':')
			marks += strcmp(m->words.word[i], "frm") == 0 ||
			         strcmp(m->words.word[i], "subj") == 0 ||
			         strcmp(m->words.word[i], "msg") == 0;
	return marks >= 2 || m->words.address_first;
}

enum origin origin_of(const char *text, const struct message *m)
{
	if (is_of_picture(m) || is_mail(m) || first_of(m, 0, MEANS_AUTOMATIC) < m->words.n ||
	    reply_is_ours(&m->words))
		return ORIGIN_NOBODY;
	return quotation_origin(text, m);
}

bool origin_edited(const char *text, char *buffer, size_t size)
{
	static const char *const edited[] = {"edited to", "edited", "se edito a", "editado a",
	                                     "edito a"};
	struct quotation quotation;
	struct words before;

	if (!quotation_find(text, &quotation) || quotation.n == 0)
		return false;
	words_of(text, quotation.before, &before);
	for (size_t i = 0; i < sizeof(edited) / sizeof(edited[0]); i++) {
		unsigned spaces = 0;
		for (const char *c = edited[i]; *c != '\0'; c++)
			spaces += *c == ' ';
		if (before.n == spaces + 1 && begins(&before, edited[i])) {
			text_format(buffer, size, "%.*s", (int)quotation.n, quotation.quoted);
			return true;
		}
	}
	return false;
}
