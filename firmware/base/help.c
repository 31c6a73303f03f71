/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "help.h"

bool help_is_asked(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}
