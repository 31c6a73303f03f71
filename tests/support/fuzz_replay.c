/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzzer's function once over each file of a folder: what a search found stays found.
 * Without libFuzzer. usage: fuzz_NAME FOLDER
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size = -1;
	int r = -1;

	if (!file)
		return -1;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size >= 0 && fseek(file, 0, SEEK_SET) == 0)
		data = malloc((size_t)size + 1);
	if (data && fread(data, 1, (size_t)size, file) == (size_t)size)
		r = LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	fclose(file);
	return r;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	char path[4096];
	int n = 0;

	if (!folder) {
		fprintf(stderr, "fuzz_replay: cannot open the folder of inputs: %s\n",
		        argc == 2 ? strerror(errno) : "name one");
		return 1;
	}
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		printf("%s\n", path);
		fflush(stdout);
		if (replay(path) != 0)
			return 1;
		n++;
	}
	closedir(folder);
	printf("%d inputs\n", n);
	return n > 0 ? 0 : 1;
}
