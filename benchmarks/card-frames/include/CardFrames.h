// The card protocol (docs/card-protocol.md) in C, for the peers of the fan-out benchmark. Written from the document and
// not from the Swift codec, so that each also checks the other.
#ifndef CARDFRAMES_H
#define CARDFRAMES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CARD_HEADER_BYTES = 20,
    /// The offset in front of a section's bytes.
    CARD_OFFSET_BYTES = 8,
    /// The most bytes of the image in one section.
    CARD_SECTION_BYTES = 64 << 10,
    /// The most bytes of any payload that carries no part of the image.
    CARD_CONTROL_PAYLOAD_BYTES = 2048,
    CARD_DIGEST_BYTES = 32,
    /// Of Ed25519.
    CARD_SIGNATURE_BYTES = 64,
};

enum card_frame_type {
    CARD_HELLO = 0x01,
    CARD_START_DOWNLOAD = 0x02,
    CARD_SECTION = 0x03,
    CARD_END_DOWNLOAD = 0x04,
    CARD_ABORT = 0x05,
    CARD_READ_IMAGE = 0x06,
    CARD_ACTIVATE = 0x07,
    CARD_COMMIT = 0x08,
    CARD_ROLL_BACK = 0x09,
    CARD_IDENTITY = 0x81,
    CARD_DOWNLOAD_STARTED = 0x82,
    CARD_ACKNOWLEDGEMENT = 0x83,
    CARD_DOWNLOAD_RESULT = 0x84,
    CARD_ABORTED = 0x85,
    CARD_IMAGE_DATA = 0x86,
    CARD_ACTIVATING = 0x87,
    CARD_COMMITTED = 0x88,
    CARD_ROLLING_BACK = 0x89,
    CARD_REFUSAL = 0xFF,
};

enum card_refusal_code { CARD_INCOMPATIBLE = 1, CARD_IN_PROGRESS = 5, CARD_NOT_FOUND = 8 };

struct card_header {
    uint8_t type;
    uint32_t sequence;
    uint32_t payload_bytes;
    uint32_t payload_checksum;
};

/// Writes the 20 bytes of a header to `out`.
void card_header_encode(uint8_t *out, const struct card_header *header);
/// Reads and checks 20 bytes. Returns NULL, or what is wrong with them.
const char *card_header_decode(const uint8_t *in, uint32_t expected_sequence, struct card_header *header);
/// The payload checksum of a section.
uint32_t card_section_checksum(uint64_t offset, const void *bytes, size_t count);

void card_store32(uint8_t *out, uint32_t value);
void card_store64(uint8_t *out, uint64_t value);

/// A control frame being written: room for the header, then the fields.
struct card_writer {
    uint8_t bytes[CARD_HEADER_BYTES + CARD_CONTROL_PAYLOAD_BYTES];
    size_t count;
};

void card_begin(struct card_writer *writer);
void card_put8(struct card_writer *writer, uint8_t value);
void card_put16(struct card_writer *writer, uint16_t value);
void card_put32(struct card_writer *writer, uint32_t value);
void card_put64(struct card_writer *writer, uint64_t value);
/// At most 255 bytes; a longer text is cut.
void card_put_text(struct card_writer *writer, const char *text);
void card_put_bytes(struct card_writer *writer, const void *bytes, size_t count);
/// Fills the header in; `bytes` and `count` are the frame then.
void card_end(struct card_writer *writer, enum card_frame_type type, uint32_t sequence);

/// A payload being read. A field that is not there sets `failed` and reads as zero.
struct card_reader {
    const uint8_t *bytes;
    size_t left;
    bool failed;
};

uint8_t card_get8(struct card_reader *reader);
uint16_t card_get16(struct card_reader *reader);
uint32_t card_get32(struct card_reader *reader);
uint64_t card_get64(struct card_reader *reader);
/// `text` has room for 256 bytes; the text is ended by a zero.
void card_get_text(struct card_reader *reader, char *text);
void card_get_bytes(struct card_reader *reader, void *bytes, size_t count);
/// Whether all fields were there, and nothing follows them.
bool card_is_whole(const struct card_reader *reader);
#endif
