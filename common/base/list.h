/* A doubly linked list threaded through its elements: a link is a field of what is listed, so
 * nothing is allocated, and an element leaves from the middle without a search. Pure.
 *
 *     struct job { struct list_link queued; ... };
 *     list_append(&queue, &job->queued);
 *     struct job *first = list_entry(list_first(&queue), struct job, queued); */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_link {
    struct list_link *prev, *next; /* NULL while in no list */
};

/* A ring whose head is no element. Begin with list_init. */
struct list {
    struct list_link head;
};

/* The element whose field `field` is `link`. */
#define list_entry(link, type, field) ((type *)(void *)((char *)(link)-offsetof(type, field)))

/* for (struct list_link *at = list_first(l); at; at = list_next(l, at)) */

static inline void list_init(struct list *list)
{
    list->head.prev = list->head.next = &list->head;
}

static inline bool list_is_empty(const struct list *list)
{
    return list->head.next == &list->head;
}

/* The neighbours of a link, or NULL at the end. */
static inline struct list_link *list_next(const struct list *list, const struct list_link *link)
{
    return link->next == &list->head ? NULL : link->next;
}

static inline struct list_link *list_prev(const struct list *list, const struct list_link *link)
{
    return link->prev == &list->head ? NULL : link->prev;
}

static inline struct list_link *list_first(const struct list *list)
{
    return list_next(list, &list->head);
}

static inline struct list_link *list_last(const struct list *list)
{
    return list_prev(list, &list->head);
}

/* Puts `link`, which must be in no list, behind `before` (or in front when `before` is NULL). */
static inline void list_insert(struct list *list, struct list_link *before, struct list_link *link)
{
    struct list_link *left = before ? before : &list->head;
    link->prev = left;
    link->next = left->next;
    left->next->prev = link;
    left->next = link;
}

static inline void list_append(struct list *list, struct list_link *link)
{
    list_insert(list, list_last(list), link);
}

/* Takes `link` out of whatever list it is in; does nothing when it is in none. */
static inline void list_remove(struct list_link *link)
{
    if (!link->next)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = link->next = NULL;
}

/* Takes the first out; NULL when there is none. */
static inline struct list_link *list_take_first(struct list *list)
{
    struct list_link *first = list_first(list);
    if (!first)
        return NULL;
    list->head.next = first->next;
    first->next->prev = &list->head;
    first->prev = first->next = NULL;
    return first;
}

#endif
