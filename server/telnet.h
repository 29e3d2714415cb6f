/* Telnet's commands in a stream of text (RFC 854): octet 255 says that the next ones are no text
 * but offers and requests to change how both sides behave. Whoever has no option to offer may
 * refuse every one of them, and has to (RFC 854: the default is what everybody understands). Pure.
 */
#ifndef SERVER_TELNET_H
#define SERVER_TELNET_H

#include <stdint.h>

enum { TELNET_REFUSAL = 3 };

enum telnet_sense {
    TELNET_TEXT,    /* the octet belongs to the text */
    TELNET_NOTHING, /* it belongs to a command, or is the NUL behind a CR: pass it over */
    TELNET_REFUSE,  /* it ends a request: send the refusal */
};

/* One direction; begins zeroed. */
struct telnet {
    enum { TELNET_PLAIN, TELNET_COMMAND, TELNET_OPTION, TELNET_INSIDE, TELNET_INSIDE_COMMAND } at;
    uint8_t command;
    uint8_t refusal[TELNET_REFUSAL]; /* after TELNET_REFUSE */
};

/* The next octet of the stream, however that was cut. */
enum telnet_sense telnet_on_octet(struct telnet *telnet, uint8_t octet);

#endif
