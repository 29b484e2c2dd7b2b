// gzip for answers, as clients ask for it.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_CONTENT_CODING_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_CONTENT_CODING_H_

#include <string_view>

#include "http/message.h"

namespace dossier::http {

// Bytes from which on a body is worth it: what fits in one packet gets there no faster.
inline constexpr size_t kCodedBytesMin = 1400;

// Whether `accept_encoding` prefers gzip, by q-values, over the text as it is. Without the header, and
// where only "*" speaks for it no louder than for the text as it is, it does not.
// Source: RFC 9110, section 12.5.3.
bool PrefersGzip(std::string_view accept_encoding);

// Codes the answer's body where that is asked for and worth it, and adds the headers that tell.
void CodeContent(std::string_view accept_encoding, Answer& answer);

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_CONTENT_CODING_H_
