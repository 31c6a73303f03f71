/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "file.h"
#include "keys.h"
#include "numbers.h"
#include "text.h"

enum { TEXT_BYTES_MAX = 65536 };

static const char file_name[] = "numbers.txt";
static const char begins[] = "# Numbers of this event's tickets, the first and the last of each "
                             "`ticket new`: none is made twice.";

int numbers_new(const struct args *args, const char *folder)
{
	return output_write_line(args, folder, file_name, begins, MODE_PUBLIC);
}

static int not_ours(const struct args *args, const char *folder, unsigned int line)
{
	complain(args,
	         "%s/%s: line %u is not two numbers, the first and the last of a call of `ticket "
	         "new`: mend it, or numbers are made twice",
	         folder, file_name, line);
	return EX_DATAERR;
}

/* A line "FIRST LAST"; what it overlaps with is told. */
static int take_line(const struct args *args, struct numbers *numbers, const char *line,
                     unsigned int number, uint32_t wanted, uint32_t count)
{
	unsigned long long first, last;
	int end = 0;

	if (line[0] == '#' || line[0] == '\0')
		return 0;
	if (sscanf(line, "%10llu %10llu%n", &first, &last, &end) != 2 || line[end] != '\0' ||
	    first == 0 || last < first || last > UINT32_MAX)
		return not_ours(args, numbers->folder, number);
	numbers->issued += last - first + 1;
	if (last > numbers->last)
		numbers->last = (uint32_t)last;
	if (wanted == 0 || wanted > last || wanted + (uint64_t)count - 1 < first)
		return 0;
	complain(args,
	         "--first-number: tickets %llu to %llu of this event were made already, and each "
	         "number counts once; leave it out, and these go on after the last",
	         first, last);
	return EX_USAGE;
}

static int read_lines(const struct args *args, struct numbers *numbers, uint32_t wanted,
                      uint32_t count)
{
	static char text[TEXT_BYTES_MAX + 1];
	const ssize_t n = read(numbers->fd, text, sizeof(text) - 1);
	unsigned int number = 1;
	int r = 0;

	if (n < 0 || n == TEXT_BYTES_MAX) {
		complain(args, "%s/%s cannot be read: %s", numbers->folder, file_name,
		         n < 0 ? strerror(errno) : "it is too long");
		return EX_NOINPUT;
	}
	text[n] = '\0';
	numbers->end = (long)n;
	for (char *line = text; r == 0 && *line != '\0'; number++) {
		const size_t len = strcspn(line, "\n");
		const bool whole = line[len] == '\n';

		line[len] = '\0';
		r = whole ? take_line(args, numbers, line, number, wanted, count)
		          : not_ours(args, numbers->folder, number);
		line += len + (whole ? 1 : 0);
	}
	return r;
}

/* Where even that fails the numbers stay taken, and none is made twice. */
static void give_back(const struct numbers *numbers)
{
	if (ftruncate(numbers->fd, numbers->end) == 0)
		(void)fsync(numbers->fd);
}

static int write_line(const struct args *args, const struct numbers *numbers, uint32_t first,
                      uint32_t last)
{
	char line[32];
	size_t len;
	int r;

	text_format(line, sizeof(line) - 1, "%u %u", first, last);
	len = strlen(line);
	line[len++] = '\n';
	r = file_write_all(numbers->fd, line, len);
	if (r == 0 && fsync(numbers->fd) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	give_back(numbers);
	complain(args, "%s/%s cannot be written: %s; no ticket was made", numbers->folder,
	         file_name, strerror(-r));
	return EX_CANTCREAT;
}

/* What there is, and what is wanted of it. */
static int take(const struct args *args, struct numbers *numbers, uint32_t count, uint32_t *first)
{
	uint64_t from;
	int r =
	    flock(numbers->fd, LOCK_EX) < 0 ? EX_OSERR : read_lines(args, numbers, *first, count);

	if (r != 0)
		return r;
	from = *first != 0 ? *first : (uint64_t)numbers->last + 1;
	if (from + count - 1 > UINT32_MAX) {
		complain(
		    args,
		    "--first-number: there are no %u numbers behind %u, the last one made; give "
		    "a lower one that is free",
		    count, numbers->last);
		return EX_USAGE;
	}
	r = write_line(args, numbers, (uint32_t)from, (uint32_t)(from + count - 1));
	if (r != 0)
		return r;
	numbers->issued += count;
	*first = (uint32_t)from;
	return 0;
}

int numbers_take(const struct args *args, const char *folder, uint32_t count, uint32_t *first,
                 struct numbers *ret)
{
	struct numbers numbers = {.folder = folder};
	char path[PATH_MAX];
	int r = file_path(folder, file_name, path, sizeof(path));

	numbers.fd = r == 0 ? open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (numbers.fd < 0) {
		complain(
		    args,
		    "%s/%s, which says what numbers the event's tickets have, cannot be opened: "
		    "%s; without it a number could be made twice. Where it is lost, write it anew: "
		    "a line with the first and the last number there is, such as 1 60",
		    folder, file_name, strerror(errno));
		return EX_NOINPUT;
	}
	r = take(args, &numbers, count, first);
	if (r == 0)
		*ret = numbers;
	else
		(void)close(numbers.fd);
	return r;
}

void numbers_close(struct numbers *numbers, bool keep)
{
	if (!keep)
		give_back(numbers);
	(void)close(numbers->fd);
}
