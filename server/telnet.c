/* A command is 255 and what to do, and for four of them what it is about; what stands between SB
 * and SE is about an option that was never agreed on, and is passed over. */
#include "server/telnet.h"

enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254, IAC = 255 };

static enum telnet_sense on_command(struct telnet *telnet, uint8_t octet)
{
    telnet->at = TELNET_PLAIN;
    telnet->command = octet;
    switch (octet) {
    case IAC: /* twice: the octet itself */
        return TELNET_TEXT;
    case WILL:
    case WONT:
    case DO:
    case DONT:
        telnet->at = TELNET_OPTION;
        return TELNET_NOTHING;
    case SB:
        telnet->at = TELNET_INSIDE;
        return TELNET_NOTHING;
    default: /* complete: "are you there?", "go ahead" and the like */
        return TELNET_NOTHING;
    }
}

/* What is off already is not to be acknowledged, or both sides would never stop (RFC 854). */
static enum telnet_sense on_option(struct telnet *telnet, uint8_t option)
{
    telnet->at = TELNET_PLAIN;
    if (telnet->command != WILL && telnet->command != DO)
        return TELNET_NOTHING;
    telnet->refusal[0] = IAC;
    telnet->refusal[1] = telnet->command == WILL ? DONT : WONT;
    telnet->refusal[2] = option;
    return TELNET_REFUSE;
}

enum telnet_sense telnet_on_octet(struct telnet *telnet, uint8_t octet)
{
    switch (telnet->at) {
    case TELNET_COMMAND:
        return on_command(telnet, octet);
    case TELNET_OPTION:
        return on_option(telnet, octet);
    case TELNET_INSIDE:
        telnet->at = octet == IAC ? TELNET_INSIDE_COMMAND : TELNET_INSIDE;
        return TELNET_NOTHING;
    case TELNET_INSIDE_COMMAND:
        telnet->at = octet == SE ? TELNET_PLAIN : TELNET_INSIDE;
        return TELNET_NOTHING;
    case TELNET_PLAIN:
        break;
    }
    if (octet == IAC)
        telnet->at = TELNET_COMMAND;
    return octet == IAC || octet == '\0' ? TELNET_NOTHING : TELNET_TEXT;
}
