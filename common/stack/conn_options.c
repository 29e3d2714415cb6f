/* From the options of a socket to the knobs of the core. */
#include "stack/conn_options.h"

#include "stack/ip.h"
#include "tcp/tcp.h"

void conn_options_init(struct conn_options *options, const struct tcp_config *config)
{
    *options = (struct conn_options){
        .quickack = true,
        .ttl = IP_TTL_DEFAULT,
        .congestion = config->congestion,
        .sndbuf = config->send_limit,
        .rcvbuf = config->receive_limit,
        .keepidle_s = KEEPALIVE_IDLE_DEFAULT,
        .keepintvl_s = KEEPALIVE_INTERVAL_DEFAULT,
        .keepcnt = KEEPALIVE_PROBES_DEFAULT,
        .syncnt = config->patience_syn.r2_retries,
    };
}

static uint32_t window(const struct conn_options *options)
{
    return options->window_clamp ? min_u32(options->window_clamp, options->rcvbuf)
                                 : options->rcvbuf;
}

static void apply_keepalive(const struct conn_options *options, struct tcb *tcb, usec_t now)
{
    tcb->keepalive.idle_s = options->keepidle_s;
    tcb->keepalive.interval_s = options->keepintvl_s;
    tcb->keepalive.probes = options->keepcnt;
    if (tcb->keepalive.on != options->keepalive)
        tcp_set_keepalive(tcb, options->keepalive, now);
    else
        keepalive_on_config(&tcb->keepalive, now);
}

/* Who names a number of retries or a time means that alone (tcp(7)), not both as R2 does. */
static void apply_patience(const struct conn_options *options, struct tcb *tcb)
{
    tcb->patience_syn = tcb->config->patience_syn;
    tcb->patience_data = tcb->config->patience_data;
    if (options->syncnt != tcb->config->patience_syn.r2_retries) {
        tcb->patience_syn.r2_retries = options->syncnt;
        tcb->patience_syn.r2_time_us = 0;
    }
    if (options->user_timeout > 0) {
        tcb->patience_data.r2_retries = 0;
        tcb->patience_data.r2_time_us = (uint32_t)usec_min(options->user_timeout, UINT32_MAX);
    }
}

void conn_options_apply(const struct conn_options *options, struct tcb *tcb, usec_t now)
{
    tcp_set_nodelay(tcb, options->nodelay);
    tcb->nagle.corked = options->cork;
    tcb->oob_inline = options->oob_inline;
    tcb->report_soft = options->report_soft;
    if (tcb->rcvwnd.size != window(options))
        rcvwnd_set_size(&tcb->rcvwnd, window(options));
    if (tcb->cwnd.algorithm != options->congestion)
        tcp_set_congestion(tcb, (enum cwnd_algorithm)options->congestion);
    if (options->maxseg)
        tcp_set_maxseg(tcb, options->maxseg);
    if (!options->quickack)
        tcb->delack.quick = 0;
    apply_keepalive(options, tcb, now);
    apply_patience(options, tcb);
}
