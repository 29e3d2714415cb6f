/* Memory that can be refused on purpose, and is counted: the test's own malloc and its kin, which
 * say no when told to. Include it once, in the test's one file.
 *
 * The sanitizers and valgrind bring their own malloc: with them nothing is refused, and
 * refuse_works says so. */
#ifndef TESTS_UNIT_REFUSE_H
#define TESTS_UNIT_REFUSE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static struct {
    long after;       /* so many are granted, then one is refused; negative: none */
    long refused;     /* so far */
    atomic_long live; /* granted and not yet freed, by all threads */
} refuse = {.after = -1};

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#else
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static bool refuses(void)
{
    bool now = refuse.after == 0;
    if (refuse.after >= 0)
        refuse.after--;
    if (now)
        refuse.refused++;
    refuse.live += !now;
    return now;
}

void *malloc(size_t size)
{
    return refuses() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return refuses() ? NULL : __libc_calloc(count, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return refuses() ? NULL : __libc_memalign(alignment, size);
}

void *realloc(void *memory, size_t size)
{
    if (refuses())
        return NULL;
    refuse.live -= memory != NULL;
    return __libc_realloc(memory, size);
}

void free(void *memory)
{
    refuse.live -= memory != NULL;
    __libc_free(memory);
}
#endif

static inline bool refuse_works(void)
{
    refuse.after = 0;
    void *volatile memory = malloc(1);
    refuse.after = -1;
    bool refused = memory == NULL;
    free(memory);
    return refused;
}

#endif
