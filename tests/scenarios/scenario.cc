#include "scenario.h"

#include <fstream>
#include <optional>

#include "absl/strings/str_cat.h"

namespace dossier::scenarios {
namespace {

bool IsIndented(const std::string& line) { return !line.empty() && line[0] == ' '; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Blanks separate words; blanks inside double quotes do not.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted && i + 1 < text.size()) {
      word += text[i++];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ' ' && !quoted) {
      if (!word.empty()) words.push_back(word);
      word.clear();
      continue;
    }
    word += text[i];
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

std::optional<std::pair<std::string, std::string>> Parameter(std::string_view text) {
  if (!text.empty() && text[0] == '?') return std::pair("?", std::string(text.substr(1)));
  size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

// "(caller) operation a=1 b=2" and the indented lines below it.
std::optional<Call> ReadCall(std::string_view head, const std::vector<std::string>& indented) {
  Call call;
  call.text = std::string(head);
  if (!head.empty() && head[0] == '(') {
    size_t close = head.find(") ");
    if (close == std::string_view::npos) return std::nullopt;
    call.caller = std::string(head.substr(1, close - 1));
    head = head.substr(close + 2);
  }
  std::vector<std::string> words = Words(head);
  if (words.empty()) return std::nullopt;
  call.operation = words[0];
  std::vector<std::string> texts(words.begin() + 1, words.end());
  for (const std::string& line : indented) {
    texts.emplace_back(Trimmed(line));
    absl::StrAppend(&call.text, "\n  ", texts.back());
  }
  for (const std::string& text : texts) {
    auto parameter = Parameter(text);
    if (!parameter) return std::nullopt;
    call.parameters.push_back(*parameter);
  }
  return call;
}

// Reads one scenario line by line.
class Reader {
 public:
  explicit Reader(Scenario scenario) : scenario_(std::move(scenario)) {}

  absl::StatusOr<Scenario> Read() {
    while (at_ < Lines().size()) {
      const std::string& line = Lines()[at_];
      if (line.empty() || line[0] == '#') {
        ++at_;
        continue;
      }
      absl::Status status = line[0] == '@' ? ReadDirective() : ReadCallAndExpectation();
      if (!status.ok()) return status;
    }
    return std::move(scenario_);
  }

 private:
  const std::vector<std::string>& Lines() const { return scenario_.lines; }

  absl::Status Wrong(int line, std::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(scenario_.path, ":", line, ": ", std::string(what)));
  }

  std::vector<std::string> TakeIndented() {
    std::vector<std::string> taken;
    while (at_ < Lines().size() && IsIndented(Lines()[at_])) taken.push_back(Lines()[at_++]);
    return taken;
  }

  absl::Status ReadDirective() {
    Step step;
    step.line = static_cast<int>(at_) + 1;
    std::string head = Lines()[at_++].substr(1);
    std::vector<std::string> indented = TakeIndented();
    step.directive = head.substr(0, head.find(' '));
    if (step.directive == "watch") {
      std::optional<Call> call = ReadCall(Trimmed(std::string_view(head).substr(5)), indented);
      if (!call) return Wrong(step.line, "@watch wants a call");
      step.call = *call;
    }
    if (step.directive == "type") {
      std::string_view rest = Trimmed(std::string_view(head).substr(4));
      size_t blank = std::min(rest.find(' '), rest.size());
      std::string attr_defs(rest.substr(blank));
      for (const std::string& line : indented) attr_defs += line;
      step.words = {std::string(rest.substr(0, blank)), attr_defs};
    } else {
      for (const std::string& line : indented) head += line;
      step.words = Words(head);
      step.words.erase(step.words.begin());
    }
    scenario_.steps.push_back(step);
    return absl::OkStatus();
  }

  absl::Status ReadCallAndExpectation() {
    Step step;
    step.line = static_cast<int>(at_) + 1;
    std::string head = Lines()[at_++];
    std::optional<Call> call = ReadCall(head, TakeIndented());
    if (!call) return Wrong(step.line, "not a call: [(caller)] operation name=value ...");
    step.call = *call;
    if (at_ >= Lines().size() || Lines()[at_] != "----") {
      return Wrong(static_cast<int>(at_) + 1, "---- expected after a call");
    }
    step.expectation_begin = ++at_;
    while (at_ < Lines().size() && !Lines()[at_].empty()) {
      absl::StrAppend(&step.expectation, Lines()[at_++], "\n");
    }
    step.expectation_end = at_;
    scenario_.steps.push_back(step);
    return absl::OkStatus();
  }

  Scenario scenario_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Scenario> ReadScenario(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  Scenario scenario;
  scenario.path = path;
  for (std::string line; std::getline(file, line);) scenario.lines.push_back(line);
  return Reader(std::move(scenario)).Read();
}

}  // namespace dossier::scenarios
