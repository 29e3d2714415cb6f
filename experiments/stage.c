/* Remarks and expectations of a scene. */
#include "experiments/stage.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"

const char *stage_words(const struct stage *stage, struct words words)
{
    return words_in(words, stage->language);
}

void stage_note(struct stage *stage, const char *text)
{
    const struct event event = {.at = clock_now(), .kind = EVENT_NOTE, .host = 'W', .text = text};

    event_put(stage->sink, &event);
}

int stage_expect(const struct stage *stage, enum host host, const char *key, const char *value,
                 struct fault *fault)
{
    enum stack_kind kind = host == HOST_A ? stage->pair.client : stage->pair.server;
    const char *found = results_get(&stage->results, key);
    if (kind == STACK_KERNEL || (found && strcmp(found, value) == 0))
        return 0;
    return fault_set(fault, -EPROTO, "our own stack should give %s=%s, not %s", key, value,
                     found ? found : "nothing");
}
