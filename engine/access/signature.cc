#include "access/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier {
namespace {

// Source: "credentials are not among the signed parameters".
bool IsCredential(std::string_view name) {
  return name == "client_id" || name == "client_secret" || name == "access_token";
}

// The texts that the signature may be over; clients differ.
std::vector<std::string> SignedTexts(const SignedRequest& request) {
  const std::string head = absl::StrCat(ToAbsl(request.path), "\n", ToAbsl(request.date), "\n");
  std::vector<std::pair<std::string_view, std::string>> lines;  // the name, and all of it
  for (const auto& [name, value] : request.parameters) {
    if (!IsCredential(name)) lines.emplace_back(name, absl::StrCat(name, "=", value, "\n"));
  }
  if (lines.empty()) return {head, head + "\n"};
  const auto text = [&] {
    std::string joined = head;
    for (const auto& [name, line] : lines) joined += line;
    return joined;
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> texts = {text()};
  const auto as_strings = [](const auto& a, const auto& b) {
    // Without the line feed, which would sort "a=1" behind "a=1\t".
    const auto bare = [](std::string_view line) { return line.substr(0, line.size() - 1); };
    return bare(a.second) < bare(b.second);
  };
  if (!std::is_sorted(lines.begin(), lines.end(), as_strings)) {
    std::sort(lines.begin(), lines.end(), as_strings);
    texts.push_back(text());
  }
  return texts;
}

bool IsSignatureOf(std::string_view signature, std::string_view text, std::string_view secret) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, nullptr);
  return CRYPTO_memcmp(digest, signature.data(), sizeof digest) == 0;
}

}  // namespace

absl::Status CheckSignature(const SignedRequest& request, const std::vector<std::string>& secrets,
                            absl::Time now, absl::Duration skew) {
  absl::Time date;
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%S", ToAbsl(request.date), &date, nullptr) ||
      absl::AbsDuration(now - date) > skew) {
    return errors::SignatureOutOfTime();
  }
  std::string signature;
  if (!absl::Base64Unescape(ToAbsl(request.signature), &signature) ||
      signature.size() != SHA_DIGEST_LENGTH) {
    return errors::InvalidSignature();
  }
  const std::vector<std::string> nobody = {""};
  bool is_signed = false;
  for (const std::string& text : SignedTexts(request)) {
    for (const std::string& secret : secrets.empty() ? nobody : secrets) {
      is_signed |= IsSignatureOf(signature, text, secret);
    }
  }
  return is_signed && !secrets.empty() ? absl::OkStatus() : errors::InvalidSignature();
}

}  // namespace dossier
