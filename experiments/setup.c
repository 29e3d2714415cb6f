/* Option values in a row. */
#include "experiments/setup.h"

#include <string.h>

#include "base/option_value.h"

static size_t add(struct setup *setup, size_t length, const struct option_spec *spec)
{
    char value[256];
    if (strcmp(spec->name, "seed") == 0 || length >= sizeof setup->text)
        return length;
    option_value_print(spec, value, sizeof value);
    return length +
           (size_t)snprintf(setup->text + length, sizeof setup->text - length, "%s;", value);
}

void setup_read(struct setup *setup, const struct option_group *groups, size_t count)
{
    size_t length = 0;
    for (size_t g = 0; g < count; g++)
        for (size_t i = 0; i < groups[g].count; i++)
            length = add(setup, length, &groups[g].specs[i]);
}

bool setup_is_same(const struct setup *a, const struct setup *b)
{
    return strcmp(a->text, b->text) == 0;
}
