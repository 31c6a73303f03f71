/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include <linux/netlink.h>

#include "screen_drm.h"
#include "text.h"

enum { BUFFERS = 2, DEPTH = 24, BITS = 32, FLIP_MS_MAX = 200, WHERE_MAX = 256 };

struct buffer {
	uint32_t handle, id, stride;
	size_t size;
	uint8_t *pixels; /* NULL: none */
};

struct screen {
	int fd, news;      /* of the card; of the kernel's device events */
	unsigned rotation; /* degrees, clockwise */
	bool connected, lit;
	uint32_t connector, crtc;
	drmModeModeInfo mode;
	struct buffer buffer[BUFFERS];
	unsigned back;   /* the buffer that is not shown */
	uint8_t *turned; /* what is drawn on, where the display hangs turned */
	bool flipping;
};

/* --- buffers --- */

static void drop_buffer(struct screen *screen, struct buffer *buffer)
{
	struct drm_mode_destroy_dumb destroy = {.handle = buffer->handle};

	if (buffer->pixels)
		(void)munmap(buffer->pixels, buffer->size);
	if (buffer->id)
		(void)drmModeRmFB(screen->fd, buffer->id);
	if (buffer->handle)
		(void)drmIoctl(screen->fd, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
	*buffer = (struct buffer){0};
}

static int make_buffer(struct screen *screen, struct buffer *buffer)
{
	struct drm_mode_create_dumb create = {
	    .width = screen->mode.hdisplay, .height = screen->mode.vdisplay, .bpp = BITS};
	struct drm_mode_map_dumb map = {0};
	void *pixels;

	if (drmIoctl(screen->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create) < 0)
		return -errno;
	buffer->handle = map.handle = create.handle;
	buffer->stride = create.pitch;
	buffer->size = create.size;
	if (drmModeAddFB(screen->fd, create.width, create.height, DEPTH, BITS, create.pitch,
	                 create.handle, &buffer->id) != 0 ||
	    drmIoctl(screen->fd, DRM_IOCTL_MODE_MAP_DUMB, &map) < 0)
		return -errno;
	pixels = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, screen->fd,
	              (off_t)map.offset);
	if (pixels == MAP_FAILED)
		return -errno;
	buffer->pixels = pixels;
	return 0;
}

static bool is_turned(const struct screen *screen)
{
	return screen->rotation == 90 || screen->rotation == 270;
}

static void disconnect(struct screen *screen)
{
	for (unsigned i = 0; i < BUFFERS; i++)
		drop_buffer(screen, &screen->buffer[i]);
	free(screen->turned);
	screen->turned = NULL;
	screen->connected = screen->lit = screen->flipping = false;
}

static int make_buffers(struct screen *screen)
{
	for (unsigned i = 0; i < BUFFERS; i++) {
		const int r = make_buffer(screen, &screen->buffer[i]);

		if (r < 0)
			return r;
	}
	if (screen->rotation != 0) {
		screen->turned = calloc((size_t)screen->mode.hdisplay * screen->mode.vdisplay, 4);
		if (!screen->turned)
			return -ENOMEM;
	}
	screen->back = 0;
	return 0;
}

/* --- the display --- */

/* A CRTC that can drive the connector; 0: none. */
static uint32_t crtc_for(struct screen *screen, const drmModeRes *resources,
                         const drmModeConnector *connector)
{
	uint32_t found = 0;

	for (int i = 0; i < connector->count_encoders && found == 0; i++) {
		drmModeEncoder *encoder = drmModeGetEncoder(screen->fd, connector->encoders[i]);

		for (int j = 0; encoder && j < resources->count_crtcs && found == 0; j++)
			if (encoder->possible_crtcs & (1U << j))
				found = resources->crtcs[j];
		drmModeFreeEncoder(encoder);
	}
	return found;
}

static bool same_mode(const drmModeModeInfo *a, const drmModeModeInfo *b)
{
	return a->hdisplay == b->hdisplay && a->vdisplay == b->vdisplay && a->clock == b->clock;
}

/* Takes a connector that has a display: true. */
static bool take(struct screen *screen, const drmModeRes *resources, uint32_t id, bool *ret_changed)
{
	drmModeConnector *connector = drmModeGetConnector(screen->fd, id);
	const drmModeModeInfo *mode;
	bool taken = false;
	uint32_t crtc;

	if (connector && connector->connection == DRM_MODE_CONNECTED &&
	    connector->count_modes > 0) {
		mode = &connector->modes[0];
		for (int i = connector->count_modes - 1; i >= 0; i--)
			if (connector->modes[i].type & DRM_MODE_TYPE_PREFERRED)
				mode = &connector->modes[i];
		crtc = crtc_for(screen, resources, connector);
		taken = crtc != 0;
		*ret_changed = taken && (!screen->connected || screen->connector != id ||
		                         !same_mode(&screen->mode, mode));
		if (*ret_changed) {
			disconnect(screen);
			screen->connector = id;
			screen->crtc = crtc;
			screen->mode = *mode;
			screen->connected = make_buffers(screen) == 0;
			if (!screen->connected)
				disconnect(screen);
		}
	}
	drmModeFreeConnector(connector);
	return taken;
}

/* Looks which display there is. True: another one than before, or none any more. */
static bool look(struct screen *screen)
{
	drmModeRes *resources = drmModeGetResources(screen->fd);
	bool changed = false, found = false;

	for (int i = 0; resources && i < resources->count_connectors && !found; i++)
		found = take(screen, resources, resources->connectors[i], &changed);
	drmModeFreeResources(resources);
	if (!found && screen->connected) {
		disconnect(screen);
		changed = true;
	}
	return changed;
}

/* --- news --- */

/* The kernel's own words about devices, before any daemon's: a display plugged in or out is a
 * "change" of the card. */
static int open_news(void)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

static int drm_fd(const struct screen *screen)
{
	return screen->news;
}

static bool drm_dispatch(struct screen *screen)
{
	char text[4096];
	bool card = false;
	ssize_t n;

	while ((n = recv(screen->news, text, sizeof(text) - 1, 0)) > 0) {
		text[n] = '\0';
		for (ssize_t at = 0; at < n; at += (ssize_t)strlen(text + at) + 1)
			card = card || strcmp(text + at, "SUBSYSTEM=drm") == 0;
	}
	return card && look(screen);
}

/* --- showing --- */

static int drm_begin(struct screen *screen, struct screen_area *ret)
{
	const struct buffer *buffer = &screen->buffer[screen->back];

	if (!screen->connected)
		return -ENODEV;
	assert(buffer->pixels);
	*ret = (struct screen_area){buffer->pixels, screen->mode.hdisplay, screen->mode.vdisplay,
	                            (int)buffer->stride};
	if (screen->rotation == 0)
		return 0;
	ret->pixels = screen->turned;
	if (is_turned(screen)) {
		ret->width_px = screen->mode.vdisplay;
		ret->height_px = screen->mode.hdisplay;
	}
	ret->stride = 4 * ret->width_px;
	return 0;
}

/* The picture, turned clockwise, into the buffer of the display. */
static void turn(struct screen *screen)
{
	const int width = screen->mode.hdisplay, height = screen->mode.vdisplay;
	const int from_width = is_turned(screen) ? height : width;
	const uint32_t *from = (const uint32_t *)(const void *)screen->turned;
	struct buffer *buffer = &screen->buffer[screen->back];

	for (int y = 0; y < height; y++) {
		uint32_t *to = (uint32_t *)(void *)(buffer->pixels + (size_t)y * buffer->stride);

		for (int x = 0; x < width; x++) {
			if (screen->rotation == 90)
				to[x] = from[(width - 1 - x) * from_width + y];
			else if (screen->rotation == 180)
				to[x] = from[(height - 1 - y) * from_width + (width - 1 - x)];
			else
				to[x] = from[x * from_width + (height - 1 - y)];
		}
	}
}

static void on_flip(int fd, unsigned frame, unsigned s, unsigned us, void *context)
{
	struct screen *screen = context;

	(void)fd;
	(void)frame;
	(void)s;
	(void)us;
	screen->flipping = false;
}

/* Until the flip is done: a sixtieth of a second where a display is lit. */
static void wait_flip(struct screen *screen)
{
	struct pollfd poll_fd = {.fd = screen->fd, .events = POLLIN};
	drmEventContext events = {.version = 2, .page_flip_handler = on_flip};

	while (screen->flipping && poll(&poll_fd, 1, FLIP_MS_MAX) > 0)
		if (drmHandleEvent(screen->fd, &events) != 0)
			break;
	screen->flipping = false;
}

static int drm_show(struct screen *screen)
{
	const struct buffer *buffer = &screen->buffer[screen->back];

	if (!screen->connected)
		return -ENODEV;
	if (screen->rotation != 0)
		turn(screen);
	if (screen->lit && drmModePageFlip(screen->fd, screen->crtc, buffer->id,
	                                   DRM_MODE_PAGE_FLIP_EVENT, screen) == 0) {
		screen->flipping = true;
		wait_flip(screen);
	} else {
		if (drmModeSetCrtc(screen->fd, screen->crtc, buffer->id, 0, 0, &screen->connector,
		                   1, &screen->mode) != 0)
			return -errno;
		screen->lit = true;
	}
	/* A card that keeps its own copy is told that the buffer changed; others refuse, which does
	 * no harm. */
	(void)drmModeDirtyFB(screen->fd, buffer->id, NULL, 0);
	screen->back = (screen->back + 1) % BUFFERS;
	return 0;
}

/* --- opening --- */

static void drm_close(struct screen *screen)
{
	if (!screen)
		return;
	disconnect(screen);
	if (screen->fd >= 0)
		(void)close(screen->fd);
	if (screen->news >= 0)
		(void)close(screen->news);
	free(screen);
}

static int read_where(const char *where, char device[WHERE_MAX], unsigned *ret_rotation)
{
	const char *comma = strchr(where, ',');

	text_format(device, WHERE_MAX, "%.*s", comma ? (int)(comma - where) : (int)strlen(where),
	            where);
	*ret_rotation = 0;
	if (!comma)
		return 0;
	if (strcmp(comma, ",rotate=90") == 0)
		*ret_rotation = 90;
	else if (strcmp(comma, ",rotate=180") == 0)
		*ret_rotation = 180;
	else if (strcmp(comma, ",rotate=270") == 0)
		*ret_rotation = 270;
	else
		return -EINVAL;
	return 0;
}

static int drm_open(const char *where, struct screen **ret)
{
	struct screen *screen;
	char device[WHERE_MAX];
	uint64_t dumb = 0;
	unsigned rotation;
	int r = read_where(where, device, &rotation);

	if (r < 0)
		return r;
	screen = calloc(1, sizeof(*screen));
	if (!screen)
		return -ENOMEM;
	screen->rotation = rotation;
	screen->news = -1;
	screen->fd = open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (screen->fd < 0)
		r = -errno;
	if (r == 0 && (drmGetCap(screen->fd, DRM_CAP_DUMB_BUFFER, &dumb) != 0 || dumb == 0))
		r = -EOPNOTSUPP;
	/* Opened as the first, it is the master already; another program may be. */
	if (r == 0 && drmSetMaster(screen->fd) != 0 && !drmIsMaster(screen->fd))
		r = -EBUSY;
	if (r < 0) {
		drm_close(screen);
		return r;
	}
	screen->news = open_news();
	(void)look(screen);
	*ret = screen;
	return 0;
}

const struct screen_driver screen_drm = {
    .name = "drm",
    .open = drm_open,
    .fd = drm_fd,
    .dispatch = drm_dispatch,
    .begin = drm_begin,
    .show = drm_show,
    .close = drm_close,
};
