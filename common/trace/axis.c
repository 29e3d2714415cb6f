/* Round numbers. */
#include "trace/axis.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>

static double size_of(double value)
{
    return value < 0 ? -value : value;
}

/* The smallest step of 1, 2 or 5 times a power of ten that is not below `least`. */
static double round_step(double least)
{
    double power = 1;
    while (power < least)
        power *= 10;
    while (power / 10 >= least)
        power /= 10;
    if (power / 5 >= least)
        return power / 5;
    return power / 2 >= least ? power / 2 : power;
}

/* The greatest multiple of `step` not above `value`, counted in steps. A value that is a multiple
 * but for the last bits counts as one. */
static int64_t steps_below(double value, double step)
{
    double quotient = value / step + 1e-9;
    int64_t whole = (int64_t)quotient;
    return (double)whole > quotient ? whole - 1 : whole;
}

static int64_t steps_above(double value, double step)
{
    return -steps_below(-value, step);
}

static struct axis_range widen(struct axis_range range)
{
    if (range.low > 0 && range.low < (range.high - range.low))
        range.low = 0;
    if (range.high < 0 && -range.high < (range.high - range.low))
        range.high = 0;
    double size =
        size_of(range.high) > size_of(range.low) ? size_of(range.high) : size_of(range.low);
    /* closer together, doubles could not tell ticks apart */
    if (range.high - range.low > size * 1e-9 && size > 1e-12)
        return range;
    double room = size > 1e-12 ? size / 2 : 1;
    return (struct axis_range){range.low - room, range.high + room};
}

struct axis axis_round(struct axis_range range, unsigned most)
{
    assert(most >= 3 && range.low <= range.high);
    range = widen(range);
    double step = round_step((range.high - range.low) / (most - 1));
    int64_t first = steps_below(range.low, step), last = steps_above(range.high, step);
    while (last - first + 1 > most) { /* the ends were rounded outwards */
        step = round_step(step * 1.5);
        first = steps_below(range.low, step);
        last = steps_above(range.high, step);
    }
    return (struct axis){
        .low = (double)first * step,
        .high = (double)last * step,
        .first = (double)first * step,
        .step = step,
        .ticks = (unsigned)(last - first + 1),
    };
}

struct axis axis_exact(struct axis_range range, unsigned most)
{
    assert(most >= 3 && range.low < range.high);
    double step = round_step((range.high - range.low) / (most - 1));
    int64_t first = steps_above(range.low, step), last = steps_below(range.high, step);
    if (last - first < 1) { /* a step of half or two fifths of the last one fits twice */
        step = round_step(step / 3);
        first = steps_above(range.low, step);
        last = steps_below(range.high, step);
    }
    return (struct axis){
        .low = range.low,
        .high = range.high,
        .first = (double)first * step,
        .step = step,
        .ticks = (unsigned)(last - first + 1),
    };
}

double axis_tick(const struct axis *axis, unsigned index)
{
    double value = axis->first + index * axis->step;
    return size_of(value) < axis->step / 2 ? 0 : value; /* not -0, nor 1e-17 */
}

double axis_place(const struct axis *axis, double value)
{
    return (value - axis->low) / (axis->high - axis->low);
}

/* How many decimals `step` has in units of `unit`, at most. */
static int decimals_of(double step, double unit, int most)
{
    int decimals = 0;
    double scaled = step / unit;
    while (decimals < most && size_of(scaled - (double)(int64_t)(scaled + 0.5)) > 1e-6 * scaled) {
        scaled *= 10;
        decimals++;
    }
    return decimals;
}

const char *axis_text(const struct axis *axis, double value, char out[static AXIS_TEXT_MAX])
{
    static const struct {
        double unit;
        const char *letter;
    } units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    double greatest = size_of(axis->high);
    double unit = 1;
    const char *letter = "";
    if (size_of(axis->low) > greatest)
        greatest = size_of(axis->low);
    for (unsigned i = 0; i < 4 && unit == 1; i++) {
        /* 2000 needs no letter; 20k does */
        if (greatest >= 10 * units[i].unit && decimals_of(axis->step, units[i].unit, 4) <= 2) {
            unit = units[i].unit;
            letter = units[i].letter;
        }
    }
    if (value == 0)
        letter = "";
    snprintf(out, AXIS_TEXT_MAX, "%.*f%s", value == 0 ? 0 : decimals_of(axis->step, unit, 9),
             value / unit, letter);
    return out;
}
