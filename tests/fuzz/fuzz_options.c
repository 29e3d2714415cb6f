/* packet/tcp_options alone, where every octet is an option's. */
#include "packet/tcp_options.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tcp_options options, again;
    uint8_t out[TCP_OPTIONS_MAX];
    if (len > TCP_OPTIONS_MAX)
        return 0; /* no header has room for more */
    tcp_options_parse(&options, data, len);
    HOLD(options.sack_count <= TCP_SACK_BLOCKS_MAX);
    size_t written = tcp_options_emit(&options, out);
    HOLD(written == tcp_options_len(&options));
    HOLD(written <= TCP_OPTIONS_MAX && written % 4 == 0);
    HOLD(tcp_options_parse(&again, out, written));
    HOLD(again.mss == options.mss && again.wscale == options.wscale);
    HOLD(again.has_tstamp == options.has_tstamp && again.ts_val == options.ts_val);
    HOLD(again.sack_count == tcp_options_sack_fit(&options));
    return 0;
}
