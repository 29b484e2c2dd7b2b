// What the calls on records have in common.
#ifndef DOSSIER_RECORD_CALL_H_
#define DOSSIER_RECORD_CALL_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "base/status.h"
#include "parts.h"

namespace dossier {

inline Preconditions PreconditionsOf(const auto& options) {
  const auto micros = [](const std::optional<absl::Time>& time) {
    return time ? std::optional<int64_t>(absl::ToUnixMicros(*time)) : std::nullopt;
  };
  return {micros(options.created), micros(options.last_updated)};
}

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
inline const absl::Status& StatusOf(const auto& result) { return result.status(); }

// What `call` answers with the current version of the type. A call whose type goes on to a later
// version meanwhile may meet what that version wrote: a record that it would cut, a claim that
// nobody keeps any more. Then all of it is done again with the current version, so that one version
// judges the whole call.
template <typename Call>
auto WithType(EngineParts& parts, std::string_view type_name, Call call)
    -> decltype(call(std::declval<const EntityType&>())) {
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts.registry->Find(type_name));
    auto result = call(*type);
    if (!absl::IsDataLoss(StatusOf(result)) || parts.registry->IsCurrent(*type)) return result;
  }
}

}  // namespace dossier

#endif  // DOSSIER_RECORD_CALL_H_
