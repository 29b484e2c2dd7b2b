// Regular expressions that a customer writes and a host runs: bounded in time and memory.
#ifndef DOSSIER_VALUES_PATTERN_H_
#define DOSSIER_VALUES_PATTERN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace dossier {

// What a search came to.
enum class Search : uint8_t {
  kFound,
  kNotFound,
  kGivenUp,  // the pattern asks for more time or memory than any text may cost
};

// A compiled pattern. Thread-safe; copies share what was compiled.
//
// Shape: the dialect of ICU, which is that of Java and Perl but for rarities. Capitals and small
// letters differ unless the pattern says (?i); a dot stands for any character but the ends of lines
// unless it says (?s); ^ and $ are the ends of the text unless it says (?m). \w, \d and \b know
// every script; [a-zA-Z] means just these. A character is a code point.
class Pattern {
 public:
  // Nothing where `utf8` is no pattern.
  static std::optional<Pattern> Compile(std::string_view utf8);

  // Whether some part of the text matches.
  Search Find(std::string_view utf8) const;
  // Whether the text as a whole matches.
  Search MatchWhole(std::string_view utf8) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace dossier

#endif  // DOSSIER_VALUES_PATTERN_H_
