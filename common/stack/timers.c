/* A heap: each is due no earlier than the one at half its place. */
#include "stack/timers.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

void timers_init(struct timers *timers)
{
    *timers = (struct timers){0};
}

void timers_fini(struct timers *timers)
{
    assert(timers->count == 0);
    free(timers->heap);
}

int timers_reserve(struct timers *timers, uint32_t count)
{
    if (count < timers->cap)
        return 0;
    uint32_t cap = timers->cap ? timers->cap * 2 : 16;
    while (cap <= count) /* the first place stays empty */
        cap *= 2;
    struct timer **heap = realloc(timers->heap, cap * sizeof(struct timer *));
    if (!heap)
        return -ENOMEM;
    timers->heap = heap;
    timers->cap = cap;
    return 0;
}

static void put(struct timers *timers, uint32_t place, struct timer *timer)
{
    timers->heap[place] = timer;
    timer->place = place;
}

/* Towards the front, past those that are due later. */
static void rise(struct timers *timers, struct timer *timer)
{
    uint32_t place = timer->place;
    while (place > 1 && timers->heap[place / 2]->at > timer->at) {
        put(timers, place, timers->heap[place / 2]);
        place /= 2;
    }
    put(timers, place, timer);
}

static uint32_t earlier_child(const struct timers *timers, uint32_t place)
{
    uint32_t child = place * 2;
    bool right = child < timers->count && timers->heap[child + 1]->at < timers->heap[child]->at;
    return child + right;
}

/* Towards the back, past those that are due earlier. */
static void sink(struct timers *timers, struct timer *timer)
{
    uint32_t place = timer->place;
    while (place * 2 <= timers->count) {
        uint32_t child = earlier_child(timers, place);
        if (timers->heap[child]->at >= timer->at)
            break;
        put(timers, place, timers->heap[child]);
        place = child;
    }
    put(timers, place, timer);
}

static void move(struct timers *timers, struct timer *timer, usec_t at)
{
    bool sooner = at < timer->at;
    timer->at = at;
    if (sooner)
        rise(timers, timer);
    else
        sink(timers, timer);
}

static void insert(struct timers *timers, struct timer *timer, usec_t at)
{
    assert(timers->count + 1 < timers->cap && "not reserved");
    timer->at = at;
    put(timers, ++timers->count, timer);
    rise(timers, timer);
}

/* The last one takes its place, and goes from there to where it belongs. */
static void take_out(struct timers *timers, struct timer *timer)
{
    struct timer *last = timers->heap[timers->count--];
    if (last != timer) {
        put(timers, timer->place, last);
        rise(timers, last);
        sink(timers, last);
    }
    timer->place = 0;
}

void timers_set(struct timers *timers, struct timer *timer, usec_t at)
{
    if (timer->place != 0 && at == NEVER)
        take_out(timers, timer);
    else if (timer->place != 0)
        move(timers, timer, at);
    else if (at != NEVER)
        insert(timers, timer, at);
}

usec_t timers_deadline(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[1]->at : NEVER;
}

struct timer *timers_due(const struct timers *timers, usec_t now)
{
    return timers_deadline(timers) <= now ? timers->heap[1] : NULL;
}
