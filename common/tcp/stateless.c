/* The problem: a connection is to be established that does not exist yet.
 * The rule: a TCB that lives for one segment answers the SYN, its number replaced by a cookie. When
 *   that comes back, the handshake is played again, from a SYN made of what the ACK tells.
 * RFC 4987 section 3.6; RFC 7323 section 5.4 lets a timestamp lag a little.
 * Seen in: tests/unit/stack/test_cookies.c, tests/unit/stack/test_flood.c. */
#include "tcp/stateless.h"

#include "tcp/cookie.h"
#include "tcp/tcp.h"

void stateless_answer(struct tcb *t, const struct segment *syn, usec_t now, struct segment *out)
{
    const struct cookie_syn peer = {t->tuple, syn->seq};
    tcp_on_segment(t, syn, now);
    tcp_next_segment(t, now, out);
    out->seq = cookie_make(&t->config->key, &peer, t->snd.peer_mss, now);
    struct tcp_options *options = &out->options;
    if (options->has_tstamp) {
        options->ts_val = cookie_stamp(options->ts_val, &syn->options);
    } else { /* nothing would remember them */
        options->has_wscale = false;
        options->sack_permitted = false;
    }
}

static bool read_cookie(const struct tcp_config *config, const struct isn_tuple *tuple,
                        const struct segment *ack, usec_t now, uint16_t *mss)
{
    const struct cookie_syn peer = {*tuple, seq_sub(ack->seq, 1)};
    return cookie_check(&config->key, &peer, seq_sub(ack->ack, 1), now, mss);
}

bool stateless_knows(const struct tcp_config *config, const struct isn_tuple *tuple,
                     const struct segment *ack, usec_t now)
{
    uint16_t mss;
    return (ack->flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK &&
           read_cookie(config, tuple, ack, now, &mss);
}

void stateless_resume(struct tcb *t, const struct segment *ack, usec_t now)
{
    struct segment syn = {
        .src_port = ack->src_port,
        .dst_port = ack->dst_port,
        .seq = seq_sub(ack->seq, 1),
        .flags = TCP_SYN,
        .wnd = ack->wnd,
        .options = {.has_mss = true,
                    .has_tstamp = ack->options.has_tstamp,
                    .ts_val = ack->options.ts_val},
    };
    struct segment synack;
    read_cookie(t->config, &t->tuple, ack, now, &syn.options.mss);
    if (ack->options.has_tstamp)
        cookie_read_stamp(ack->options.ts_ecr, &syn.options);
    t->iss_choice = ISN_GIVEN;
    t->snd.iss = seq_sub(ack->ack, 1);
    tcp_on_segment(t, &syn, now);
    tcp_next_segment(t, now, &synack);                             /* it has left long ago: */
    sent_again(&t->sent, (struct sent_piece){t->snd.iss, 1}, now); /* so no RTT sample, as Karn's */
}
