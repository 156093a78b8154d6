#ifndef OPTIONS_H
#define OPTIONS_H
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdint.h>

/// What the command line asks for.
struct options {
    const char *url;
    const char *card_type;
    /// The image's size in bytes, and its SHA-256: what a manifest would say.
    uint64_t image_bytes;
    uint8_t digest[32];
    uint32_t block_count;
    uint32_t block_bytes;
    struct sockaddr_in *cards;
    uint32_t card_count;
    /// The links' security; NULL: they are clear.
    SSL_CTX *security;
};

/// Reads the command line; prints the help and ends the process when it cannot.
struct options options_read(int argc, char **argv);
#endif
