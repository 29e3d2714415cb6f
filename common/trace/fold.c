/* Making a ladder short: what each row is worth, and which runs are folded. */
#include "trace/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    GAP_FLIGHTS = 3,
    RUN_HEAD = 2, /* of a folded run the first rows stay */
    RUN_TAIL = 1, /* and the last */
    ROWS_LEAST = 8,
};

static const usec_t gap_least = MS(20);

/* How much a row is worth its place. */
enum worth { WORTH_BULK, WORTH_TROUBLE, WORTH_ALWAYS };

static enum worth worth_of_arrow(const struct row *row)
{
    unsigned trouble =
        MARK_RETRANSMISSION | MARK_DUP_ACK | MARK_KEEPALIVE | MARK_PROBE | MARK_ZERO_WINDOW;
    if (row->tcp && (row->tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0)
        return WORTH_ALWAYS;
    if (row->event->frame.fate != 0 || (row->tcp && (row->tcp->marks & trouble) != 0))
        return WORTH_TROUBLE;
    return WORTH_BULK;
}

static enum worth worth_of(const struct row *row)
{
    if (row->state[0] != STATE_UNCHANGED || row->state[1] != STATE_UNCHANGED)
        return WORTH_ALWAYS;
    switch (row->kind) {
    case ROW_ARROW:
    case ROW_DEPART:
    case ROW_ARRIVE:
        return worth_of_arrow(row);
    case ROW_CALL:
        return row->ended && row->result < 0 ? WORTH_ALWAYS : WORTH_BULK;
    case ROW_FOLD:
        return WORTH_BULK;
    case ROW_TIMER:
    case ROW_DROP:
    case ROW_GAP:
        return WORTH_TROUBLE;
    case ROW_STATE:
    case ROW_NOTE:
        break;
    }
    return WORTH_ALWAYS;
}

static void count_arrow(struct fold *fold, const struct row *row)
{
    if (row->kind == ROW_ARRIVE)
        return;
    fold->segments[row->from]++;
    fold->lost += row->fate == ARROW_LOST;
    if (!row->tcp)
        return;
    fold->text[row->from] += row->tcp->text_len;
    fold->again += (row->tcp->marks & MARK_RETRANSMISSION) != 0;
}

static void count_fold(struct fold *fold, const struct fold *other)
{
    for (int from = 0; from < 2; from++) {
        fold->segments[from] += other->segments[from];
        fold->text[from] += other->text[from];
    }
    fold->lost += other->lost;
    fold->again += other->again;
}

static struct row folded(const struct row *rows, size_t count)
{
    struct row fold = {
        .kind = ROW_FOLD, .at = rows[0].at, .state = {STATE_UNCHANGED, STATE_UNCHANGED}};
    for (size_t i = 0; i < count; i++) {
        if (row_is_arrow(&rows[i]))
            count_arrow(&fold.fold, &rows[i]);
        if (rows[i].kind == ROW_FOLD)
            count_fold(&fold.fold, &rows[i].fold);
    }
    return fold;
}

static size_t run_end(const struct rows *rows, size_t from, enum worth worth)
{
    while (from < rows->count && worth_of(&rows->row[from]) <= worth)
        from++;
    return from;
}

/* Moves rows [from, to) down to `*kept`, where the shorter list ends so far. */
static void keep(struct rows *rows, size_t *kept, size_t from, size_t to)
{
    memmove(&rows->row[*kept], &rows->row[from], (to - from) * sizeof(struct row));
    *kept += to - from;
}

/* Likewise, all of them in one. */
static void keep_folded(struct rows *rows, size_t *kept, size_t from, size_t to)
{
    rows->row[*kept] = folded(&rows->row[from], to - from);
    (*kept)++;
}

/* Folds the runs of rows worth no more than `worth` behind row `from`, all of a run but `head`
 * rows before and `tail` behind. */
static void fold_runs(struct rows *rows, size_t from, enum worth worth, size_t head, size_t tail)
{
    size_t kept = from;
    for (size_t i = from, end; i < rows->count; i = end) {
        end = run_end(rows, i, worth);
        if (end - i >= head + tail + 2) {
            keep(rows, &kept, i, i + head);
            keep_folded(rows, &kept, i + head, end - tail);
            keep(rows, &kept, end - tail, end);
        } else {
            end += end == i;
            keep(rows, &kept, i, end);
        }
    }
    rows->count = kept;
}

/* Folds whatever there is between the first `head` rows and the last `tail`. */
static void fold_middle(struct rows *rows, size_t head, size_t tail)
{
    size_t kept = head;
    keep_folded(rows, &kept, head, rows->count - tail);
    keep(rows, &kept, rows->count - tail, rows->count);
    rows->count = kept;
}

void rows_fold(struct rows *rows, size_t max)
{
    if (max == 0 || rows->count <= max)
        return;
    if (max < ROWS_LEAST)
        max = ROWS_LEAST;
    fold_runs(rows, 0, WORTH_BULK, RUN_HEAD, RUN_TAIL);
    if (rows->count > max)
        fold_runs(rows, max / 2, WORTH_TROUBLE, 0, 0);
    if (rows->count > max)
        fold_middle(rows, max * 3 / 4, max - max * 3 / 4 - 1);
}

/* How long frames travel, on average. */
static usec_t flight_time(const struct rows *rows)
{
    usec_t sum = 0, flights = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->row[i];
        if (row->kind == ROW_ARROW && row->fate == ARROW_ARRIVED) {
            sum += row->arrived_at - row->at;
            flights++;
        }
    }
    return flights ? sum / flights : 0;
}

int rows_mark_gaps(struct rows *rows)
{
    usec_t least = usec_max(gap_least, flight_time(rows) * GAP_FLIGHTS);
    struct rows marked = {0};
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->row[i];
        struct row gap = {.kind = ROW_GAP, .state = {STATE_UNCHANGED, STATE_UNCHANGED}};
        gap.length = i > 1 ? row->at - rows->row[i - 1].at : 0;
        gap.at = row->at - gap.length;
        if (gap.length >= least && !rows_add(&marked, &gap))
            goto no_memory;
        if (!rows_add(&marked, row))
            goto no_memory;
    }
    free(rows->row);
    rows->row = marked.row;
    rows->count = marked.count;
    rows->room = marked.room;
    return 0;
no_memory:
    free(marked.row);
    return -ENOMEM;
}
