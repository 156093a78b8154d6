#define _GNU_SOURCE
#include "receiver.h"
#include "CSystem.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/// SO_SNDBUF, socket(7): as much as ce allows the kernel for each card.
enum { SEND_BUFFER_BYTES = 128 << 10 };

__attribute__((format(printf, 2, 3))) static _Noreturn void fail(
    const struct receiver *receiver, const char *format, ...) {
    char host[INET_ADDRSTRLEN];
    va_list arguments;
    va_start(arguments, format);
    inet_ntop(AF_INET, &receiver->address.sin_addr, host, sizeof host);
    fprintf(stderr, "plain-sender: card %s:%d: ", host, ntohs(receiver->address.sin_port));
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

void receiver_connect(struct receiver *receiver, const struct sockaddr_in *address, int epoll, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = token};
    int one = 1, send_buffer = SEND_BUFFER_BYTES;
    receiver->address = *address;
    receiver->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (receiver->descriptor < 0) fail(receiver, "socket: %s", strerror(errno));
    setsockopt(receiver->descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(receiver->descriptor, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    if (connect(receiver->descriptor, (const struct sockaddr *)address, sizeof *address) < 0 && errno != EINPROGRESS)
        fail(receiver, "connect: %s", strerror(errno));
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, receiver->descriptor, &event) < 0) fail(receiver, "epoll: %s", strerror(errno));
}

static void end_control(struct receiver *receiver, enum card_frame_type type) {
    card_end(&receiver->control, type, receiver->next_sequence++);
    receiver->control_sent = 0;
}

static void finish_connecting(struct receiver *receiver, const struct options *options) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(receiver->descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) fail(receiver, "connect: %s", strerror(error));
    if (options->security) receiver->session = card_security_session(options->security, receiver->descriptor, false);
    receiver->state = RECEIVER_SHAKES_HANDS;
}

static void shake_hands(struct receiver *receiver) {
    int status = receiver->session ? card_security_shake_hands(receiver->session) : 0;
    if (status == -EAGAIN) return;
    if (status < 0) fail(receiver, "handshake: %s", strerror(-status));
    card_begin(&receiver->control);
    card_put_text(&receiver->control, "plain-sender");
    end_control(receiver, CARD_HELLO);
    receiver->state = RECEIVER_GREETS;
}

/// An unsigned manifest (docs/manifest.md, section 2): a sink checks none.
static void put_manifest(struct card_writer *writer, const struct options *options) {
    static const char version[] = "benchmark";
    size_t text_bytes = 1 + strlen(options->card_type) + 1 + strlen(version);
    card_put16(writer, (uint16_t)(5 + text_bytes + 1 + 4 * 8 + CARD_DIGEST_BYTES + 4));
    card_put_bytes(writer, "SIMF\1", 5);
    card_put_text(writer, options->card_type);
    card_put_text(writer, version);
    card_put8(writer, 0);
    card_put64(writer, 0);
    card_put64(writer, 0);
    card_put64(writer, 0);
    card_put64(writer, options->image_bytes);
    card_put_bytes(writer, options->digest, sizeof options->digest);
    card_put32(writer, 0);
    card_put8(writer, 0);
}

static void take_identity(struct receiver *receiver, struct card_reader *reader, const struct options *options) {
    char text[256];
    uint8_t digest[CARD_DIGEST_BYTES];
    card_get16(reader);
    card_get_text(reader, text);
    card_get_text(reader, text);
    card_get_text(reader, text);
    uint64_t epoch = card_get64(reader);
    card_get64(reader);
    uint32_t section_bytes = card_get32(reader);
    card_get32(reader);
    card_get64(reader);
    for (int instance = 0; instance < 2; instance++) {
        card_get8(reader);
        card_get_text(reader, text);
        card_get64(reader);
        card_get_bytes(reader, digest, sizeof digest);
    }
    // Wear, then why the last activation failed.
    card_get64(reader);
    card_get32(reader);
    card_get_text(reader, text);
    if (card_get8(reader)) {
        card_get8(reader);
        card_get32(reader);
        card_get8(reader);
    }
    if (card_get8(reader)) {
        card_get_bytes(reader, digest, sizeof digest);
        card_get64(reader);
        card_get64(reader);
    }
    if (!card_is_whole(reader)) fail(receiver, "its identity is malformed");
    if (section_bytes < options->block_bytes)
        fail(receiver, "it takes sections of %u bytes, and a block has %u", section_bytes, options->block_bytes);
    card_begin(&receiver->control);
    card_put32(&receiver->control, options->block_bytes);
    card_put64(&receiver->control, 0);
    card_put64(&receiver->control, epoch);
    put_manifest(&receiver->control, options);
    end_control(receiver, CARD_START_DOWNLOAD);
    receiver->state = RECEIVER_STARTS;
}

static void take_started(struct receiver *receiver, struct card_reader *reader) {
    card_get8(reader);
    if (card_get64(reader) != 0) fail(receiver, "it does not start at the image's first byte");
    receiver->window_bytes = card_get32(reader);
    if (!card_is_whole(reader)) fail(receiver, "its reply to the start is malformed");
    receiver->state = RECEIVER_TAKES;
}

static void take_result(struct receiver *receiver, struct card_reader *reader, const struct options *options) {
    uint8_t digest[CARD_DIGEST_BYTES];
    card_get8(reader);
    uint64_t image_bytes = card_get64(reader);
    card_get_bytes(reader, digest, sizeof digest);
    card_get64(reader);
    if (!card_is_whole(reader) || image_bytes != options->image_bytes ||
        memcmp(digest, options->digest, sizeof digest) != 0)
        fail(receiver, "its result is not the image that was sent");
    if (receiver->session) SSL_shutdown(receiver->session);
    SSL_free(receiver->session);
    close(receiver->descriptor);
    receiver->state = RECEIVER_DONE;
}

static void take_acknowledgement(struct receiver *receiver, struct card_reader *reader, const struct options *options) {
    uint64_t programmed_bytes = card_get64(reader);
    uint32_t window_bytes = card_get32(reader);
    if (!card_is_whole(reader) || programmed_bytes < receiver->programmed_bytes ||
        programmed_bytes > receiver->next_block * options->block_bytes)
        fail(receiver, "it acknowledges what was not sent");
    receiver->programmed_bytes = programmed_bytes;
    receiver->window_bytes = window_bytes;
}

static void take_reply(
    struct receiver *receiver, const struct card_header *header, const uint8_t *payload,
    const struct options *options) {
    bool may_acknowledge = receiver->state == RECEIVER_TAKES || receiver->state == RECEIVER_ENDS;
    struct card_reader reader = {.bytes = payload, .left = header->payload_bytes};
    if (csystem_crc32c(0, payload, header->payload_bytes) != header->payload_checksum)
        fail(receiver, "a frame of type 0x%02x has a wrong checksum", header->type);
    if (header->type == CARD_ACKNOWLEDGEMENT && may_acknowledge) {
        take_acknowledgement(receiver, &reader, options);
    } else if (header->type == CARD_IDENTITY && receiver->state == RECEIVER_GREETS) {
        take_identity(receiver, &reader, options);
    } else if (header->type == CARD_DOWNLOAD_STARTED && receiver->state == RECEIVER_STARTS) {
        take_started(receiver, &reader);
    } else if (header->type == CARD_DOWNLOAD_RESULT && receiver->state == RECEIVER_ENDS) {
        take_result(receiver, &reader, options);
    } else if (header->type == CARD_REFUSAL) {
        char text[256];
        int code = card_get8(&reader);
        card_get32(&reader);
        card_get_text(&reader, text);
        fail(receiver, "it refuses with code %d: %s", code, text);
    } else {
        fail(receiver, "a frame of type 0x%02x came where none was due", header->type);
    }
}

static void take_frames(struct receiver *receiver, const struct options *options) {
    size_t start = 0;
    while (receiver->input_count - start >= CARD_HEADER_BYTES) {
        const uint8_t *at = receiver->input + start;
        struct card_header header;
        const char *wrong = card_header_decode(at, receiver->next_expected_sequence, &header);
        if (!wrong && header.payload_bytes > CARD_CONTROL_PAYLOAD_BYTES) wrong = "a payload is too long";
        if (wrong) fail(receiver, "%s", wrong);
        size_t frame_bytes = CARD_HEADER_BYTES + header.payload_bytes;
        if (receiver->input_count - start < frame_bytes) break;
        receiver->next_expected_sequence++;
        start += frame_bytes;
        take_reply(receiver, &header, at + CARD_HEADER_BYTES, options);
        if (receiver->state == RECEIVER_DONE) return;
    }
    receiver->input_count -= start;
    memmove(receiver->input, receiver->input + start, receiver->input_count);
}

static ssize_t take(struct receiver *receiver, void *to, size_t room) {
    if (receiver->session) return card_security_receive(receiver->session, to, room);
    ssize_t count = recv(receiver->descriptor, to, room, MSG_DONTWAIT);
    return count < 0 ? -errno : count;
}

static void take_replies(struct receiver *receiver, const struct options *options) {
    while (receiver->is_readable && receiver->state != RECEIVER_DONE) {
        size_t room = sizeof receiver->input - receiver->input_count;
        ssize_t count = take(receiver, receiver->input + receiver->input_count, room);
        if (count == 0) fail(receiver, "it closed the connection");
        if (count < 0 && count != -EAGAIN) fail(receiver, "recv: %s", strerror((int)-count));
        // A short read has emptied the socket: the next edge will tell (epoll(7)). A session gives a record at a time.
        bool has_emptied = receiver->session ? count < 0 : count < (ssize_t)room;
        if (has_emptied && !receiver->has_ended) receiver->is_readable = false;
        if (count < 0) return;
        receiver->input_count += (size_t)count;
        take_frames(receiver, options);
    }
}

/// As `send_spans`, encrypted: a record of up to 16 KiB at a time.
static size_t send_encrypted(
    struct receiver *receiver, const uint8_t *head, size_t head_bytes, const uint8_t *body, size_t body_bytes) {
    size_t sent = 0;
    while (sent < head_bytes + body_bytes) {
        const uint8_t *at = sent < head_bytes ? head + sent : body + (sent - head_bytes);
        size_t left = sent < head_bytes ? head_bytes - sent : body_bytes - (sent - head_bytes);
        ssize_t count = card_security_send(receiver->session, at, left);
        if (count == -EAGAIN) {
            receiver->is_writable = false;
            break;
        }
        if (count < 0) fail(receiver, "send: %s", strerror((int)-count));
        sent += (size_t)count;
    }
    return sent;
}

/// Sends of both spans what fits. Returns how much.
static size_t send_spans(
    struct receiver *receiver, const uint8_t *head, size_t head_bytes, const uint8_t *body, size_t body_bytes) {
    if (receiver->session) return send_encrypted(receiver, head, head_bytes, body, body_bytes);
    struct iovec spans[2] = {{(void *)head, head_bytes}, {(void *)body, body_bytes}};
    int first = head_bytes == 0;
    struct msghdr message = {.msg_iov = spans + first, .msg_iovlen = (size_t)(2 - first - (body_bytes == 0))};
    ssize_t count = sendmsg(receiver->descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EAGAIN) fail(receiver, "send: %s", strerror(errno));
    if (count < (ssize_t)(head_bytes + body_bytes)) receiver->is_writable = false;
    return count < 0 ? 0 : (size_t)count;
}

static void begin_section(struct receiver *receiver, const struct block *block) {
    struct card_header header = {
        .type = CARD_SECTION,
        .sequence = receiver->next_sequence++,
        .payload_bytes = CARD_OFFSET_BYTES + block->count,
        .payload_checksum = block->checksum,
    };
    card_header_encode(receiver->head, &header);
    card_store64(receiver->head + CARD_HEADER_BYTES, block->offset);
    receiver->section_sent = 0;
    receiver->has_section = true;
}

static void send_section(struct receiver *receiver, struct pool *pool, const struct block *block) {
    size_t sent = receiver->section_sent, head_bytes = sizeof receiver->head;
    receiver->section_sent += sent < head_bytes
        ? send_spans(receiver, receiver->head + sent, head_bytes - sent, block->bytes, block->count)
        : send_spans(receiver, NULL, 0, block->bytes + (sent - head_bytes), block->count - (sent - head_bytes));
    if (receiver->section_sent < head_bytes + block->count) return;
    receiver->has_section = false;
    pool_release(pool, receiver->next_block++);
}

static void send_what_is_due(struct receiver *receiver, struct pool *pool, const struct options *options) {
    while (receiver->is_writable && receiver->state != RECEIVER_DONE) {
        if (receiver->control_sent < receiver->control.count) {
            const uint8_t *rest = receiver->control.bytes + receiver->control_sent;
            size_t rest_bytes = receiver->control.count - receiver->control_sent;
            receiver->control_sent += send_spans(receiver, rest, rest_bytes, NULL, 0);
        } else if (receiver->state != RECEIVER_TAKES) {
            return;
        } else if (receiver->next_block < pool->produced) {
            const struct block *block = pool_block(pool, receiver->next_block);
            if (!receiver->has_section) {
                if (block->offset + block->count > receiver->programmed_bytes + receiver->window_bytes) return;
                begin_section(receiver, block);
            }
            send_section(receiver, pool, block);
        } else if (pool->is_complete) {
            card_begin(&receiver->control);
            card_put64(&receiver->control, options->image_bytes);
            end_control(receiver, CARD_END_DOWNLOAD);
            receiver->state = RECEIVER_ENDS;
        } else {
            return;
        }
    }
}

void receiver_advance(struct receiver *receiver, struct pool *pool, const struct options *options) {
    if (receiver->state == RECEIVER_CONNECTS) {
        if (!receiver->is_writable) return;
        finish_connecting(receiver, options);
    }
    if (receiver->state == RECEIVER_SHAKES_HANDS) {
        shake_hands(receiver);
        if (receiver->state == RECEIVER_SHAKES_HANDS) return;
    }
    take_replies(receiver, options);
    send_what_is_due(receiver, pool, options);
}
