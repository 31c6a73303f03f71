/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "catalogue.h"
#include "check.h"

static unsigned wrong;

void tell(unsigned language, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)fprintf(stderr, "firmware/po, language %s: ", catalogue_tag(language));
	(void)vfprintf(stderr, format, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	wrong++;
}

unsigned told(void)
{
	return wrong;
}
