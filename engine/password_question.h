// The password that a read is asked to check before it answers.
#ifndef DOSSIER_PASSWORD_QUESTION_H_
#define DOSSIER_PASSWORD_QUESTION_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "dossier/session.h"
#include "record/path.h"
#include "record/view.h"

namespace dossier {

struct PasswordQuestion {
  Path path;              // ends in a password
  std::string_view text;  // the caller's

  bool is_in_element() const;
};

// Nothing where `options` asks about none. `readable` as for Path::Parse. Errors: 100, 200 and 223 on
// password_attribute.
absl::StatusOr<std::optional<PasswordQuestion>> ParsePasswordQuestion(const GetOptions& options,
                                                                      const Shape& root,
                                                                      const AttributeSet* readable);

// OK where the record has that password; takes as long as its hash asks for. Errors: 200 where the
// stored hash cannot be checked, 310, 350.
absl::Status CheckPasswordOf(const RecordView& record, const PasswordQuestion& question);

}  // namespace dossier

#endif  // DOSSIER_PASSWORD_QUESTION_H_
