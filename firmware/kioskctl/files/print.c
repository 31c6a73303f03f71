/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "message.h"
#include "paper_time.h"
#include "phrases.h"
#include "print.h"
#include "text.h"

enum {
	PARAGRAPHS_MAX =
	    128, /* 16 windows of two lines in three languages, and what stands around them */
	SLIP_COLUMNS = 3,
	SLIP_ROWS = 5,
	TICKET_WINDOWS_MAX = 2,
	SLIP_WINDOWS_MAX = 1,
};

/* Half a Letter sheet is 139.7 x 215.9 mm and A5 148 x 210: this fits on both. */
static const double CARD_WIDTH_MM = 139, CARD_HEIGHT_MM = 210, CARD_QR_MM = 100;
static const double TICKET_WIDTH_MM = 105, TICKET_HEIGHT_MM = 74, TICKET_QR_MM = 36; /* A7 */
static const double NETWORK_WIDTH_MM = 100, NETWORK_HEIGHT_MM = 120, NETWORK_QR_MM = 70;
static const double SLIP_QR_MM = 30, SHEET_MARGIN_MM = 8;
static const double MARGIN_MM = 7;

int print_check(const struct args *args, const char *what, const char *text)
{
	char missing[8];

	if (draw_has_letters(text, missing))
		return 0;
	complain(args,
	         "%s: “%s” has %s%s%s, which no font of this machine can print; leave it out, or "
	         "install a font that has it (Debian: fonts-noto-core, fonts-noto-cjk, "
	         "fonts-noto-color-emoji)",
	         what, text, missing[0] != '\0' ? "“" : "a letter", missing,
	         missing[0] != '\0' ? "”" : "");
	return EX_USAGE;
}

static int put_page(const struct args *args, const char *folder, const char *name,
                    unsigned int formats, mode_t mode, const struct page *page, print_put *put)
{
	static const struct {
		unsigned int format;
		const char *ending;
		int (*make)(const struct page *, uint8_t **, size_t *);
	} kinds[] = {{FORMAT_PNG, "png", page_png}, {FORMAT_SVG, "svg", page_svg}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char file[64];
		uint8_t *data;
		size_t len;
		int r;

		if ((formats & kinds[i].format) == 0)
			continue;
		text_format(file, sizeof(file), "%s.%s", name, kinds[i].ending);
		if (kinds[i].make(page, &data, &len) < 0) {
			complain(args, "%s/%s could not be drawn: is there memory for a picture?",
			         folder, file);
			return EX_SOFTWARE;
		}
		r = put(args, folder, file, data, len, mode);
		free(data);
		if (r != 0)
			return r;
	}
	return 0;
}

static int write_page(const struct args *args, const char *folder, const char *name,
                      unsigned int formats, mode_t mode, const struct page *page)
{
	return put_page(args, folder, name, formats, mode, page, output_write);
}

/* Texts made for one page, kept until it is drawn. */
struct copy {
	size_t n;
	struct paragraph paragraph[PARAGRAPHS_MAX];
	char text[PARAGRAPHS_MAX][PAPER_LINE_BYTES];
};

static void add(struct copy *copy, double size_mm, bool bold, double gap_mm, const char *text)
{
	if (copy->n == PARAGRAPHS_MAX || text[0] == '\0')
		return;
	text_format(copy->text[copy->n], PAPER_LINE_BYTES, "%s", text);
	copy->paragraph[copy->n] = (struct paragraph){
	    .text = copy->text[copy->n],
	    .size_mm = size_mm,
	    .bold = bold,
	    .gap_mm = gap_mm,
	};
	copy->n++;
}

static void draw_copy(struct canvas *canvas, const struct copy *copy, struct box box,
                      enum align align)
{
	(void)draw_text(canvas, &box, copy->paragraph, copy->n, align);
}

/* The catalogue's language of the manifest's i-th. */
static unsigned spoken(const struct manifest *manifest, size_t i)
{
	return catalogue_of(manifest->language[i].s);
}

/* Whether that is what one before it is in already: two that we do not speak are both English. */
static bool is_said(const struct manifest *manifest, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (spoken(manifest, before) == spoken(manifest, i))
			return true;
	return false;
}

static void add_names(struct copy *copy, const struct manifest *manifest, double size_mm)
{
	for (size_t i = 0; i < manifest->n_languages; i++)
		if (i == 0 || strcmp(manifest->name[i].s, manifest->name[0].s) != 0)
			add(copy, i == 0 ? size_mm : size_mm * 0.8, true, size_mm * 0.1,
			    manifest->name[i].s);
}

/* When it is, in each language: the first `windows_max` windows, and how many meetings more. */
static void add_windows(struct copy *copy, const struct print_event *event, double size_mm,
                        size_t windows_max)
{
	const struct manifest *manifest = event->manifest;
	const uint32_t meetings = manifest_occurrences(manifest);

	for (size_t l = 0; l < manifest->n_languages; l++) {
		const unsigned language = spoken(manifest, l);
		char text[PAPER_LINE_BYTES];
		uint32_t said = 0;

		for (size_t i = 0; !is_said(manifest, l) && i < manifest->n_windows; i++) {
			const struct window *window = &manifest->window[i];
			const struct moment first = {window->start, event->offset_s[i]};
			const struct moment last = {first.s + (int64_t)window->every_days * DAY_S *
			                                          (window->count - 1),
			                            first.offset_s};

			if (i < windows_max) {
				span_format(first, window->length_s, language, text, sizeof(text));
				add(copy, size_mm, false, i == 0 ? size_mm * 0.5 : 0.3, text);
				said += window->count;
			}
			if (i < windows_max && window->count > 1) {
				series_format(window->every_days, window->count, last, language,
				              text, sizeof(text));
				add(copy, size_mm, false, 0.3, text);
			}
			if (i + 1 == manifest->n_windows && said < meetings) {
				more_format(meetings - said, last, language, text, sizeof(text));
				add(copy, size_mm, false, 0.3, text);
			}
		}
	}
}

/* One phrase in each language. */
static void add_phrase(struct copy *copy, const struct manifest *manifest, enum phrase phrase,
                       double size_mm, bool bold, double gap_mm)
{
	for (size_t i = 0; i < manifest->n_languages; i++)
		if (!is_said(manifest, i))
			add(copy, size_mm, bold, gap_mm, phrase_text(phrase, spoken(manifest, i)));
}

/* --- the event card --- */

struct card_page {
	const struct qr *qr;
	struct copy head, foot;
};

static void draw_card(struct canvas *canvas, void *context)
{
	const struct card_page *card = context;
	const double outer = qr_outer_mm(card->qr, CARD_QR_MM);
	const double foot = 44, width = CARD_WIDTH_MM - 2 * MARGIN_MM;
	const double qr_y = CARD_HEIGHT_MM - MARGIN_MM - foot - outer;

	draw_copy(canvas, &card->head,
	          (struct box){MARGIN_MM, MARGIN_MM, width, qr_y - MARGIN_MM, true}, ALIGN_CENTRE);
	qr_draw(canvas, card->qr, (CARD_WIDTH_MM - outer) / 2, qr_y, CARD_QR_MM);
	draw_copy(canvas, &card->foot, (struct box){MARGIN_MM, qr_y + outer, width, foot, true},
	          ALIGN_CENTRE);
}

/* What to do with it, what it can do, and whom to ask: for each language by itself. */
static void add_card_foot(struct copy *foot, const struct print_event *event, unsigned language,
                          const char *hub_name)
{
	char text[PAPER_LINE_BYTES];

	add(foot, 3.6, true, 1.4, phrase_text(PHRASE_SHOW_CARD, language));
	if (event->manifest->resume == RESUME_CARD)
		add(foot, 3, false, 0.2, phrase_text(PHRASE_SHOW_AGAIN, language));
	add(foot, 3, false, 0.2, phrase_text(PHRASE_CLOSE, language));
	add(foot, 3, false, 0.2, phrase_text(PHRASE_UNDO, language));
	add(foot, 3, false, 0.2, phrase_text(PHRASE_KEEP_CARD, language));
	phrase_write(
	    PHRASE_CALL, language,
	    (const struct named_text[]){{"whom", event->call[0] != '\0' ? event->call : hub_name}},
	    1, text, sizeof(text));
	add(foot, 3, true, 0.2, text);
}

int print_card(const struct args *args, const char *folder, const struct print_event *event,
               const char *hub_name, const struct qr *qr, print_put *put)
{
	const struct manifest *manifest = event->manifest;
	struct card_page *card = calloc(1, sizeof(*card));
	char text[PAPER_LINE_BYTES];
	int r;

	if (card == NULL)
		return EX_OSERR;
	card->qr = qr;
	add_names(&card->head, manifest, 6.5);
	add_windows(&card->head, event, 3.6, WINDOWS_MAX);
	add(&card->head, 3.6, false, 1, event->place);
	text_format(text, sizeof(text), "%s · %s", hub_name,
	            phrase_text(PHRASE_EVENT_CARD, spoken(manifest, 0)));
	add(&card->head, 3.6, true, 1, text);
	for (size_t i = 0; i < manifest->n_languages; i++)
		if (!is_said(manifest, i))
			add_card_foot(&card->foot, event, spoken(manifest, i), hub_name);
	r = put_page(args, folder, "card", FORMAT_PNG | FORMAT_SVG, MODE_SECRET,
	             &(struct page){CARD_WIDTH_MM, CARD_HEIGHT_MM, draw_card, card}, put);
	free(card);
	return r;
}

/* --- the network's code --- */

static void draw_network(struct canvas *canvas, void *context)
{
	const struct card_page *page = context;
	const double outer = qr_outer_mm(page->qr, NETWORK_QR_MM);
	const double width = NETWORK_WIDTH_MM - 2 * MARGIN_MM;
	const double rest = NETWORK_HEIGHT_MM - 2 * MARGIN_MM - outer;

	draw_copy(canvas, &page->head, (struct box){MARGIN_MM, MARGIN_MM, width, rest, true},
	          ALIGN_CENTRE);
	qr_draw(canvas, page->qr, (NETWORK_WIDTH_MM - outer) / 2, MARGIN_MM + rest, NETWORK_QR_MM);
}

int print_network(const struct args *args, const char *folder, const struct network *network,
                  const struct qr *qr)
{
	struct card_page *page = calloc(1, sizeof(*page));
	int r;

	if (page == NULL)
		return EX_OSERR;
	page->qr = qr;
	add(&page->head, 6, true, 0, network->name.s);
	add(&page->head, 3.2, false, 1,
	    "For the kiosks and hubs of this network, not for attendees.");
	add(&page->head, 2.8, false, 1, network->collector_url.s);
	r = write_page(args, folder, "network", FORMAT_PNG | FORMAT_SVG, MODE_PUBLIC,
	               &(struct page){NETWORK_WIDTH_MM, NETWORK_HEIGHT_MM, draw_network, page});
	free(page);
	return r;
}

int print_reader_test(const struct args *args, const char *folder, const struct qr *qr)
{
	struct card_page *page = calloc(1, sizeof(*page));
	int r;

	if (page == NULL)
		return EX_OSERR;
	page->qr = qr;
	add(&page->head, 6, true, 0, "Barcode reader test");
	add(&page->head, 3.2, false, 1,
	    "Hold this before the reader: the kiosk's status then names its keyboard layout.");
	r = write_page(args, folder, "reader-test", FORMAT_PNG | FORMAT_SVG, MODE_PUBLIC,
	               &(struct page){NETWORK_WIDTH_MM, NETWORK_HEIGHT_MM, draw_network, page});
	free(page);
	return r;
}

/* --- totals that are carried --- */

int print_batch(const struct args *args, const char *folder, const char *name,
                const struct delivery *delivery, const struct qr *qr)
{
	struct card_page *page = calloc(1, sizeof(*page));
	char text[PAPER_LINE_BYTES];
	int r;

	if (page == NULL)
		return EX_OSERR;
	page->qr = qr;
	/* Totals are carried, whatever fonts this machine has. */
	draw_only_letters(delivery->event, text, sizeof(text));
	add(&page->head, 6, true, 0, text);
	text_format(text, sizeof(text), "Signed totals, number %u, for the network's collector",
	            delivery->batch.seq);
	add(&page->head, 3.6, false, 1, text);
	add(&page->foot, 3.8, true, 1.6,
	    "Take a picture of this to where there is a connection, or send it to the network.");
	add(&page->foot, 3.4, false, 0.3,
	    "kioskctl post --network network.txt PICTURE brings it to the collector. There is "
	    "nobody's name in it, and nothing counts twice. It is no check-in.");
	r = write_page(args, folder, name, FORMAT_PNG | FORMAT_SVG, MODE_PUBLIC,
	               &(struct page){CARD_WIDTH_MM, CARD_HEIGHT_MM, draw_card, page});
	free(page);
	return r;
}

/* --- tickets and slips --- */

/* A text in all languages on one line, each wording once. */
static void join(char *text, size_t size, const char *more)
{
	if (text[0] != '\0' && strstr(text, more) == NULL)
		text_format(text + strlen(text), size - strlen(text), " · %s", more);
	else if (text[0] == '\0')
		text_copy(text, size, more);
}

static void add_projects(struct copy *copy, const struct manifest *manifest, uint16_t mask,
                         double size_mm)
{
	if (mask == 0) {
		const int i = manifest_project_index(manifest, manifest->default_project);

		mask = i >= 0 ? (uint16_t)(1U << i) : 0;
	}
	for (size_t i = 0; i < manifest->n_projects; i++) {
		char text[PAPER_LINE_BYTES] = "";

		if ((mask >> i & 1) == 0)
			continue;
		for (size_t l = 0; l < manifest->n_languages; l++)
			join(text, sizeof(text), manifest->project[i].name[l].s);
		add(copy, size_mm, false, size_mm * 0.25, text);
	}
}

static void add_first(struct copy *copy, const struct manifest *manifest, enum first first,
                      double size_mm)
{
	if (first != FIRST_NOT_ASKED)
		add_phrase(copy, manifest, first == FIRST_YES ? PHRASE_FIRST_YES : PHRASE_FIRST_NO,
		           size_mm, false, 0.5);
}

struct ticket_page {
	const struct qr *qr;
	struct copy side, foot;
};

static void draw_ticket(struct canvas *canvas, void *context)
{
	const struct ticket_page *ticket = context;
	const double outer = qr_outer_mm(ticket->qr, TICKET_QR_MM), margin = 4;
	const double foot_y = margin / 2 + outer;

	qr_draw(canvas, ticket->qr, margin / 2, margin / 2, TICKET_QR_MM);
	draw_copy(canvas, &ticket->side,
	          (struct box){outer + margin, margin, TICKET_WIDTH_MM - outer - 2 * margin,
	                       foot_y - margin, true},
	          ALIGN_LEFT);
	draw_copy(canvas, &ticket->foot,
	          (struct box){margin, foot_y, TICKET_WIDTH_MM - 2 * margin,
	                       TICKET_HEIGHT_MM - margin - foot_y, false},
	          ALIGN_LEFT);
}

int print_ticket(const struct args *args, const char *folder, const char *name,
                 unsigned int formats, const struct print_event *event, const struct ticket *ticket,
                 const struct qr *qr)
{
	const unsigned language = spoken(event->manifest, 0);
	struct ticket_page *page = calloc(1, sizeof(*page));
	char digits[12], number[PAPER_LINE_BYTES];
	int r;

	if (page == NULL)
		return EX_OSERR;
	page->qr = qr;
	text_format(digits, sizeof(digits), "%u", ticket->number);
	phrase_write(PHRASE_TICKET_NUMBER, language,
	             (const struct named_text[]){{"number", digits}}, 1, number, sizeof(number));
	add_names(&page->side, event->manifest, 4.2);
	add_windows(&page->side, event, 2.5, TICKET_WINDOWS_MAX);
	add(&page->side, 2.5, false, 0.5, event->place);
	add(&page->side, 6, true, 0.6, number);
	add_projects(&page->side, event->manifest, ticket->projects, 3);
	add_first(&page->side, event->manifest, ticket->first, 2.6);
	add_phrase(&page->foot, event->manifest, PHRASE_SHOW_TICKET, 3.4, true, 0.2);
	add_phrase(&page->foot, event->manifest, PHRASE_ONE_PERSON, 2.5, true, 0.3);
	add_phrase(&page->foot, event->manifest, PHRASE_PRIVACY, 2.3, false, 0.3);
	r = write_page(args, folder, name, formats, MODE_SECRET,
	               &(struct page){TICKET_WIDTH_MM, TICKET_HEIGHT_MM, draw_ticket, page});
	free(page);
	return r;
}

struct sheet_page {
	double width_mm, height_mm;
	size_t n;
	struct ticket_page slip[SLIPS_A_SHEET];
};

static void draw_slip(struct canvas *canvas, const struct ticket_page *slip, struct box cell)
{
	/* Off the cut line, and what stands around it off the quiet zone. */
	const double outer = qr_outer_mm(slip->qr, SLIP_QR_MM), margin = 2.2, inset = 0.4;
	const double x = cell.x_mm + outer + 2 * inset, foot_y = cell.y_mm + outer + inset;

	qr_draw(canvas, slip->qr, cell.x_mm + inset, cell.y_mm + inset, SLIP_QR_MM);
	draw_copy(canvas, &slip->side,
	          (struct box){x, cell.y_mm + 2.6, cell.x_mm + cell.width_mm - margin - x,
	                       outer - 3, false},
	          ALIGN_LEFT);
	draw_copy(canvas, &slip->foot,
	          (struct box){cell.x_mm + margin + 0.9, foot_y, cell.width_mm - 2 * margin - 0.9,
	                       cell.y_mm + cell.height_mm - margin - foot_y, false},
	          ALIGN_LEFT);
}

static void draw_sheet(struct canvas *canvas, void *context)
{
	const struct sheet_page *sheet = context;
	const double width = (sheet->width_mm - 2 * SHEET_MARGIN_MM) / SLIP_COLUMNS;
	const double height = (sheet->height_mm - 2 * SHEET_MARGIN_MM) / SLIP_ROWS;

	for (size_t i = 0; i < sheet->n; i++)
		draw_slip(
		    canvas, &sheet->slip[i],
		    (struct box){SHEET_MARGIN_MM + (double)(i % SLIP_COLUMNS) * width,
		                 SHEET_MARGIN_MM + (double)(i / SLIP_COLUMNS % SLIP_ROWS) * height,
		                 width, height, false});
	/* Cut lines run to the edges, so that a whole pile is cut along them. */
	for (int i = 0; i <= SLIP_COLUMNS; i++)
		draw_line(canvas, SHEET_MARGIN_MM + i * width, 0, SHEET_MARGIN_MM + i * width,
		          sheet->height_mm, true);
	for (int i = 0; i <= SLIP_ROWS; i++)
		draw_line(canvas, 0, SHEET_MARGIN_MM + i * height, sheet->width_mm,
		          SHEET_MARGIN_MM + i * height, true);
}

int print_slips(const struct args *args, const char *folder, const char *name, unsigned int formats,
                const struct print_event *event, enum sheet sheet, const struct slip *slip,
                size_t n)
{
	struct sheet_page *page = calloc(1, sizeof(*page));
	char number[24];
	int r;

	if (page == NULL)
		return EX_OSERR;
	page->width_mm = sheet == SHEET_A4 ? 210 : 215.9;
	page->height_mm = sheet == SHEET_A4 ? 297 : 279.4;
	for (size_t i = 0; i < n && i < SLIPS_A_SHEET; i++) {
		struct ticket_page *one = &page->slip[page->n++];
		char names[PAPER_LINE_BYTES] = "";

		one->qr = slip[i].qr;
		text_format(number, sizeof(number), "%u", slip[i].ticket.number);
		add(&one->side, 7, true, 0, number);
		add_projects(&one->side, event->manifest, slip[i].ticket.projects, 2.8);
		add_first(&one->side, event->manifest, slip[i].ticket.first, 2.4);
		add_windows(&one->side, event, 2.2, SLIP_WINDOWS_MAX);
		for (size_t l = 0; l < event->manifest->n_languages; l++)
			join(names, sizeof(names), event->manifest->name[l].s);
		add(&one->foot, 2.9, true, 0, names);
		add(&one->foot, 2.3, false, 0.1, event->place);
		add_phrase(&one->foot, event->manifest, PHRASE_SHOW_TICKET, 2.3, true, 0.2);
		add_phrase(&one->foot, event->manifest, PHRASE_SLIP_PRIVACY, 2.1, false, 0.1);
	}
	r = write_page(args, folder, name, formats, MODE_SECRET,
	               &(struct page){page->width_mm, page->height_mm, draw_sheet, page});
	free(page);
	return r;
}
