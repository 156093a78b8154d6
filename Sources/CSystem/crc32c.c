#include "CSystem.h"
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define POLYNOMIAL 0x82F63B78u

/// Slicing by eight: tables[k][b] is the CRC of byte b followed by k zero bytes.
static uint32_t tables[8][256];

/// Only when they are needed: 8 KiB is much for a line card, which has the instruction.
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void fill_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
        tables[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; byte++)
        for (int k = 1; k < 8; k++) tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xFF];
}

uint32_t csystem_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&tables_once, fill_tables);
    const uint8_t *p = bytes;
    crc = ~crc;
    for (; count >= 8; count -= 8, p += 8) {
        uint32_t low = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        crc = tables[7][low & 0xFF] ^ tables[6][low >> 8 & 0xFF] ^ tables[5][low >> 16 & 0xFF] ^ tables[4][low >> 24] ^
              tables[3][p[4]] ^ tables[2][p[5]] ^ tables[1][p[6]] ^ tables[0][p[7]];
    }
    while (count--) crc = (crc >> 8) ^ tables[0][(crc ^ *p++) & 0xFF];
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

/// Three parts of so many bytes are computed at once: the instruction takes three cycles, and the processor begins one in each.
#define LANE_BYTES 1024

/// Asked and filled before main, so that threads only read them.
static bool has_sse42;
/// What becomes of each half byte of a checksum when LANE_BYTES zeros follow it. A checksum is linear: that of two parts is the first one's,
/// moved on by the second part's length, exclusive-or the second one's.
static uint32_t lane_table[8][16];

__attribute__((target("sse4.2"))) static void fill_lane_table(void) {
    for (int half = 0; half < 8; half++) {
        for (uint32_t value = 0; value < 16; value++) {
            uint64_t state = value << (4 * half);
            for (int word = 0; word < LANE_BYTES / 8; word++) state = _mm_crc32_u64(state, 0);
            lane_table[half][value] = (uint32_t)state;
        }
    }
}

__attribute__((constructor)) static void ask_processor(void) {
    __builtin_cpu_init();
    has_sse42 = __builtin_cpu_supports("sse4.2");
    if (has_sse42) fill_lane_table();
}

static uint32_t past_lane(uint32_t crc) {
    uint32_t result = 0;
    for (int half = 0; half < 8; half++) result ^= lane_table[half][crc >> (4 * half) & 0xF];
    return result;
}

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    uint64_t state = (uint32_t)~crc;
    for (; count >= 3 * LANE_BYTES; count -= 3 * LANE_BYTES, p += 3 * LANE_BYTES) {
        uint64_t second = 0, third = 0;
        for (size_t offset = 0; offset < LANE_BYTES; offset += 8) {
            uint64_t words[3];
            memcpy(&words[0], p + offset, 8);
            memcpy(&words[1], p + offset + LANE_BYTES, 8);
            memcpy(&words[2], p + offset + 2 * LANE_BYTES, 8);
            state = _mm_crc32_u64(state, words[0]);
            second = _mm_crc32_u64(second, words[1]);
            third = _mm_crc32_u64(third, words[2]);
        }
        state = past_lane(past_lane((uint32_t)state) ^ (uint32_t)second) ^ (uint32_t)third;
    }
    for (; count >= 8; count -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        state = _mm_crc32_u64(state, word);
    }
    uint32_t result = (uint32_t)state;
    while (count--) result = _mm_crc32_u8(result, *p++);
    return ~result;
}

uint32_t csystem_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return has_sse42 ? crc32c_sse42(crc, bytes, count) : csystem_crc32c_portable(crc, bytes, count);
}
#else
uint32_t csystem_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return csystem_crc32c_portable(crc, bytes, count);
}
#endif
