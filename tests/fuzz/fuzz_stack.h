/* How the octets of an input become the life of a host: each step is an octet for what happens and
 * the octets that it takes. fuzz_stack.c reads this, seeds.c writes it. */
#ifndef TESTS_FUZZ_FUZZ_STACK_H
#define TESTS_FUZZ_FUZZ_STACK_H

/* The first octet of an input: bits. */
enum stack_setting { SETTING_CUBIC = 1, SETTING_SMALL_BUFFERS = 2, SETTING_FEW_SOCKETS = 4 };

/* Taken modulo their number. A socket is the how-manieth opened, modulo SOCKETS. */
enum stack_step {
    STEP_SEGMENT,  /* from the peer: see below */
    STEP_FRAME,    /* length, octets: whatever they are */
    STEP_DATAGRAM, /* port (0 for the bound one), length */
    STEP_ERROR,    /* ICMP about a connection's segment: connection, type, code, MTU (2) */
    STEP_TIME,     /* 2 to the power of this, in microseconds */
    STEP_DEADLINE, /* until the next thing happens by itself */
    STEP_OPEN,     /* bit 0: datagrams */
    STEP_BIND,     /* socket, port (0: any, else 8080 and up) */
    STEP_LISTEN,   /* socket, backlog */
    STEP_ACCEPT,   /* socket */
    STEP_CONNECT,  /* socket, the peer's port (40000 and up) */
    STEP_SEND,     /* socket, flags, length (2) */
    STEP_RECV,     /* socket, flags, length (2) */
    STEP_SHUTDOWN, /* socket, bits: in, out */
    STEP_CLOSE,    /* socket */
    STEP_OPTION,   /* socket, option, value (2) */
    STEP_LOOK,     /* socket: name, info, an option, poll */
    STEPS,
};

enum { SOCKETS = 8 };

/* Of a segment: connection (255: none, but the peer's port that follows, to 8080), flags, what its
 * numbers are near (an octet: low half SEQ, high half ACK), their distance from there (2 and 2,
 * signed), window (2), options (bits), text's length. */
enum near_seq { NEAR_RCV_NXT, NEAR_RCV_RIGHT, NEAR_IRS, NEAR_NOTHING };
enum near_ack { NEAR_SND_NXT, NEAR_SND_UNA, NEAR_ISS, NEAR_ZERO };
enum segment_options {
    OPTION_MSS = 1,     /* 2 more octets */
    OPTION_WSCALE = 2,  /* 1 more */
    OPTION_SACK_OK = 4, /* SACK permitted */
    OPTION_TSTAMP = 8,  /* 1 more: its distance from the last one */
    OPTION_SACK = 16,   /* 2 more: a block's distance from SND.UNA, and its length, in 100 octets */
};

enum { NO_CONNECTION = 255 };

#endif
