#include "tidy/layer_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <sstream>

namespace dossier::tidy {
namespace {

// Lowest first. A file includes its own folder and those before it.
// "engine" stands for the files of engine/ itself.
constexpr std::array<std::string_view, 14> kLayers = {
    "include", "base",   "record", "json",  "storage",  "elements", "values",
    "schema",  "access", "filter", "query", "mutation", "engine",   "api"};

// A text that may stand in some files only. `where` and `home` are beginnings of paths.
struct Border {
  std::string_view pattern;  // of a line
  std::string_view where;    // the rule is about these files
  std::string_view home;     // ... but for these; empty: none
  std::string_view reason;
};

constexpr std::array kBorders = {
    Border{R"(#include [<"]simdjson)", "engine/", "engine/json/", "simdjson is for engine/json"},
    Border{R"(#include [<"]rocksdb/)", "engine/", "engine/storage/",
           "RocksDB is for engine/storage"},
    Border{R"(#include [<"](openssl/|crypt\.h))", "engine/", "engine/access/",
           "OpenSSL and crypt are for engine/access"},
    Border{R"(#include [<"]unicode/)", "engine/", "engine/values/", "ICU is for engine/values"},
    Border{R"(#include [<"]sodium)", "engine/", "engine/base/", "libsodium is for engine/base"},
    Border{R"(#include [<"](simdjson|rocksdb/|openssl/))", "include/", "",
           "a public header shows no type of a library but Abseil"},
    Border{R"(std::chrono::system_clock|\bclock_gettime\b|\bgettimeofday\b|absl::Now\b)", "engine/",
           "engine/base/clock.cc", "the system's clock is read in engine/base/clock.cc"},
    Border{R"(std::chrono::system_clock|\bclock_gettime\b|\bgettimeofday\b|absl::Now\b)",
           "include/", "", "the system's clock is read in engine/base/clock.cc"},
    // Written as classes of one letter, so that this line is no find.
    Border{R"(\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b)", "", "", "a mark of unfinished work"},
};

struct SizeBound {
  std::string_view where;
  int line_count_max;
};

constexpr std::array kSizeBounds = {SizeBound{"engine/", 400}, SizeBound{"examples/", 400},
                                    SizeBound{"include/", 200}};

// Dot files may stand there too, and build/, which git ignores.
constexpr std::array<std::string_view, 11> kTopLevel = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "dev",
    "engine",         "include",           "bench",     "tests",
    "fuzz",           "examples",          "build"};

// The number of a layer in kLayers; nothing for what belongs to none.
std::optional<size_t> LayerNamed(std::string_view name) {
  const auto* found = std::find(kLayers.begin(), kLayers.end(), name);
  if (found == kLayers.end()) return std::nullopt;
  return static_cast<size_t>(found - kLayers.begin());
}

// Of a file: by its folder below engine/, or include/.
std::optional<size_t> LayerOfFile(std::string_view path) {
  if (path.starts_with("include/")) return LayerNamed("include");
  if (!path.starts_with("engine/")) return std::nullopt;
  const std::string_view rest = path.substr(std::string_view("engine/").size());
  const size_t slash = rest.find('/');
  return LayerNamed(slash == std::string_view::npos ? "engine" : rest.substr(0, slash));
}

// Of an #include "..." of our own: "dossier/engine.h", "record/view.h", "session.h".
std::optional<size_t> LayerOfInclude(std::string_view included) {
  if (included.starts_with("dossier/")) return LayerNamed("include");
  const size_t slash = included.find('/');
  return LayerNamed(slash == std::string_view::npos ? "engine" : included.substr(0, slash));
}

std::optional<std::string> OrderViolation(const SourceFile& file, const std::string& line) {
  static const std::regex* const kInclude = new std::regex(R"re(^\s*#include "([^"]+)")re");
  std::smatch match;
  const std::optional<size_t> own = LayerOfFile(file.path);
  if (!own.has_value() || !std::regex_search(line, match, *kInclude)) return std::nullopt;
  const std::string included = match[1].str();
  if (included.starts_with("absl/")) return std::nullopt;
  const std::optional<size_t> other = LayerOfInclude(included);
  if (!other.has_value()) return "\"" + included + "\" belongs to no layer";
  if (*other <= *own) return std::nullopt;
  return std::string(kLayers[*own]) + " may not include " + std::string(kLayers[*other]);
}

bool IsAbout(const Border& border, std::string_view path) {
  return path.starts_with(border.where) && (border.home.empty() || !path.starts_with(border.home));
}

// The patterns of kBorders, compiled once: that takes longer than to match a file.
const std::vector<std::regex>& BorderPatterns() {
  static const auto* const kPatterns = [] {
    auto* patterns = new std::vector<std::regex>;
    for (const Border& border : kBorders) patterns->emplace_back(std::string(border.pattern));
    return patterns;
  }();
  return *kPatterns;
}

std::vector<std::string> LineViolations(const SourceFile& file, const std::string& line) {
  std::vector<std::string> reasons;
  if (auto reason = OrderViolation(file, line)) reasons.push_back(*reason);
  for (size_t i = 0; i < kBorders.size(); ++i) {
    if (!IsAbout(kBorders[i], file.path)) continue;
    if (std::regex_search(line, BorderPatterns()[i])) reasons.emplace_back(kBorders[i].reason);
  }
  return reasons;
}

}  // namespace

std::vector<std::string> Violations(const SourceFile& file) {
  std::vector<std::string> violations;
  std::istringstream lines(file.text);
  int line_count = 0;
  for (std::string line; std::getline(lines, line);) {
    ++line_count;
    for (const std::string& reason : LineViolations(file, line)) {
      violations.push_back(file.path + ":" + std::to_string(line_count) + ": " + reason);
    }
  }
  for (const SizeBound& bound : kSizeBounds) {
    if (file.path.starts_with(bound.where) && line_count > bound.line_count_max) {
      violations.push_back(file.path + ":" + std::to_string(line_count) + ": longer than " +
                           std::to_string(bound.line_count_max) + " lines");
    }
  }
  return violations;
}

bool MayStandAtTop(std::string_view name) {
  return name.starts_with(".") ||
         std::find(kTopLevel.begin(), kTopLevel.end(), name) != kTopLevel.end();
}

}  // namespace dossier::tidy
