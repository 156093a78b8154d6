#include "CardFrames.h"
#include "CSystem.h"
#include <string.h>

enum { MAGIC = 0x4C43, VERSION = 1 };

void card_store32(uint8_t *out, uint32_t value) {
    value = __builtin_bswap32(value);
    memcpy(out, &value, sizeof value);
}

void card_store64(uint8_t *out, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(out, &value, sizeof value);
}

static uint32_t load32(const uint8_t *in) {
    uint32_t value;
    memcpy(&value, in, sizeof value);
    return __builtin_bswap32(value);
}

void card_header_encode(uint8_t *out, const struct card_header *header) {
    card_store32(out, (uint32_t)MAGIC << 16 | VERSION << 8 | header->type);
    card_store32(out + 4, header->sequence);
    card_store32(out + 8, header->payload_bytes);
    card_store32(out + 12, header->payload_checksum);
    card_store32(out + 16, csystem_crc32c(0, out, 16));
}

static size_t payload_limit(uint8_t type) {
    switch (type) {
    case CARD_SECTION:
    case CARD_IMAGE_DATA: return CARD_OFFSET_BYTES + CARD_SECTION_BYTES;
    default: return CARD_CONTROL_PAYLOAD_BYTES;
    }
}

const char *card_header_decode(const uint8_t *in, uint32_t expected_sequence, struct card_header *header) {
    uint32_t first = load32(in);
    if (first >> 16 != MAGIC) return "the magic is not that of the card protocol";
    if ((first >> 8 & 0xFF) != VERSION) return "the protocol version is not 1";
    if (csystem_crc32c(0, in, 16) != load32(in + 16)) return "the header's checksum is wrong";
    header->type = (uint8_t)first;
    header->sequence = load32(in + 4);
    header->payload_bytes = load32(in + 8);
    header->payload_checksum = load32(in + 12);
    if (header->payload_bytes > payload_limit(header->type)) return "the payload is longer than its type allows";
    if (header->sequence != expected_sequence) return "a frame is out of sequence";
    return NULL;
}

uint32_t card_section_checksum(uint64_t offset, const void *bytes, size_t count) {
    uint8_t field[CARD_OFFSET_BYTES];
    card_store64(field, offset);
    return csystem_crc32c(csystem_crc32c(0, field, sizeof field), bytes, count);
}
