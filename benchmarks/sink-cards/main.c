// The receivers of the fan-out benchmark: N cards on N loopback ports in one thread, each with instant flash that keeps
// nothing. They check the order and the size of what comes, not its content: they stand for hardware elsewhere.
#define _GNU_SOURCE
#include "CSystem.h"
#include "card.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAXIMUM_CARDS = 4096,
    EVENTS_PER_WAIT = 256,
    /// Connections that the kernel completes before they are accepted.
    BACKLOG = 16,
    /// Connections that one card has at the same time: a CE, its successor, and one that is refused, twice over.
    SESSIONS_PER_CARD = 8,
};

/// What an epoll event is for: a listener, a session, or the signal.
enum kind { LISTENER, SESSION, SIGNAL };

struct source {
    enum kind kind;
    int descriptor;
    struct card card;
    uint32_t session_count;
    struct session session;
    struct source *owner;
};

static int epoll;

static _Noreturn void die(const char *what) {
    fprintf(stderr, "sink-cards: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void watch(struct source *source, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = source};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, source->descriptor, &event) < 0) die("epoll_ctl");
}

/// Opens a card's port and prints it.
static void open_card(uint16_t slot, const char *credentials) {
    char name[8];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct source *source = calloc(1, sizeof *source);
    if (!source) die("calloc");
    source->kind = LISTENER;
    source->card.slot = slot;
    source->card.epoch = 1;
    snprintf(name, sizeof name, "%u", slot);
    if (credentials) source->card.security = card_security_context(credentials, name);
    source->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (source->descriptor < 0) die("socket");
    if (bind(source->descriptor, (struct sockaddr *)&address, length) < 0) die("bind");
    if (listen(source->descriptor, BACKLOG) < 0) die("listen");
    if (getsockname(source->descriptor, (struct sockaddr *)&address, &length) < 0) die("getsockname");
    watch(source, EPOLLIN);
    printf("127.0.0.1:%d\n", ntohs(address.sin_port));
}

static void accept_session(struct source *listener) {
    int one = 1, descriptor = csystem_accept(listener->descriptor);
    if (descriptor == -EAGAIN || descriptor == -ECONNABORTED || descriptor == -EINTR) return;
    if (descriptor < 0) {
        errno = -descriptor;
        die("accept");
    }
    if (listener->session_count == SESSIONS_PER_CARD) {
        fprintf(stderr, "sink-cards: slot %u: more than %d connections\n", listener->card.slot, SESSIONS_PER_CARD);
        close(descriptor);
        return;
    }
    struct source *source = calloc(1, sizeof *source);
    if (!source) die("calloc");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    source->kind = SESSION;
    source->descriptor = descriptor;
    source->owner = listener;
    source->session.descriptor = descriptor;
    source->session.card = &listener->card;
    if (listener->card.security)
        source->session.security = card_security_session(listener->card.security, descriptor, true);
    listener->session_count++;
    watch(source, EPOLLIN);
}

static void end_session(struct source *source, const char *why) {
    struct session *session = &source->session;
    // The end of the stream after a download is the normal end; anything else is worth a line.
    if (session->card->downloader == session) {
        fprintf(stderr, "sink-cards: slot %u: after %llu of %llu bytes: %s\n", session->card->slot,
                (unsigned long long)session->programmed_bytes, (unsigned long long)session->image_bytes, why);
        session->card->downloader = NULL;
    }
    source->owner->session_count--;
    SSL_free(session->security);
    close(source->descriptor);
    free(source);
}

static void advance_session(struct source *source, uint32_t events) {
    bool had_output = source->session.output_count > 0;
    const char *why = events & EPOLLOUT ? session_flush(&source->session) : NULL;
    if (!why && events & ~(uint32_t)EPOLLOUT) why = session_advance(&source->session);
    if (why) {
        end_session(source, why);
        return;
    }
    bool has_output = source->session.output_count > 0;
    if (has_output == had_output) return;
    // A CE that does not read its replies is not read from either.
    struct epoll_event event = {.events = has_output ? EPOLLOUT : EPOLLIN, .data.ptr = source};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, source->descriptor, &event) < 0) die("epoll_ctl");
}

static void serve(void) {
    struct epoll_event events[EVENTS_PER_WAIT];
    while (true) {
        int count = epoll_wait(epoll, events, EVENTS_PER_WAIT, -1);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct source *source = events[i].data.ptr;
            switch (source->kind) {
            case LISTENER: accept_session(source); break;
            case SESSION: advance_session(source, events[i].events); break;
            case SIGNAL: return;
            }
        }
    }
}

int main(int argc, char **argv) {
    char *rest = NULL;
    long count = argc == 2 || argc == 3 ? strtol(argv[1], &rest, 10) : 0;
    if (count < 1 || count > MAXIMUM_CARDS || *rest) {
        fprintf(stderr, "usage: sink-cards COUNT [CREDENTIALS]\n\n"
                        "Serves COUNT cards (1 to %d) with instant flash that keeps nothing, until SIGTERM.\n"
                        "Prints one HOST:PORT a line, slot 1 first. With CREDENTIALS, a folder with ca.pem and a SLOT.pem\n"
                        "and SLOT.key for each card, its links are secure.\n", MAXIMUM_CARDS);
        return 64;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
    const int signals[] = {SIGTERM, SIGINT};
    struct source signal_source = {.kind = SIGNAL, .descriptor = csystem_signalfd(signals, 2)};
    if (signal_source.descriptor < 0) die("signalfd");
    watch(&signal_source, EPOLLIN);
    for (long slot = 1; slot <= count; slot++) open_card((uint16_t)slot, argc == 3 ? argv[2] : NULL);
    fflush(stdout);
    serve();
    return 0;
}
