/* The words that several views share. */
#include "trace/words.h"

#include <stdio.h>

#include "base/event.h"
#include "packet/segment.h"
#include "trace/track.h"

const struct bit_name fate_names[] = {
    {FATE_DROP, "drop"},       {FATE_DUP, "dup"},
    {FATE_DELAY, "delay"},     {FATE_REORDER, "reorder"},
    {FATE_CORRUPT, "corrupt"}, {FATE_REPLAY, "replay"},
    {FATE_MARK, "mark"},       {0, NULL},
};

const struct bit_name mark_names[] = {
    {MARK_RETRANSMISSION, "retransmission"},
    {MARK_DUP_ACK, "dup-ack"},
    {MARK_KEEPALIVE, "keepalive"},
    {MARK_PROBE, "probe"},
    {MARK_WINDOW_UPDATE, "window-update"},
    {MARK_ZERO_WINDOW, "zero-window"},
    {0, NULL},
};

const char *flags_text(uint8_t flags, char out[static FLAGS_TEXT_MAX])
{
    static const struct bit_name names[] = {
        {TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"}, {TCP_URG, "URG"},
        {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}, {TCP_ACK, "ACK"}, {0, NULL},
    };
    size_t used = 0;
    for (const struct bit_name *flag = names; flag->name; flag++) {
        if (flags & flag->bit)
            used += (size_t)snprintf(out + used, FLAGS_TEXT_MAX - used, "%s%s", used ? "+" : "",
                                     flag->name);
    }
    if (used == 0)
        snprintf(out, FLAGS_TEXT_MAX, "none");
    return out;
}

const char *address_text(uint32_t ip, int port, char out[static ADDRESS_TEXT_MAX])
{
    int used =
        snprintf(out, ADDRESS_TEXT_MAX, "%u.%u.%u.%u", (unsigned)(ip >> 24),
                 (unsigned)(ip >> 16 & 0xff), (unsigned)(ip >> 8 & 0xff), (unsigned)(ip & 0xff));
    if (port >= 0)
        snprintf(out + used, ADDRESS_TEXT_MAX - (size_t)used, ":%d", port);
    return out;
}
