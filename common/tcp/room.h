/* How much memory things begin with, and may take: constants that params.h includes. Pure. */
#ifndef TCP_ROOM_H
#define TCP_ROOM_H

/* A host's choices, on which the RFCs are silent: sizes that a teaching host can afford. Those that
 * start lie inside the TCB and serve an idle connection. */
#define MTU_DEFAULT          1500          /* Ethernet (RFC 894) */
#define BUFFER_LIMIT_DEFAULT (1024 * 1024) /* no RFC: SO_SNDBUF, SO_RCVBUF; taken when filled */
#define BUFFER_START         4096          /* no RFC: first memory asked for; doubles from there */
#define SENT_RANGES_MAX      16384         /* no RFC: entries in the record of what was sent */
#define SENT_RANGES_START    4             /* no RFC */
#define REASM_RANGES_MAX     512           /* no RFC: holes the receiver remembers */
#define REASM_RANGES_START   4             /* no RFC */

#endif
