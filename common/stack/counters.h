/* What a host counts, and the reasons it has for throwing something away. Pure. */
#ifndef STACK_COUNTERS_H
#define STACK_COUNTERS_H

#include <stdint.h>

/* Why something came to nothing. Received, unless it says sent. */
enum stack_drop {
    DROP_LINK_OVERRUN, /* the device had no more room for frames that nobody took; no event */
    DROP_ETHERNET_SHORT,
    DROP_ETHERNET_NOT_FOR_US, /* another station's frame, or a multicast */
    DROP_ETHERNET_SOURCE,     /* from our own address, or from a group */
    DROP_ETHERNET_TYPE,       /* neither ARP nor IPv4 */
    DROP_ARP_MALFORMED,
    DROP_ARP_SENDER,   /* what it says about its sender cannot be */
    DROP_ARP_CONFLICT, /* somebody else claims our address */
    DROP_ARP_UNASKED,  /* an answer to nobody's question */
    DROP_ARP_FULL,     /* no place left for what it tells */
    DROP_IP_SHORT,
    DROP_IP_VERSION,
    DROP_IP_HEADER_LEN,
    DROP_IP_TOTAL_LEN,
    DROP_IP_CHECKSUM,
    DROP_IP_SOURCE,     /* no host can have that address */
    DROP_IP_OWN_SOURCE, /* from our own address: the land attack among them */
    DROP_IP_NOT_FOR_US,
    DROP_IP_FRAGMENT, /* nothing is put together here */
    DROP_IP_PROTOCOL,
    DROP_ICMP_SHORT,
    DROP_ICMP_CHECKSUM,
    DROP_ICMP_QUOTE, /* an error that does not say about what */
    DROP_ICMP_TYPE,  /* nothing to us */
    DROP_UDP_SHORT,
    DROP_UDP_LEN,
    DROP_UDP_CHECKSUM,
    DROP_UDP_PORT, /* nobody there */
    DROP_UDP_FULL, /* the socket's queue is */
    DROP_TCP_SHORT,
    DROP_TCP_OFFSET,
    DROP_TCP_CHECKSUM,
    DROP_TCP_OPTION,
    DROP_TCP_BROADCAST, /* a connection has one peer */
    DROP_TCP_PORT,      /* nobody there */
    DROP_TCP_SYN_QUEUE_FULL,
    DROP_TCP_ACCEPT_QUEUE_FULL,
    DROP_NO_MEMORY,
    DROP_SENT_ICMP_LIMIT,   /* enough errors for now */
    DROP_SENT_NO_NEIGHBOUR, /* nobody answered ARP */
    DROP_SENT_WAITING_FULL, /* too many wait for ARP's answer */
    DROP_SENT_LINK_FULL,    /* the device had no room or failed */
    STACK_DROPS
};

struct stack_counters {
    uint64_t frames_in, frames_out;
    uint64_t datagrams_in, datagrams_out; /* IPv4, as handed to and taken from ICMP, UDP, TCP */
    uint64_t echoes_answered;
    uint64_t resets_sent;                 /* for segments that belong to no connection */
    uint64_t cookies_sent, cookies_taken; /* SYN-ACKs that nothing is remembered of, and answers */
    uint64_t connections;                 /* TCP's, alive now, whoever holds them */
    uint64_t events_lost; /* that found no room in a connection's journal: 0, or a bug */
    uint64_t dropped[STACK_DROPS];
};

/* The reason in words, for the event log: "IPv4: bad header checksum". */
const char *stack_drop_name(enum stack_drop reason);

#endif
