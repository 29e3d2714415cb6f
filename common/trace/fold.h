/* Making a ladder short: silences marked, and long runs of rows that say the same folded into one
 * that counts them. */
#ifndef TRACE_FOLD_H
#define TRACE_FOLD_H

#include <stddef.h>

#include "trace/rows.h"

/* Puts a ROW_GAP wherever nothing happens for long: 20 ms, and three times as long as frames
 * travel. Returns 0 or -ENOMEM. */
int rows_mark_gaps(struct rows *rows);

/* Leaves at most `max` rows (at least 8; 0: no bound). First the bulk goes: plain data and
 * acknowledgements in long runs; if that is not enough, what is lost and sent again in the later
 * half; and then all but the beginning and the end. */
void rows_fold(struct rows *rows, size_t max);

#endif
