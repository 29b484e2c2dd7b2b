// The calls on the indexes of entity types, each spelled out as its steps.
#include <optional>

#include "base/status.h"
#include "dossier/session.h"
#include "json/json_value.h"
#include "parts.h"
#include "schema/indexes.h"

namespace dossier {

absl::Status TypeCalls::AddIndex(std::string_view type_name, std::string_view path) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_RETURN_IF_ERROR(parts_->evolution->AddIndex(type_name, path));
  parts_->index_builder->Start();
  return absl::OkStatus();
}

absl::Status TypeCalls::RemoveIndex(std::string_view type_name, std::string_view path) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return parts_->evolution->RemoveIndex(type_name, path);
}

absl::StatusOr<std::string> TypeCalls::Indexes(std::string_view type_name) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  const std::optional<IndexProgress> progress = parts_->index_builder->ProgressOf(type->id());
  JsonValue::Array answers;
  for (const Index& index : type->indexes()) {
    JsonValue::Object answer{{"attribute_name", PathOf(index)},
                             {"state", std::string(index.is_ready ? "ready" : "building")}};
    if (!index.is_ready && progress) {
      answer.emplace_back("record_count", static_cast<int64_t>(progress->record_count));
      answer.emplace_back("record_count_about", static_cast<int64_t>(progress->record_count_about));
    }
    answers.emplace_back(std::move(answer));
  }
  return JsonValue(std::move(answers)).ToText();
}

absl::Status TypeCalls::AwaitIndexes() {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return parts_->index_builder->Await();
}

}  // namespace dossier
