#include "flags.h"

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace dossier::host {
namespace {

constexpr unsigned kTimeoutSecondsMax = 3600;
constexpr unsigned kMemoryMbMin = 64;
constexpr unsigned kMemoryMbMax = 1u << 20;
constexpr unsigned kSkewSecondsMax = 1'000'000'000;

absl::Status Wrong(const std::string& message) { return absl::InvalidArgumentError(message); }

// "127.0.0.1:8080", "[::1]:8080", "localhost:0".
absl::Status ReadAddress(const std::string& name, const std::string& value, std::string& host,
                         std::string& port) {
  const size_t colon = value.rfind(':');
  int number = -1;
  if (colon == std::string::npos || !absl::SimpleAtoi(value.substr(colon + 1), &number) ||
      number < 0 || number > 65535) {
    return Wrong(absl::StrCat(name, " wants ADDRESS:PORT, not '", value, "'"));
  }
  host = value.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.empty() || host.find(':') != std::string::npos) {
    return Wrong(absl::StrCat(name, " wants 127.0.0.1:8080 or [::1]:8080, not '", value, "'"));
  }
  port = absl::StrCat(number);
  return absl::OkStatus();
}

absl::Status ReadDurability(const std::string& value, Flags& flags) {
  if (value != "synced" && value != "buffered") {
    return Wrong(absl::StrCat("--durability is synced or buffered, not '", value, "'"));
  }
  flags.durability = value == "synced" ? Durability::kSynced : Durability::kBuffered;
  return absl::OkStatus();
}

absl::Status ReadFeatureReading(const std::string& value, Flags& flags) {
  if (value != "pages" && value != "overview") {
    return Wrong(absl::StrCat("--feature-reading is pages or overview, not '", value, "'"));
  }
  flags.feature_reading = value == "pages" ? FeatureReading::kPages : FeatureReading::kOverview;
  return absl::OkStatus();
}

absl::Status ReadTimeout(const std::string& value, Flags& flags) {
  if (!absl::SimpleAtoi(value, &flags.timeout_seconds) || flags.timeout_seconds == 0 ||
      flags.timeout_seconds > kTimeoutSecondsMax) {
    return Wrong(
        absl::StrCat("--timeout-seconds is 1 to ", kTimeoutSecondsMax, ", not '", value, "'"));
  }
  return absl::OkStatus();
}

absl::Status ReadMemory(const std::string& value, Flags& flags) {
  if (!absl::SimpleAtoi(value, &flags.memory_mb) || flags.memory_mb < kMemoryMbMin ||
      flags.memory_mb > kMemoryMbMax) {
    return Wrong(
        absl::StrCat("--memory-mb is ", kMemoryMbMin, " to ", kMemoryMbMax, ", not '", value, "'"));
  }
  return absl::OkStatus();
}

absl::Status ReadAcceptedLoss(const std::string& value, Flags& flags) {
  uint64_t change = 0;
  if (!absl::SimpleAtoi(value, &change)) {
    return Wrong(absl::StrCat("--accept-loss-down-to is the number that the refusal names, not '",
                              value, "'"));
  }
  flags.accept_loss_down_to = change;
  return absl::OkStatus();
}

absl::Status ReadLog(const std::string& value, Flags& flags) {
  if (value != "requests" && value != "errors") {
    return Wrong(absl::StrCat("--log is requests or errors, not '", value, "'"));
  }
  flags.logs_requests = value == "requests";
  return absl::OkStatus();
}

absl::Status ReadSkew(const std::string& value, Flags& flags) {
  if (!absl::SimpleAtoi(value, &flags.signature_skew_seconds) ||
      flags.signature_skew_seconds > kSkewSecondsMax) {
    return Wrong(
        absl::StrCat("--signature-skew-seconds is 0 to ", kSkewSecondsMax, ", not '", value, "'"));
  }
  return absl::OkStatus();
}

absl::Status ReadProxies(const std::string& value, Flags& flags) {
  absl::StatusOr<TrustedProxies> proxies = TrustedProxies::Parse(absl::StrSplit(value, ','));
  if (!proxies.ok()) {
    return Wrong(
        absl::StrCat("--trusted-proxies wants 10.0.0.0/8,::1 or alike, not '", value, "'"));
  }
  flags.trusted_proxies = *std::move(proxies);
  return absl::OkStatus();
}

absl::Status ReadText(const std::string& value, std::string& text) {
  text = value;
  return absl::OkStatus();
}

absl::Status ReadFlag(const std::string& name, const std::string& value, Flags& flags) {
  if (value.empty()) return Wrong(absl::StrCat(name, " wants a value"));
  if (name == "--data-dir") return ReadText(value, flags.data_dir);
  if (name == "--listen") return ReadAddress(name, value, flags.listen_host, flags.listen_port);
  if (name == "--metrics-listen") {
    return ReadAddress(name, value, flags.metrics_host, flags.metrics_port);
  }
  if (name == "--memory-mb") return ReadMemory(value, flags);
  if (name == "--log") return ReadLog(value, flags);
  if (name == "--durability") return ReadDurability(value, flags);
  if (name == "--feature-reading") return ReadFeatureReading(value, flags);
  if (name == "--owner-client-id") return ReadText(value, flags.owner_client_id);
  if (name == "--owner-client-secret") return ReadText(value, flags.owner_client_secret);
  if (name == "--signature-skew-seconds") return ReadSkew(value, flags);
  if (name == "--accept-loss-down-to") return ReadAcceptedLoss(value, flags);
  if (name == "--trusted-proxies") return ReadProxies(value, flags);
  return ReadTimeout(value, flags);
}

bool TakesValue(const std::string& name) {
  return name == "--data-dir" || name == "--listen" || name == "--durability" ||
         name == "--feature-reading" || name == "--owner-client-id" ||
         name == "--owner-client-secret" || name == "--signature-skew-seconds" ||
         name == "--timeout-seconds" || name == "--metrics-listen" || name == "--log" ||
         name == "--trusted-proxies" || name == "--memory-mb" || name == "--accept-loss-down-to";
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// What no single flag can say for itself.
absl::Status Complete(Flags& flags) {
  if (flags.data_dir.empty()) return Wrong("--data-dir DIR is missing");
  if (flags.owner_client_id.empty()) {
    flags.owner_client_id = Environment("DOSSIER_OWNER_CLIENT_ID");
  }
  if (flags.owner_client_secret.empty()) {
    flags.owner_client_secret = Environment("DOSSIER_OWNER_CLIENT_SECRET");
  }
  flags.secrets_key = Environment("DOSSIER_SECRETS_KEY");
  flags.former_secrets_key = Environment("DOSSIER_FORMER_SECRETS_KEY");
  if (flags.owner_client_id.empty() != flags.owner_client_secret.empty()) {
    return Wrong("the owner client wants both an id and a secret, or neither");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view HelpText() {
  return R"(dossier-host: the entity API over HTTP, on a store in one directory

usage: dossier-host --data-dir DIR [flags]

  --data-dir DIR               where the store is; created when missing
  --listen ADDRESS:PORT        default 127.0.0.1:8080; [::1]:8080 works, port 0 takes a free one
  --durability WHEN            synced: an answered write survives power loss (default)
                               buffered: it survives a killed process; faster
  --owner-client-id ID         the owner client, made on the first start; without it the host
  --owner-client-secret SECRET makes one and prints it. Other users of the machine can read flags:
                               rather set DOSSIER_OWNER_CLIENT_ID, DOSSIER_OWNER_CLIENT_SECRET
  --feature-reading WHICH      what the features of clients allow: pages (default; an owner may do
                               everything) or overview (records need direct_access)
  --signature-skew-seconds N   how far the date of a signed request may be from the clock; default
                               300
  --trusted-proxies CIDR,CIDR  whose X-Forwarded-For says where a client calls from; default: nobody's
  --memory-mb N                what the store keeps in memory, all together; at least 64, default 800
  --accept-loss-down-to N      of a store that is refused because it ends with change N, and the disk
                               had more: opens it as it is, and what came behind is given up
  --timeout-seconds N          closes a connection on which nothing moves; default 30
  --metrics-listen ADDRESS:PORT
                               answers /metrics (Prometheus) and /health there, to whoever reaches it:
                               keep it on loopback or in a closed network. Default: not at all
  --log WHAT                   errors: a JSON line on stderr for each answer 500 (default)
                               requests: for each request too; never values, secrets or queries
  --help, --version

With DOSSIER_SECRETS_KEY in the environment (16 bytes or more, random ones) the secrets of clients are
sealed on disk; the store then opens with that key only. To change it, start once with the new one and
with that before it in DOSSIER_FORMER_SECRETS_KEY.
GET /health on the API's own address answers 200 while the store can be used, else 503.

SIGTERM and SIGINT answer what is under way, close the store and end with 0.

exit status: 0 stopped, 1 another failure, 2 a wrong flag, 3 the directory cannot be had (another
process holds it, it cannot be made, no space), 4 the address cannot be listened on, 5 the directory
holds a newer format or something else
)";
}

absl::StatusOr<Flags> ParseFlags(int argc, const char* const* argv) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      flags.help = true;
      return flags;
    }
    if (argument == "--version") {
      flags.version = true;
      return flags;
    }
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (!TakesValue(name)) return Wrong(absl::StrCat("unknown flag '", argument, "'"));
    if (equals == std::string::npos && i + 1 == argc) {
      return Wrong(absl::StrCat(name, " wants a value"));
    }
    const std::string value = equals == std::string::npos ? argv[++i] : argument.substr(equals + 1);
    if (absl::Status status = ReadFlag(name, value, flags); !status.ok()) return status;
  }
  if (absl::Status status = Complete(flags); !status.ok()) return status;
  return flags;
}

}  // namespace dossier::host
