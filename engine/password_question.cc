#include "password_question.h"

#include <string>
#include <utility>

#include "access/passwords.h"
#include "base/errors.h"
#include "base/status.h"
#include "json/json_out.h"

namespace dossier {

absl::StatusOr<std::optional<PasswordQuestion>> ParsePasswordQuestion(
    const GetOptions& options, const Shape& root, const AttributeSet* readable) {
  if (!options.password_attribute && !options.password_value) {
    return std::optional<PasswordQuestion>();
  }
  if (!options.password_attribute) return errors::MissingArgument("password_attribute");
  if (!options.password_value) return errors::MissingArgument("password_value");
  DOSSIER_ASSIGN_OR_RETURN(
      Path path, Path::Parse(*options.password_attribute, root, "password_attribute", readable));
  if (path.is_root() || path.back().attribute->kind != Kind::kPassword) {
    return errors::InvalidArgument("password_attribute", "it names no password");
  }
  return std::optional(PasswordQuestion{std::move(path), *options.password_value});
}

bool PasswordQuestion::is_in_element() const {
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i].element != 0) return true;
  }
  return false;
}

absl::Status CheckPasswordOf(const RecordView& record, const PasswordQuestion& question) {
  std::string stored;
  if (!AppendValueJson(record, question.path, /*only=*/nullptr, stored)) {
    return errors::ElementNotFound(ToText(question.path));
  }
  if (stored == "null") return errors::InvalidPasswordValue();
  switch (CheckPassword(stored, question.text)) {
    case PasswordVerdict::kRight:
      return absl::OkStatus();
    case PasswordVerdict::kWrong:
      return errors::InvalidPasswordValue();
    case PasswordVerdict::kCannotTell:
      break;
  }
  return errors::InvalidArgument(
      "password_attribute", "the stored password is of a scheme or a cost that is not checked");
}

}  // namespace dossier
