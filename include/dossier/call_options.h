// What the calls of a Session take beside their arguments, and what Create returns.
#ifndef DOSSIER_CALL_OPTIONS_H_
#define DOSSIER_CALL_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace dossier {

// When an acknowledged write is safe.
enum class Durability {
  // Survives power loss.
  kSynced,
  // Survives a killed process; after power loss the state is a prefix of the commit order.
  kBuffered,
};

// Of Create.
struct CreateOptions {
  bool include_record = false;
  std::optional<Durability> durability = std::nullopt;
};

struct Created {
  uint64_t id = 0;
  std::string uuid = {};
  std::string record = {};  // JSON, with include_record
};

// Of Get. The preconditions fail the call (330) where the record's time is another instant.
struct GetOptions {
  std::string path = {};                     // what to read of the record; empty: all of it
  std::vector<std::string> attributes = {};  // with an empty path: only these paths; empty: all
  // Both or neither: the path of a password, and the plain text that must be it (350).
  std::optional<std::string> password_attribute = std::nullopt;
  std::optional<std::string> password_value = std::nullopt;
  std::optional<absl::Time> created = std::nullopt;
  std::optional<absl::Time> last_updated = std::nullopt;
};

// Of Update, Replace and Delete.
struct WriteOptions {
  std::string path = {};  // what to write of the record: "/statuses#11905"; empty: all of it
  std::optional<absl::Time> created = std::nullopt;
  std::optional<absl::Time> last_updated = std::nullopt;
  bool include_record = false;
  std::optional<Durability> durability = std::nullopt;
  std::string value_name = "value";  // what errors call the value: it has two names on the wire
};

// Of the calls on tokens. The preconditions are those of a record, as above.
struct AccessOptions {
  // Whose tokens. Empty: a new one is the caller's; DeleteAccess ends those of all clients.
  std::string client_id = {};
  absl::Duration lifetime = absl::Hours(1);  // of a new one: 1 s to kTokenSecondsMax
  std::optional<absl::Time> created = std::nullopt;
  std::optional<absl::Time> last_updated = std::nullopt;
};

}  // namespace dossier

#endif  // DOSSIER_CALL_OPTIONS_H_
