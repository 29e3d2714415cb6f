/* Packets in packetdrill's notation: "S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 8>". */
#ifndef TESTS_PACKETDRILL_READ_PACKET_H
#define TESTS_PACKETDRILL_READ_PACKET_H

#include "tests/packetdrill/cursor.h"
#include "tests/packetdrill/script.h"

/* What stands behind < or >. False: the cursor's fault says why. */
bool read_packet(struct cursor *c, struct script_packet *out);

#endif
