#include "values/pattern.h"

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <utility>

namespace dossier {
namespace {

// Units: ten thousand steps of ICU's matcher each, well below a millisecond; all of them together
// are tenths of a second. A pattern that does not go back and forth over its text needs few steps
// for a character.
constexpr int32_t kTimeUnitsMax = 500;

// Units: bytes. What a matcher may remember of the ways that it has not yet tried.
constexpr int32_t kStackBytesMax = 4 << 20;

icu::UnicodeString ToUtf16(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
}

// `is_whole`: from the first character to the last.
Search Run(const icu::RegexPattern& pattern, std::string_view utf8, bool is_whole) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = ToUtf16(utf8);  // outlives the matcher, which borrows it
  const std::unique_ptr<icu::RegexMatcher> matcher(pattern.matcher(text, status));
  if (U_FAILURE(status)) return Search::kGivenUp;
  matcher->setTimeLimit(kTimeUnitsMax, status);
  matcher->setStackLimit(kStackBytesMax, status);
  const bool found = is_whole ? matcher->matches(status) : matcher->find(status);
  if (U_FAILURE(status)) return Search::kGivenUp;
  return found ? Search::kFound : Search::kNotFound;
}

}  // namespace

struct Pattern::Compiled {
  std::unique_ptr<const icu::RegexPattern> pattern;
};

std::optional<Pattern> Pattern::Compile(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  std::unique_ptr<const icu::RegexPattern> pattern(
      icu::RegexPattern::compile(ToUtf16(utf8), UREGEX_ERROR_ON_UNKNOWN_ESCAPES, where, status));
  if (U_FAILURE(status) || pattern == nullptr) return std::nullopt;
  return Pattern(std::make_shared<const Compiled>(Compiled{std::move(pattern)}));
}

Search Pattern::Find(std::string_view utf8) const {
  return Run(*compiled_->pattern, utf8, /*is_whole=*/false);
}

Search Pattern::MatchWhole(std::string_view utf8) const {
  return Run(*compiled_->pattern, utf8, /*is_whole=*/true);
}

}  // namespace dossier
