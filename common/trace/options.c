/* The shared options of a ladder's program. */
#include "trace/options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "trace/canvas.h"
#include "trace/ndjson.h"
#include "trace/pcapng.h"

enum { ROWS_MOST = 1000000 };

struct option_group trace_options_group(struct trace_options *options)
{
    const struct option_spec specs[TRACE_OPTION_COUNT] = {
        {.name = "pcap",
         .kind = OPTION_STRING,
         .value = &options->pcap,
         .help = "write the frames as pcapng, for Wireshark"},
        {.name = "events",
         .kind = OPTION_STRING,
         .value = &options->events,
         .help = "write every event as a line of JSON"},
        {.name = "calls",
         .kind = OPTION_FLAG,
         .value = &options->calls,
         .help = "show socket calls and timers in the ladder, too"},
        {.name = "rows",
         .kind = OPTION_INT,
         .value = &options->rows,
         .help = "rows of the ladder at most, the rest folded; 0: what suits the page",
         .max = ROWS_MOST},
        {.name = "width",
         .kind = OPTION_INT,
         .value = &options->width,
         .help = "columns of the page; 0: the terminal's",
         .max = CANVAS_COLUMNS_MAX},
        {.name = "ascii",
         .kind = OPTION_FLAG,
         .value = &options->ascii,
         .help = "draw with ASCII characters only"},
        {.name = "color",
         .kind = OPTION_FLAG,
         .value = &options->color,
         .help = "colours on a terminal; --no-color or NO_COLOR: none"},
    };
    *options = (struct trace_options){.color = true};
    memcpy(options->specs, specs, sizeof(specs));
    return (struct option_group){"What to show and keep", options->specs, TRACE_OPTION_COUNT};
}

void trace_options_ladder(const struct trace_options *options, FILE *out,
                          struct ladder_options *ladder)
{
    ladder_options_auto(ladder, out);
    ladder->ascii = ladder->ascii || options->ascii;
    ladder->color = ladder->color && options->color;
    ladder->calls = options->calls;
    if (options->width)
        ladder->width = (unsigned)options->width;
    if (options->rows)
        ladder->max_rows = (unsigned)options->rows;
}

/* "out.pcapng" of the run "kernel | own" as "out-kernel-own.pcapng". */
static int name_file(const char *path, const char *title, char out[static PATH_MAX])
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    size_t stem = dot && dot > (slash ? slash + 1 : path) ? (size_t)(dot - path) : strlen(path);
    size_t len = strlen(title) + strlen(path) + 2;
    bool joined = false;
    if (len > PATH_MAX)
        return -ENAMETOOLONG;
    memcpy(out, path, stem);
    char *end = out + stem;
    for (; *title; title++) {
        bool plain = isalnum((unsigned char)*title) != 0;
        if (plain && !joined)
            *end++ = '-';
        joined = plain;
        if (plain)
            *end++ = *title;
    }
    strcpy(end, path + stem);
    return 0;
}

static int write_file(const char *path, int (*write)(FILE *out, const struct trace_log *log),
                      const struct trace_log *log, struct fault *fault)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return fault_errno(fault, -errno, "cannot write %s", path);
    int error = write(file, log);
    if (fclose(file) != 0 && !error)
        error = -errno;
    return error ? fault_errno(fault, error, "cannot write %s", path) : 0;
}

static int write_runs(const char *path, int (*write)(FILE *out, const struct trace_log *log),
                      const struct trace_run *runs, size_t count, struct fault *fault)
{
    char name[PATH_MAX];
    for (size_t i = 0; path && i < count; i++) {
        int error = name_file(path, count > 1 ? runs[i].title : "", name);
        if (error)
            return fault_errno(fault, error, "cannot write %s", path);
        error = write_file(name, write, runs[i].log, fault);
        if (error)
            return error;
    }
    return 0;
}

int trace_write_files(const struct trace_options *options, const struct trace_run *runs,
                      size_t count, struct fault *fault)
{
    int error = write_runs(options->pcap, pcapng_write, runs, count, fault);
    return error ? error : write_runs(options->events, ndjson_write, runs, count, fault);
}
