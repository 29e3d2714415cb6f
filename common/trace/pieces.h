/* A label put together of pieces, each with a rank: those that matter most are taken first while
 * there is room, and stand in the order in which they were added. */
#ifndef TRACE_PIECES_H
#define TRACE_PIECES_H

#include <stdbool.h>

enum { LABEL_MAX = 320 };

enum rank { RANK_ALWAYS, RANK_HIGH, RANK_MIDDLE, RANK_LOW, RANK_LOWEST, RANK_COUNT };

enum { PIECES_MAX = 16 };

struct pieces {
    struct piece {
        enum rank rank;
        bool taken;
        char text[LABEL_MAX];
    } piece[PIECES_MAX];
    unsigned count;
};

/* Adds a piece; beyond PIECES_MAX nothing. */
void pieces_add(struct pieces *pieces, enum rank rank, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Joins what fits into `columns`, and every RANK_ALWAYS whether it fits or not. */
void pieces_join(struct pieces *pieces, const char *separator, unsigned columns,
                 char out[static LABEL_MAX]);

#endif
