#include "requests.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/// What one look at a connection may take, so that one sender cannot keep the others waiting.
enum { BYTES_PER_TURN = 1 << 20, RECORD_BYTES = 16 << 10 };

/// Uses as much of the input as it can. Returns NULL, or why the connection must end.
static const char *take_input(struct session *session) {
    size_t start = 0;
    const char *wrong = NULL;
    while (!wrong) {
        size_t left = session->input_count - start;
        const uint8_t *at = session->input + start;
        if (session->section_count > 0) {
            size_t part = left < session->section_left ? left : session->section_left;
            session->section_left -= part;
            start += part;
            if (session->section_left > 0) break;
            wrong = end_section(session);
            continue;
        }
        struct card_header header;
        if (left < CARD_HEADER_BYTES) break;
        wrong = card_header_decode(at, session->next_expected_sequence, &header);
        if (wrong) break;
        bool is_section = header.type == CARD_SECTION;
        size_t needed = CARD_HEADER_BYTES + (is_section ? CARD_OFFSET_BYTES : header.payload_bytes);
        // No frame from the CE but a section is longer than the input has room for.
        if (needed > sizeof session->input) return "a frame is longer than any that the CE sends";
        if (left < needed) break;
        session->next_expected_sequence++;
        start += needed;
        wrong = is_section ? begin_section(session, &header, at + CARD_HEADER_BYTES)
                           : answer(session, &header, at + CARD_HEADER_BYTES);
    }
    session->input_count -= start;
    memmove(session->input, session->input + start, session->input_count);
    return wrong;
}

static ssize_t put(struct session *session) {
    if (session->security) return card_security_send(session->security, session->output, session->output_count);
    ssize_t count = send(session->descriptor, session->output, session->output_count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? -errno : count;
}

/// A section's bytes are discarded in the kernel (MSG_TRUNC, tcp(7)): a card that keeps nothing needs no copy.
static ssize_t take(struct session *session, void *to, size_t room, bool discards) {
    static uint8_t scratch[RECORD_BYTES];
    if (session->security)
        return card_security_receive(
            session->security, discards ? scratch : to, discards && room > sizeof scratch ? sizeof scratch : room);
    ssize_t count = recv(session->descriptor, to, room, MSG_DONTWAIT | (discards ? MSG_TRUNC : 0));
    return count < 0 ? -errno : count;
}

/// More is there than the socket shows.
static bool has_decrypted(const struct session *session) {
    return session->security && SSL_pending(session->security) > 0;
}

const char *session_flush(struct session *session) {
    if (session->output_count == 0) return NULL;
    ssize_t count = put(session);
    if (count < 0) return count == -EAGAIN ? NULL : strerror((int)-count);
    session->output_count -= (size_t)count;
    memmove(session->output, session->output + count, session->output_count);
    return NULL;
}

const char *session_advance(struct session *session) {
    if (session->security && !session->has_shaken_hands) {
        int status = card_security_shake_hands(session->security);
        if (status < 0) return status == -EAGAIN ? NULL : "no handshake";
        session->has_shaken_hands = true;
    }
    for (size_t taken = 0; taken < BYTES_PER_TURN || has_decrypted(session);) {
        bool discards = session->section_left > 0;
        size_t room = discards ? session->section_left : sizeof session->input - session->input_count;
        void *to = discards ? NULL : session->input + session->input_count;
        ssize_t count = take(session, to, room, discards);
        if (count == 0) return "the CE has closed the connection";
        if (count == -EAGAIN) break;
        if (count < 0) return strerror((int)-count);
        taken += (size_t)count;
        const char *wrong = NULL;
        if (discards) {
            session->section_left -= (size_t)count;
            if (session->section_left == 0) wrong = end_section(session);
        } else {
            session->input_count += (size_t)count;
            wrong = take_input(session);
        }
        if (!wrong && session->output_count >= FLUSH_BYTES) wrong = session_flush(session);
        if (wrong) return wrong;
        // A session gives a record at a time.
        if (!session->security && (size_t)count < room) break;
        if (session->output_count >= FLUSH_BYTES) break;
    }
    return session_flush(session);
}
