// The words of a filter's text.
#ifndef DOSSIER_FILTER_FILTER_TOKENS_H_
#define DOSSIER_FILTER_FILTER_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "filter/filter.h"

namespace dossier {

enum class Symbol : uint8_t { kEnd, kOpen, kClose, kBang, kComparison, kWord, kNumber, kString };

struct FilterToken {
  Symbol symbol = Symbol::kEnd;
  size_t position = 0;         // in the text
  std::string_view text = {};  // of all but a string
  std::string string = {};     // of a string, without its escapes
  Comparison comparison = {};

  // In any case.
  bool Is(std::string_view keyword) const;
};

// Borrows the text.
class FilterTokens {
 public:
  FilterTokens(std::string_view text, std::string_view argument)
      : text_(text), argument_(argument) {}

  // Errors: 200 on the argument.
  absl::StatusOr<FilterToken> Next();

  // 200: what is wrong, and where in the text, in characters from 1.
  absl::Status RefuseAt(size_t position, std::string_view reason) const;

 private:
  FilterToken Take(Symbol symbol, size_t size, Comparison comparison = {});
  absl::StatusOr<FilterToken> TakeString();

  std::string_view text_;
  std::string_view argument_;
  size_t next_ = 0;
};

}  // namespace dossier

#endif  // DOSSIER_FILTER_FILTER_TOKENS_H_
