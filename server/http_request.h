/* Reading the head of an HTTP/1.1 request (RFC 9112), which anybody may have written.
 *
 * Octets in, a request or a refusal out: no I/O, no state kept between calls, and no octet believed
 * before it has been looked at. Strict where being generous has let requests be smuggled (two
 * lengths, a space before a colon, folded lines); generous in one thing only, that a line may end
 * in LF alone, so that a person can type a request at `nc` (RFC 9112 section 2.2). */
#ifndef SERVER_HTTP_REQUEST_H
#define SERVER_HTTP_REQUEST_H

#include <stdbool.h>

#include "base/bytes.h"

enum {
    HTTP_HEAD_MAX = 8192,   /* octets of a head in all */
    HTTP_TARGET_MAX = 1024, /* of its target, */
    HTTP_FIELDS_MAX = 64,   /* and fields in it */
};

/* The answers there are (RFC 9110 section 15). */
enum http_status {
    HTTP_OK = 200,
    HTTP_BAD_REQUEST = 400,
    HTTP_NOT_FOUND = 404,
    HTTP_METHOD_NOT_ALLOWED = 405,
    HTTP_REQUEST_TIMEOUT = 408,
    HTTP_URI_TOO_LONG = 414,
    HTTP_FIELDS_TOO_LARGE = 431,
    HTTP_INTERNAL_ERROR = 500,
    HTTP_NOT_IMPLEMENTED = 501,
    HTTP_VERSION_NOT_SUPPORTED = 505,
};

/* "Not Found" */
const char *http_status_text(enum http_status status);

struct http_request {
    bool head_only;                 /* HEAD: the answer to GET without its content */
    bool keep_alive;                /* the client may ask again on the same connection */
    bool has_content;               /* something follows the head that is no request */
    char path[HTTP_TARGET_MAX + 1]; /* decoded, without the query; begins with '/', and has neither
                                       NUL nor any other control character in it */
};

/* Reads a head from the front of `input`. Returns the octets it takes, its empty line included, and
 * the request; 0 when more octets are needed; or the negative of the status to refuse it with,
 * after which nothing in the connection can be trusted. */
int http_request_read(struct http_request *request, struct span input);

#endif
