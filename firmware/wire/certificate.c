/* SPDX-License-Identifier: Apache-2.0 */
/* What the network's root signs: [1, hub, level, name, region, key, from, to] and [1, key, from,
 * to]. */
#include "codec.h"

static void hub_cert_read(struct reader *reader, struct hub_cert *ret)
{
	read_array(reader, 8);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	ret->hub_id = (uint32_t)read_uint(reader, 0, UINT32_MAX);
	ret->level = (enum hub_level)read_uint(reader, HUB_STATE, HUB_LOCAL);
	read_text(reader, 1, ret->name.s, sizeof(ret->name.s));
	read_text(reader, 1, ret->region.s, sizeof(ret->region.s));
	read_key(reader, &ret->hub);
	ret->not_before = read_time(reader);
	ret->not_after = read_time(reader);
}

static bool hub_cert_valid(const struct hub_cert *cert)
{
	return (cert->level == HUB_STATE || cert->level == HUB_LOCAL) &&
	       VALID_TEXT(cert->name, 1) && valid_region(cert->region.s, sizeof(cert->region.s)) &&
	       valid_time(cert->not_before) && valid_time(cert->not_after) &&
	       cert->not_before < cert->not_after;
}

static void hub_cert_write(struct writer *writer, const struct hub_cert *cert)
{
	write_array(writer, 8);
	write_uint(writer, FORMAT_VERSION);
	write_uint(writer, cert->hub_id);
	write_uint(writer, cert->level);
	write_text(writer, cert->name.s);
	write_text(writer, cert->region.s);
	write_key(writer, &cert->hub);
	write_time(writer, cert->not_before);
	write_time(writer, cert->not_after);
}

WIRE_CODEC(hub_cert, struct hub_cert, SIGN1_HUB_CERT, HUB_CERT_BYTES_MAX)

static void collector_cert_read(struct reader *reader, struct collector_cert *ret)
{
	read_array(reader, 4);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_key(reader, &ret->collector);
	ret->not_before = read_time(reader);
	ret->not_after = read_time(reader);
}

static bool collector_cert_valid(const struct collector_cert *cert)
{
	return valid_time(cert->not_before) && valid_time(cert->not_after) &&
	       cert->not_before < cert->not_after;
}

static void collector_cert_write(struct writer *writer, const struct collector_cert *cert)
{
	write_array(writer, 4);
	write_uint(writer, FORMAT_VERSION);
	write_key(writer, &cert->collector);
	write_time(writer, cert->not_before);
	write_time(writer, cert->not_after);
}

WIRE_CODEC(collector_cert, struct collector_cert, SIGN1_COLLECTOR_CERT, COLLECTOR_CERT_BYTES_MAX)
