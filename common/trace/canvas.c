/* One line of text, cell by cell. */
#include "trace/canvas.h"

#include <stdint.h>
#include <string.h>

#include "trace/utf8.h"

void canvas_clear(struct canvas *canvas, bool ascii)
{
    canvas->ascii = ascii;
    for (unsigned i = 0; i < CANVAS_COLUMNS_MAX; i++)
        canvas->cells[i] = (struct cell){" ", STYLE_PLAIN};
}

static void set_cell(struct canvas *canvas, unsigned at, const char *glyph, size_t len,
                     enum style style)
{
    struct cell *cell = &canvas->cells[at];
    memcpy(cell->glyph, glyph, len);
    cell->glyph[len] = '\0';
    cell->style = (unsigned char)style;
}

void canvas_fill(struct canvas *canvas, unsigned from, unsigned to, const char *glyph,
                 enum style style)
{
    for (unsigned at = from; at < to && at < CANVAS_COLUMNS_MAX; at++)
        set_cell(canvas, at, glyph, strlen(glyph), style);
}

unsigned canvas_put(struct canvas *canvas, unsigned at, unsigned end, const char *text,
                    enum style style)
{
    if (end > CANVAS_COLUMNS_MAX)
        end = CANVAS_COLUMNS_MAX;
    while (*text) {
        const char *start = text;
        uint32_t rune = utf8_next(&text);
        unsigned width = utf8_rune_width(rune);
        bool strange = rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || rune == UTF8_BAD;
        if (at + width > end)
            break;
        if (width == 0) /* it would need the cell before; nothing is lost that one could read */
            continue;
        if (strange || (canvas->ascii && rune >= 0x80)) {
            canvas_fill(canvas, at, at + width, "?", style);
        } else {
            set_cell(canvas, at, start, (size_t)(text - start), style);
            if (width == 2)
                set_cell(canvas, at + 1, "", 0, style);
        }
        at += width;
    }
    return at;
}

static const char *escape_of(enum style style)
{
    static const char *const escapes[] = {
        [STYLE_PLAIN] = "\033[0m",     [STYLE_DIM] = "\033[0;2m",     [STYLE_BOLD] = "\033[0;1m",
        [STYLE_FROM_A] = "\033[0;36m", [STYLE_FROM_B] = "\033[0;32m", [STYLE_STATE] = "\033[0;1m",
        [STYLE_CALL] = "\033[0m",      [STYLE_BAD] = "\033[0;1;31m",  [STYLE_AGAIN] = "\033[0;35m",
    };
    return escapes[style];
}

void canvas_print(const struct canvas *canvas, FILE *out, bool color)
{
    unsigned end = CANVAS_COLUMNS_MAX;
    unsigned char style = STYLE_PLAIN;
    while (end > 0 && strcmp(canvas->cells[end - 1].glyph, " ") == 0)
        end--;
    for (unsigned i = 0; i < end; i++) {
        const struct cell *cell = &canvas->cells[i];
        if (color && cell->style != style && strcmp(cell->glyph, " ") != 0) {
            style = cell->style;
            fputs(escape_of(style), out);
        }
        fputs(cell->glyph, out);
    }
    if (style != STYLE_PLAIN)
        fputs(escape_of(STYLE_PLAIN), out);
    fputc('\n', out);
}
