/* The words that several views share: names of flags, fates and marks, and addresses. */
#ifndef TRACE_WORDS_H
#define TRACE_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* A bit and its name; a table of them ends with a NULL name. */
struct bit_name {
    unsigned bit;
    const char *name;
};

extern const struct bit_name fate_names[]; /* "drop", "dup", ... of enum event_fate */
extern const struct bit_name mark_names[]; /* "retransmission", ... of enum track_mark */

enum {
    FLAGS_TEXT_MAX = 40,   /* "SYN+FIN+RST+PSH+URG+ECE+CWR+ACK" and the end */
    ADDRESS_TEXT_MAX = 24, /* "255.255.255.255:65535" and the end */
};

/* "SYN+ACK", "none". */
const char *flags_text(uint8_t flags, char out[static FLAGS_TEXT_MAX]);

/* "10.0.0.1:8080"; without the port when that is negative. */
const char *address_text(uint32_t ip, int port, char out[static ADDRESS_TEXT_MAX]);

#endif
