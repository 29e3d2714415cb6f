/* Keys with a number behind them. */
#include "experiments/sweep.h"

#include <stdio.h>
#include <stdlib.h>

const struct words sweep_measured = {"measured", "测得"};
const struct words sweep_model = {"window / RTT", "窗口 / 往返时间"};

void sweep_put(struct results *results, const char *name, int at, int64_t value)
{
    char key[RESULT_KEY_MAX];
    snprintf(key, sizeof key, "%s_%d", name, at);
    results_put_number(results, key, value);
}

int64_t sweep_get(const struct results *results, const char *name, int at)
{
    char key[RESULT_KEY_MAX];
    snprintf(key, sizeof key, at ? "%s_%d" : "%s", name, at);
    const char *value = results_get(results, key);
    return value ? strtoll(value, NULL, 10) : 0;
}

int64_t sweep_kbps(int64_t octets, usec_t took)
{
    return took > 0 ? octets * 8 * USEC_MS / took : 0;
}
