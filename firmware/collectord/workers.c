/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers.h"

struct queue {
	struct work *first, **end;
};

struct workers {
	pthread_t thread[WORKERS_THREADS];
	unsigned n_threads;
	int fd;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t given;
	struct queue due, done;
	bool ends;
};

/* --- queues --- */

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

static void queue_put(struct queue *queue, struct work *work)
{
	work->next = NULL;
	*queue->end = work;
	queue->end = &work->next;
}

static struct work *queue_take(struct queue *queue)
{
	struct work *work = queue->first;

	if (work == NULL)
		return NULL;
	queue->first = work->next;
	if (queue->first == NULL)
		queue->end = &queue->first;
	return work;
}

/* --- the threads --- */

/* The lock is held, but for the work itself. */
static bool do_next(struct workers *workers)
{
	struct work *work = queue_take(&workers->due);

	if (work == NULL)
		return false;
	(void)pthread_mutex_unlock(&workers->lock);
	work->run(work);
	(void)pthread_mutex_lock(&workers->lock);
	if (workers->done.first == NULL)
		(void)eventfd_write(workers->fd, 1);
	queue_put(&workers->done, work);
	return true;
}

static void *do_all(void *context)
{
	struct workers *workers = context;

	(void)pthread_mutex_lock(&workers->lock);
	while (!workers->ends)
		if (!do_next(workers))
			(void)pthread_cond_wait(&workers->given, &workers->lock);
	(void)pthread_mutex_unlock(&workers->lock);
	return NULL;
}

/* They inherit a mask with every signal: signals are the loop's. */
static int start(struct workers *workers)
{
	sigset_t all, before;
	int r = 0;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	while (r == 0 && workers->n_threads < WORKERS_THREADS) {
		r = pthread_create(&workers->thread[workers->n_threads], NULL, do_all, workers);
		workers->n_threads += r == 0;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

/* --- the loop --- */

int workers_open(struct workers **ret)
{
	struct workers *workers = calloc(1, sizeof(*workers));
	int r;

	if (workers == NULL)
		return -ENOMEM;
	queue_init(&workers->due);
	queue_init(&workers->done);
	(void)pthread_mutex_init(&workers->lock, NULL);
	(void)pthread_cond_init(&workers->given, NULL);
	workers->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = workers->fd < 0 ? -errno : start(workers);
	if (r < 0) {
		workers_close(workers);
		return r;
	}
	*ret = workers;
	return 0;
}

void workers_close(struct workers *workers)
{
	if (workers == NULL)
		return;
	(void)pthread_mutex_lock(&workers->lock);
	workers->ends = true;
	(void)pthread_cond_broadcast(&workers->given);
	(void)pthread_mutex_unlock(&workers->lock);
	while (workers->n_threads > 0)
		(void)pthread_join(workers->thread[--workers->n_threads], NULL);
	if (workers->fd >= 0)
		(void)close(workers->fd);
	(void)pthread_cond_destroy(&workers->given);
	(void)pthread_mutex_destroy(&workers->lock);
	free(workers);
}

int workers_fd(const struct workers *workers)
{
	return workers->fd;
}

void workers_give(struct workers *workers, struct work *work)
{
	(void)pthread_mutex_lock(&workers->lock);
	queue_put(&workers->due, work);
	(void)pthread_cond_signal(&workers->given);
	(void)pthread_mutex_unlock(&workers->lock);
}

bool workers_help(struct workers *workers)
{
	bool has_done;

	(void)pthread_mutex_lock(&workers->lock);
	has_done = do_next(workers);
	(void)pthread_mutex_unlock(&workers->lock);
	return has_done;
}

struct work *workers_take(struct workers *workers)
{
	struct work *work;
	eventfd_t count;

	(void)pthread_mutex_lock(&workers->lock);
	work = queue_take(&workers->done);
	/* Emptied under the lock: what is done next finds an empty queue and says so again. */
	if (workers->done.first == NULL)
		(void)eventfd_read(workers->fd, &count);
	(void)pthread_mutex_unlock(&workers->lock);
	return work;
}
