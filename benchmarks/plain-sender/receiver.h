#ifndef RECEIVER_H
#define RECEIVER_H
#include "CardFrames.h"
#include "CardSecurity.h"
#include "options.h"
#include "pool.h"
#include <stdbool.h>
#include <stdint.h>

enum receiver_state {
    RECEIVER_CONNECTS,
    RECEIVER_SHAKES_HANDS,
    RECEIVER_GREETS,
    RECEIVER_STARTS,
    RECEIVER_TAKES,
    RECEIVER_ENDS,
    RECEIVER_DONE,
};

/// One card: the CE's side of the card protocol over a non-blocking socket.
struct receiver {
    enum receiver_state state;
    int descriptor;
    /// NULL: the link is clear.
    SSL *session;
    struct sockaddr_in address;
    /// Known from epoll, edge-triggered: down after a short write or read until the next event.
    bool is_writable, is_readable;
    /// The end of the stream is among what is unread, so that a short read does not mean "nothing more".
    bool has_ended;
    uint32_t next_sequence, next_expected_sequence;
    uint64_t next_block;
    uint64_t programmed_bytes;
    uint32_t window_bytes;
    /// The section that is being written: its header and offset, and how much of them and of the block is gone.
    uint8_t head[CARD_HEADER_BYTES + CARD_OFFSET_BYTES];
    size_t section_sent;
    bool has_section;
    struct card_writer control;
    size_t control_sent;
    uint8_t input[CARD_HEADER_BYTES + CARD_CONTROL_PAYLOAD_BYTES];
    size_t input_count;
};

/// Starts to connect, and registers with epoll under `token`.
void receiver_connect(struct receiver *receiver, const struct sockaddr_in *address, int epoll, uint64_t token);
/// Does all that can be done now: takes replies, sends what the window allows. Ends the process on any failure.
void receiver_advance(struct receiver *receiver, struct pool *pool, const struct options *options);
#endif
