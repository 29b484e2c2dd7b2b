// Secrets that stand on disk so that only a host with its key can read them.
#ifndef DOSSIER_ACCESS_SEALING_H_
#define DOSSIER_ACCESS_SEALING_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace dossier {

// The host's keys; both may be empty.
struct SecretsKeys {
  std::string_view current = {};
  std::string_view former = {};  // what it was before: opens what has not been sealed anew yet
};

// AES-256-GCM under a key that is derived from the host's. Thread-safe.
//
//   sealed = base64 of: key_mark:4 nonce:12 ciphertext tag:16
//
// The mark tells another key from damage. Each sealing draws its nonce anew.
class Sealer {
 public:
  // Without a current key nothing is sealed.
  explicit Sealer(const SecretsKeys& keys);

  bool has_key() const { return current_.has_value(); }

  // `owner` is bound to the text: sealed for one client it does not open for another.
  // Errors: kUnavailable where the system's random generator fails.
  absl::StatusOr<std::string> Seal(std::string_view text, std::string_view owner) const;

  // Errors: kFailedPrecondition where there is no key or it was sealed with another, kDataLoss.
  struct Unsealed {
    std::string text;
    bool is_by_former = false;  // the former key was needed
  };
  absl::StatusOr<Unsealed> Unseal(std::string_view sealed, std::string_view owner) const;

 private:
  struct Key {
    static std::optional<Key> Of(std::string_view key);
    std::array<unsigned char, 32> secret;
    std::string mark;
  };
  std::optional<Key> current_;
  std::optional<Key> former_;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_SEALING_H_
