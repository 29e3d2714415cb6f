/* Messages sent as answers come in. */
#include "client/slide.h"

#include <assert.h>
#include <errno.h>

#include "base/clock.h"
#include "net/io.h"

enum { WARM_UP = 1, WINDOWS = 3 };

/* Fills the window: sends while fewer than `window` are unanswered. */
static int64_t fill(struct net *net, int sock, const struct slide *slide, int64_t *sent,
                    int64_t answered)
{
    static const uint8_t message[SLIDE_MESSAGE_MAX];
    int64_t end = answered + slide->window, all = (int64_t)WINDOWS * slide->window, done = 0;
    while (*sent < end && *sent < all && done >= 0) {
        done = net_write_full(net, sock, message, slide->message);
        ++*sent;
    }
    return done;
}

int slide_run(struct net *net, int sock, const struct slide *slide, struct slide_result *result)
{
    assert(slide->message <= SLIDE_MESSAGE_MAX && slide->window <= SLIDE_WINDOW_MAX);
    uint8_t answers[SLIDE_WINDOW_MAX];
    int64_t sent = 0, answered = 0, begun = 0, all = (int64_t)WINDOWS * slide->window;
    usec_t start = 0;
    while (answered < all) {
        int64_t got = fill(net, sock, slide, &sent, answered);
        if (got >= 0)
            got = net_recv(net, sock, answers, sizeof answers, 0);
        if (got <= 0)
            return got < 0 ? (int)got : -EPIPE;
        answered += got;
        if (begun == 0 && answered >= (int64_t)WARM_UP * slide->window) {
            begun = answered;
            start = clock_now();
        }
    }
    result->octets = (all - begun) * (int64_t)slide->message;
    result->took_us = clock_now() - start;
    return 0;
}
