#include "options.h"
#include "CardFrames.h"
#include "CardSecurity.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What one run may ask for: far beyond any shelf, and low enough that no product of two of them overflows.
enum { MAXIMUM_CARDS = 4096, MAXIMUM_BLOCKS = 4096 };

static const char help[] =
    "usage: plain-sender --url ftp://HOST/PATH --image-bytes N --sha256 HEX (--card HOST:PORT)... [options]\n"
    "\n"
    "Fetches an image once and sends it to many cards at the same time: the job of ce in plain C, as a yardstick.\n"
    "Prints one line of JSON.\n"
    "\n"
    "  --url URL            where the image is: ftp\n"
    "  --image-bytes N      its size\n"
    "  --sha256 HEX         its SHA-256\n"
    "  --card HOST:PORT     a card, as a numeric IPv4 address; may be repeated\n"
    "  --cards-file FILE    cards, one HOST:PORT a line\n"
    "  --card-type TEXT     the type of card that the image is for (default: sink)\n"
    "  --blocks N           blocks of the buffer pool, 1 to 4096 (default: 8)\n"
    "  --block-bytes N      size of a block, 1 to 65536: one section (default: 65536)\n"
    "  --credentials DIR    shake hands by TLS 1.3, with ce.pem, ce.key and ca.pem of this folder\n";

static _Noreturn void refuse(const char *what, const char *value) {
    fprintf(stderr, "plain-sender: %s: %s\n\n%s", what, value, help);
    exit(64);
}

static uint64_t read_number(const char *name, const char *text, uint64_t maximum) {
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end || value < 1 || value > maximum) refuse(name, text);
    return value;
}

static void read_digest(const char *text, uint8_t *digest) {
    int used = 0;
    for (int i = 0; i < 32; i++) {
        if (sscanf(text + 2 * i, "%2hhx%n", &digest[i], &used) != 1 || used != 2) refuse("--sha256", text);
    }
    if (text[64]) refuse("--sha256", text);
}

static void add_card(struct options *options, const char *text) {
    char host[INET_ADDRSTRLEN];
    const char *colon = strrchr(text, ':');
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (!colon || (size_t)(colon - text) >= sizeof host) refuse("not HOST:PORT", text);
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = 0;
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) refuse("not a numeric IPv4 address", text);
    address.sin_port = htons((uint16_t)read_number("not a port", colon + 1, 65535));
    if (options->card_count == MAXIMUM_CARDS) refuse("more cards than 4096", text);
    options->cards[options->card_count++] = address;
}

static void add_cards_of(struct options *options, const char *path) {
    char line[256];
    FILE *file = fopen(path, "r");
    if (!file) refuse("cannot read", path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0]) add_card(options, line);
    }
    fclose(file);
}

struct options options_read(int argc, char **argv) {
    static const struct option names[] = {
        {"url", required_argument, NULL, 'u'},        {"image-bytes", required_argument, NULL, 'i'},
        {"sha256", required_argument, NULL, 's'},     {"card", required_argument, NULL, 'c'},
        {"cards-file", required_argument, NULL, 'f'}, {"card-type", required_argument, NULL, 't'},
        {"blocks", required_argument, NULL, 'n'},     {"block-bytes", required_argument, NULL, 'b'},
        {"credentials", required_argument, NULL, 'k'}, {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.card_type = "sink", .block_count = 8, .block_bytes = CARD_SECTION_BYTES};
    int name, has_digest = 0;
    options.cards = calloc(MAXIMUM_CARDS, sizeof *options.cards);
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (name) {
        case 'u': options.url = optarg; break;
        case 'i': options.image_bytes = read_number("--image-bytes", optarg, (uint64_t)1 << 48); break;
        case 's': read_digest(optarg, options.digest), has_digest = 1; break;
        case 'c': add_card(&options, optarg); break;
        case 'f': add_cards_of(&options, optarg); break;
        case 't': options.card_type = optarg; break;
        case 'n': options.block_count = (uint32_t)read_number("--blocks", optarg, MAXIMUM_BLOCKS); break;
        case 'b': options.block_bytes = (uint32_t)read_number("--block-bytes", optarg, CARD_SECTION_BYTES); break;
        case 'k': options.security = card_security_context(optarg, "ce"); break;
        case 'h': fputs(help, stdout), exit(0);
        default: refuse("bad argument", argv[optind - 1]);
        }
    }
    if (optind < argc) refuse("unexpected argument", argv[optind]);
    if (!options.url || !options.image_bytes || !has_digest || !options.card_count)
        refuse("missing", "--url, --image-bytes, --sha256 and a card are needed");
    // libcurl gives a paused chunk again as a whole: beside a block that is nearly full there must be room for one.
    if ((uint64_t)(options.block_count - 1) * options.block_bytes < CURL_MAX_WRITE_SIZE)
        refuse("the pool is too small", "all of its blocks but one must hold 16384 bytes together");
    return options;
}
