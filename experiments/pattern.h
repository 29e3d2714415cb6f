/* Octets of which one that is lost, doubled or in the wrong place shows. */
#ifndef EXPERIMENTS_PATTERN_H
#define EXPERIMENTS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void pattern_fill(uint8_t *octets, size_t len);
bool pattern_holds(const uint8_t *octets, size_t len);

#endif
