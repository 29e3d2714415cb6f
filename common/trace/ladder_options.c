/* What suits a file: read from its terminal and the environment. */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "trace/ladder.h"

enum { ROWS_SHOWN = 100 };

static unsigned terminal_width(int fd)
{
    struct winsize size;
    return fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* COLUMNS, else the terminal, else 0: unknown. */
static unsigned page_width(int fd)
{
    const char *columns = getenv("COLUMNS");
    unsigned long asked = columns ? strtoul(columns, NULL, 10) : 0;
    return asked > 0 && asked < 10000 ? (unsigned)asked : terminal_width(fd);
}

/* Whether the user's locale writes UTF-8, without making it the program's. */
static bool locale_is_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (!locale)
        return false;
    bool utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
    freelocale(locale);
    return utf8;
}

static bool wants_color(int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool refused = no_color && no_color[0] != '\0';
    return fd >= 0 && isatty(fd) && !refused && term && strcmp(term, "dumb") != 0;
}

void ladder_options_auto(struct ladder_options *out, FILE *file)
{
    int fd = fileno(file);
    *out = (struct ladder_options){
        .ascii = !locale_is_utf8(),
        .color = wants_color(fd),
        .width = page_width(fd),
        .max_rows = ROWS_SHOWN,
    };
}
