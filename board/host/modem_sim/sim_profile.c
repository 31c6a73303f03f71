/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "sim_profile.h"

static const struct sim_profile profiles[] = {
    {
        .name = "standard",
        .maker = "Civic Kiosk",
        .model = "modem-sim",
        .identity = "Civic Kiosk\r\nmodem-sim\r\nRevision: 1",
        .boot = {"RDY", "+CFUN: 1"},
        .own_memory = true,
        .reset = "+CFUN=1,1",
        .refusal = "ERROR",
    },
    {
        .name = "sim-only",
        .maker = "Civic Kiosk",
        .model = "modem-sim without a memory of its own",
        .identity = "Civic Kiosk",
        .boot = {"SYSSTART"},
        .reset = "+CFUN=1,1",
        .refusal = "ERROR",
    },
    {
        .name = "ec25",
        .maker = "Quectel",
        .model = "EC25",
        .identity = "Quectel\r\nEC25\r\nRevision: EC25AFFAR07A08M4G",
        .boot = {"RDY", "+CFUN: 1", "+QUSIM: 1"},
        .stored = "+QIND: SMS DONE",
        .stored_us = 3000000,
        .own_memory = true,
        .accepts = {"+QURCCFG=\"urcport\",\"all\""},
        .reset = "+CFUN=1,1",
        .chatter = {"+QIND: \"csq\",20,99", "+QIND: PB DONE", "+QIND: \"act\",\"LTE\""},
        .chatter_us = 4000000,
        .refusal = "ERROR",
    },
    {
        .name = "sim7600",
        .maker = "SIMCOM INCORPORATED",
        .model = "SIMCOM_SIM7600G-H",
        .identity = "Manufacturer: SIMCOM INCORPORATED\r\nModel: SIMCOM_SIM7600G-H\r\n"
                    "Revision: SIM7600M22_V2.0\r\nIMEI: 001010123456789\r\n+GCAP: +CGSM",
        .boot = {"RDY"},
        .stored = "SMS DONE",
        .stored_us = 5000000,
        .own_memory = true,
        .accepts = {"+CATR=0", "+CRESET"},
        .reset = "+CRESET",
        .chatter = {"PB DONE", "+CSQ: 20,99", "+NITZ: 26/11/21,18:00:00-20,0"},
        .chatter_us = 4000000,
        .refusal = "ERROR",
    },
    {
        .name = "e3372",
        .maker = "huawei",
        .model = "E3372",
        .identity = "Manufacturer: huawei\r\nModel: E3372\r\nRevision: 21.200.07.00.00\r\n"
                    "IMEI: 001010123456789\r\n+GCAP: +CGSM,+DS,+ES",
        .boot = {"^SYSSTART"},
        .stored = "^SIMST:1",
        .stored_us = 2000000,
        .own_memory = true,
        .memories_by_three = true,
        .accepts = {"^CURC=0", "^RESET"},
        .reset = "^RESET",
        .quiet = "^CURC=0",
        .chatter = {"^RSSI:20", "^HCSQ:\"LTE\",46,38,141,18", "^DSFLOWRPT:0,0,0,0,0,0,0",
                    "^BOOT:9140902,0,0,0,6"},
        .chatter_us = 700000,
        .refusal = "COMMAND NOT SUPPORT",
    },
    /* One that no row of ours knows: what it says of itself, refuses and asks for is its own. */
    {
        .name = "stick",
        .maker = "Somebody Ltd.",
        .model = "SB-3G 101",
        .identity = "Manufacturer: Somebody Ltd.\r\nModel: SB-3G 101",
        .boot = {"*ATREADY: 1"},
        .stored = "SMS Ready",
        .stored_us = 2000000,
        .own_memory = true,
        .memories_by_three = true,
        .reset = "+CFUN=1,1",
        .refusal = "COMMAND NOT SUPPORT",
    },
};

const struct sim_profile *sim_profile(const char *name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

void sim_profile_names(char text[SIM_NAMES_MAX])
{
	size_t len = 0;
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]) && len < SIM_NAMES_MAX; i++)
		len += (size_t)snprintf(text + len, SIM_NAMES_MAX - len, "%s%s", i > 0 ? " " : "",
		                        profiles[i].name);
}
