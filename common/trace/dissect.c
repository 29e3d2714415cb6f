/* A segment taken apart, and drawn row by row. */
#include "trace/dissect.h"

#include <stdarg.h>
#include <string.h>

#include "base/bytes.h"
#include "trace/canvas.h"
#include "trace/words.h"

enum {
    LEFT = 1, /* column of the border before bit 0; two columns for each bit */
    BITS = 32,
    RIGHT = LEFT + 2 * BITS,
    HEX_AT = RIGHT + 2,
    END = HEX_AT + 11, /* "c6 90 1f 98" */
    FIELDS_MAX = 11,
    TEXT_MAX = 96,
    LINES_MAX = 5, /* an option's name, and four blocks of SACK */
};

/* ---- reading ---- */

static struct span header_of(const struct frame_view *frame)
{
    const uint8_t *start = frame->ip.payload.data;
    return (struct span){start, (size_t)4 * (start[12] >> 4)};
}

struct dissection dissect(const struct frame_view *frame)
{
    const struct span header = header_of(frame);
    const uint8_t *ip = frame->bytes.data + ETHERNET_HEADER_LEN;
    return (struct dissection){
        .data_offset = header.data[12] >> 4,
        .reserved = header.data[12] & 0x0f,
        .checksum = get_be16(header.data + TCP_CHECKSUM_OFFSET),
        .checksum_right = frame_transport_checksum_ok(frame),
        .ip_total_len = get_be16(ip + 2),
        .ip_header_len = 4U * (ip[0] & 0x0f),
        .header_len = (uint32_t)header.len,
    };
}

/* The numbers of RFC 9293 section 3.2, RFC 2018, RFC 7323. */
enum {
    KIND_END = 0,
    KIND_NO_OPERATION = 1,
    KIND_MSS = 2,
    KIND_WINDOW_SCALE = 3,
    KIND_SACK_PERMITTED = 4,
    KIND_SACK = 5,
    KIND_TIMESTAMPS = 8,
};

static struct span options_of(const struct frame_view *frame)
{
    const struct span header = header_of(frame);
    return (struct span){header.data + TCP_HEADER_MIN, header.len - TCP_HEADER_MIN};
}

static size_t option_len(struct span rest)
{
    if (rest.data[0] == KIND_END)
        return rest.len;
    if (rest.data[0] == KIND_NO_OPERATION)
        return 1;
    return rest.len < 2 || rest.data[1] < 2 || rest.data[1] > rest.len ? rest.len : rest.data[1];
}

static void name_option(const struct span *option, char *out, size_t size)
{
    const uint8_t *data = option->data;
    if (data[0] == KIND_NO_OPERATION)
        snprintf(out, size, "no-operation");
    else if (data[0] == KIND_END)
        snprintf(out, size, "end of options");
    else if (data[0] == KIND_MSS && option->len == 4)
        snprintf(out, size, "MSS %u", (unsigned)get_be16(data + 2));
    else if (data[0] == KIND_WINDOW_SCALE && option->len == 3)
        snprintf(out, size, "window scale %u", (unsigned)data[2]);
    else if (data[0] == KIND_SACK_PERMITTED)
        snprintf(out, size, "SACK permitted");
    else if (data[0] == KIND_TIMESTAMPS && option->len == 10)
        snprintf(out, size, "timestamps %lu %lu", (unsigned long)get_be32(data + 2),
                 (unsigned long)get_be32(data + 6));
    else if (data[0] == KIND_SACK)
        snprintf(out, size, "SACK, %zu blocks", (option->len - 2) / 8);
    else
        snprintf(out, size, "kind %u", (unsigned)data[0]);
}

/* Takes the first option off `rest`; false when there is none left. */
static bool next_option(struct span *rest, struct span *option)
{
    if (rest->len == 0)
        return false;
    *option = (struct span){rest->data, option_len(*rest)};
    rest->data += option->len;
    rest->len -= option->len;
    return true;
}

void dissect_options(const struct frame_view *frame, char *out, size_t size)
{
    struct span rest = options_of(frame), option;
    char name[TEXT_MAX];
    out[0] = '\0';
    while (next_option(&rest, &option)) {
        size_t used = strlen(out);
        name_option(&option, name, sizeof name);
        snprintf(out + used, size - used, "%s%s", used ? ", " : "", name);
    }
}

/* ---- drawing ---- */

struct field {
    int bits;
    char text[LINES_MAX][TEXT_MAX];
};

struct row {
    int count;
    struct field fields[FIELDS_MAX];
    struct span octets;
};

struct drawing {
    const struct dissect_page *page;
    struct row above; /* no fields: the first border is yet to come */
    struct canvas canvas;
};

static bool has_border(const struct row *row, int bit)
{
    int at = 0;
    for (int i = 0; i < row->count; i++) {
        if (at == bit)
            return true;
        at += row->fields[i].bits;
    }
    return row->count > 0 && bit == BITS;
}

static const char *crossing(const struct drawing *drawing, const struct row *below, int bit)
{
    static const char *const inner[2][2] = {{"─", "┬"}, {"┴", "┼"}};
    static const char *const left[2][2] = {{"─", "┌"}, {"└", "├"}};
    static const char *const right[2][2] = {{"─", "┐"}, {"┘", "┤"}};
    bool up = has_border(&drawing->above, bit), down = has_border(below, bit);
    if (drawing->page->ascii)
        return up || down ? "+" : "-";
    if (bit == 0)
        return left[up][down];
    return bit == BITS ? right[up][down] : inner[up][down];
}

/* The line between the row drawn last and the one to be drawn. */
static void draw_border(struct drawing *drawing, const struct row *below)
{
    const char *line = drawing->page->ascii ? "-" : "─";
    canvas_clear(&drawing->canvas, drawing->page->ascii);
    canvas_fill(&drawing->canvas, LEFT, RIGHT, line, STYLE_DIM);
    for (int bit = 0; bit <= BITS; bit++) {
        unsigned at = LEFT + 2 * (unsigned)bit;
        canvas_fill(&drawing->canvas, at, at + 1, crossing(drawing, below, bit), STYLE_DIM);
    }
    canvas_print(&drawing->canvas, drawing->page->out, drawing->page->color);
}

static void put_octets(struct canvas *canvas, struct span octets, size_t from)
{
    unsigned at = HEX_AT;
    for (size_t i = from; i < octets.len && i < from + 4; i++) {
        char hex[4];
        snprintf(hex, sizeof hex, "%02x", (unsigned)octets.data[i]);
        canvas_put(canvas, at, END, hex, STYLE_DIM);
        at += 3;
    }
}

static void draw_line(struct drawing *drawing, const struct row *row, size_t line)
{
    const char *wall = drawing->page->ascii ? "|" : "│";
    unsigned at = LEFT;
    canvas_clear(&drawing->canvas, drawing->page->ascii);
    for (int i = 0; i < row->count; i++) {
        const struct field *field = &row->fields[i];
        unsigned next = at + 2 * (unsigned)field->bits;
        canvas_fill(&drawing->canvas, at, at + 1, wall, STYLE_DIM);
        if (line < LINES_MAX)
            canvas_put(&drawing->canvas, at + (field->bits > 1 ? 2 : 1), next, field->text[line],
                       STYLE_PLAIN);
        at = next;
    }
    canvas_fill(&drawing->canvas, at, at + 1, wall, STYLE_DIM);
    put_octets(&drawing->canvas, row->octets, 4 * line);
    canvas_print(&drawing->canvas, drawing->page->out, drawing->page->color);
}

/* As many lines as its texts and its octets take. */
static void draw_row(struct drawing *drawing, const struct row *row)
{
    size_t lines = row->octets.len > 4 ? (row->octets.len + 3) / 4 : 1;
    for (int i = 0; i < row->count; i++)
        if (row->fields[i].text[1][0] != '\0' && lines < 2)
            lines = 2;
    draw_border(drawing, row);
    for (size_t line = 0; line < lines; line++)
        draw_line(drawing, row, line);
    drawing->above = *row;
}

/* ---- the rows ---- */

static const char *in_language(const struct drawing *drawing, const char *en, const char *zh)
{
    return drawing->page->chinese ? zh : en;
}

__attribute__((format(printf, 3, 4))) static void add_field(struct row *row, int bits,
                                                            const char *format, ...)
{
    struct field *field = &row->fields[row->count++];
    va_list arguments;
    field->bits = bits;
    va_start(arguments, format);
    vsnprintf(field->text[0], sizeof field->text[0], format, arguments);
    va_end(arguments);
}

static struct row row_at(const struct frame_view *frame, size_t word)
{
    return (struct row){.octets = {header_of(frame).data + 4 * word, 4}};
}

static void draw_numbers(struct drawing *drawing, const struct frame_view *frame)
{
    const struct segment *tcp = &frame->tcp;
    struct row row = row_at(frame, 0);
    add_field(&row, 16, in_language(drawing, "source port %u", "源端口 %u"),
              (unsigned)tcp->src_port);
    add_field(&row, 16, in_language(drawing, "destination port %u", "目的端口 %u"),
              (unsigned)tcp->dst_port);
    draw_row(drawing, &row);
    row = row_at(frame, 1);
    add_field(&row, 32, in_language(drawing, "sequence number %lu", "序列号 %lu"),
              (unsigned long)tcp->seq.value);
    draw_row(drawing, &row);
    row = row_at(frame, 2);
    add_field(&row, 32, in_language(drawing, "acknowledgment number %lu%s", "确认号 %lu%s"),
              (unsigned long)tcp->ack.value,
              tcp->flags & TCP_ACK
                  ? ""
                  : in_language(drawing, " (means nothing: ACK is 0)", "(没有意义:ACK 位是 0)"));
    draw_row(drawing, &row);
}

static void draw_flags(struct drawing *drawing, const struct frame_view *frame)
{
    static const char letters[] = "CEUAPRSF"; /* from TCP_CWR, 0x80, down to TCP_FIN, 0x01 */
    const struct dissection parts = dissect(frame);
    struct row row = row_at(frame, 3);
    add_field(&row, 4, "%s", in_language(drawing, "offs.", "偏移"));
    snprintf(row.fields[0].text[1], TEXT_MAX, "%u", (unsigned)parts.data_offset);
    add_field(&row, 4, "%s", in_language(drawing, "rsv", "保留"));
    snprintf(row.fields[1].text[1], TEXT_MAX, "%u", (unsigned)parts.reserved);
    for (int bit = 0; bit < 8; bit++) {
        add_field(&row, 1, "%c", letters[bit]);
        strcpy(row.fields[row.count - 1].text[1], frame->tcp.flags & 0x80 >> bit ? "1" : "0");
    }
    add_field(&row, 16, in_language(drawing, "window %u", "窗口 %u"), (unsigned)frame->tcp.wnd);
    draw_row(drawing, &row);
}

static void draw_checksum(struct drawing *drawing, const struct frame_view *frame)
{
    const struct dissection parts = dissect(frame);
    struct row row = row_at(frame, 4);
    add_field(&row, 16, in_language(drawing, "checksum 0x%04x, %s", "校验和 0x%04x,%s"),
              (unsigned)parts.checksum,
              parts.checksum_right ? in_language(drawing, "right", "正确")
                                   : in_language(drawing, "wrong", "不对"));
    add_field(&row, 16, in_language(drawing, "urgent pointer %u", "紧急指针 %u"),
              (unsigned)frame->tcp.urg_ptr);
    draw_row(drawing, &row);
}

static void list_blocks(struct field *field, const struct span *option)
{
    for (size_t line = 1; line < LINES_MAX && 8 * line + 2 <= option->len; line++)
        snprintf(field->text[line], TEXT_MAX, "  %lu to %lu",
                 (unsigned long)get_be32(option->data + 8 * line - 6),
                 (unsigned long)get_be32(option->data + 8 * line - 2));
}

static void draw_options(struct drawing *drawing, const struct frame_view *frame)
{
    struct span rest = options_of(frame), option;
    char name[TEXT_MAX];
    while (next_option(&rest, &option)) {
        struct row row = {.octets = option};
        name_option(&option, name, sizeof name);
        add_field(&row, 32, in_language(drawing, "option: %s", "选项:%s"), name);
        if (option.data[0] == KIND_SACK)
            list_blocks(&row.fields[0], &option);
        draw_row(drawing, &row);
    }
}

static void draw_text(struct drawing *drawing, const struct frame_view *frame)
{
    const struct span text = frame->tcp.text[0];
    struct row row = {0};
    char shown[33] = "";
    if (text.len == 0)
        return;
    for (size_t i = 0; i < text.len && i + 1 < sizeof shown; i++)
        shown[i] = text.data[i] >= 0x20 && text.data[i] < 0x7f ? (char)text.data[i] : '.';
    add_field(&row, 32, in_language(drawing, "text, %zu octets: %s", "数据,%zu 字节:%s"), text.len,
              shown);
    draw_row(drawing, &row);
}

/* What the header does not say: where the segment ends. */
static void print_lengths(struct drawing *drawing, const struct frame_view *frame)
{
    const struct dissection parts = dissect(frame);
    fprintf(drawing->page->out,
            in_language(drawing,
                        " IPv4 total length %u = %u (IPv4 header) + %u (TCP header) + %u (text)\n",
                        " IPv4 总长度 %u = %u(IPv4 首部)+ %u(TCP 首部)+ %u(数据)\n"),
            (unsigned)parts.ip_total_len, (unsigned)parts.ip_header_len, (unsigned)parts.header_len,
            (unsigned)segment_text_len(&frame->tcp));
}

void dissect_print(const struct dissect_page *page, const struct frame_view *frame)
{
    struct drawing drawing = {.page = page};
    const struct row nothing = {0};
    draw_numbers(&drawing, frame);
    draw_flags(&drawing, frame);
    draw_checksum(&drawing, frame);
    draw_options(&drawing, frame);
    draw_text(&drawing, frame);
    draw_border(&drawing, &nothing);
    print_lengths(&drawing, frame);
}
