/* The reasons, in words. Those that a parser found are worded as the parsers word them. */
#include "stack/counters.h"

#include <stddef.h>

static const char *const names[STACK_DROPS] = {
    [DROP_LINK_OVERRUN] = "link: frames came faster than they were taken",
    [DROP_ETHERNET_SHORT] = "Ethernet: shorter than a header",
    [DROP_ETHERNET_NOT_FOR_US] = "Ethernet: for another station",
    [DROP_ETHERNET_SOURCE] = "Ethernet: impossible source",
    [DROP_ETHERNET_TYPE] = "Ethernet: unknown type",
    [DROP_ARP_MALFORMED] = "ARP: malformed",
    [DROP_ARP_SENDER] = "ARP: impossible sender",
    [DROP_ARP_CONFLICT] = "ARP: our address claimed by another",
    [DROP_ARP_UNASKED] = "ARP: answer to no question",
    [DROP_ARP_FULL] = "ARP: cache full",
    [DROP_IP_SHORT] = "IPv4: shorter than a header",
    [DROP_IP_VERSION] = "IPv4: version is not 4",
    [DROP_IP_HEADER_LEN] = "IPv4: bad header length",
    [DROP_IP_TOTAL_LEN] = "IPv4: bad total length",
    [DROP_IP_CHECKSUM] = "IPv4: bad header checksum",
    [DROP_IP_SOURCE] = "IPv4: impossible source",
    [DROP_IP_OWN_SOURCE] = "IPv4: our own source address",
    [DROP_IP_NOT_FOR_US] = "IPv4: for another host",
    [DROP_IP_FRAGMENT] = "IPv4: fragment",
    [DROP_IP_PROTOCOL] = "IPv4: unknown protocol",
    [DROP_ICMP_SHORT] = "ICMP: shorter than a header",
    [DROP_ICMP_CHECKSUM] = "ICMP: bad checksum",
    [DROP_ICMP_QUOTE] = "ICMP: error about nothing of ours",
    [DROP_ICMP_TYPE] = "ICMP: nothing to us",
    [DROP_UDP_SHORT] = "UDP: shorter than a header",
    [DROP_UDP_LEN] = "UDP: bad length",
    [DROP_UDP_CHECKSUM] = "UDP: bad checksum",
    [DROP_UDP_PORT] = "UDP: nobody at this port",
    [DROP_UDP_FULL] = "UDP: queue full",
    [DROP_TCP_SHORT] = "TCP: shorter than a header",
    [DROP_TCP_OFFSET] = "TCP: bad data offset",
    [DROP_TCP_CHECKSUM] = "TCP: bad checksum",
    [DROP_TCP_OPTION] = "TCP: bad option length",
    [DROP_TCP_BROADCAST] = "TCP: broadcast",
    [DROP_TCP_PORT] = "TCP: nobody at this port",
    [DROP_TCP_SYN_QUEUE_FULL] = "TCP: SYN queue full",
    [DROP_TCP_ACCEPT_QUEUE_FULL] = "TCP: accept queue full",
    [DROP_NO_MEMORY] = "no memory",
    [DROP_SENT_ICMP_LIMIT] = "not sent: ICMP errors are limited",
    [DROP_SENT_NO_NEIGHBOUR] = "not sent: nobody answers ARP",
    [DROP_SENT_WAITING_FULL] = "not sent: too many wait for ARP",
    [DROP_SENT_LINK_FULL] = "not sent: the link is full",
};

const char *stack_drop_name(enum stack_drop reason)
{
    return names[reason];
}
