// The border to Abseil's text type. Debian builds Abseil so that absl::string_view is a type of its
// own which does not convert; the engine says std::string_view and crosses here.
#ifndef DOSSIER_BASE_TEXT_H_
#define DOSSIER_BASE_TEXT_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace dossier {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace dossier

#endif  // DOSSIER_BASE_TEXT_H_
