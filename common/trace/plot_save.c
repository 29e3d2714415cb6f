/* A plot's file. Written beside its place first and then moved there, so that two runs of the same
 * program at the same time cannot mix theirs. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "trace/plot.h"

/* Makes the folders on the way to `path`. */
static int make_folders(const char *path)
{
    char folder[PATH_MAX];
    for (const char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(end - path), path);
        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

static int write_file(const struct plot *plot, const char *path)
{
    FILE *out = fopen(path, "wbx");
    if (!out)
        return -errno;
    int error = plot_write_svg(out, plot);
    if (fclose(out) != 0 && !error)
        error = -errno;
    return error;
}

int plot_save(const struct plot *plot, const char *path, struct fault *fault)
{
    char draft[PATH_MAX];
    int len = snprintf(draft, sizeof draft, "%s.%d", path, (int)getpid());
    if (len < 0 || len >= (int)sizeof draft)
        return fault_errno(fault, -ENAMETOOLONG, "cannot write %s", path);
    int error = make_folders(path);
    if (!error)
        error = write_file(plot, draft);
    if (!error && rename(draft, path) < 0)
        error = -errno;
    if (!error)
        return 0;
    if (error != -EEXIST)
        unlink(draft);
    return fault_errno(fault, error, "cannot write %s", path);
}
