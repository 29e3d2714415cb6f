/* The judge runs an impairment script: sees every frame that enters, says what the rules want done
 * with it, and tells when a rule about the wire itself comes into force. Pure but for the memory
 * taken by judge_new. */
#ifndef WIRE_JUDGE_H
#define WIRE_JUDGE_H

#include "wire/script.h"
#include "wire/verdict.h"

struct judge;

/* Returns 0, -ENOMEM, or -EINVAL with the script's mistake. Keeps a copy of `text`. */
int judge_new(struct judge **out, const char *text, struct fault *fault);
void judge_free(struct judge *judge);

/* Times of the script count from `now`, the first call that comes; later ones do nothing. */
void judge_begin(struct judge *judge, usec_t now);

/* Adds to the verdict on a frame entering at `now`. */
void judge_frame(struct judge *judge, usec_t now, enum wire_dir dir, struct span bytes,
                 struct verdict *verdict);

/* When the next rule about the wire comes into force by its time; NEVER when there is none. */
usec_t judge_deadline(const struct judge *judge);

/* The next rule about the wire that has come into force, each once, in the order of their
 * times; NULL when there is none. */
const struct rule *judge_next_change(struct judge *judge, usec_t now);

#endif
