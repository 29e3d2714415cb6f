/* An axis of a plot: which values it covers, and the round numbers on it. */
#ifndef TRACE_AXIS_H
#define TRACE_AXIS_H

/* Greater values are refused by the plot: a picture of them would show nothing, and up to here
 * every sum of steps is exact enough. */
#define AXIS_VALUE_MAX 1e15

struct axis {
    double low, high; /* what it covers; low < high */
    double first;     /* the lowest tick, a multiple of */
    double step;      /* the distance of ticks: 1, 2 or 5 times a power of ten */
    unsigned ticks;   /* how many there are, two at least */
};

/* What is to be shown on an axis. */
struct axis_range {
    double low, high;
};

/* The axis that covers at least `range`, begins and ends with a tick, and has at most `most` ticks
 * (3 or more). It begins with 0 where that takes less than as much room again as the values need. A
 * range of one value is widened, so that it has a middle. Values are at most AXIS_VALUE_MAX from
 * zero. */
struct axis axis_round(struct axis_range range, unsigned most);

/* The axis that covers exactly `range`, low < high, with about `most` ticks inside: a part of
 * something larger, as under a magnifying glass. */
struct axis axis_exact(struct axis_range range, unsigned most);

/* The value of tick `index`, counted from 0. */
double axis_tick(const struct axis *axis, unsigned index);

/* Where `value` lies: 0 at the low end, 1 at the high one; outside of both for what is outside. */
double axis_place(const struct axis *axis, double value);

/* Writes a tick's number in as few characters as tell it from its neighbours: "0", "0.25", "20k",
 * "1.5M". */
enum { AXIS_TEXT_MAX = 24 };
const char *axis_text(const struct axis *axis, double value, char out[static AXIS_TEXT_MAX]);

#endif
