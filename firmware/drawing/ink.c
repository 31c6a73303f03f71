/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "screen_page.h"

static double linear(double value)
{
	return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

double ink_contrast(struct ink a, struct ink b)
{
	const double la =
	    0.2126 * linear(a.red) + 0.7152 * linear(a.green) + 0.0722 * linear(a.blue);
	const double lb =
	    0.2126 * linear(b.red) + 0.7152 * linear(b.green) + 0.0722 * linear(b.blue);

	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}
