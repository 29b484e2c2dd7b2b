// A request whose client proves itself by a signature: its secret stays at home.
#ifndef DOSSIER_SIGNED_REQUEST_H_
#define DOSSIER_SIGNED_REQUEST_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dossier {

// Borrows what it is made of. The signature is base64(HMAC-SHA1(secret, text)), the text being
//   path LF date LF { name "=" value LF }
// with the parameters of the form body, decoded, sorted as whole strings or by their names; without
// any, one more LF may end it. The same request may come again while its date is good.
// A query string is not signed, and a value may hold LF, so that the text does not tell it from two
// parameters: whoever can change a request on its way can do more than repeat it. Let TLS carry
// signed requests too.
// Source: the scheme janrain-signed; what existing clients send.
struct SignedRequest {
  std::string_view client_id = {};
  std::string_view signature = {};  // base64
  std::string_view path = {};       // "/entity.find"
  std::string_view date = {};       // the header Date, as it came: "2016-02-26 19:08:44", in UTC
  // Of the body. Credentials that stand among them are not part of the text.
  std::span<const std::pair<std::string, std::string>> parameters = {};
};

}  // namespace dossier

#endif  // DOSSIER_SIGNED_REQUEST_H_
