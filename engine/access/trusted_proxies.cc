#include "dossier/trusted_proxies.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "access/addresses.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier {
namespace {

// "192.0.2.1" of "192.0.2.1:8080" and of " 192.0.2.1 ", "2001:db8::1" of "[2001:db8::1]:8080".
std::string_view WithoutPort(std::string_view text) {
  text = ToStd(absl::StripAsciiWhitespace(ToAbsl(text)));
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const size_t colon = text.find(':');
  const bool has_port = colon != std::string_view::npos && colon == text.rfind(':');
  return has_port ? text.substr(0, colon) : text;
}

}  // namespace

absl::StatusOr<TrustedProxies> TrustedProxies::Parse(const std::vector<std::string>& blocks) {
  absl::StatusOr<AllowList> trusted = AllowList::Parse(blocks);
  if (!trusted.ok()) {
    return errors::InvalidArgument("trusted_proxies", "it holds something that is no CIDR block");
  }
  TrustedProxies proxies;
  proxies.trusted_ = std::make_shared<const AllowList>(*std::move(trusted));
  return proxies;
}

std::string TrustedProxies::ClientAddress(std::string_view peer,
                                          std::string_view forwarded_for) const {
  if (trusted_ == nullptr || !trusted_->Allows(peer) ||
      absl::StripAsciiWhitespace(ToAbsl(forwarded_for)).empty()) {
    return std::string(peer);
  }
  for (;;) {
    const size_t comma = forwarded_for.rfind(',');
    const bool is_first = comma == std::string_view::npos;
    const std::string_view address =
        WithoutPort(is_first ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!Address::Parse(address)) return "";
    if (is_first || !trusted_->Allows(address)) return std::string(address);
    forwarded_for = forwarded_for.substr(0, comma);
  }
}

}  // namespace dossier
