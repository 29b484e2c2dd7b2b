// The parameters of one request, read as what they mean.
#ifndef DOSSIER_API_ARGUMENTS_H_
#define DOSSIER_API_ARGUMENTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dossier/api.h"
#include "dossier/entity_key.h"
#include "dossier/session.h"

namespace dossier::api {

// Borrows the request. Of a parameter that comes twice the last counts; unknown ones are passed
// over.
class Arguments {
 public:
  explicit Arguments(const Parameters& parameters) : parameters_(parameters) {}

  // Null where the parameter is absent.
  const std::string* Find(std::string_view name) const;
  // Empty where it is absent.
  std::string TextOr(std::string_view name) const;
  // Errors: 100.
  absl::StatusOr<std::string_view> Text(std::string_view name) const;
  // true, 1; false, 0; false where it is absent or empty. Errors: 200.
  absl::StatusOr<bool> Flag(std::string_view name) const;
  // How long the call may take: `timeout` in seconds, 10 where it is absent. Errors: 200.
  absl::StatusOr<absl::Duration> Timeout() const;
  // Nothing where it is absent; "now" is the session's. Errors: 342.
  absl::StatusOr<std::optional<absl::Time>> Time(std::string_view name,
                                                 const Session& session) const;
  // A JSON array of strings; empty where it is absent or empty. Errors: 200.
  absl::StatusOr<std::vector<std::string>> Names(std::string_view name) const;
  // A whole number in decimal digits. Errors: 100, 200.
  absl::StatusOr<int64_t> Integer(std::string_view name) const;
  // Errors: 100, 200.
  absl::StatusOr<uint64_t> Id(std::string_view name) const;
  // The type that a call is about. A token implies it: empty where it is absent then. Errors: 100.
  absl::StatusOr<std::string_view> TypeName(const Session& session) const;
  // What a call is about. A token implies that too: any key then, for the session knows better; of
  // an element where there is an `entity_path`. Errors: as below.
  absl::StatusOr<EntityKey> Key(const Session& session) const;
  // `id`, `uuid`, or `key_attribute` with `key_value`; any of them with `entity_path`. Errors: 100 on
  // uuid for none, 200 on id, 201.
  absl::StatusOr<EntityKey> Key() const;

  // The value of a write, which has two names. Errors: 100 on value, 201.
  struct Value {
    std::string_view name;
    std::string_view text;
  };
  absl::StatusOr<Value> ValueOrAttributes() const;

 private:
  absl::StatusOr<EntityKey> KeyInType() const;
  size_t Count(std::string_view name) const;

  const Parameters& parameters_;
};

}  // namespace dossier::api

#endif  // DOSSIER_API_ARGUMENTS_H_
