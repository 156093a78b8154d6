// The calls of Linux that the Glibc module does not carry, and CRC32C. Every function returns what the system call
// returns, or -errno.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CSYSTEM_READABLE = 1,
    CSYSTEM_WRITABLE = 2,
    /// The peer has ended its stream, or there is an error: reading tells.
    CSYSTEM_ENDED = 4,
};

/// How epoll reports: once per change (edge), or as long as it holds (level).
enum { CSYSTEM_EDGE = 1, CSYSTEM_LEVEL = 0 };

int csystem_epoll_create(void);
int csystem_epoll_add(int epoll, int descriptor, int interest, int edge, uint64_t token);
int csystem_epoll_modify(int epoll, int descriptor, int interest, int edge, uint64_t token);
int csystem_epoll_remove(int epoll, int descriptor);
/// Waits for at most `timeout_ns` nanoseconds (negative: for ever). Fills `tokens` and `events` (CSYSTEM_* bits).
int csystem_epoll_wait(int epoll, uint64_t *tokens, int *events, int capacity, int64_t timeout_ns);

int csystem_eventfd(void);
/// A descriptor that reads the given signals, which are blocked in this thread from now on.
int csystem_signalfd(const int *signals, int count);
/// The number of one pending signal, or -errno.
int csystem_read_signal(int descriptor);
/// A descriptor that becomes readable when the process ends (pidfd_open(2)).
int csystem_pidfd_open(pid_t process);

/// accept4(2), with SOCK_NONBLOCK and SOCK_CLOEXEC.
int csystem_accept(int listener);
/// send(2) of two spans as one, never raising SIGPIPE, never blocking.
ssize_t csystem_send2(int descriptor, const void *head, size_t head_bytes, const void *body, size_t body_bytes);
ssize_t csystem_receive(int descriptor, void *buffer, size_t bytes);

/// Bytes that wait in the kernel's send queue of a TCP socket (SIOCOUTQ), or -errno.
int csystem_unsent_bytes(int descriptor);

/// Gives blocks of `own_pages_bytes` and more pages of their own, and keeps at most `slack_bytes` free at the heap's end, in one
/// arena (mallopt(3)).
void csystem_keep_heap_small(int own_pages_bytes, int slack_bytes);
/// Returns what is free to the system (malloc_trim(3)).
void csystem_trim_heap(void);
/// Returns the stack's pages below the caller to the system, which a deeper call once needed (madvise(2)). On the main thread
/// only, below whose stack nothing else lies.
void csystem_trim_stack(void);

/// CRC32C (Castagnoli, reflected polynomial 0x82F63B78; RFC 3720 appendix B.4), continued from `crc` (0 at first).
uint32_t csystem_crc32c(uint32_t crc, const void *bytes, size_t count);
/// The table-driven way, for processors without the instruction and for the test that compares both.
uint32_t csystem_crc32c_portable(uint32_t crc, const void *bytes, size_t count);
/// A file in memory without a name in any folder (memfd_create(2)), closed when another program is run; or a negated error.
int csystem_memory_file(const char *name);

#endif
