#ifndef TRANSFER_H
#define TRANSFER_H
#include "pool.h"
#include <curl/curl.h>
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

/// The image on its way from the server into the pool: libcurl's multi-socket interface on the caller's epoll.
struct transfer {
    CURLM *multi;
    CURL *easy;
    int epoll;
    struct pool *pool;
    SHA256_CTX hash;
    uint64_t expected_bytes;
    /// The pool was full when libcurl had more.
    bool is_paused;
    bool is_finished;
    /// When libcurl wants to be called, in nanoseconds of CLOCK_MONOTONIC; 0: it does not.
    uint64_t deadline;
    char error[CURL_ERROR_SIZE];
};

/// Marks the epoll tokens that are libcurl's; the low half is the descriptor.
#define TRANSFER_TOKEN ((uint64_t)1 << 63)

void transfer_start(struct transfer *transfer, const char *url, uint64_t image_bytes, struct pool *pool, int epoll);
/// `events` are epoll's, for a descriptor of libcurl's.
void transfer_became_ready(struct transfer *transfer, int descriptor, uint32_t events);
/// Calls libcurl if it asked for that, and goes on when the pool has room again.
void transfer_poll(struct transfer *transfer, uint64_t now);
/// Ends the process when the digest of what came is not `digest`.
void transfer_check(struct transfer *transfer, const uint8_t *digest);
uint64_t monotonic_nanoseconds(void);
#endif
