#include "CardSecurity.h"
#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void die(const char *what, const char *path) {
    fprintf(stderr, "TLS: %s: %s: %s\n", what, path, ERR_reason_error_string(ERR_get_error()));
    exit(1);
}

SSL_CTX *card_security_context(const char *folder, const char *name) {
    char certificate[4096], key[4096], authority[4096];
    snprintf(certificate, sizeof certificate, "%s/%s.pem", folder, name);
    snprintf(key, sizeof key, "%s/%s.key", folder, name);
    snprintf(authority, sizeof authority, "%s/ca.pem", folder);
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1) die("context", folder);
    if (SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1) die("cipher", folder);
    if (SSL_CTX_set1_groups_list(context, "X25519") != 1) die("group", folder);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) die("certificate", certificate);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) die("key", key);
    if (SSL_CTX_load_verify_locations(context, authority, NULL) != 1) die("authority", authority);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    return context;
}

SSL *card_security_session(SSL_CTX *context, int descriptor, bool accepts) {
    SSL *session = SSL_new(context);
    if (!session || SSL_set_fd(session, descriptor) != 1) die("session", "SSL_set_fd");
    if (accepts) {
        SSL_set_accept_state(session);
    } else {
        SSL_set_connect_state(session);
    }
    return session;
}

static int outcome(SSL *session, int status) {
    int error = SSL_get_error(session, status);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return -EAGAIN;
    unsigned long code = ERR_get_error();
    fprintf(stderr, "TLS: %s\n", code ? ERR_reason_error_string(code) : "the connection was cut off");
    ERR_clear_error();
    return -EPROTO;
}

int card_security_shake_hands(SSL *session) {
    ERR_clear_error();
    int status = SSL_do_handshake(session);
    return status == 1 ? 0 : outcome(session, status);
}

ssize_t card_security_receive(SSL *session, void *buffer, size_t bytes) {
    size_t count = 0;
    ERR_clear_error();
    int status = SSL_read_ex(session, buffer, bytes, &count);
    if (status == 1) return (ssize_t)count;
    return SSL_get_error(session, status) == SSL_ERROR_ZERO_RETURN ? 0 : outcome(session, status);
}

ssize_t card_security_send(SSL *session, const void *buffer, size_t bytes) {
    size_t count = 0;
    ERR_clear_error();
    int status = SSL_write_ex(session, buffer, bytes, &count);
    return status == 1 ? (ssize_t)count : outcome(session, status);
}
