/* From a script's text to its events. */
#include "tests/packetdrill/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/packetdrill/cursor.h"
#include "tests/packetdrill/read_packet.h"

enum { EVENTS_MAX = 1024, VALUES_MAX = 8192 };

struct reader {
    struct cursor cursor;
    struct script *script;
};

/* ---- values ---- */

static struct value *new_value(struct reader *r, enum value_kind kind)
{
    if (r->script->value_count == VALUES_MAX)
        return NULL;
    struct value *value = &r->script->values[r->script->value_count++];
    value->kind = kind;
    return value;
}

static struct value *read_value(struct reader *r);

/* Items up to `close`, each behind "name=" when there are `fields`. */
static struct value *read_items(struct reader *r, const char *close, bool fields)
{
    struct cursor *c = &r->cursor;
    struct value *list = new_value(r, fields ? VALUE_FIELDS : VALUE_LIST);
    struct value **end = list ? &list->first : NULL;
    while (list && !cursor_take(c, close)) {
        char name[NAME_MAX_LEN + 1] = "";
        if (fields && (!cursor_name(c, name, sizeof(name)) || !cursor_need(c, "=")))
            return NULL;
        *end = read_value(r);
        if (!*end)
            return NULL;
        strcpy((*end)->name, name);
        end = &(*end)->next;
        cursor_take(c, ",");
    }
    return list;
}

static bool read_constant(struct cursor *c, int64_t *out)
{
    char name[NAME_MAX_LEN + 1];
    if (cursor_number(c, out))
        return true;
    if (!cursor_name(c, name, sizeof(name)))
        return cursor_fail(c, "a value");
    return symbol_value(name, out) || cursor_fail(c, "a known constant");
}

static struct value *read_number(struct reader *r)
{
    struct cursor *c = &r->cursor;
    struct value *value = new_value(r, VALUE_NUMBER);
    int64_t bits = 0;
    do {
        if (!value || !read_constant(c, &bits))
            return NULL;
        value->number |= bits;
    } while (cursor_take(c, "|"));
    return value;
}

static struct value *read_text(struct reader *r)
{
    struct cursor *c = &r->cursor;
    struct value *value = new_value(r, VALUE_TEXT);
    size_t len = strcspn(c->at, "\"");
    if (!value || len > NAME_MAX_LEN)
        return NULL;
    memcpy(value->text, c->at, len);
    c->at += len;
    return cursor_need(c, "\"") ? value : NULL;
}

static struct value *read_value(struct reader *r)
{
    if (cursor_take(&r->cursor, "..."))
        return new_value(r, VALUE_ANY);
    if (cursor_take(&r->cursor, "\""))
        return read_text(r);
    if (cursor_take(&r->cursor, "["))
        return read_items(r, "]", false);
    if (cursor_take(&r->cursor, "{"))
        return read_items(r, "}", true);
    return read_number(r);
}

/* ---- calls ---- */

/* " = -1 EAGAIN (Resource temporarily unavailable)" */
static bool read_result(struct cursor *c, struct script_call *out)
{
    int64_t error;
    if (!cursor_need(c, "="))
        return false;
    out->any_result = cursor_take(c, "...");
    if (out->any_result)
        return true;
    if (!read_constant(c, &out->result))
        return false;
    if (out->result != -1)
        return true;
    if (!read_constant(c, &error))
        return false;
    out->error = (int)error;
    if (cursor_take(c, "("))
        c->at += strcspn(c->at, ")");
    cursor_take(c, ")");
    return true;
}

static bool read_call(struct reader *r, struct script_call *out)
{
    struct cursor *c = &r->cursor;
    *out = (struct script_call){0};
    if (!cursor_name(c, out->name, sizeof(out->name)) || !cursor_need(c, "("))
        return cursor_fail(c, "an event");
    struct value *arguments = read_items(r, ")", false);
    if (!arguments)
        return cursor_fail(c, "an argument");
    out->arguments = arguments->first;
    return read_result(c, out);
}

/* ---- events ---- */

static bool read_time(struct cursor *c, struct script_event *out)
{
    out->time = TIME_ABSOLUTE;
    if (cursor_take(c, "*")) {
        out->time = TIME_ANY;
        return true;
    }
    if (cursor_take(c, "+"))
        out->time = TIME_RELATIVE;
    if (!cursor_seconds(c, &out->at))
        return cursor_fail(c, "a time");
    if (cursor_take(c, "~")) {
        bool relative = cursor_take(c, "+");
        if (relative != (out->time == TIME_RELATIVE) || !cursor_seconds(c, &out->until))
            return cursor_fail(c, "a range of times of one kind");
        out->until -= out->at; /* its width */
        out->time = relative ? TIME_RANGE : TIME_ABSOLUTE;
    }
    out->blocks = cursor_take(c, "...");
    return !out->blocks || cursor_seconds(c, &out->end) || cursor_fail(c, "a time");
}

static bool read_check(struct cursor *c, struct script_event *out)
{
    const char *end = strstr(c->at, "}%");
    if (!end)
        return cursor_fail(c, "}%");
    out->check = c->at;
    for (; c->at < end + 2; c->at++)
        c->line += *c->at == '\n';
    return true;
}

static bool read_event(struct reader *r, struct script_event *out)
{
    struct cursor *c = &r->cursor;
    if (!read_time(c, out))
        return false;
    cursor_skip(c);
    out->line = c->line;
    if (cursor_take(c, "<")) {
        out->type = EVENT_IN;
        return read_packet(c, &out->packet);
    }
    if (cursor_take(c, ">")) {
        out->type = EVENT_OUT;
        return read_packet(c, &out->packet);
    }
    if (cursor_take(c, "%{")) {
        out->type = EVENT_CHECK;
        return read_check(c, out);
    }
    out->type = EVENT_SYSCALL;
    return read_call(r, &out->call);
}

static bool read_events(struct reader *r)
{
    struct script *script = r->script;
    cursor_skip(&r->cursor);
    while (*r->cursor.at) {
        if (script->count == EVENTS_MAX)
            return cursor_fail(&r->cursor, "a shorter script");
        if (!read_event(r, &script->events[script->count++]))
            return false;
        cursor_skip(&r->cursor);
    }
    return true;
}

/* ---- files ---- */

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t cap = 0;
    if (!file)
        return NULL;
    if (getdelim(&text, &cap, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static void find_flags(struct script *script)
{
    static const char key[] = "so_flags:";
    const char *found = strstr(script->text, key);
    if (found)
        sscanf(found + strlen(key), " %127[^ \n]", script->flags);
}

/* ---- what is another for the kernel ---- */

static const char not_kernel[] = "// not kernel:", only_kernel[] = "// kernel:",
                  skips[] = "// kernel skips:";

/* Overwrites what stands there, lines stay where they are. */
static void blank(char *from, const char *end)
{
    memset(from, ' ', (size_t)(end - from));
}

static void translate_line(char *line, struct script *script)
{
    char *mark = strstr(line, not_kernel);
    if (mark) {
        blank(line, mark);
        script->differences++;
    }
    mark = strstr(line, only_kernel);
    if (mark)
        blank(mark, mark + strlen(only_kernel));
    mark = strstr(line, skips);
    if (mark)
        sscanf(mark + strlen(skips), " %127[^\n]", script->skip);
}

static void translate(struct script *script)
{
    char *line = script->text, *end;
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        translate_line(line, script);
        *end = '\n';
    }
}

int script_read(struct script *out, const char *path, bool kernel, struct fault *fault)
{
    *out = (struct script){.text = read_file(path)};
    if (!out->text)
        return fault_set(fault, -EIO, "%s: cannot be read", path);
    out->events = calloc(EVENTS_MAX, sizeof(struct script_event));
    out->values = calloc(VALUES_MAX, sizeof(struct value));
    if (!out->events || !out->values)
        return fault_set(fault, -ENOMEM, "%s: no memory", path);
    find_flags(out);
    if (kernel)
        translate(out);
    struct reader reader = {{out->text, 1, path, fault}, out};
    return read_events(&reader) ? 0 : fault->error;
}

void script_free(struct script *script)
{
    free(script->text);
    free(script->events);
    free(script->values);
}
