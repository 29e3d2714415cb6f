/* The event log as a pcapng capture (draft-ietf-opsawg-pcapng) for Wireshark and tshark: each
 * frame once, at the time it entered the wire, on the interface "A to B" or "B to A", with a
 * comment on every one that matters: what the wire did to it and why, and what TCP does with it
 * (retransmission, duplicate ACK, probe, keepalive).
 *
 * A frame that was corrupted is recorded as it was delivered, so that those are the only ones with
 * a bad checksum; tshark looks at checksums when told to:
 *     tshark -r FILE -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE
 * Times count from the run's first event, so that captures of the same run are equal. */
#ifndef TRACE_PCAPNG_H
#define TRACE_PCAPNG_H

#include <stdio.h>

#include "trace/log.h"

/* Writes the log. Returns 0, -ENOMEM, or -EIO when the file did not take all of it. */
int pcapng_write(FILE *out, const struct trace_log *log);

#endif
