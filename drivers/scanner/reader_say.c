/* SPDX-License-Identifier: Apache-2.0 */
#include "reader_say.h"

void reader_say(const struct scanner_sink *sink, const struct reader_text *text,
                enum reader_said said, const char *on_test, struct mono_time now, bool *troubled)
{
	bool is_test;

	if (said == READER_TOO_LONG) {
		*troubled = true;
		sink->health(sink->context, HEALTH_DEGRADED,
		             "The reader sent more than any code holds: set it to end each code "
		             "with Enter.");
	}
	if (said != READER_CODE)
		return;
	is_test = reader_text_is_test(text);
	if (is_test || *troubled)
		sink->health(sink->context, HEALTH_GOOD, is_test ? on_test : "The reader works.");
	*troubled = false;
	if (!is_test)
		sink->code(sink->context, text->code, text->code_len, now);
}
