/* The option table of the wire. */
#include "testbed/options.h"

#include "base/bytes.h"

struct option_group testbed_option_group(struct testbed_config *config)
{
    enum { SPEC_COUNT = 10 };
    static struct option_spec specs[SPEC_COUNT];
    struct impairment *both = &config->medium.both;
    const struct option_spec filled[SPEC_COUNT] = {
        {"delay", 0, OPTION_DURATION, &both->delay, "time from host to host, one way", NULL, 0, 0},
        {"rate", 0, OPTION_RATE, &both->rate_bps, "bits per second; 0: no limit", NULL, 0, 0},
        {"queue", 0, OPTION_INT, &both->queue_len, "frames that may wait for the rate", NULL, 0,
         100000},
        {"loss", 0, OPTION_PERCENT, &both->loss_ppm, "frames lost", NULL, 0, 0},
        {"dup", 0, OPTION_PERCENT, &both->dup_ppm, "frames delivered twice", NULL, 0, 0},
        {"reorder", 0, OPTION_PERCENT, &both->reorder_ppm, "frames overtaken", NULL, 0, 0},
        {"corrupt", 0, OPTION_PERCENT, &both->corrupt_ppm, "frames with one bit flipped", NULL, 0,
         0},
        {"script", 0, OPTION_STRING, &config->medium.script,
         "rules such as 'drop data 3; dup synack'", NULL, 0, 0},
        {"seed", 0, OPTION_SEED, &config->medium.seed, "where all chance comes from", NULL, 0, 0},
        {"direct", 0, OPTION_FLAG, &config->direct, "no wire: one cable, as fast as it goes", NULL,
         0, 0},
    };
    for (size_t i = 0; i < SPEC_COUNT; i++)
        specs[i] = filled[i];
    return (struct option_group){"Wire", specs, SPEC_COUNT};
}
