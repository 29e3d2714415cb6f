/* server/http_request: any octets are a request, the beginning of one, or refused; and a request is
 * the same whether more follows it or not. */
#include <string.h>

#include "server/http_request.h"
#include "tests/fuzz/fuzz.h"

static void look_at(const struct http_request *request)
{
    HOLD(request->path[0] == '/');
    HOLD(memchr(request->path, 0, sizeof(request->path)));
    for (const char *c = request->path; *c; c++)
        HOLD((unsigned char)*c >= ' ' && *c != 127);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct http_request request, again;
    int taken = http_request_read(&request, (struct span){data, len});
    if (taken < 0)
        HOLD(http_status_text((enum http_status) - taken) != NULL);
    if (taken == 0)
        HOLD(len < HTTP_HEAD_MAX);
    if (taken <= 0)
        return 0;
    HOLD((size_t)taken <= len && taken <= HTTP_HEAD_MAX);
    look_at(&request);
    HOLD(http_request_read(&again, (struct span){data, (size_t)taken}) == taken);
    HOLD(strcmp(again.path, request.path) == 0 && again.keep_alive == request.keep_alive);
    HOLD(http_request_read(&again, (struct span){data, (size_t)taken - 1}) <= 0);
    return 0;
}
