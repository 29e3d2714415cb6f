/* From a path to an open file, one name at a time. */
#include "server/http_site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"

static const char text_type[] = "text/plain; charset=utf-8";
static const char index_name[] = "index.html";

/* ---- what a name tells ---- */

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".txt", text_type},
        {".md", text_type},
        {".c", text_type},
        {".h", text_type},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".svg", "image/svg+xml"},
    };
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending && i < ARRAY_LEN(types); i++)
        if (strcasecmp(ending, types[i].ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

/* ---- opening the site ---- */

int http_site_open(struct http_site *site, const char *path, struct fault *fault)
{
    struct stat status;
    const char *slash = strrchr(path, '/');

    *site = (struct http_site){.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    if (site->fd < 0)
        return fault_errno(fault, -errno, "cannot open %s", path);
    snprintf(site->name, sizeof site->name, "%s", slash ? slash + 1 : path);
    int error = fstat(site->fd, &status) ? -errno : 0;
    site->is_file = !error && S_ISREG(status.st_mode);
    if (!error && (site->is_file || S_ISDIR(status.st_mode)))
        return 0;
    http_site_close(site);
    return fault_errno(fault, error ? error : -EINVAL, "%s is neither a folder nor a file", path);
}

void http_site_close(struct http_site *site)
{
    close(site->fd);
    site->fd = -1;
}

/* ---- walking ---- */

/* Opens the name of `len` octets in a folder. Waits for nobody: a pipe without a writer is opened
 * at once, and refused later because it is no file. */
static int open_name(int folder, const char *name, size_t len)
{
    char terminated[NAME_MAX + 1];
    if (len == 0 || len > NAME_MAX || name[0] == '.')
        return -ENOENT;
    memcpy(terminated, name, len);
    terminated[len] = '\0';
    int fd = openat(folder, terminated, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* Follows `path` as far as its last slash; `path` becomes what stands behind it. Returns a
 * descriptor of the folder. */
static int walk(const struct http_site *site, const char **path)
{
    int folder = fcntl(site->fd, F_DUPFD_CLOEXEC, 0);
    if (folder < 0)
        return -errno;
    (*path)++;
    for (const char *slash; (slash = strchr(*path, '/')); *path = slash + 1) {
        int next = open_name(folder, *path, (size_t)(slash - *path));
        close(folder);
        if (next < 0)
            return next;
        folder = next;
    }
    return folder;
}

/* ---- the list of a folder ---- */

/* What can be fetched, as far as the folder itself tells. */
static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (entry->d_type == DT_REG || entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
}

/* A name with a line end in it would look like two. Returns 0 or a negative errno. */
static int print_names(int out, struct dirent *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        const char *mark = names[i]->d_type == DT_DIR ? "/" : "";
        if (!strpbrk(names[i]->d_name, "\r\n") &&
            dprintf(out, "%s%s\n", names[i]->d_name, mark) < 0)
            return -errno;
    }
    return 0;
}

static int write_list(int out, int folder)
{
    struct dirent **names;
    int count = scandirat(folder, ".", &names, is_shown, alphasort);
    if (count < 0)
        return -errno;
    int error = print_names(out, names, count);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return error;
}

/* A file in memory, so that it is sent as any other. Returns its descriptor. */
static int list_names(int folder)
{
    int list = memfd_create("list", MFD_CLOEXEC);
    int error = list < 0 ? -errno : write_list(list, folder);
    if (!error)
        return list;
    if (list >= 0)
        close(list);
    return error;
}

/* ---- finding ---- */

/* Takes `fd` over. */
static int fill(struct http_content *content, int fd, const char *type)
{
    struct stat status;
    int error = fd < 0 ? fd : fstat(fd, &status) ? -errno : 0;
    if (!error && !S_ISREG(status.st_mode))
        error = -ENOENT;
    if (error) {
        if (fd >= 0)
            close(fd);
        return error;
    }
    *content = (struct http_content){fd, (uint64_t)status.st_size, type};
    return 0;
}

static int find_file(const struct http_site *site, const char *path, struct http_content *content)
{
    if (strcmp(path, "/") != 0)
        return -ENOENT;
    int fd = fcntl(site->fd, F_DUPFD_CLOEXEC, 0);
    return fill(content, fd < 0 ? -errno : fd, type_of(site->name));
}

static int find_in_folder(int folder, const char *name, struct http_content *content)
{
    if (*name)
        return fill(content, open_name(folder, name, strlen(name)), type_of(name));
    int fd = open_name(folder, index_name, sizeof index_name - 1);
    if (fd != -ENOENT)
        return fill(content, fd, type_of(index_name));
    return fill(content, list_names(folder), text_type);
}

/* Why something may not be had is not for strangers. */
static int discreet(int error)
{
    switch (error) {
    case -EACCES:
    case -ELOOP: /* a link */
    case -ENAMETOOLONG:
    case -ENOTDIR:
    case -ENXIO: /* a socket */
    case -EPERM:
        return -ENOENT;
    default: /* found, not there, or this host's own trouble */
        return error;
    }
}

int http_site_find(const struct http_site *site, const char *path, struct http_content *content)
{
    if (site->is_file)
        return discreet(find_file(site, path, content));
    int folder = walk(site, &path);
    if (folder < 0)
        return discreet(folder);
    int error = find_in_folder(folder, path, content);
    close(folder);
    return discreet(error);
}

void http_content_close(struct http_content *content)
{
    close(content->fd);
    content->fd = -1;
}
