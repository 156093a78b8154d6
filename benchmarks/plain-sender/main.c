// The yardstick of the fan-out benchmark: the job of ce in plain C, one thread, epoll, no tasks. It fetches an image
// once by FTP into a pool of blocks, and sends each block to every card by the card protocol.
#include "options.h"
#include "receiver.h"
#include "transfer.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

enum {
    EVENTS_PER_WAIT = 256,
    /// A run in which nothing happens for so long has failed.
    IDLE_LIMIT_MILLISECONDS = 30000,
};

static void raise_descriptor_limit(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int wait_milliseconds(const struct transfer *transfer) {
    if (!transfer->deadline) return IDLE_LIMIT_MILLISECONDS;
    uint64_t now = monotonic_nanoseconds();
    return transfer->deadline <= now ? 0 : (int)((transfer->deadline - now + 999999) / 1000000);
}

/// The whole job; owned by `main`.
struct job {
    struct options options;
    struct pool pool;
    struct transfer transfer;
    struct receiver *receivers;
    uint32_t done_count;
    int epoll;
};

static void advance(struct job *job, struct receiver *receiver) {
    if (receiver->state == RECEIVER_DONE) return;
    receiver_advance(receiver, &job->pool, &job->options);
    job->done_count += receiver->state == RECEIVER_DONE;
}

static void take_event(struct job *job, uint64_t token, uint32_t events) {
    if (token & TRANSFER_TOKEN) {
        transfer_became_ready(&job->transfer, (int)(uint32_t)token, events);
        return;
    }
    struct receiver *receiver = &job->receivers[token];
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) receiver->has_ended = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) receiver->is_readable = true;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) receiver->is_writable = true;
    advance(job, receiver);
}

/// One turn: what epoll has, what libcurl wants, and new blocks to every card.
static void turn(struct job *job) {
    struct epoll_event events[EVENTS_PER_WAIT];
    uint64_t produced = job->pool.produced;
    bool was_complete = job->pool.is_complete;
    int limit = wait_milliseconds(&job->transfer);
    int count = epoll_wait(job->epoll, events, EVENTS_PER_WAIT, limit);
    if (count < 0 && errno != EINTR) {
        perror("plain-sender: epoll_wait");
        exit(1);
    }
    if (count == 0 && limit == IDLE_LIMIT_MILLISECONDS) {
        fprintf(stderr, "plain-sender: nothing has happened for %d ms; %u of %u cards are done\n", limit,
                job->done_count, job->options.card_count);
        exit(1);
    }
    for (int i = 0; i < count; i++) take_event(job, events[i].data.u64, events[i].events);
    // The blocks that are sent make room, and that gives blocks again.
    while (true) {
        transfer_poll(&job->transfer, job->transfer.deadline ? monotonic_nanoseconds() : 0);
        if (produced == job->pool.produced && was_complete == job->pool.is_complete) return;
        produced = job->pool.produced;
        was_complete = job->pool.is_complete;
        for (uint32_t i = 0; i < job->options.card_count; i++) advance(job, &job->receivers[i]);
    }
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void report(const struct job *job, double elapsed) {
    double cpu = cpu_seconds();
    uint64_t delivered = job->options.image_bytes * job->options.card_count;
    printf("{\"program\": \"plain-sender\", \"cards\": %u, \"image_bytes\": %llu, \"delivered_bytes\": %llu, "
           "\"elapsed_s\": %.4f, \"cpu_s\": %.4f, \"cpu_s_per_gb\": %.4f, \"gb_per_s\": %.3f}\n",
           job->options.card_count, (unsigned long long)job->options.image_bytes, (unsigned long long)delivered,
           elapsed, cpu, cpu / ((double)delivered * 1e-9), (double)delivered * 1e-9 / elapsed);
}

int main(int argc, char **argv) {
    struct job job = {.options = options_read(argc, argv), .epoll = epoll_create1(EPOLL_CLOEXEC)};
    const struct options *options = &job.options;
    job.receivers = calloc(options->card_count, sizeof *job.receivers);
    if (!job.receivers || job.epoll < 0) abort();
    raise_descriptor_limit();
    uint64_t start = monotonic_nanoseconds();
    pool_make(&job.pool, options->block_count, options->block_bytes, options->card_count);
    transfer_start(&job.transfer, options->url, options->image_bytes, &job.pool, job.epoll);
    for (uint32_t i = 0; i < options->card_count; i++)
        receiver_connect(&job.receivers[i], &options->cards[i], job.epoll, i);
    while (job.done_count < options->card_count) turn(&job);
    transfer_check(&job.transfer, options->digest);
    report(&job, (double)(monotonic_nanoseconds() - start) * 1e-9);
    return 0;
}
