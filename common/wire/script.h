/* The impairment script: faults put exactly where a lesson needs them, in terms of TCP.
 *
 * One rule a line, or several with ';' between; '#' begins a comment. A rule is
 *
 *     [at TIME] ACTION [after MATCH]
 *
 * `at` puts it in force TIME after the first frame entered the wire, `after` once a frame that
 * matches has passed (that frame itself goes free). The actions:
 *
 *     drop MATCH                  dup MATCH                  delay MATCH [by] TIME
 *     flip MATCH                  swap16 MATCH               reorder MATCH [by N]
 *     mark MATCH                  replay MATCH after TIME    (a late copy follows)
 *     cut [DIR]     mend [DIR]    rate RATE|unlimited [queue N] [mark N] [DIR]
 *
 * flip changes the last bit of the datagram, which the checksum catches; swap16 swaps two 16-bit
 * words of the payload, which it does not. mark sets CE where the sender allows that (RFC 3168);
 * with a rate, while N frames wait. A reordered frame lets N others pass (1 unless said),
 * or goes by itself when nobody follows. Frames already inside are never touched.
 *
 *     MATCH = KIND [NUMBERS] [DIR] [times N|all or again] [conn N]  |  every KIND ...  |  all [DIR]
 *
 *     KIND     data syn synack handshake-ack ack window-update probe keepalive fin rst
 *              (numbered per direction of each connection; see wire/sighting.h)
 *              frame arp icmp udp (numbered per direction of the wire)
 *     NUMBERS  3 | 2..4 | 5.. ; the first of its kind unless said, `every` for 1..
 *     DIR      a>b | b>a | both; both unless said, and each direction counts for itself
 *     times    2: the first two transmissions, all: every one; the original only unless said
 *     again    every transmission but the original
 *     conn     the connection, in the order they appear; each one unless said
 *     all      every frame, whatever it is
 *
 * TIME is 250us, 10ms, 1.5s, 2min or 1h; RATE is 64kbit, 10mbit or 1gbit. For example
 *
 *     drop data 3 a>b times 2; dup synack; delay fin by 200ms; reorder data 2 by 3
 *     at 2s cut; at 5s mend; at 1s rate 10mbit queue 20; drop all after handshake-ack
 *     cut a>b after data 60; mend after every data again
 *
 * Parsing is pure; the words point into the text, which must outlive the script. */
#ifndef WIRE_SCRIPT_H
#define WIRE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/usec.h"
#include "wire/sighting.h"

enum rule_action {
    RULE_DROP,
    RULE_DUP,
    RULE_DELAY,
    RULE_REORDER,
    RULE_SWAP16,
    RULE_FLIP,
    RULE_MARK,
    RULE_REPLAY,
    RULE_CUT, /* from here on: about the wire, not about a frame */
    RULE_MEND,
    RULE_RATE,
};

struct match {
    enum sight kind;
    uint32_t first, last; /* numbers; UINT32_MAX: without end */
    bool again;           /* not the original */
    uint32_t times;       /* transmissions up to this */
    uint32_t conn;        /* 0: any */
    bool in[2];           /* directions, by enum wire_dir */
};

struct rule {
    enum rule_action action;
    usec_t from;        /* in force this long after the first frame, */
    bool has_trigger;   /* and once a frame matching `trigger` has passed */
    struct match match; /* of a rule about the wire only `in` counts */
    struct match trigger;
    usec_t time; /* RULE_DELAY, RULE_REPLAY */
    uint32_t by; /* RULE_REORDER */
    uint64_t rate_bps;
    uint32_t queue_len;
    uint32_t mark_from; /* frames that wait; 0: none is marked */
    int text_len;       /* the rule as written, for the log */
    const char *text;
};

enum { SCRIPT_RULES_MAX = 64 };

struct script {
    size_t count;
    struct rule rules[SCRIPT_RULES_MAX];
};

/* Reads `len` characters. Returns 0, or -EINVAL with a fault that names the line, what is wrong
 * there, and what is accepted. */
int script_parse(struct script *out, const char *text, size_t len, struct fault *fault);

#endif
