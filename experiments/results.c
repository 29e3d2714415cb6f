/* The results of an experiment: a small table of words. */
#include "experiments/results.h"

#include <assert.h>
#include <errno.h>
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

const struct result *results_find(const struct results *results, const char *key)
{
    return find(results, key, strlen(key));
}

const char *results_get(const struct results *results, const char *key)
{
    const struct result *entry = results_find(results, key);

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

/* ---- reading it again: flat objects, of strings and whole numbers ---- */

/* One character of a string, in the three ways in which print_json_string writes it. Returns what
 * stands behind it, or NULL. */
static const char *read_character(const char *text, char *character)
{
    unsigned code;
    if (text[0] != '\\') {
        *character = text[0];
        return text[0] ? text + 1 : NULL;
    }
    if (text[1] == '"' || text[1] == '\\') {
        *character = text[1];
        return text + 2;
    }
    if (sscanf(text, "\\u%4x", &code) != 1 || code == 0 || code >= ' ')
        return NULL;
    *character = (char)code;
    return text + 6;
}

/* A string with its quotes; returns what stands behind it, or NULL. */
static const char *read_string(const char *text, char *value, size_t cap)
{
    size_t length = 0;
    if (*text++ != '"')
        return NULL;
    while (text && *text != '"') {
        if (length + 1 >= cap)
            return NULL;
        text = read_character(text, &value[length++]);
    }
    value[length] = '\0';
    return text ? text + 1 : NULL;
}

static const char *read_number(const char *text, char *value, size_t cap)
{
    size_t length = strspn(text, "-0123456789");
    if (length == 0 || length >= cap)
        return NULL;
    snprintf(value, cap, "%.*s", (int)length, text);
    return text + length;
}

/* "key":value; returns what stands behind it, or NULL. */
static const char *read_entry(struct results *results, const char *text)
{
    struct result read = {0};
    text = read_string(text, read.key, sizeof read.key);
    if (!text || *text++ != ':' || results->count == RESULTS_MAX)
        return NULL;
    read.is_number = *text != '"';
    text = read.is_number ? read_number(text, read.value, sizeof read.value)
                          : read_string(text, read.value, sizeof read.value);
    results->entries[results->count++] = read;
    return text;
}

int results_read_json(struct results *results, const char *line)
{
    const char *text = strchr(line, '{');
    results->count = 0;
    if (!text)
        return 0;
    do
        text = read_entry(results, text + 1);
    while (text && *text == ',');
    return text && *text == '}' ? 1 : -EINVAL;
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
