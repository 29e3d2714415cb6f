/* Asks the kernel for all TCP sockets of a host, and tells what differs from the last answer. */
#include "testbed/sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "net/net_kernel_info.h"
#include "sock/diag.h"

/* A connection as last told. */
struct watched {
    struct event_flow flow;
    enum tcp_state state; /* CLOSED: this place is free */
    struct event_sample sample;
    int answers_since; /* it was last in one; 1 right after */
};

struct view { /* of one host */
    char host;
    struct event_sink *sink;
    struct sock_diag *diag; /* NULL: given up */
    struct watched watched[SAMPLER_FLOWS_MAX];
};

struct sampler {
    struct event_sink tap; /* first: the sink is the sampler */
    struct event_sink *next;
    struct view view[2]; /* the thread's own, as is the next one */
    bool follow_up;      /* a frame caused the last sample: look again soon */
    struct thread *thread;
    struct monitor monitor;
    bool moved, stopping; /* guarded by the monitor */
};

static void tell(const struct view *view, struct event *event)
{
    event->at = clock_now();
    event->host = view->host;
    event_put(view->sink, event);
}

static void change_state(const struct view *view, struct watched *watched, enum tcp_state to)
{
    struct event event = {.kind = EVENT_STATE, .flow = watched->flow};
    if (watched->state == to)
        return;
    event.state = (struct event_state){.from = watched->state, .to = to, .sampled = true};
    watched->state = to;
    tell(view, &event);
}

static struct event_sample sample_of(const struct sock_diag_entry *entry)
{
    struct net_info info = {0};
    net_kernel_info_from(&info, &entry->info);
    return (struct event_sample){
        .cwnd = info.cwnd,
        .ssthresh = info.ssthresh,
        .snd_wnd = info.snd_wnd,
        .rcv_wnd = info.rcv_wnd,
        .in_flight = entry->send_queue - min_u32(info.unsent, entry->send_queue),
        .srtt_us = info.srtt_us,
        .rttvar_us = info.rttvar_us,
        .rto_us = info.rto_us,
    };
}

static void change_sample(const struct view *view, struct watched *watched,
                          const struct event_sample *sample)
{
    struct event event = {.kind = EVENT_SAMPLE, .flow = watched->flow, .sample = *sample};
    if (memcmp(&watched->sample, sample, sizeof(*sample)) == 0)
        return;
    watched->sample = *sample;
    tell(view, &event);
}

static bool is_same_flow(const struct event_flow *one, const struct event_flow *other)
{
    return one->local_port == other->local_port && one->remote_port == other->remote_port &&
           one->local_ip == other->local_ip && one->remote_ip == other->remote_ip;
}

/* The place of `flow`, or a free one made its own; NULL when all are in use. */
static struct watched *find_or_take(struct view *view, const struct event_flow *flow)
{
    struct watched *free_place = NULL;
    for (size_t i = 0; i < SAMPLER_FLOWS_MAX; i++) {
        struct watched *watched = &view->watched[i];
        if (watched->state == STATE_CLOSED)
            free_place = watched;
        else if (is_same_flow(&watched->flow, flow))
            return watched;
    }
    if (free_place)
        *free_place = (struct watched){.flow = *flow, .state = STATE_CLOSED};
    return free_place;
}

static void look_at(const struct sock_diag_entry *entry, void *arg)
{
    struct view *view = arg;
    const struct event_flow flow = {
        .local_ip = entry->local_ip,
        .remote_ip = entry->remote_ip,
        .local_port = entry->local_port,
        .remote_port = entry->remote_port,
    };
    struct watched *watched = find_or_take(view, &flow);
    if (!watched)
        return;
    watched->answers_since = 0;
    change_state(view, watched, entry->state);
    if (entry->has_info) {
        struct event_sample sample = sample_of(entry);
        change_sample(view, watched, &sample);
    }
}

/* A socket that changes from one of the kernel's tables to another may be in neither while the
 * answer is put together: only the second absence counts. */
static void miss_absent(struct view *view)
{
    for (size_t i = 0; i < SAMPLER_FLOWS_MAX; i++) {
        struct watched *watched = &view->watched[i];
        if (watched->state != STATE_CLOSED && watched->answers_since++ >= 2)
            change_state(view, watched, STATE_CLOSED);
    }
}

static void close_view(struct view *view)
{
    if (view->diag)
        sock_diag_close(view->diag);
    view->diag = NULL;
}

static void sample_view(struct view *view)
{
    const uint32_t connections = SOCK_DIAG_ALL & ~(1U << STATE_LISTEN | 1U << STATE_CLOSED);
    if (!view->diag)
        return;
    int error = sock_diag_list(view->diag, connections, look_at, view);
    if (!error) {
        miss_absent(view);
    } else if (error != -ENOMEM) {
        struct event note = {.kind = EVENT_NOTE,
                             .text = "the kernel's states are not told further"};
        tell(view, &note);
        close_view(view);
    }
}

static void sample_both(struct sampler *sampler)
{
    sample_view(&sampler->view[0]);
    sample_view(&sampler->view[1]);
}

/* Waits until it is time for the next sample; false when the last one is due. */
static bool await_time(struct sampler *sampler)
{
    usec_t now = clock_now();
    usec_t deadline = now + (sampler->follow_up ? SAMPLER_GAP : SAMPLER_PERIOD);
    monitor_enter(&sampler->monitor);
    while (!sampler->stopping && !sampler->moved && monitor_wait(&sampler->monitor, deadline))
        ;
    sampler->follow_up = sampler->moved;
    sampler->moved = false;
    bool stopping = sampler->stopping;
    monitor_leave(&sampler->monitor);
    thread_sleep_until(now + SAMPLER_GAP);
    return !stopping;
}

static void run(void *arg)
{
    struct sampler *sampler = arg;
    do
        sample_both(sampler);
    while (await_time(sampler));
    sample_both(sampler);
}

static void on_wire_event(struct event_sink *sink, const struct event *event)
{
    struct sampler *sampler = (struct sampler *)sink;
    event_put(sampler->next, event);
    if (event->kind != EVENT_FRAME && event->kind != EVENT_DELIVER)
        return;
    monitor_enter(&sampler->monitor);
    if (!sampler->moved)
        monitor_wake(&sampler->monitor);
    sampler->moved = true;
    monitor_leave(&sampler->monitor);
}

struct event_sink *sampler_tap(struct sampler *sampler, struct event_sink *next)
{
    sampler->tap.put = on_wire_event;
    sampler->next = next;
    return &sampler->tap;
}

static int open_views(struct sampler *sampler, const int netns[2], struct event_sink *sink)
{
    int error = 0;
    for (int i = 0; i < 2 && !error; i++) {
        struct view *view = &sampler->view[i];
        view->host = "AB"[i];
        view->sink = sink;
        error = sock_diag_open(&view->diag, netns[i]);
    }
    return error;
}

static void release(struct sampler *sampler)
{
    close_view(&sampler->view[0]);
    close_view(&sampler->view[1]);
    monitor_fini(&sampler->monitor);
    free(sampler);
}

int sampler_start(struct sampler **out, const int netns[2], struct event_sink *sink)
{
    struct sampler *sampler = calloc(1, sizeof(*sampler));
    if (!sampler)
        return -ENOMEM;
    monitor_init(&sampler->monitor);
    int error = open_views(sampler, netns, sink);
    if (!error)
        error = thread_start(&sampler->thread, "sampler", run, sampler);
    if (error) {
        release(sampler);
        return error;
    }
    *out = sampler;
    return 0;
}

void sampler_stop(struct sampler *sampler)
{
    monitor_enter(&sampler->monitor);
    sampler->stopping = true;
    monitor_wake(&sampler->monitor);
    monitor_leave(&sampler->monitor);
    thread_join(sampler->thread);
    release(sampler);
}
