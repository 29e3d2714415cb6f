/* What a frame means to a reader of TCP: the third new data segment of this connection, a window
 * update, the second transmission of a FIN. The wire's script matches on this.
 *
 * A tracker is fed every frame in the order in which they enter the wire and remembers, for each
 * connection and direction, what has been sent. It believes what it sees: checksums are not
 * looked at. Connections beyond TRACKER_CONNECTIONS push out the oldest.
 * Pure but for the memory taken by tracker_new. */
#ifndef WIRE_SIGHTING_H
#define WIRE_SIGHTING_H

#include <stdint.h>

#include "packet/frame.h"
#include "wire/medium.h"

/* Kinds of frames; one frame can be of several. FRAME to UDP are numbered for each direction of
 * the wire, the others for each direction of a connection. */
enum sight {
    SIGHT_FRAME, /* any */
    SIGHT_ARP,
    SIGHT_ICMP,
    SIGHT_UDP,
    SIGHT_DATA, /* carries text; the octet of a window probe does not count */
    SIGHT_SYN,  /* without ACK */
    SIGHT_SYNACK,
    SIGHT_HANDSHAKE_ACK, /* completes the handshake: the opener's first segment after SYN-ACK */
    SIGHT_ACK,           /* nothing but an acknowledgment, and none of the three below */
    SIGHT_WINDOW_UPDATE, /* acknowledges nothing new but widens the window (no SACK blocks) */
    SIGHT_PROBE,         /* at most one octet, sent while the other end's window is zero */
    SIGHT_KEEPALIVE,     /* no text, one octet before what was sent, the window being open */
    SIGHT_FIN,
    SIGHT_RST,
    SIGHT_COUNT,
};

/* Which one of its kind: `number` from 1, 0 when the frame is not of the kind; `transmission` 1 for
 * the original, 2 for its first retransmission. Only data, SYN, SYN-ACK and FIN are recognised
 * when they come again; of re-cut data the segment in which the first octet was new decides. */
struct sighting {
    struct {
        uint32_t number, transmission;
    } as[SIGHT_COUNT];
    uint32_t conn; /* connections are numbered from 1 as they appear; 0 when not TCP */
};

enum {
    TRACKER_CONNECTIONS = 1024,
    TRACKER_SEGMENTS = 512, /* data segments remembered for each direction of a connection */
};

struct tracker;

/* Returns 0 or -ENOMEM. */
int tracker_new(struct tracker **out);
void tracker_free(struct tracker *tracker);

/* The next frame that enters from the host at the start of `dir`. */
void tracker_see(struct tracker *tracker, enum wire_dir dir, const struct frame_view *frame,
                 struct sighting *out);

#endif
