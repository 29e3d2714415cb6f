/* One line after the other, each looked at from left to right. */
#include "server/http_request.h"

#include <string.h>
#include <strings.h>

/* Room for a method and a version beside the longest target. */
enum { REQUEST_LINE_MAX = HTTP_TARGET_MAX + 64 };

/* What the fields have told so far. */
struct reading {
    struct http_request *request;
    bool http_1_0;
    bool wants_close;
    unsigned fields, hosts, lengths, codings;
};

const char *http_status_text(enum http_status status)
{
    switch (status) {
    case HTTP_OK:
        return "OK";
    case HTTP_BAD_REQUEST:
        return "Bad Request";
    case HTTP_NOT_FOUND:
        return "Not Found";
    case HTTP_METHOD_NOT_ALLOWED:
        return "Method Not Allowed";
    case HTTP_REQUEST_TIMEOUT:
        return "Request Timeout";
    case HTTP_URI_TOO_LONG:
        return "URI Too Long";
    case HTTP_FIELDS_TOO_LARGE:
        return "Request Header Fields Too Large";
    case HTTP_INTERNAL_ERROR:
        return "Internal Server Error";
    case HTTP_NOT_IMPLEMENTED:
        return "Not Implemented";
    case HTTP_VERSION_NOT_SUPPORTED:
        return "HTTP Version Not Supported";
    }
    return "Unknown";
}

/* ---- spans ---- */

static bool is(struct span text, const char *word)
{
    return text.len == strlen(word) && strncasecmp((const char *)text.data, word, text.len) == 0;
}

static struct span behind(struct span text, size_t len)
{
    return (struct span){text.data + len, text.len - len};
}

/* Takes what stands before the first `end` off the front of `input`, and `end` with it; false, and
 * nothing taken, when there is none. */
static bool take_until(struct span *input, char end, struct span *taken)
{
    const uint8_t *found = input->len ? memchr(input->data, end, input->len) : NULL;
    if (!found)
        return false;
    *taken = (struct span){input->data, (size_t)(found - input->data)};
    *input = behind(*input, taken->len + 1);
    return true;
}

static bool take_line(struct span *input, struct span *line)
{
    if (!take_until(input, '\n', line))
        return false;
    if (line->len > 0 && line->data[line->len - 1] == '\r')
        line->len--;
    return true;
}

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

static struct span trim(struct span text)
{
    while (text.len > 0 && is_blank(text.data[0]))
        text = behind(text, 1);
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_letter(uint8_t octet)
{
    return (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
}

/* RFC 9110 section 5.6.2. */
static bool is_token(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter(text.data[i]) && !is_digit(text.data[i]) &&
            (text.data[i] == '\0' || !strchr("!#$%&'*+-.^_`|~", text.data[i])))
            return false;
    return text.len > 0;
}

/* ---- the request line ---- */

/* Those of RFC 9110 section 9 that this server knows of and does not allow. */
static bool is_method_elsewhere(struct span method)
{
    static const char *const methods[] = {"POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (method.len == strlen(methods[i]) && memcmp(method.data, methods[i], method.len) == 0)
            return true;
    return false;
}

/* Methods are told apart by case, unlike everything else. */
static int read_method(struct http_request *request, struct span method)
{
    if (!is_token(method))
        return -HTTP_BAD_REQUEST;
    request->head_only = method.len == 4 && memcmp(method.data, "HEAD", 4) == 0;
    if (request->head_only || (method.len == 3 && memcmp(method.data, "GET", 3) == 0))
        return 0;
    return is_method_elsewhere(method) ? -HTTP_METHOD_NOT_ALLOWED : -HTTP_NOT_IMPLEMENTED;
}

static int read_version(struct reading *r, struct span version)
{
    if (version.len != 8 || memcmp(version.data, "HTTP/", 5) != 0 || version.data[6] != '.' ||
        !is_digit(version.data[5]) || !is_digit(version.data[7]))
        return -HTTP_BAD_REQUEST;
    if (version.data[5] != '1')
        return -HTTP_VERSION_NOT_SUPPORTED;
    r->http_1_0 = version.data[7] == '0';
    return 0;
}

/* Its value, or 16. */
static unsigned hex_digit(uint8_t octet)
{
    if (is_digit(octet))
        return octet - (unsigned)'0';
    octet |= 0x20;
    return octet >= 'a' && octet <= 'f' ? octet - (unsigned)'a' + 10 : 16;
}

/* Decodes the octet, or the three that stand for one, at the front of `text`; a negative number for
 * what cannot be part of a path. */
static int take_octet(struct span *text)
{
    unsigned octet = text->data[0], len = 1;
    if (octet <= ' ' || octet > '~' || octet == '#')
        return -1;
    if (octet == '%') {
        if (text->len < 3 || hex_digit(text->data[1]) > 15 || hex_digit(text->data[2]) > 15)
            return -1;
        octet = hex_digit(text->data[1]) << 4 | hex_digit(text->data[2]);
        len = 3;
    }
    *text = behind(*text, len);
    return octet < ' ' || octet == 0x7f ? -1 : (int)octet;
}

/* "http://host/path", as proxies are asked, means "/path" to the host itself (RFC 9112 section
 * 3.2.2). */
static struct span without_authority(struct span target)
{
    static const char scheme[] = "http://";
    size_t len = sizeof scheme - 1;
    if (target.len <= len || strncasecmp((const char *)target.data, scheme, len) != 0)
        return target;
    target = behind(target, len);
    while (target.len > 0 && target.data[0] != '/')
        target = behind(target, 1);
    return target;
}

static int read_target(struct http_request *request, struct span target)
{
    size_t len = 0;
    if (target.len > HTTP_TARGET_MAX)
        return -HTTP_URI_TOO_LONG;
    target = without_authority(target);
    if (target.len == 0 || target.data[0] != '/')
        return -HTTP_BAD_REQUEST;
    while (target.len > 0 && target.data[0] != '?') {
        int octet = take_octet(&target);
        if (octet < 0)
            return -HTTP_BAD_REQUEST;
        request->path[len++] = (char)octet;
    }
    request->path[len] = '\0';
    return 0;
}

static int read_request_line(struct reading *r, struct span line)
{
    struct span method, target;
    if (!take_until(&line, ' ', &method) || !take_until(&line, ' ', &target))
        return -HTTP_BAD_REQUEST;
    int refused = read_version(r, line);
    if (!refused)
        refused = read_method(r->request, method);
    return refused ? refused : read_target(r->request, target);
}

/* ---- the fields ---- */

static int read_host(struct reading *r, struct span value)
{
    (void)value; /* there is one site here, whatever it is called */
    r->hosts++;
    return 0;
}

static int read_connection(struct reading *r, struct span value)
{
    struct span option;
    while (value.len > 0) {
        if (!take_until(&value, ',', &option)) {
            option = value;
            value.len = 0;
        }
        r->wants_close |= is(trim(option), "close");
    }
    return 0;
}

static int read_content_length(struct reading *r, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!is_digit(value.data[i]))
            return -HTTP_BAD_REQUEST;
        r->request->has_content |= value.data[i] != '0';
    }
    r->lengths++;
    return value.len > 0 ? 0 : -HTTP_BAD_REQUEST;
}

static int read_transfer_encoding(struct reading *r, struct span value)
{
    (void)value; /* whatever it is: nothing here wants the content */
    r->codings++;
    r->request->has_content = true;
    return 0;
}

static const struct {
    const char *name;
    int (*read)(struct reading *r, struct span value);
} known_fields[] = {
    {"Host", read_host},
    {"Connection", read_connection},
    {"Content-Length", read_content_length},
    {"Transfer-Encoding", read_transfer_encoding},
};

static bool has_controls(struct span value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((value.data[i] < ' ' && value.data[i] != '\t') || value.data[i] == 0x7f)
            return true;
    return false;
}

/* A line that begins with a blank, once a way to go on with the line before, has no token in front
 * of its colon. */
static int read_field(struct reading *r, struct span line)
{
    struct span name;
    if (++r->fields > HTTP_FIELDS_MAX)
        return -HTTP_FIELDS_TOO_LARGE;
    if (!take_until(&line, ':', &name) || !is_token(name) || has_controls(line))
        return -HTTP_BAD_REQUEST;
    for (size_t i = 0; i < ARRAY_LEN(known_fields); i++)
        if (is(name, known_fields[i].name))
            return known_fields[i].read(r, trim(line));
    return 0;
}

/* ---- the whole ---- */

/* RFC 9112: one Host (section 3.2), and one way to tell where the content ends (section 6.3). */
static int conclude(const struct reading *r)
{
    if (r->hosts > 1 || (r->hosts == 0 && !r->http_1_0))
        return -HTTP_BAD_REQUEST;
    if (r->lengths + r->codings > 1 || (r->codings > 0 && r->http_1_0))
        return -HTTP_BAD_REQUEST;
    r->request->keep_alive = !r->http_1_0 && !r->wants_close;
    return 0;
}

/* Empty lines before a request are passed over (RFC 9112 section 2.2). */
static bool take_request_line(struct span *input, struct span *line)
{
    do {
        if (!take_line(input, line))
            return false;
    } while (line->len == 0);
    return true;
}

int http_request_read(struct http_request *request, struct span input)
{
    struct reading r = {.request = request};
    struct span rest = input, line;
    bool full = input.len >= HTTP_HEAD_MAX;

    *request = (struct http_request){0};
    if (!take_request_line(&rest, &line))
        return rest.len > REQUEST_LINE_MAX ? -HTTP_URI_TOO_LONG : full ? -HTTP_BAD_REQUEST : 0;
    int refused = read_request_line(&r, line);
    while (!refused) {
        if (!take_line(&rest, &line))
            return full ? -HTTP_FIELDS_TOO_LARGE : 0;
        if (line.len == 0)
            break;
        refused = read_field(&r, line);
    }
    if (!refused)
        refused = conclude(&r);
    if (!refused && input.len - rest.len > HTTP_HEAD_MAX)
        refused = -HTTP_FIELDS_TOO_LARGE;
    return refused ? refused : (int)(input.len - rest.len);
}
