/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "region.h"
#include "text.h"
#include "valid.h"

/* ISO 3166-2:US, all 57: states, the District, outlying areas. */
static const struct {
	const char code[6];
	const char *name;
} states[] = {
    {"US-AL", "Alabama"},
    {"US-AK", "Alaska"},
    {"US-AZ", "Arizona"},
    {"US-AR", "Arkansas"},
    {"US-CA", "California"},
    {"US-CO", "Colorado"},
    {"US-CT", "Connecticut"},
    {"US-DE", "Delaware"},
    {"US-FL", "Florida"},
    {"US-GA", "Georgia"},
    {"US-HI", "Hawaii"},
    {"US-ID", "Idaho"},
    {"US-IL", "Illinois"},
    {"US-IN", "Indiana"},
    {"US-IA", "Iowa"},
    {"US-KS", "Kansas"},
    {"US-KY", "Kentucky"},
    {"US-LA", "Louisiana"},
    {"US-ME", "Maine"},
    {"US-MD", "Maryland"},
    {"US-MA", "Massachusetts"},
    {"US-MI", "Michigan"},
    {"US-MN", "Minnesota"},
    {"US-MS", "Mississippi"},
    {"US-MO", "Missouri"},
    {"US-MT", "Montana"},
    {"US-NE", "Nebraska"},
    {"US-NV", "Nevada"},
    {"US-NH", "New Hampshire"},
    {"US-NJ", "New Jersey"},
    {"US-NM", "New Mexico"},
    {"US-NY", "New York"},
    {"US-NC", "North Carolina"},
    {"US-ND", "North Dakota"},
    {"US-OH", "Ohio"},
    {"US-OK", "Oklahoma"},
    {"US-OR", "Oregon"},
    {"US-PA", "Pennsylvania"},
    {"US-RI", "Rhode Island"},
    {"US-SC", "South Carolina"},
    {"US-SD", "South Dakota"},
    {"US-TN", "Tennessee"},
    {"US-TX", "Texas"},
    {"US-UT", "Utah"},
    {"US-VT", "Vermont"},
    {"US-VA", "Virginia"},
    {"US-WA", "Washington"},
    {"US-WV", "West Virginia"},
    {"US-WI", "Wisconsin"},
    {"US-WY", "Wyoming"},
    {"US-DC", "District of Columbia"},
    {"US-AS", "American Samoa"},
    {"US-GU", "Guam"},
    {"US-MP", "Northern Mariana Islands"},
    {"US-PR", "Puerto Rico"},
    {"US-UM", "United States Minor Outlying Islands"},
    {"US-VI", "Virgin Islands, U.S."},
};
enum { N_STATES = sizeof(states) / sizeof(states[0]) };

const char *region_name(const char *region)
{
	for (size_t i = 0; i < N_STATES; i++)
		if (strcmp(states[i].code, region) == 0)
			return states[i].name;
	return NULL;
}

/* The state that is called so, or whose two letters these are. */
static const char *code_of(const char *text)
{
	for (size_t i = 0; i < N_STATES; i++)
		if (strcasecmp(states[i].name, text) == 0 ||
		    strcasecmp(states[i].code + strlen("US-"), text) == 0)
			return states[i].code;
	return "US-KY";
}

int region_read(const struct args *args, char *ret, size_t size)
{
	const char *text = args_value(args, "--region");
	char region[8];

	text_copy(region, sizeof(region), text);
	for (char *c = region; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	if (strlen(text) >= size || !valid_region(region, size)) {
		complain(args, "--region: “%s” is no region; right is its code, such as %s", text,
		         code_of(text));
		return EX_USAGE;
	}
	if (strncmp(region, "US-", 3) == 0 && region_name(region) == NULL) {
		complain(args,
		         "--region: “%s” is no state, territory or district of the United States; "
		         "right is US- and the two letters of its post address, such as US-KY",
		         text);
		return EX_USAGE;
	}
	memcpy(ret, region, strlen(region) + 1);
	return 0;
}
