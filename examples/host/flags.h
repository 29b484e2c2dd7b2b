// The command line of dossier-host.
#ifndef DOSSIER_EXAMPLES_HOST_FLAGS_H_
#define DOSSIER_EXAMPLES_HOST_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "dossier/engine.h"
#include "dossier/trusted_proxies.h"

namespace dossier::host {

struct Flags {
  std::string data_dir;
  std::string listen_host = "127.0.0.1";
  std::string listen_port = "8080";  // "0": any free one
  std::string metrics_host;          // empty: no metrics
  std::string metrics_port;
  Durability durability = Durability::kSynced;
  std::string owner_client_id;      // empty: the host makes an owner where the store has none
  std::string owner_client_secret;  // empty exactly when the id is
  std::string secrets_key;          // empty: secrets are kept as they are
  std::string former_secrets_key;   // empty: there was no other
  std::optional<uint64_t> accept_loss_down_to;
  TrustedProxies trusted_proxies;
  FeatureReading feature_reading = FeatureReading::kPages;
  unsigned signature_skew_seconds = 300;  // of a signed request's date; at most 10^9
  unsigned memory_mb = 800;               // of the store: 64 to 1,048,576
  unsigned timeout_seconds = 30;          // 1 to 3600: of a connection on which nothing moves
  bool logs_requests = false;
  bool help = false;
  bool version = false;
};

// What --help prints.
std::string_view HelpText();

// Reads the flags, and the owner's credentials from the environment where no flag gives them.
// Shape: `--name value` or `--name=value`.
// Errors: kInvalidArgument, worded for the person at the terminal.
absl::StatusOr<Flags> ParseFlags(int argc, const char* const* argv);

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_FLAGS_H_
