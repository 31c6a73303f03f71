/* SPDX-License-Identifier: Apache-2.0 */
/* What comes of a reader's words, whatever line they came by: codes, and how the reader is. */
#ifndef KIOSK_SCANNER_READER_SAY_H
#define KIOSK_SCANNER_READER_SAY_H

#include "reader_text.h"

/*
 * Tells the sink what `said`, just said by `text`, means. The reader test's code is nobody's: the
 * sentence `on_test` is told instead. *troubled, false at first, is kept between calls: whether the
 * last was too long for a code.
 */
void reader_say(const struct scanner_sink *sink, const struct reader_text *text,
                enum reader_said said, const char *on_test, struct mono_time now, bool *troubled);

#endif
