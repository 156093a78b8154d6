// TLS on card links, for both peers of the fan-out benchmark: section 9 of docs/card-protocol.md, by the same libssl that ce uses.
#ifndef CARD_SECURITY_H
#define CARD_SECURITY_H
#include <openssl/ssl.h>
#include <stdbool.h>
#include <sys/types.h>

/// One side's rules and credentials: the files NAME.pem and NAME.key, and the authority in ca.pem, all in `folder`. Ends the process
/// when it cannot be made.
SSL_CTX *card_security_context(const char *folder, const char *name);

/// A session over a connected socket, which stays the caller's. `accepts`: a card's side.
SSL *card_security_session(SSL_CTX *context, int descriptor, bool accepts);

/// The calls below return -EAGAIN when the socket is not ready, and -EPROTO with the reason on standard error when the session is
/// broken.

/// Goes on with the handshake. Returns 0 when it has ended.
int card_security_shake_hands(SSL *session);
/// Takes what has come; 0 is the end.
ssize_t card_security_receive(SSL *session, void *buffer, size_t bytes);
/// Sends a part; after -EAGAIN the same bytes must be offered again.
ssize_t card_security_send(SSL *session, const void *buffer, size_t bytes);
#endif
