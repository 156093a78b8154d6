#include "pool.h"
#include "CardFrames.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 4096 };

void pool_make(struct pool *pool, uint32_t block_count, uint32_t block_bytes, uint32_t receiver_count) {
    size_t stride = (block_bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    uint8_t *memory = aligned_alloc(PAGE_BYTES, block_count * stride);
    *pool = (struct pool){
        .blocks = calloc(block_count, sizeof(struct block)),
        .block_count = block_count,
        .block_bytes = block_bytes,
        .receiver_count = receiver_count,
    };
    if (!memory || !pool->blocks) abort();
    for (uint32_t i = 0; i < block_count; i++) pool->blocks[i].bytes = memory + i * stride;
}

size_t pool_room(const struct pool *pool) {
    uint64_t in_use = pool->produced - pool->freed;
    if (in_use == pool->block_count) return 0;
    return (pool->block_count - in_use) * pool->block_bytes - pool_block(pool, pool->produced)->count;
}

static void publish(struct pool *pool) {
    struct block *block = pool_block(pool, pool->produced);
    block->offset = pool->image_bytes - block->count;
    block->checksum = card_section_checksum(block->offset, block->bytes, block->count);
    block->receivers_left = pool->receiver_count;
    pool->produced++;
}

void pool_write(struct pool *pool, const void *bytes, size_t count) {
    const uint8_t *from = bytes;
    while (count > 0) {
        struct block *block = pool_block(pool, pool->produced);
        size_t part = pool->block_bytes - block->count;
        if (part > count) part = count;
        memcpy(block->bytes + block->count, from, part);
        block->count += (uint32_t)part;
        pool->image_bytes += part;
        from += part;
        count -= part;
        if (block->count == pool->block_bytes) publish(pool);
    }
}

void pool_finish(struct pool *pool) {
    bool has_place = pool->produced - pool->freed < pool->block_count;
    if (has_place && pool_block(pool, pool->produced)->count > 0) publish(pool);
    pool->is_complete = true;
}

void pool_release(struct pool *pool, uint64_t number) {
    struct block *block = pool_block(pool, number);
    if (--block->receivers_left > 0) return;
    // Receivers take the blocks in order, so the blocks fall free in order too.
    block->count = 0;
    pool->freed++;
}
