/* What is written on rows that are no arrows. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trace/label.h"
#include "trace/pieces.h"

/* 8388608 as 8,388,608. */
static const char *grouped(uint64_t number, char out[static 32])
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);
    char *end = out;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *end++ = ',';
        *end++ = digits[i];
    }
    *end = '\0';
    return out;
}

static void add_fold(struct pieces *pieces, const struct fold *fold)
{
    char number[32];
    uint64_t segments = fold->segments[0] + fold->segments[1];
    if (segments)
        pieces_add(pieces, RANK_ALWAYS, "%s segments", grouped(segments, number));
    else
        pieces_add(pieces, RANK_ALWAYS, "more of the same");
    if (fold->text[0] + fold->text[1])
        pieces_add(pieces, RANK_MIDDLE, "%s bytes", grouped(fold->text[0] + fold->text[1], number));
    if (fold->lost)
        pieces_add(pieces, RANK_HIGH, "%s lost", grouped(fold->lost, number));
    if (fold->again)
        pieces_add(pieces, RANK_HIGH, "%s sent again", grouped(fold->again, number));
}

static void add_duration(struct pieces *pieces, usec_t length)
{
    double milliseconds = (double)length / (double)USEC_MS;
    double seconds = (double)length / (double)USEC_S;
    if (length < MS(10))
        pieces_add(pieces, RANK_ALWAYS, "%.1f ms", milliseconds);
    else if (length < SECONDS(1))
        pieces_add(pieces, RANK_ALWAYS, "%.0f ms", milliseconds);
    else if (length < SECONDS(120))
        pieces_add(pieces, RANK_ALWAYS, "%.2f s", seconds);
    else if (length < SECONDS(7200))
        pieces_add(pieces, RANK_ALWAYS, "%.1f min", seconds / 60);
    else
        pieces_add(pieces, RANK_ALWAYS, "%.1f h", seconds / 3600);
}

static void add_call(struct pieces *pieces, const struct row *row)
{
    static const char *const ways[] = {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"};
    const struct event_call *call = &row->event->call;
    bool is_shutdown = strcmp(call->name, "shutdown") == 0;
    bool is_option = isupper((unsigned char)call->name[0]); /* there 0 means off */
    const char *problem = row->result < 0 ? strerrorname_np((int)-row->result) : NULL;
    if (row->entered && is_shutdown && call->argument >= 0 && call->argument < 3)
        pieces_add(pieces, RANK_ALWAYS, "shutdown(%s)", ways[call->argument]);
    else if (row->entered && (call->argument != 0 || is_option))
        pieces_add(pieces, RANK_ALWAYS, "%s(%" PRId64 ")", call->name, call->argument);
    else
        pieces_add(pieces, RANK_ALWAYS, row->entered ? "%s()" : "%s", call->name);
    bool counts = strncmp(call->name, "recv", 4) == 0; /* there 0 is news: end of stream */
    if (row->ended && problem)
        pieces_add(pieces, RANK_ALWAYS, "= %s", problem);
    else if (row->ended && (row->result != 0 || !row->entered || counts))
        pieces_add(pieces, RANK_ALWAYS, "= %" PRId64, row->result);
}

void label_other(const struct row *row, unsigned columns, char out[static LABEL_MAX])
{
    struct pieces pieces = {0};
    switch (row->kind) {
    case ROW_CALL:
        add_call(&pieces, row);
        break;
    case ROW_TIMER:
        pieces_add(&pieces, RANK_ALWAYS, "%s timer", row->event->timer.name);
        if (row->event->timer.count > 1)
            pieces_add(&pieces, RANK_ALWAYS, "(%" PRIu32 ")", row->event->timer.count);
        break;
    case ROW_DROP:
    case ROW_NOTE:
        pieces_add(&pieces, RANK_ALWAYS, "%s", row->event->text ? row->event->text : "");
        break;
    case ROW_GAP:
        add_duration(&pieces, row->length);
        break;
    case ROW_FOLD:
        add_fold(&pieces, &row->fold);
        break;
    default: /* arrows and states have labels of their own */
        break;
    }
    pieces_join(&pieces, row->kind == ROW_FOLD ? ", " : " ", columns, out);
}
