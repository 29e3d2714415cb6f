/* A label put together of pieces. */
#include "trace/pieces.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "trace/utf8.h"

void pieces_add(struct pieces *pieces, enum rank rank, const char *format, ...)
{
    va_list arguments;
    if (pieces->count == PIECES_MAX)
        return;
    struct piece *piece = &pieces->piece[pieces->count++];
    *piece = (struct piece){.rank = rank};
    va_start(arguments, format);
    vsnprintf(piece->text, sizeof(piece->text), format, arguments);
    va_end(arguments);
}

void pieces_join(struct pieces *pieces, const char *separator, unsigned columns,
                 char out[static LABEL_MAX])
{
    unsigned used = 0;
    size_t len = 0;
    for (enum rank rank = 0; rank < RANK_COUNT; rank++) {
        for (unsigned i = 0; i < pieces->count; i++) {
            struct piece *piece = &pieces->piece[i];
            unsigned width = utf8_width(piece->text) + (used ? (unsigned)strlen(separator) : 0);
            if (piece->rank != rank || (rank != RANK_ALWAYS && used + width > columns))
                continue;
            piece->taken = true;
            used += width;
        }
    }
    out[0] = '\0';
    for (unsigned i = 0; i < pieces->count && len < LABEL_MAX; i++) {
        if (pieces->piece[i].taken)
            len += (size_t)snprintf(out + len, LABEL_MAX - len, "%s%s", len ? separator : "",
                                    pieces->piece[i].text);
    }
}
