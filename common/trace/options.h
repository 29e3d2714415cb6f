/* The options that every program with a ladder shares, and what they ask for. */
#ifndef TRACE_OPTIONS_H
#define TRACE_OPTIONS_H

#include "base/fault.h"
#include "base/options.h"
#include "trace/ladder.h"

enum { TRACE_OPTION_COUNT = 7 };

struct trace_options {
    const char *pcap, *events; /* files to write, or NULL */
    bool ascii, color, calls;
    int64_t width, rows; /* 0: as ladder_options_auto finds */
    struct option_spec specs[TRACE_OPTION_COUNT];
};

/* Fills in the defaults and gives the group for the program's table; it points into `options`. */
struct option_group trace_options_group(struct trace_options *options);

/* ladder_options_auto, and what the user asked for instead. */
void trace_options_ladder(const struct trace_options *options, FILE *out,
                          struct ladder_options *ladder);

/* One run's log and its name. */
struct trace_run {
    const char *title; /* "kernel" */
    const struct trace_log *log;
};

/* Writes the files asked for. Of several runs each has its own, with its title before the
 * ending: out.pcapng, out-kernel.pcapng. Returns 0, or a negative errno with `fault` naming the
 * file. */
int trace_write_files(const struct trace_options *options, const struct trace_run *runs,
                      size_t count, struct fault *fault);

#endif
