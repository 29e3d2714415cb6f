/* The problem: to wait for the timer after each loss leaves the network idle, and to resend all
 *   that is outstanding floods it.
 * The rule: the third duplicate ACK proves a loss; resend what is missing, as much as leaves the
 *   network, until everything outstanding at that moment is acknowledged.
 * RFC 5681 section 3.2, RFC 6582 section 3.2, RFC 6675 section 5, RFC 3042 section 2.
 * Seen in: tests/unit/tcp/test_recovery.c; experiment exp-fast-retransmit. */
#include "tcp/recovery.h"

#include "base/bytes.h"
#include "tcp/params.h"
#include "tcp/scoreboard.h"

void recovery_init(struct recovery *r, seq_t iss, bool sack)
{
    *r = (struct recovery){.phase = RECOVERY_NONE, .sack = sack, .recover = iss};
}

/* RFC 6675 section 2 counts an ACK that SACKs something new, RFC 5681 section 2 one that is a mere
 * repetition. */
static bool is_duplicate(const struct recovery *r, const struct recovery_ack *ack)
{
    return r->sack ? ack->news->sacked > 0 : ack->duplicate;
}

/* Without SACK each duplicate ACK tells that some segment has left the network; no more of them
 * than were outstanding when recovery began, whatever a peer makes up (RFC 5681 section 3.2, RFC
 * 9937 section 6.2). */
static void count_departure(struct recovery *r, const struct sent *s, uint32_t smss)
{
    int32_t most = seq_diff(r->phase == RECOVERY_FAST ? r->recover : s->nxt, s->una);
    if (!r->sack)
        r->departed = r->departed + (int32_t)smss < most ? r->departed + (int32_t)smss : most;
}

uint32_t recovery_delivered(const struct recovery *r, const struct recovery_ack *ack)
{
    if (r->sack)
        return ack->news->delivered;
    uint32_t acked = ack->news->acked, told = r->departed > 0 ? (uint32_t)r->departed : 0;
    if (acked == 0)
        return ack->duplicate ? ack->smss : 0;
    return max_u32(acked > told ? acked - told : 0, min_u32(acked, ack->smss));
}

/* The segment at SND.UNA: no more than was sent together. */
static void mark_first_lost(struct sent *s, uint32_t smss)
{
    if (s->count > 0 && !sent_at(s, 0)->sacked)
        sent_mark_lost(s, seq_add(s->una, min_u32(sent_at(s, 0)->len, smss)));
}

/* RFC 6582 section 3.2 step 2: duplicates of an ACK that covers no more than `recover` may come
 * from our own needless retransmissions. SACK tells those apart (RFC 6675 section 5.1). */
static bool may_enter(const struct recovery *r, const struct sent *s)
{
    return r->sack || seq_gt(s->una, r->recover);
}

static bool has_lost(const struct recovery *r, const struct sent *s, uint32_t smss)
{
    if (r->dup_acks >= DUP_ACK_THRESHOLD)
        return true;
    return r->sack && seq_gt(scoreboard_frontier(s, smss), s->una);
}

static void enter(struct recovery *r, struct sent *s, uint32_t smss)
{
    r->phase = RECOVERY_FAST;
    r->recover = s->nxt;
    r->high_rxt = s->una;
    mark_first_lost(s, smss);
    sent_mark_lost(s, scoreboard_frontier(s, smss));

    struct sent_piece first;
    bool missing = scoreboard_first(s, smss, &first);
    r->send_first = missing && !sent_at(s, 0)->resent;
    r->rescue_rxt = missing ? seq_add(first.seq, first.len) : s->una;
}

static void leave(struct recovery *r)
{
    r->phase = RECOVERY_NONE;
    r->dup_acks = 0;
    r->departed = 0;
    r->send_first = false;
    r->twice = false;
}

static enum recovery_event on_ack_normally(struct recovery *r, struct sent *s,
                                           const struct recovery_ack *ack)
{
    if (ack->news->acked > 0) {
        r->dup_acks = 0;
        r->departed = 0;
        /* RFC 6582 section 6: it follows, lest it seem ahead once the numbers have wrapped. */
        if (seq_gt(s->una, r->recover))
            r->recover = seq_sub(s->una, 1);
    }
    if (!is_duplicate(r, ack))
        return RECOVERY_STEADY;

    if (r->dup_acks == 0)
        r->flight = sent_flight(s);
    if (r->dup_acks < DUP_ACK_THRESHOLD && ++r->dup_acks < DUP_ACK_THRESHOLD)
        count_departure(r, s, ack->smss); /* RFC 3042: room for one new segment, twice */
    if (ack->reordered || !has_lost(r, s, ack->smss) || !may_enter(r, s))
        return RECOVERY_STEADY;
    count_departure(r, s, ack->smss);
    enter(r, s, ack->smss);
    return RECOVERY_ENTERED;
}

/* RFC 6582 section 3.2 step 3: an ACK of new data that leaves a hole. */
static void on_partial_ack(struct recovery *r, struct sent *s, const struct recovery_ack *ack)
{
    r->departed -= (int32_t)ack->news->acked;
    if (ack->news->acked >= ack->smss)
        r->departed += (int32_t)ack->smss;
    mark_first_lost(s, ack->smss);
    r->send_first = true;
}

static enum recovery_event on_ack_in_recovery(struct recovery *r, struct sent *s,
                                              const struct recovery_ack *ack)
{
    if (seq_ge(s->una, r->recover)) {
        leave(r);
        return RECOVERY_LEFT;
    }
    if (ack->reordered)
        return RECOVERY_STEADY;
    if (r->sack)
        sent_mark_lost(s, scoreboard_frontier(s, ack->smss));
    else if (ack->news->acked > 0)
        on_partial_ack(r, s, ack);
    else if (ack->duplicate)
        count_departure(r, s, ack->smss);
    return RECOVERY_STEADY;
}

enum recovery_event recovery_on_ack(struct recovery *r, struct sent *s,
                                    const struct recovery_ack *ack)
{
    if (r->phase == RECOVERY_FAST)
        return on_ack_in_recovery(r, s, ack);
    if (r->phase == RECOVERY_NONE)
        return on_ack_normally(r, s, ack);

    if (seq_ge(s->una, r->recover)) /* repaired after the timeout */
        leave(r);
    return RECOVERY_STEADY;
}

enum recovery_event recovery_on_search(struct recovery *r, struct sent *s, bool again,
                                       uint32_t smss)
{
    struct sent_piece piece;
    if (again) /* what is to be sent once more lies below it */
        r->high_rxt = s->una;
    if (r->phase == RECOVERY_NONE && scoreboard_next_lost(s, s->una, smss, &piece)) {
        if (r->dup_acks == 0)
            r->flight = sent_flight(s);
        enter(r, s, smss);
        return RECOVERY_ENTERED;
    }
    if (r->phase != RECOVERY_FAST || !again || r->twice)
        return RECOVERY_STEADY;
    r->twice = true;
    r->flight /= 2;
    return RECOVERY_ENTERED;
}

/* A peer that has SACKed the first octets, but does not acknowledge them, has changed its mind (RFC
 * 2018 section 8): then none of its SACKs counts any more. */
void recovery_on_timeout(struct recovery *r, struct sent *s, usec_t latest)
{
    bool reneged = s->count > 0 && sent_at(s, 0)->sacked;
    leave(r);
    r->phase = RECOVERY_TIMEOUT;
    r->recover = s->nxt;
    r->high_rxt = s->una;
    if (latest == NEVER || reneged)
        sent_mark_all_lost(s);
    else
        sent_mark_timed_out(s, latest);
}

uint32_t recovery_pipe(const struct recovery *r, const struct sent *s)
{
    int64_t pipe = (int64_t)sent_pipe(s) - r->departed;
    return pipe > 0 ? (uint32_t)pipe : 0;
}

static enum recovery_pick again(struct recovery *r, struct sent *s, usec_t now,
                                const struct sent_piece *piece)
{
    r->send_first = false;
    r->high_rxt = seq_max(r->high_rxt, seq_add(piece->seq, piece->len));
    sent_again(s, *piece, now);
    return RECOVERY_AGAIN;
}

/* RFC 6675 section 4, NextSeg rules 3 and 4: nothing lost, nothing new, but keep the ACKs coming.
 */
static enum recovery_pick last_resort(struct recovery *r, struct sent *s, uint32_t smss, usec_t now,
                                      struct sent_piece *piece)
{
    if (scoreboard_next_unsacked(s, r->high_rxt, smss, piece))
        return again(r, s, now, piece);
    if (seq_le(s->una, r->rescue_rxt) || !scoreboard_last_unsacked(s, smss, piece))
        return RECOVERY_WAIT;
    r->rescue_rxt = r->recover;
    sent_again(s, *piece, now); /* HighRxt stays */
    return RECOVERY_AGAIN;
}

enum recovery_pick recovery_next(struct recovery *r, struct sent *s,
                                 const struct recovery_room *room, usec_t now,
                                 struct sent_piece *piece)
{
    if (r->send_first && scoreboard_first(s, room->smss, piece))
        return again(r, s, now, piece);

    uint32_t pipe = recovery_pipe(r, s);
    uint32_t allowed = room->cwnd > pipe ? room->cwnd - pipe : 0;
    bool repairing = r->phase != RECOVERY_NONE;
    if (repairing && scoreboard_next_lost(s, r->high_rxt, room->smss, piece))
        return allowed >= piece->len ? again(r, s, now, piece) : RECOVERY_WAIT;

    if (room->has_new) {
        *piece = (struct sent_piece){.seq = s->nxt, .len = allowed};
        return allowed > 0 ? RECOVERY_NEW : RECOVERY_WAIT;
    }
    if (r->phase != RECOVERY_FAST || !r->sack || allowed < room->smss)
        return RECOVERY_WAIT;
    return last_resort(r, s, room->smss, now, piece);
}
