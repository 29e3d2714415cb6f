/* wire/script: any text is a script or a mistake that is named. */
#include <errno.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "wire/script.h"

static void look_at(const struct rule *rule, const char *text, size_t len)
{
    HOLD(rule->text >= text && rule->text + rule->text_len <= text + len);
    HOLD(rule->match.first <= rule->match.last);
    HOLD(rule->from >= 0 && rule->time >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct script script;
    struct fault fault = {0};
    const char *text = (const char *)data;
    int error = script_parse(&script, text, len, &fault);
    HOLD(error == 0 || error == -EINVAL);
    HOLD((error == 0) == (fault.error == 0));
    HOLD(strchr(fault.text, '\n') == NULL);
    if (error)
        return 0;
    HOLD(script.count <= SCRIPT_RULES_MAX);
    for (size_t i = 0; i < script.count; i++)
        look_at(&script.rules[i], text, len);
    return 0;
}
