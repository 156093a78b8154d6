#ifndef CARD_H
#define CARD_H
#include "CardFrames.h"
#include "CardSecurity.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    /// How much a card takes beyond what is programmed, as every card says of itself.
    WINDOW_BYTES = 256 << 10,
    /// Replies that wait are sent when they are so many bytes, and at the end of a turn.
    FLUSH_BYTES = 1024,
    /// Room for those, and for the answers to one input full of the smallest sections or requests.
    OUTPUT_BYTES = 8192,
};

struct session;

/// One card of the shelf: a slot. It remembers who downloads to it now, and its epoch.
struct card {
    uint16_t slot;
    /// Grows with every start and every abort that ended something. A sink's does not survive its program.
    uint64_t epoch;
    /// Its links' security; NULL: they are clear.
    SSL_CTX *security;
    struct session *downloader;
};

/// One connection to a card, and the card's side of the card protocol on it.
struct session {
    int descriptor;
    struct card *card;
    /// NULL: the link is clear.
    SSL *security;
    bool has_shaken_hands;
    bool has_greeted;
    uint32_t next_sequence, next_expected_sequence;
    /// The download that runs, if `card->downloader` is this session.
    uint8_t digest[CARD_DIGEST_BYTES];
    uint64_t image_bytes, programmed_bytes;
    uint32_t section_bytes;
    /// What has arrived and is not used yet: at most one control frame, or a section's header and offset.
    uint8_t input[CARD_HEADER_BYTES + CARD_CONTROL_PAYLOAD_BYTES];
    size_t input_count;
    /// How much of the section's bytes is still to come.
    size_t section_left;
    uint32_t section_count;
    /// Replies that the socket has not taken yet.
    uint8_t output[OUTPUT_BYTES];
    size_t output_count;
};

/// Takes what has arrived and answers it. Returns NULL, or why the connection must end.
const char *session_advance(struct session *session);
/// Sends the replies that wait. Returns NULL, or why the connection must end.
const char *session_flush(struct session *session);
#endif
