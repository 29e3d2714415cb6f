/* One captured TCP segment field by field, laid out as RFC 9293 section 3.1 has it: 32 bits in a
 * row, in each field its name and its value, and on the right the octets as they were sent. */
#ifndef TRACE_DISSECT_H
#define TRACE_DISSECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "packet/frame.h"

/* What is in the header, and in no structure that parsing fills. */
struct dissection {
    uint8_t data_offset; /* in words of four octets */
    uint8_t reserved;    /* four bits */
    uint16_t checksum;   /* as sent */
    bool checksum_right;
    uint32_t ip_total_len, ip_header_len, header_len; /* octets */
};

/* Takes a frame of the kind FRAME_TCP. */
struct dissection dissect(const struct frame_view *frame);

/* The segment's options in their order: "MSS 1460, SACK permitted, no-operation". What does not fit
 * is cut off. */
void dissect_options(const struct frame_view *frame, char *out, size_t size);

struct dissect_page {
    FILE *out;
    bool ascii, color, chinese;
};

/* Draws it, in at most 80 columns. */
void dissect_print(const struct dissect_page *page, const struct frame_view *frame);

#endif
