#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <linux/sockios.h>
#include <time.h>
#include <unistd.h>

#define CHECKED(call) ({ __typeof__(call) result = (call); result < 0 ? -errno : result; })

static uint32_t epoll_bits(int interest, int edge) {
    uint32_t bits = edge ? EPOLLET : 0;
    if (interest & CSYSTEM_READABLE) bits |= EPOLLIN | EPOLLRDHUP;
    if (interest & CSYSTEM_WRITABLE) bits |= EPOLLOUT;
    return bits;
}

int csystem_epoll_create(void) { return CHECKED(epoll_create1(EPOLL_CLOEXEC)); }

int csystem_epoll_add(int epoll, int descriptor, int interest, int edge, uint64_t token) {
    struct epoll_event event = {.events = epoll_bits(interest, edge), .data.u64 = token};
    return CHECKED(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int csystem_epoll_modify(int epoll, int descriptor, int interest, int edge, uint64_t token) {
    struct epoll_event event = {.events = epoll_bits(interest, edge), .data.u64 = token};
    return CHECKED(epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event));
}

int csystem_epoll_remove(int epoll, int descriptor) {
    return CHECKED(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL));
}

int csystem_epoll_wait(int epoll, uint64_t *tokens, int *events, int capacity, int64_t timeout_ns) {
    struct epoll_event buffer[256];
    if (capacity > 256) capacity = 256;
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    int count = epoll_pwait2(epoll, buffer, capacity, timeout_ns < 0 ? NULL : &timeout, NULL);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        uint32_t bits = buffer[i].events;
        tokens[i] = buffer[i].data.u64;
        events[i] = (bits & EPOLLIN ? CSYSTEM_READABLE : 0) | (bits & EPOLLOUT ? CSYSTEM_WRITABLE : 0);
        if (bits & EPOLLRDHUP) events[i] |= CSYSTEM_READABLE | CSYSTEM_ENDED;
        if (bits & (EPOLLHUP | EPOLLERR)) events[i] |= CSYSTEM_READABLE | CSYSTEM_WRITABLE | CSYSTEM_ENDED;
    }
    return count;
}

int csystem_eventfd(void) { return CHECKED(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int csystem_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
    return CHECKED(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int csystem_read_signal(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count = read(descriptor, &info, sizeof info);
    return count == sizeof info ? (int)info.ssi_signo : count < 0 ? -errno : -EIO;
}

int csystem_pidfd_open(pid_t process) { return CHECKED((int)syscall(SYS_pidfd_open, process, 0)); }

int csystem_accept(int listener) { return CHECKED(accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)); }

ssize_t csystem_send2(int descriptor, const void *head, size_t head_bytes, const void *body, size_t body_bytes) {
    struct iovec parts[2] = {{(void *)head, head_bytes}, {(void *)body, body_bytes}};
    int first = head_bytes == 0;
    struct msghdr message = {.msg_iov = parts + first, .msg_iovlen = (size_t)(2 - first - (body_bytes == 0))};
    return CHECKED(sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT));
}

ssize_t csystem_receive(int descriptor, void *buffer, size_t bytes) {
    return CHECKED(recv(descriptor, buffer, bytes, MSG_DONTWAIT));
}

void csystem_keep_heap_small(int own_pages_bytes, int slack_bytes) {
    mallopt(M_MMAP_THRESHOLD, own_pages_bytes);
    mallopt(M_TRIM_THRESHOLD, slack_bytes);
    mallopt(M_TOP_PAD, slack_bytes);
    mallopt(M_ARENA_MAX, 1);
}

void csystem_trim_heap(void) { malloc_trim(0); }

void csystem_trim_stack(void) {
    enum { DEPTH = 256 << 10, KEPT = 4096 };
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    // Nothing lives below this frame but its own red zone and the frame of the call to come.
    uintptr_t end = ((uintptr_t)__builtin_frame_address(0) - KEPT) & ~(page - 1);
    // Where the stack has never been that deep, the call ends with ENOMEM and has done what there was to do.
    madvise((void *)(end - DEPTH), DEPTH, MADV_DONTNEED);
}

int csystem_unsent_bytes(int descriptor) {
    int bytes = 0;
    return ioctl(descriptor, SIOCOUTQ, &bytes) < 0 ? -errno : bytes;
}

int csystem_memory_file(const char *name) { return CHECKED(memfd_create(name, MFD_CLOEXEC)); }
