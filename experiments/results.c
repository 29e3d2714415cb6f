/* The results of an experiment: a small table of words. */
#include "experiments/results.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static struct result *find(const struct results *results, const char *key, size_t length)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct result *entry = &results->entries[i];
        if (strlen(entry->key) == length && memcmp(entry->key, key, length) == 0)
            return (struct result *)entry;
    }
    return NULL;
}

/* The entry for `key`, made when it is not there. */
static struct result *place(struct results *results, const char *key)
{
    struct result *entry = find(results, key, strlen(key));

    if (!entry) {
        assert(results->count < RESULTS_MAX && strlen(key) < RESULT_KEY_MAX);
        entry = &results->entries[results->count++];
        snprintf(entry->key, sizeof entry->key, "%s", key);
    }
    entry->is_number = false;
    return entry;
}

void results_put_number(struct results *results, const char *key, int64_t value)
{
    struct result *entry = place(results, key);

    snprintf(entry->value, sizeof entry->value, "%" PRId64, value);
    entry->is_number = true;
}

void results_put_bool(struct results *results, const char *key, bool value)
{
    results_put_text(results, key, value ? "yes" : "no");
}

void results_put_text(struct results *results, const char *key, const char *value)
{
    struct result *entry = place(results, key);

    snprintf(entry->value, sizeof entry->value, "%s", value);
}

void results_put_error(struct results *results, const char *key, int error)
{
    results_put_text(results, key, error ? strerrorname_np(-error) : "0");
}

const char *results_get(const struct results *results, const char *key)
{
    const struct result *entry = find(results, key, strlen(key));

    return entry ? entry->value : NULL;
}

void results_print(const struct results *results, FILE *out)
{
    for (size_t i = 0; i < results->count; i++)
        fprintf(out, "%s%s=%s", i ? " " : "", results->entries[i].key, results->entries[i].value);
    fputc('\n', out);
}

/* The values are words of ours and user's text: quotes, backslashes and control characters are
 * all that JSON minds. */
static void print_json_string(const char *text, FILE *out)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < ' ')
            fprintf(out, "\\u%04x", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

void results_print_json(const struct results *results, FILE *out)
{
    fputc('{', out);
    for (size_t i = 0; i < results->count; i++) {
        const struct result *entry = &results->entries[i];
        fprintf(out, "%s\"%s\":", i ? "," : "", entry->key);
        if (entry->is_number)
            fputs(entry->value, out);
        else
            print_json_string(entry->value, out);
    }
    fputc('}', out);
}

void results_quote(const struct results *results, const char *sentence, FILE *out)
{
    const char *end;

    for (; *sentence; sentence++) {
        if (*sentence != '{' || !(end = strchr(sentence, '}'))) {
            fputc(*sentence, out);
            continue;
        }
        const struct result *entry = find(results, sentence + 1, (size_t)(end - sentence - 1));
        fputs(entry ? entry->value : "?", out);
        sentence = end;
    }
}
