#include "requests.h"
#include "CSystem.h"
#include <stdio.h>
#include <string.h>

/// What an instance has room for, in bytes: more than any benchmark sends.
static const uint64_t instance_capacity_bytes = (uint64_t)1 << 40;

static const char *reply(struct session *session, struct card_writer *writer, enum card_frame_type type) {
    card_end(writer, type, session->next_sequence++);
    if (writer->count > sizeof session->output - session->output_count) return "more replies than one input can ask for: a bug of the sink";
    memcpy(session->output + session->output_count, writer->bytes, writer->count);
    session->output_count += writer->count;
    return NULL;
}

static const char *refuse(struct session *session, const struct card_header *header, int code, const char *text) {
    struct card_writer writer;
    card_begin(&writer);
    card_put8(&writer, (uint8_t)code);
    card_put32(&writer, header->sequence);
    card_put_text(&writer, text);
    return reply(session, &writer, CARD_REFUSAL);
}

static void put_instance(struct card_writer *writer, uint8_t flags, const char *version) {
    static const uint8_t no_digest[CARD_DIGEST_BYTES];
    card_put8(writer, flags);
    card_put_text(writer, version);
    card_put64(writer, 0);
    card_put_bytes(writer, no_digest, sizeof no_digest);
}

/// A sink's flash has no limit and no bad blocks.
static void put_no_wear(struct card_writer *writer) {
    card_put32(writer, 0);
    card_put32(writer, 0);
    card_put16(writer, 0);
    card_put16(writer, 0);
}

static const char *greet(struct session *session, struct card_reader *reader) {
    char text[256];
    struct card_writer writer;
    card_get_text(reader, text);
    if (!card_is_whole(reader)) return "a malformed hello";
    session->has_greeted = true;
    snprintf(text, sizeof text, "SINK%04u", session->card->slot);
    card_begin(&writer);
    card_put16(&writer, session->card->slot);
    card_put_text(&writer, "sink");
    card_put_text(&writer, text);
    card_put_text(&writer, "0");
    card_put64(&writer, session->card->epoch);
    card_put64(&writer, 0);
    card_put32(&writer, CARD_SECTION_BYTES);
    card_put32(&writer, WINDOW_BYTES);
    card_put64(&writer, instance_capacity_bytes);
    put_instance(&writer, 7, "0");
    put_instance(&writer, 0, "");
    put_no_wear(&writer);
    card_put_text(&writer, "");
    card_put8(&writer, 0);
    card_put8(&writer, 0);
    return reply(session, &writer, CARD_IDENTITY);
}

/// Reads a manifest's statement (docs/manifest.md, section 2) as far as a sink needs it. A sink checks no signature.
static void read_statement(struct session *session, struct card_reader *reader, char *card_type) {
    static const uint8_t head[] = {'S', 'I', 'M', 'F', 1};
    uint8_t found[sizeof head], digest[CARD_DIGEST_BYTES];
    char text[256];
    card_get_bytes(reader, found, sizeof found);
    if (memcmp(found, head, sizeof head) != 0) reader->failed = true;
    card_get_text(reader, card_type);
    card_get_text(reader, text);
    for (int revisions = card_get8(reader); revisions > 0; revisions--) card_get_text(reader, text);
    card_get64(reader);
    card_get64(reader);
    card_get64(reader);
    session->image_bytes = card_get64(reader);
    card_get_bytes(reader, session->digest, sizeof session->digest);
    if (card_get32(reader) > 0) card_get_bytes(reader, digest, sizeof digest);
}

static const char *start(struct session *session, const struct card_header *header, struct card_reader *reader) {
    char card_type[256];
    uint8_t bytes[CARD_CONTROL_PAYLOAD_BYTES];
    struct card_writer writer;
    session->section_bytes = card_get32(reader);
    card_get64(reader);
    uint64_t epoch = card_get64(reader);
    struct card_reader statement = {.bytes = bytes, .left = card_get16(reader)};
    if (statement.left > sizeof bytes) return "a malformed start";
    card_get_bytes(reader, bytes, statement.left);
    for (int signatures = card_get8(reader); signatures > 0; signatures--) {
        uint8_t signature[CARD_SIGNATURE_BYTES];
        card_get64(reader);
        card_get_bytes(reader, signature, sizeof signature);
    }
    if (!card_is_whole(reader) || epoch == 0 || session->section_bytes == 0 || session->section_bytes > CARD_SECTION_BYTES)
        return "a malformed start";
    read_statement(session, &statement, card_type);
    if (!card_is_whole(&statement)) return "a malformed manifest";
    if (session->card->downloader == session) return "a start while a download runs";
    if (session->card->downloader) return refuse(session, header, CARD_IN_PROGRESS, "another connection downloads");
    if (epoch != session->card->epoch) return refuse(session, header, CARD_IN_PROGRESS, "the epoch has changed");
    if (strcmp(card_type, "sink") != 0) return refuse(session, header, CARD_INCOMPATIBLE, "this card is a sink");
    session->card->downloader = session;
    session->card->epoch++;
    session->programmed_bytes = 0;
    card_begin(&writer);
    card_put8(&writer, 1);
    card_put64(&writer, 0);
    card_put32(&writer, WINDOW_BYTES);
    return reply(session, &writer, CARD_DOWNLOAD_STARTED);
}

static const char *end(struct session *session, struct card_reader *reader) {
    struct card_writer writer;
    uint64_t image_bytes = card_get64(reader);
    if (!card_is_whole(reader)) return "a malformed end";
    if (session->card->downloader != session) return "an end without a start";
    if (image_bytes != session->image_bytes || session->programmed_bytes != image_bytes)
        return "an end before the last section";
    session->card->downloader = NULL;
    card_begin(&writer);
    card_put8(&writer, 1);
    card_put64(&writer, image_bytes);
    card_put_bytes(&writer, session->digest, sizeof session->digest);
    card_put64(&writer, session->card->epoch);
    return reply(session, &writer, CARD_DOWNLOAD_RESULT);
}

static const char *give_up(struct session *session, struct card_reader *reader) {
    char text[256];
    struct card_writer writer;
    uint64_t epoch = card_get64(reader);
    card_get_text(reader, text);
    if (!card_is_whole(reader)) return "a malformed abort";
    if (epoch != 0) return "an abort of another connection's download, which a sink does not know";
    // An abort that crossed the result is answered too.
    if (session->card->downloader == session) {
        session->card->downloader = NULL;
        session->card->epoch++;
    }
    card_begin(&writer);
    card_put64(&writer, session->card->epoch);
    return reply(session, &writer, CARD_ABORTED);
}

const char *answer(struct session *session, const struct card_header *header, const uint8_t *payload) {
    struct card_reader reader = {.bytes = payload, .left = header->payload_bytes};
    if (csystem_crc32c(0, payload, header->payload_bytes) != header->payload_checksum)
        return "a payload's checksum is wrong";
    if (session->has_greeted == (header->type == CARD_HELLO)) return "hello is the first frame, and comes once";
    switch (header->type) {
    case CARD_HELLO: return greet(session, &reader);
    case CARD_START_DOWNLOAD: return start(session, header, &reader);
    case CARD_END_DOWNLOAD: return end(session, &reader);
    case CARD_ABORT: return give_up(session, &reader);
    case CARD_READ_IMAGE: return refuse(session, header, CARD_NOT_FOUND, "a sink keeps no image");
    case CARD_ACTIVATE:
    case CARD_COMMIT:
    case CARD_ROLL_BACK:
        if (session->card->downloader == session) return "a request that no download allows";
        return refuse(session, header, CARD_NOT_FOUND, "a sink keeps no image");
    default: return "a frame that the CE does not send";
    }
}

const char *begin_section(struct session *session, const struct card_header *header, const uint8_t *offset) {
    struct card_reader reader = {.bytes = offset, .left = CARD_OFFSET_BYTES};
    if (session->card->downloader != session) return "a section without a start";
    uint64_t left = session->image_bytes - session->programmed_bytes;
    uint64_t expected = left < session->section_bytes ? left : session->section_bytes;
    if (card_get64(&reader) != session->programmed_bytes) return "a section with another offset than the next one";
    if (expected == 0 || header->payload_bytes != CARD_OFFSET_BYTES + expected) return "a section with a wrong length";
    session->section_count = (uint32_t)expected;
    session->section_left = expected;
    return NULL;
}

const char *end_section(struct session *session) {
    struct card_writer writer;
    session->programmed_bytes += session->section_count;
    session->section_count = 0;
    card_begin(&writer);
    card_put64(&writer, session->programmed_bytes);
    card_put32(&writer, WINDOW_BYTES);
    return reply(session, &writer, CARD_ACKNOWLEDGEMENT);
}
