#include "transfer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum {
    /// CURLOPT_BUFFERSIZE(3): the plateau of what FTP gains by it.
    CURL_BUFFER_BYTES = 256 << 10,
    CONNECT_TIMEOUT_SECONDS = 10,
    /// CURLOPT_SERVER_RESPONSE_TIMEOUT(3): a server that never sends its 226.
    RESPONSE_TIMEOUT_SECONDS = 10,
};

uint64_t monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static _Noreturn void fail(const struct transfer *transfer, const char *what) {
    fprintf(stderr, "plain-sender: fetching the image, after %llu of %llu bytes: %s\n",
            (unsigned long long)transfer->pool->image_bytes, (unsigned long long)transfer->expected_bytes, what);
    exit(1);
}

/// CURLOPT_WRITEFUNCTION(3). Takes all of the bytes or none: libcurl gives a paused chunk again as a whole.
static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    struct transfer *transfer = context;
    count *= size;
    if (count > transfer->expected_bytes - transfer->pool->image_bytes) fail(transfer, "the server sends more");
    if (count > pool_room(transfer->pool)) {
        transfer->is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    SHA256_Update(&transfer->hash, bytes, count);
    pool_write(transfer->pool, bytes, count);
    return count;
}

/// CURLMOPT_SOCKETFUNCTION(3). `known` is not NULL when the descriptor was added before (curl_multi_assign(3)).
static int watch(CURL *easy, curl_socket_t descriptor, int what, void *context, void *known) {
    struct transfer *transfer = context;
    struct epoll_event event = {.data.u64 = TRANSFER_TOKEN | (uint64_t)(uint32_t)descriptor};
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(transfer->epoll, EPOLL_CTL_DEL, descriptor, NULL);
        return 0;
    }
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(transfer->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) < 0)
        fail(transfer, "epoll_ctl");
    if (!known) curl_multi_assign(transfer->multi, descriptor, transfer);
    return 0;
}

/// CURLMOPT_TIMERFUNCTION(3).
static int set_timer(CURLM *multi, long milliseconds, void *context) {
    struct transfer *transfer = context;
    (void)multi;
    transfer->deadline = milliseconds < 0 ? 0 : monotonic_nanoseconds() + (uint64_t)milliseconds * 1000000;
    return 0;
}

void transfer_start(struct transfer *transfer, const char *url, uint64_t image_bytes, struct pool *pool, int epoll) {
    *transfer = (struct transfer){.pool = pool, .expected_bytes = image_bytes, .epoll = epoll};
    SHA256_Init(&transfer->hash);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    transfer->multi = curl_multi_init();
    transfer->easy = curl_easy_init();
    if (!transfer->multi || !transfer->easy) abort();
    curl_multi_setopt(transfer->multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(transfer->multi, CURLMOPT_SOCKETDATA, transfer);
    curl_multi_setopt(transfer->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(transfer->multi, CURLMOPT_TIMERDATA, transfer);
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "ftp");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FTP_SKIP_PASV_IP, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)RESPONSE_TIMEOUT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)CURL_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_multi_add_handle(transfer->multi, easy);
}

static void take_result(struct transfer *transfer) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(transfer->multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        if (message->data.result != CURLE_OK)
            fail(transfer, transfer->error[0] ? transfer->error : curl_easy_strerror(message->data.result));
        if (transfer->pool->image_bytes != transfer->expected_bytes) fail(transfer, "the server's file ends early");
        transfer->is_finished = true;
        pool_finish(transfer->pool);
    }
}

void transfer_became_ready(struct transfer *transfer, int descriptor, uint32_t events) {
    int mask = (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
               (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    int running;
    curl_multi_socket_action(transfer->multi, descriptor, mask, &running);
    take_result(transfer);
}

void transfer_poll(struct transfer *transfer, uint64_t now) {
    int running;
    if (transfer->is_finished) return;
    // Half of the pool at once: libcurl copies what it still holds of its buffer at every pause.
    if (transfer->is_paused && transfer->pool->produced - transfer->pool->freed <= transfer->pool->block_count / 2) {
        transfer->is_paused = false;
        curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
    }
    if (transfer->deadline && transfer->deadline <= now) {
        transfer->deadline = 0;
        curl_multi_socket_action(transfer->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    take_result(transfer);
}

void transfer_check(struct transfer *transfer, const uint8_t *digest) {
    uint8_t found[SHA256_DIGEST_LENGTH];
    SHA256_Final(found, &transfer->hash);
    if (memcmp(found, digest, sizeof found) != 0) fail(transfer, "the image's SHA-256 is not the expected one");
    curl_multi_remove_handle(transfer->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    curl_multi_cleanup(transfer->multi);
}
