/* The event log as NDJSON: one JSON object per line, in the order of time, the same octets for the
 * same events (whole numbers, fixed order of fields, no locale), so that a hash of the file stands
 * for the run.
 *
 * Every line has
 *   t       microseconds since the run's first event
 *   event   frame deliver state timer sample call return drop note lost
 *   host    who tells: A, B, or W for the wire; of a frame who sent it, of a delivery who gets it
 * and, where the event is about a connection, `local` and `remote` ("10.0.0.1:8080"). By event:
 *   frame   id (from 1), len (octets), fate (list of drop dup delay reorder corrupt replay),
 *           reason, queue (others waiting for the wire's rate), kind (tcp udp icmp arp ipv4
 *           other), src and dst, and of TCP
 *             conn       which connection of this log, from 1
 *             flags      "SYN+ACK"
 *             seq ack    relative to the SYNs; seq_raw and ack_raw as sent
 *             wnd        in octets, scale applied
 *             text       octets of text
 *             mss wscale sack_permitted tsval tsecr sack (list of [start, end), relative)
 *             marks      list of retransmission dup-ack keepalive probe window-update zero-window
 *           of UDP text, of ICMP type and code, of what could not be read the problem
 *   deliver id, and altered (true when corruption changed its octets)
 *   state   from, to, sampled (true when read from the system after the fact)
 *   timer   name, count (the how-manieth in a row)
 *   sample  cwnd ssthresh snd_wnd rcv_wnd in_flight (octets), srtt_us rttvar_us rto_us
 *   call    name, sock, argument
 *   return  name, sock, argument, result (negative errno on failure)
 *   drop    text: why the host threw away what it received
 *   note    text
 *   lost    count: events there was no memory for; the last line, when there were any
 * Fields that say nothing (no fate, no reason, no option, no mark) are left out. */
#ifndef TRACE_NDJSON_H
#define TRACE_NDJSON_H

#include <stdio.h>

#include "trace/log.h"

/* Writes the log. Returns 0, -ENOMEM, or -EIO when the file did not take all of it. */
int ndjson_write(FILE *out, const struct trace_log *log);

#endif
