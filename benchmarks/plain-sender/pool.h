#ifndef POOL_H
#define POOL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One buffer's worth of the image.
struct block {
    uint8_t *bytes;
    uint64_t offset;
    uint32_t count;
    /// Of the section's payload; computed once for all receivers.
    uint32_t checksum;
    uint32_t receivers_left;
};

/// A ring of blocks: memory taken once. Block number n of the image lies in place n modulo `block_count`.
struct pool {
    struct block *blocks;
    uint32_t block_count;
    uint32_t block_bytes;
    uint32_t receiver_count;
    /// Blocks that are full, and of these the ones that every receiver has accepted.
    uint64_t produced, freed;
    /// The whole image has been produced.
    bool is_complete;
    uint64_t image_bytes;
};

void pool_make(struct pool *pool, uint32_t block_count, uint32_t block_bytes, uint32_t receiver_count);
/// How many bytes `pool_write` would take now.
size_t pool_room(const struct pool *pool);
/// Appends to the image; `count` is at most `pool_room`.
void pool_write(struct pool *pool, const void *bytes, size_t count);
/// The image ends here.
void pool_finish(struct pool *pool);
/// One receiver has accepted the block with this number.
void pool_release(struct pool *pool, uint64_t number);

static inline struct block *pool_block(const struct pool *pool, uint64_t number) {
    return &pool->blocks[number % pool->block_count];
}
#endif
