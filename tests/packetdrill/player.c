/* The course of a script: events in their order and at their times. */
#include "tests/packetdrill/player.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PORT = 8080, CLIENT_PORT = 40000, SPIN_US = 20 };

bool player_fail(struct player *p, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    fault_set(p->fault, -EPROTO, "%s:%d: %s", p->path, p->event->line, text);
    return false;
}

/* ---- time ---- */

static usec_t clock_of(struct player *p)
{
    struct timeval now;
    p->stack.gettimeofday(p->stack.userdata, &now, NULL);
    return SECONDS(now.tv_sec) + now.tv_usec;
}

usec_t player_now(struct player *p)
{
    return clock_of(p) - p->started_at;
}

usec_t player_slack(const struct player *p, usec_t from, usec_t to)
{
    const struct tolerance *t = &p->tolerance;
    return t->either_way + (t->coarseness && to > from ? (to - from) / t->coarseness : 0);
}

static bool too_late(struct player *p, const char *what, usec_t happened, usec_t wanted)
{
    player_fail(p, "%s at %.6f s, expected at %.6f s", what, (double)happened / USEC_S,
                (double)wanted / USEC_S);
    p->fault->error = -ETIME;
    return false;
}

bool player_in_time(struct player *p, usec_t happened, const char *what)
{
    const struct script_event *event = p->event;
    usec_t to = event->at + (event->time == TIME_RANGE ? event->until : 0);
    bool early = happened < event->at - p->tolerance.either_way;
    bool late = happened > to + player_slack(p, p->last_at, to);
    if (event->time == TIME_ANY || !(early || late))
        return true;
    return too_late(p, what, happened, event->at);
}

/* Relative times become those since the start. As the tool has it, packets of the peer follow each
 * other as the script says, however long they took. */
static void settle_times(struct player *p, const struct script_event *last)
{
    struct script_event *event = p->event;
    bool anchored = last && last->type == EVENT_IN && event->type == EVENT_IN;
    usec_t since = anchored ? last->at : player_now(p);
    if (event->time != TIME_RELATIVE && event->time != TIME_RANGE)
        return;
    event->at += since;
    event->end += since;
}

static void wait_until(struct player *p, usec_t when)
{
    usec_t left = when - player_now(p);
    if (left > SPIN_US)
        p->stack.usleep(p->stack.userdata, (useconds_t)(left - SPIN_US));
    while (player_now(p) < when)
        ;
}

/* ---- calls that block ---- */

static void *make_in_background(void *arg)
{
    struct background *b = arg;
    struct player *p = b->player;
    int64_t result;
    int error;
    pthread_mutex_lock(&p->lock);
    b->tid = (int)syscall(SYS_gettid);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    syscall_make(p, &b->event->call, &result, &error);
    usec_t ended_at = player_now(p);
    pthread_mutex_lock(&p->lock);
    b->result = result;
    b->error = error;
    b->ended_at = ended_at;
    b->done = true;
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* The kernel says that the thread sleeps. */
static bool sleeps(int tid)
{
    char path[64], state = '?';
    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
    FILE *file = fopen(path, "re");
    if (!file)
        return true; /* it has ended */
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = '?';
    fclose(file);
    return state == 'S';
}

/* Returns once the call is under way and sleeps. */
static bool begin_call(struct player *p)
{
    struct background *b = &p->background;
    *b = (struct background){.event = p->event, .player = p, .running = true};
    if (pthread_create(&b->thread, NULL, make_in_background, b) != 0)
        return player_fail(p, "no thread");
    pthread_mutex_lock(&p->lock);
    while (b->tid == 0)
        pthread_cond_wait(&p->changed, &p->lock);
    pthread_mutex_unlock(&p->lock);
    while (!sleeps(b->tid))
        sched_yield();
    return true;
}

/* True when the call is over. A thread on its way out of it is waited for, one that sleeps in the
 * stack is not. */
static bool is_over(struct player *p)
{
    struct background *b = &p->background;
    bool asleep = false, done = false;
    while (!done && !asleep) {
        asleep = sleeps(b->tid);
        pthread_mutex_lock(&p->lock);
        done = b->done;
        pthread_mutex_unlock(&p->lock);
    }
    return done;
}

/* The call that blocks must end by now, and have ended when the script says. */
static bool end_call(struct player *p)
{
    struct background *b = &p->background;
    if (!b->running)
        return true;
    struct script_event *present = p->event;
    usec_t end = b->event->end, slack = player_slack(p, b->event->at, end);
    p->event = b->event;
    wait_until(p, end + slack);
    if (!is_over(p))
        return player_fail(p, "%s still blocks at %.6f s", b->event->call.name,
                           (double)player_now(p) / USEC_S);
    pthread_join(b->thread, NULL);
    b->running = false;
    if (b->ended_at < end - p->tolerance.either_way || b->ended_at > end + slack)
        return too_late(p, b->event->call.name, b->ended_at, end);
    bool ok = syscall_judge(p, b->event, b->result, b->error);
    p->event = present;
    return ok;
}

/* ---- events ---- */

/* The descriptor that a blocked accept returns is needed as soon as it has. */
static bool collect_call(struct player *p)
{
    struct background *b = &p->background;
    bool due = b->running && b->event->end <= player_now(p) + p->tolerance.either_way;
    return !due || !is_over(p) || end_call(p);
}

static bool play_syscall(struct player *p)
{
    int64_t result;
    int error;
    if (p->event->blocks)
        return end_call(p) && begin_call(p);
    return syscall_make(p, &p->event->call, &result, &error) &&
           syscall_judge(p, p->event, result, error);
}

static bool play_event(struct player *p, const struct script_event *last)
{
    if (!collect_call(p))
        return false;
    settle_times(p, last);
    if (p->event->type == EVENT_OUT)
        return play_out(p, &p->event->packet);
    if (p->event->time != TIME_ANY)
        wait_until(p, p->event->at);
    switch (p->event->type) {
    case EVENT_IN:
        return play_in(p, &p->event->packet);
    case EVENT_CHECK:
        return play_check(p, p->event->check);
    case EVENT_SYSCALL:
    default:
        return play_syscall(p);
    }
}

static bool play_all(struct player *p, const struct script *script)
{
    const struct script_event *last = NULL;
    for (int i = 0; i < script->count; i++) {
        p->event = &script->events[i];
        if (!play_event(p, last) || p->fault->error)
            return false;
        last = p->event;
        p->last_at = player_now(p);
    }
    return end_call(p);
}

/* What the script leaves open goes to the kernel's close, as the tool does. */
static void clean_up(struct player *p)
{
    for (int i = 0; i < FDS_MAX; i++)
        if (p->fds[i] >= 0)
            close(p->fds[i]);
    p->stack.free(p->stack.userdata);
}

static void init(struct player *p)
{
    p->stack_ip = 0xc0a80001; /* 192.168.0.1 */
    p->peer_ip = 0xc0000201;  /* 192.0.2.1 */
    p->stack_port = PORT;
    p->peer_port = CLIENT_PORT;
    p->peer_first = 0x12345678;
    for (int i = 0; i < FDS_MAX; i++)
        p->fds[i] = -1;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
}

bool play(const struct script *script, const char *path, packetdrill_init_fn *open_stack,
          struct tolerance tolerance, struct fault *fault)
{
    struct player player = {.path = path, .fault = fault, .tolerance = tolerance};
    init(&player);
    open_stack(script->flags[0] ? script->flags : NULL, &player.stack);
    player.started_at = clock_of(&player);
    bool ok = play_all(&player, script);
    if (player.background.running) /* a thread that still blocks has no way out */
        return false;
    clean_up(&player);
    return ok;
}
