#ifndef TALKOVER_ALLOCATIONS_H
#define TALKOVER_ALLOCATIONS_H

#include <stdint.h>

/// Blocks asked of the heap since the process began, by any of its functions; growing one counts.
uint64_t talkover_allocations(void);

#endif
