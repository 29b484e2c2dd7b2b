#include "filter/filter_tokens.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/digits.h"
#include "base/errors.h"
#include "base/text.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/';
}

// How many bytes of a number `text` begins with: digits with a sign, a fraction and an exponent.
size_t NumberSize(std::string_view text) {
  const auto digits_at = [&](size_t at) {
    return at < text.size() ? DigitCount(text.substr(at)) : 0;
  };
  size_t size = text.starts_with('-') ? 1 : 0;
  if (digits_at(size) == 0) return 0;
  size += digits_at(size);
  if (size < text.size() && text[size] == '.' && digits_at(size + 1) > 0) {
    size += 1 + digits_at(size + 1);
  }
  if (size < text.size() && (text[size] == 'e' || text[size] == 'E')) {
    const bool has_sign =
        size + 1 < text.size() && (text[size + 1] == '+' || text[size + 1] == '-');
    const size_t begin = size + (has_sign ? 2 : 1);
    if (digits_at(begin) > 0) size = begin + digits_at(begin);
  }
  return size;
}

}  // namespace

bool FilterToken::Is(std::string_view keyword) const {
  return symbol == Symbol::kWord && absl::EqualsIgnoreCase(ToAbsl(text), ToAbsl(keyword));
}

absl::StatusOr<FilterToken> FilterTokens::Next() {
  next_ = std::min(text_.find_first_not_of(" \t\r\n", next_), text_.size());
  const std::string_view rest = text_.substr(next_);
  if (rest.empty()) return Take(Symbol::kEnd, 0);
  const char c = rest[0];
  if (c == '\'') return TakeString();
  if (c == '(') return Take(Symbol::kOpen, 1);
  if (c == ')') return Take(Symbol::kClose, 1);
  if (rest.starts_with("!=")) return Take(Symbol::kComparison, 2, Comparison::kNotEqual);
  if (rest.starts_with("<=")) return Take(Symbol::kComparison, 2, Comparison::kLessOrEqual);
  if (rest.starts_with(">=")) return Take(Symbol::kComparison, 2, Comparison::kGreaterOrEqual);
  if (c == '!') return Take(Symbol::kBang, 1);
  if (c == '=') return Take(Symbol::kComparison, 1, Comparison::kEqual);
  if (c == '<') return Take(Symbol::kComparison, 1, Comparison::kLess);
  if (c == '>') return Take(Symbol::kComparison, 1, Comparison::kGreater);
  if (const size_t size = NumberSize(rest); size > 0) return Take(Symbol::kNumber, size);
  size_t size = 0;
  while (size < rest.size() && IsWordCharacter(rest[size])) ++size;
  if (size == 0 || c == '-' || c == '.') return RefuseAt(next_, "something else should be");
  return Take(Symbol::kWord, size);
}

absl::Status FilterTokens::RefuseAt(size_t position, std::string_view reason) const {
  return errors::InvalidArgument(argument_,
                                 absl::StrCat(ToAbsl(reason), " at character ",
                                              CodePointCount(text_.substr(0, position)) + 1));
}

FilterToken FilterTokens::Take(Symbol symbol, size_t size, Comparison comparison) {
  FilterToken token{.symbol = symbol,
                    .position = next_,
                    .text = text_.substr(next_, size),
                    .comparison = comparison};
  next_ += size;
  return token;
}

absl::StatusOr<FilterToken> FilterTokens::TakeString() {
  FilterToken token{.symbol = Symbol::kString, .position = next_};
  for (++next_; next_ < text_.size(); ++next_) {
    if (text_[next_] == '\'') {
      ++next_;
      return token;
    }
    const std::string_view rest = text_.substr(next_);
    if (rest.starts_with("\\'") || rest.starts_with("\\\\")) ++next_;
    token.string += text_[next_];
  }
  return RefuseAt(token.position, "the string has no end that begins");
}

}  // namespace dossier
