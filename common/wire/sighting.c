/* The tracker: finds a frame's connection and numbers what is not TCP. */
#include "wire/sighting.h"

#include <errno.h>
#include <stdlib.h>

#include "wire/flow.h"

enum {
    BUCKETS = 1024,
    NOBODY = UINT16_MAX,
};

/* A connection's four-tuple, told from host A's side of the wire. */
struct tuple {
    uint32_t a_ip, b_ip;
    uint16_t a_port, b_port;
};

struct connection {
    struct tuple tuple;
    uint32_t number;
    uint16_t next; /* in its bucket */
    struct flow flow[2];
};

struct tracker {
    uint32_t numbers[2][SIGHT_COUNT];
    uint32_t conn_count; /* ever seen */
    uint16_t buckets[BUCKETS];
    struct connection conns[TRACKER_CONNECTIONS];
};

int tracker_new(struct tracker **out)
{
    struct tracker *tracker = calloc(1, sizeof(*tracker));
    if (!tracker)
        return -ENOMEM;
    for (size_t i = 0; i < BUCKETS; i++)
        tracker->buckets[i] = NOBODY;
    *out = tracker;
    return 0;
}

void tracker_free(struct tracker *tracker)
{
    free(tracker);
}

static struct tuple tuple_of(enum wire_dir dir, const struct frame_view *frame)
{
    if (dir == WIRE_A_TO_B)
        return (struct tuple){frame->ip.src_ip, frame->ip.dst_ip, frame->tcp.src_port,
                              frame->tcp.dst_port};
    return (struct tuple){frame->ip.dst_ip, frame->ip.src_ip, frame->tcp.dst_port,
                          frame->tcp.src_port};
}

static bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
    return a->a_ip == b->a_ip && a->b_ip == b->b_ip && a->a_port == b->a_port &&
           a->b_port == b->b_port;
}

static uint16_t *bucket_of(struct tracker *tracker, const struct tuple *tuple)
{
    uint32_t mixed = tuple->a_ip ^ tuple->b_ip * 31 ^ tuple->a_port * 2654435761u ^ tuple->b_port;
    return &tracker->buckets[(mixed ^ mixed >> 16) % BUCKETS];
}

static struct connection *find(struct tracker *tracker, const struct tuple *tuple)
{
    for (uint16_t i = *bucket_of(tracker, tuple); i != NOBODY; i = tracker->conns[i].next) {
        if (tuple_equal(&tracker->conns[i].tuple, tuple))
            return &tracker->conns[i];
    }
    return NULL;
}

static void unlink_conn(struct tracker *tracker, uint16_t index)
{
    uint16_t *link = bucket_of(tracker, &tracker->conns[index].tuple);
    while (*link != index)
        link = &tracker->conns[*link].next;
    *link = tracker->conns[index].next;
}

static struct connection *add(struct tracker *tracker, const struct tuple *tuple)
{
    uint16_t index = (uint16_t)(tracker->conn_count % TRACKER_CONNECTIONS);
    if (tracker->conn_count >= TRACKER_CONNECTIONS)
        unlink_conn(tracker, index);
    uint16_t *bucket = bucket_of(tracker, tuple);
    struct connection *conn = &tracker->conns[index];
    *conn = (struct connection){
        .tuple = *tuple,
        .number = ++tracker->conn_count,
        .next = *bucket,
    };
    *bucket = index;
    return conn;
}

/* The same ports used again are a new connection: it stands before the old one in the bucket. */
static void see_tcp(struct tracker *tracker, enum wire_dir dir, const struct frame_view *frame,
                    struct sighting *out)
{
    struct tuple tuple = tuple_of(dir, frame);
    struct connection *conn = find(tracker, &tuple);
    if (!conn || flow_is_reused_by(&conn->flow[dir], &frame->tcp))
        conn = add(tracker, &tuple);
    out->conn = conn->number;
    flow_see(&conn->flow[dir], &conn->flow[!dir], &frame->tcp, out);
}

static void see_plain(struct tracker *tracker, enum wire_dir dir, enum sight kind,
                      struct sighting *out)
{
    out->as[kind].number = ++tracker->numbers[dir][kind];
    out->as[kind].transmission = 1;
}

void tracker_see(struct tracker *tracker, enum wire_dir dir, const struct frame_view *frame,
                 struct sighting *out)
{
    *out = (struct sighting){0};
    see_plain(tracker, dir, SIGHT_FRAME, out);
    if (frame->kind == FRAME_ARP)
        see_plain(tracker, dir, SIGHT_ARP, out);
    if (frame->kind == FRAME_ICMP)
        see_plain(tracker, dir, SIGHT_ICMP, out);
    if (frame->kind == FRAME_UDP)
        see_plain(tracker, dir, SIGHT_UDP, out);
    if (frame->kind == FRAME_TCP)
        see_tcp(tracker, dir, frame, out);
}
