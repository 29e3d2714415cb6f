/* IPv4 (RFC 791, RFC 1122 section 3.2): what is for us goes up, what is ours goes out in one frame;
 * nothing is forwarded, cut up or put together. */
#ifndef STACK_IP_H
#define STACK_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "packet/ethernet.h"
#include "packet/icmp.h"
#include "packet/ipv4.h"

enum {
    IP_TTL_DEFAULT = 64, /* RFC 1122 section 3.2.1.7 wants it settable; as Linux */
};

struct stack;

/* A datagram on its way up, every header below its payload checked. */
struct ip_packet {
    struct ipv4 ip;
    struct span whole; /* from the IP header on, without padding: what an ICMP error quotes */
    bool checked;      /* the device vouches for the checksum of TCP or UDP */
    bool broadcast;    /* for everybody on the link: gets no ICMP error and no reset */
};

/* A datagram of ours came to nothing: an ICMP error says so, or nobody answered ARP. */
struct ip_error {
    struct icmp_quote quote; /* of what we sent */
    int error;               /* the negative errno that a program gets to see */
    bool hard;               /* trying again is no use (RFC 1122 section 4.2.3.9) */
    uint16_t mtu;            /* with -EMSGSIZE: what the path takes, or 0 when it does not say */
};

/* What is to leave. */
struct ip_sending {
    uint32_t dst_ip;
    uint8_t protocol;
    uint8_t tos; /* DSCP and ECN, the octet as it stands in the header */
    uint8_t ttl; /* 0: IP_TTL_DEFAULT */
    size_t payload_len;

    /* All zero unless the link was given such work by config. */
    uint16_t csum_offset;          /* within the payload, of a checksum left to the device */
    uint16_t gso_size, header_len; /* cut the TCP text at every so many octets behind the header */
};

/* The payload of an IPv4 frame arrived. `checked`: the device vouches for the checksum of what is
 * inside. */
void ip_on_frame_locked(struct stack *stack, usec_t now, const struct ethernet *frame,
                        bool checked);

/* Where the next datagram's payload is to be written: directly into the frame that will leave, so
 * that it is copied once. Room for the largest payload the link takes. Holds until ip_send_locked;
 * asked for and not used, it costs nothing. */
struct buffer ip_room_locked(struct stack *stack);

/* Puts the headers in front of the `payload_len` octets that were written to ip_room_locked, and
 * sends it: now, or once ARP has found the receiver. Returns 0, also when it is lost later;
 * -EMSGSIZE when it is larger than the link takes; -ENETUNREACH when the address is not on this
 * link. */
int ip_send_locked(struct stack *stack, usec_t now, const struct ip_sending *sending);

/* Tells the protocol that sent the quoted datagram. */
void ip_report_locked(struct stack *stack, usec_t now, const struct ip_error *error);

/* To everybody: on this link, or of its prefix. */
bool ip_is_broadcast(const struct stack *stack, uint32_t ip);

/* An address that a neighbour may have. */
bool ip_is_neighbour(const struct stack *stack, uint32_t ip);

#endif
