/* The event log as NDJSON: a writer of fields, then one function per kind of event. */
#include "trace/ndjson.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "trace/track_measure.h"
#include "trace/utf8.h"
#include "trace/walk.h"
#include "trace/words.h"

static void put_string(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text) {
        const char *start = text;
        uint32_t rune = utf8_next(&text);
        if (rune == '"' || rune == '\\')
            fprintf(out, "\\%c", (char)rune);
        else if (rune < 0x20 || rune == UTF8_BAD)
            fprintf(out, "\\u%04x", rune == UTF8_BAD ? 0xfffdu : (unsigned)rune);
        else
            fwrite(start, 1, (size_t)(text - start), out);
    }
    fputc('"', out);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, ",\"%s\":", name);
    put_string(out, text);
}

static void put_number(FILE *out, const char *name, int64_t value)
{
    fprintf(out, ",\"%s\":%" PRId64, name, value);
}

static void put_bits(FILE *out, const char *name, unsigned bits, const struct bit_name *names)
{
    const char *comma = "";
    if (bits == 0)
        return;
    fprintf(out, ",\"%s\":[", name);
    for (; names->name; names++) {
        if ((bits & names->bit) == 0)
            continue;
        fprintf(out, "%s\"%s\"", comma, names->name);
        comma = ",";
    }
    fputc(']', out);
}

static void put_address(FILE *out, const char *name, uint32_t ip, int port)
{
    char text[ADDRESS_TEXT_MAX];
    put_text(out, name, address_text(ip, port, text));
}

static void put_flow(FILE *out, const struct event_flow *flow)
{
    if (flow->local_ip || flow->local_port)
        put_address(out, "local", flow->local_ip, flow->local_port);
    if (flow->remote_ip || flow->remote_port)
        put_address(out, "remote", flow->remote_ip, flow->remote_port);
}

static void put_options(FILE *out, const struct tcp_options *options)
{
    if (options->has_mss)
        put_number(out, "mss", options->mss);
    if (options->has_wscale)
        put_number(out, "wscale", options->wscale);
    if (options->sack_permitted)
        fputs(",\"sack_permitted\":true", out);
    if (options->has_tstamp) {
        put_number(out, "tsval", options->ts_val);
        put_number(out, "tsecr", options->ts_ecr);
    }
}

static void put_sack(FILE *out, const struct track_segment *tcp)
{
    const char *comma = "";
    if (tcp->options.sack_count == 0)
        return;
    fputs(",\"sack\":[", out);
    for (unsigned i = 0; i < tcp->options.sack_count; i++) {
        struct track_range range = track_sack_range(tcp, i);
        fprintf(out, "%s[%" PRId64 ",%" PRId64 "]", comma, range.start, range.end);
        comma = ",";
    }
    fputc(']', out);
}

static void put_tcp(FILE *out, const struct track_segment *tcp, const struct segment *raw)
{
    char flags[FLAGS_TEXT_MAX];
    put_number(out, "conn", tcp->conn->number);
    put_text(out, "flags", flags_text(tcp->flags, flags));
    put_number(out, "seq", tcp->seq);
    put_number(out, "seq_raw", raw->seq.value);
    if (tcp->flags & TCP_ACK) {
        put_number(out, "ack", tcp->ack);
        put_number(out, "ack_raw", raw->ack.value);
    }
    put_number(out, "wnd", tcp->window);
    put_number(out, "text", tcp->text_len);
    put_options(out, &tcp->options);
    put_sack(out, tcp);
    put_bits(out, "marks", tcp->marks, mark_names);
}

static void put_ends(FILE *out, const struct frame_view *view, int src_port, int dst_port)
{
    put_address(out, "src", view->ip.src_ip, src_port);
    put_address(out, "dst", view->ip.dst_ip, dst_port);
}

static void put_headers(FILE *out, const struct frame_view *view, const struct track_step *step)
{
    static const char *const kinds[] = {
        [FRAME_RUNT] = "other", [FRAME_OTHER] = "other", [FRAME_ARP] = "arp", [FRAME_IPV4] = "ipv4",
        [FRAME_ICMP] = "icmp",  [FRAME_UDP] = "udp",     [FRAME_TCP] = "tcp",
    };
    put_text(out, "kind", kinds[view->kind]);
    if (view->kind == FRAME_TCP) {
        put_ends(out, view, view->tcp.src_port, view->tcp.dst_port);
        put_tcp(out, step->tcp, &view->tcp);
    } else if (view->kind == FRAME_UDP) {
        put_ends(out, view, view->udp.src_port, view->udp.dst_port);
        put_number(out, "text", (int64_t)view->udp.payload.len);
    } else if (view->kind == FRAME_ICMP) {
        put_ends(out, view, -1, -1);
        put_number(out, "type", view->icmp.type);
        put_number(out, "code", view->icmp.code);
    } else if (view->kind == FRAME_IPV4) {
        put_ends(out, view, -1, -1);
    }
    if (view->problem)
        put_text(out, "problem", view->problem);
}

static void put_frame(FILE *out, const struct event *event, const struct track_step *step)
{
    struct frame_view view;
    put_number(out, "id", (int64_t)event->frame.id);
    put_number(out, "len", (int64_t)event->frame.len);
    put_bits(out, "fate", event->frame.fate, fate_names);
    if (event->frame.reason)
        put_text(out, "reason", event->frame.reason);
    if (event->frame.queue)
        put_number(out, "queue", event->frame.queue);
    frame_parse(&view, event->frame.bytes, event->frame.len);
    put_headers(out, &view, step);
}

static void put_sample(FILE *out, const struct event_sample *sample)
{
    put_number(out, "cwnd", sample->cwnd);
    put_number(out, "ssthresh", sample->ssthresh);
    put_number(out, "snd_wnd", sample->snd_wnd);
    put_number(out, "rcv_wnd", sample->rcv_wnd);
    put_number(out, "in_flight", sample->in_flight);
    put_number(out, "srtt_us", sample->srtt_us);
    put_number(out, "rttvar_us", sample->rttvar_us);
    put_number(out, "rto_us", sample->rto_us);
}

static void put_state(FILE *out, const struct event_state *state)
{
    put_text(out, "from", tcp_state_name(state->from));
    put_text(out, "to", tcp_state_name(state->to));
    if (state->sampled)
        fputs(",\"sampled\":true", out);
}

static void put_call(FILE *out, const struct event *event)
{
    put_text(out, "name", event->call.name);
    put_number(out, "sock", event->call.sock);
    put_number(out, "argument", event->call.argument);
    if (event->kind == EVENT_RETURN)
        put_number(out, "result", event->call.result);
}

static void put_fields(FILE *out, const struct event *event, const struct track_step *step)
{
    switch (event->kind) {
    case EVENT_FRAME:
        put_frame(out, event, step);
        break;
    case EVENT_DELIVER:
        put_number(out, "id", (int64_t)event->frame.id);
        if (event->frame.bytes)
            fputs(",\"altered\":true", out);
        break;
    case EVENT_STATE:
        put_state(out, &event->state);
        break;
    case EVENT_TIMER:
        put_text(out, "name", event->timer.name);
        put_number(out, "count", event->timer.count);
        break;
    case EVENT_SAMPLE:
        put_sample(out, &event->sample);
        break;
    case EVENT_CALL:
    case EVENT_RETURN:
        put_call(out, event);
        break;
    case EVENT_DROP:
    case EVENT_NOTE:
        put_text(out, "text", event->text ? event->text : "");
        break;
    }
}

static void put_line(FILE *out, const struct trace_walk *walk)
{
    static const char *const names[] = {
        [EVENT_FRAME] = "frame",   [EVENT_DELIVER] = "deliver", [EVENT_STATE] = "state",
        [EVENT_TIMER] = "timer",   [EVENT_SAMPLE] = "sample",   [EVENT_CALL] = "call",
        [EVENT_RETURN] = "return", [EVENT_DROP] = "drop",       [EVENT_NOTE] = "note",
    };
    const struct event *event = walk->event;
    fprintf(out, "{\"t\":%" PRId64, walk->at);
    put_text(out, "event", names[event->kind]);
    put_text(out, "host", (char[]){event->host ? event->host : 'W', 0});
    put_flow(out, &event->flow);
    put_fields(out, event, &walk->step);
    fputs("}\n", out);
}

int ndjson_write(FILE *out, const struct trace_log *log)
{
    struct trace_walk walk;
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk))
        put_line(out, &walk);
    int error = trace_walk_end(&walk);
    if (!error && log->lost)
        fprintf(out,
                "{\"t\":%" PRId64 ",\"event\":\"lost\",\"host\":\"W\",\"count\":%" PRIu64 "}\n",
                walk.at, log->lost);
    if (!error && (fflush(out) != 0 || ferror(out)))
        error = -EIO;
    return error;
}
