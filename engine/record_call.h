// What the calls on records have in common.
#ifndef DOSSIER_RECORD_CALL_H_
#define DOSSIER_RECORD_CALL_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
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

// Who holds a value that is taken is not told to a caller who may not see everything.
inline absl::Status WithoutHolder(const AttributeSet* readable, const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (readable == nullptr || !detail || detail->holder_id == 0) return status;
  return errors::UniqueViolation(detail->attribute_name, /*holder_id=*/0);
}

// Of a call that may take `timeout`. Errors: 200 on timeout.
inline absl::StatusOr<Deadline> DeadlineOf(const EngineParts& parts, absl::Duration timeout) {
  if (timeout <= absl::ZeroDuration()) {
    return errors::InvalidArgument("timeout", "it must be 1 to 60 seconds");
  }
  return Deadline(parts.monotonic_clock, std::min(timeout, absl::Seconds(kSearchSecondsMax)));
}

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
