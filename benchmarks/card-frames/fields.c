#include "CardFrames.h"
#include "CSystem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void card_begin(struct card_writer *writer) { writer->count = CARD_HEADER_BYTES; }

void card_put_bytes(struct card_writer *writer, const void *bytes, size_t count) {
    if (count > sizeof writer->bytes - writer->count) {
        fprintf(stderr, "a control payload is longer than %d bytes: a bug of the caller\n", CARD_CONTROL_PAYLOAD_BYTES);
        abort();
    }
    memcpy(writer->bytes + writer->count, bytes, count);
    writer->count += count;
}

void card_put8(struct card_writer *writer, uint8_t value) { card_put_bytes(writer, &value, 1); }

void card_put16(struct card_writer *writer, uint16_t value) {
    value = __builtin_bswap16(value);
    card_put_bytes(writer, &value, 2);
}

void card_put32(struct card_writer *writer, uint32_t value) {
    value = __builtin_bswap32(value);
    card_put_bytes(writer, &value, 4);
}

void card_put64(struct card_writer *writer, uint64_t value) {
    value = __builtin_bswap64(value);
    card_put_bytes(writer, &value, 8);
}

void card_put_text(struct card_writer *writer, const char *text) {
    size_t count = strnlen(text, 255);
    card_put8(writer, (uint8_t)count);
    card_put_bytes(writer, text, count);
}

void card_end(struct card_writer *writer, enum card_frame_type type, uint32_t sequence) {
    size_t payload_bytes = writer->count - CARD_HEADER_BYTES;
    struct card_header header = {
        .type = (uint8_t)type,
        .sequence = sequence,
        .payload_bytes = (uint32_t)payload_bytes,
        .payload_checksum = csystem_crc32c(0, writer->bytes + CARD_HEADER_BYTES, payload_bytes),
    };
    card_header_encode(writer->bytes, &header);
}

void card_get_bytes(struct card_reader *reader, void *bytes, size_t count) {
    if (reader->failed || count > reader->left) {
        reader->failed = true;
        memset(bytes, 0, count);
        return;
    }
    memcpy(bytes, reader->bytes, count);
    reader->bytes += count;
    reader->left -= count;
}

uint8_t card_get8(struct card_reader *reader) {
    uint8_t value;
    card_get_bytes(reader, &value, 1);
    return value;
}

uint16_t card_get16(struct card_reader *reader) {
    uint16_t value;
    card_get_bytes(reader, &value, 2);
    return __builtin_bswap16(value);
}

uint32_t card_get32(struct card_reader *reader) {
    uint32_t value;
    card_get_bytes(reader, &value, 4);
    return __builtin_bswap32(value);
}

uint64_t card_get64(struct card_reader *reader) {
    uint64_t value;
    card_get_bytes(reader, &value, 8);
    return __builtin_bswap64(value);
}

void card_get_text(struct card_reader *reader, char *text) {
    size_t count = card_get8(reader);
    card_get_bytes(reader, text, count);
    text[reader->failed ? 0 : count] = 0;
}

bool card_is_whole(const struct card_reader *reader) { return !reader->failed && reader->left == 0; }
