#ifndef REQUESTS_H
#define REQUESTS_H
#include "card.h"

/// Answers a control frame. Returns NULL, or why the connection must end.
const char *answer(struct session *session, const struct card_header *header, const uint8_t *payload);
/// A section's header and offset have arrived: checks them.
const char *begin_section(struct session *session, const struct card_header *header, const uint8_t *offset);
/// A section's last byte has arrived: it counts as programmed.
const char *end_section(struct session *session);
#endif
