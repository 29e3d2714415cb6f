/* ICMP messages (RFC 792): echo, and the errors that concern a transport. Pure. */
#ifndef PACKET_ICMP_H
#define PACKET_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "packet/ipv4.h"
#include "packet/seq.h"

enum {
    ICMP_HEADER_LEN = 8,

    ICMP_TYPE_ECHO_REPLY = 0,
    ICMP_TYPE_UNREACHABLE = 3,
    ICMP_TYPE_ECHO_REQUEST = 8,
    ICMP_TYPE_TIME_EXCEEDED = 11,
    ICMP_TYPE_PARAMETER_PROBLEM = 12,
};

/* Codes of ICMP_TYPE_UNREACHABLE. */
enum {
    ICMP_CODE_NET = 0,
    ICMP_CODE_HOST = 1,
    ICMP_CODE_PROTOCOL = 2,
    ICMP_CODE_PORT = 3,
    ICMP_CODE_FRAG_NEEDED = 4,
};

struct icmp_message {
    uint8_t type, code;
    uint16_t echo_id, echo_seq; /* echo request and reply */
    uint16_t next_hop_mtu;      /* ICMP_CODE_FRAG_NEEDED (RFC 1191 section 4); 0 from old routers */
    struct span payload;        /* what is echoed, or the quoted start of a datagram */
};

/* What an error says about the datagram it is about: enough to find the connection and to judge
 * whether a stranger made it up (RFC 5927 section 4.1). */
struct icmp_quote {
    struct ipv4 ip;
    uint16_t src_port, dst_port; /* TCP and UDP */
    seq_t seq;                   /* TCP */
};

enum icmp_status {
    ICMP_OK,
    ICMP_SHORT, /* fewer octets than a header */
    ICMP_BAD_CHECKSUM,
};

/* Reads a message, of any type, and checks its checksum; the payload points into `data`. */
enum icmp_status icmp_parse(struct icmp_message *out, const uint8_t *data, size_t len);

/* The same without looking at the checksum. */
enum icmp_status icmp_parse_unchecked(struct icmp_message *out, const uint8_t *data, size_t len);

/* True for messages that report an error and quote a datagram; about those, and about broadcasts
 * and later fragments, no error may be sent (RFC 1122 section 3.2.2). */
bool icmp_is_error(const struct icmp_message *icmp);

/* Reads the datagram quoted by an error. False when it is too short to tell the ports and, for
 * TCP, the sequence number, which 8 octets behind its IP header always do, or not well-formed. */
bool icmp_parse_quote(struct icmp_quote *out, const struct icmp_message *icmp);

/* As much of `datagram` as an error about it quotes: its start, such that the error stays within
 * the 576 octets that every host takes (RFC 1122 section 3.2.2 asks for 8 behind the header). */
struct span icmp_quotable(struct span datagram);

/* Writes header and payload with the checksum. Returns the octets written, or 0 when `cap` is too
 * small. */
size_t icmp_emit(const struct icmp_message *icmp, uint8_t *out, size_t cap);

/* `status` in words for a log, NULL for ICMP_OK. */
const char *icmp_problem(enum icmp_status status);

#endif
