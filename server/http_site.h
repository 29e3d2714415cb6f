/* What there is to be fetched by HTTP: the regular files of a folder, or one single file.
 *
 * Nothing outside is ever reached: a path is walked one name at a time, from the folder on, names
 * that begin with a dot (".." among them, and what is hidden) are not found, and links are not
 * followed, wherever they lead. */
#ifndef SERVER_HTTP_SITE_H
#define SERVER_HTTP_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

struct http_site {
    int fd;         /* of the folder, or of the file */
    bool is_file;   /* found at "/" and nowhere else */
    char name[256]; /* the last part of what was opened: tells a file's type */
};

/* Something found, to be read by pread: others may read through the same descriptor. */
struct http_content {
    int fd;
    uint64_t length;
    const char *type; /* "text/html; charset=utf-8"; stays */
};

/* Opens a folder or a file. Returns 0, or a negative errno with `fault`. */
int http_site_open(struct http_site *site, const char *path, struct fault *fault);
void http_site_close(struct http_site *site);

/* `path` begins with '/' and is decoded. A path that ends in '/' stands for the index.html there,
 * or, where there is none, for the list of names. Returns 0, -ENOENT for all that may not be had,
 * or another negative errno. */
int http_site_find(const struct http_site *site, const char *path, struct http_content *content);
void http_content_close(struct http_content *content);

#endif
