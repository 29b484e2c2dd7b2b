#include "player.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace dossier::scenarios {
namespace {

constexpr int64_t kStartMicros = 1'704'164'645'000'001;  // 2024-01-02 03:04:05.000001 +0000
constexpr int64_t kStepMicros = 1'000'003;
constexpr std::string_view kFrom = " from ";

Client NamedClient(const std::string& name, std::vector<std::string> features) {
  Client client;
  client.client_id = name;
  client.client_secret = name + "-secret";
  client.description = "the client " + name;
  client.features = std::move(features);
  return client;
}

std::string TextOf(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  return member == nullptr ? "" : member->text;
}

std::string AuthorizationOf(const std::string& caller) {
  if (caller == "none") return "";
  if (absl::StartsWith(caller, "header ")) return caller.substr(7);
  if (absl::StartsWith(caller, "basic ")) return "Basic " + absl::Base64Escape(caller.substr(6));
  return "Basic " + absl::Base64Escape(absl::StrCat(caller, ":", caller, "-secret"));
}

std::string KeyOf(const api::Request& request) {
  std::string key =
      absl::StrCat(request.path, "\n", request.authorization, "\n", request.peer_address);
  for (const auto& [name, value] : request.parameters) {
    absl::StrAppend(&key, "\n", name, "=", value);
  }
  return key;
}

// What is wrong with the wording of an error: clients look for these words to tell errors apart.
// Source: clients-on-the-wire.md 11.
std::string WordingFault(const JsonValue& answer) {
  std::string description = TextOf(answer, "error_description");
  bool is_310 = TextOf(answer, "code") == "310";
  if (absl::StrContains(description, "not found") != is_310) {
    return "\"not found\" is for 310, and 310 says it";
  }
  bool about_client = TextOf(answer, "argument_name") == "for_client_id";
  if (absl::StrContains(description, "for_client_id") != about_client) {
    return "\"for_client_id\" is for that argument";
  }
  bool is_unknown = about_client && TextOf(answer, "code") == "200";
  if (absl::StrContains(description, "not a valid id") != is_unknown) {
    return "\"not a valid id\" is for an unknown for_client_id";
  }
  for (const char* words : {"malformed", "too large"}) {
    if (absl::StrContains(description, words)) return absl::StrCat("\"", words, "\" by accident");
  }
  return "";
}

// Ids compare as numbers, times as instants.
std::optional<int64_t> RankOf(const JsonValue& value) {
  int64_t number = 0;
  if (absl::SimpleAtoi(value.text, &number)) return number;
  absl::Time time;
  std::string error;
  if (absl::ParseTime("%Y-%m-%d %H:%M:%E*S %z", value.text, &time, &error)) {
    return absl::ToUnixMicros(time);
  }
  return std::nullopt;
}

}  // namespace

Player::Player(Scenario& scenario, std::string directory, size_t large_plural_bytes, bool rewrite)
    : scenario_(scenario),
      directory_(std::move(directory)),
      large_plural_bytes_(large_plural_bytes),
      rewrite_(rewrite),
      now_micros_(std::make_shared<std::atomic<int64_t>>(kStartMicros)),
      step_micros_(std::make_shared<std::atomic<int64_t>>(kStepMicros)) {}

std::vector<Failure> Player::Play() {
  Setup();
  for (const Step& step : scenario_.steps) {
    if (stopped_) break;
    if (step.directive.empty()) {
      PlayCall(step);
    } else {
      PlayDirective(step);
    }
  }
  for (auto at = rewrites_.rbegin(); at != rewrites_.rend(); ++at) {
    std::vector<std::string> lines = absl::StrSplit(at->second.second, '\n');
    auto begin = scenario_.lines.begin() + static_cast<std::ptrdiff_t>(at->first);
    auto end = scenario_.lines.begin() + static_cast<std::ptrdiff_t>(at->second.first);
    scenario_.lines.insert(scenario_.lines.erase(begin, end), lines.begin(), lines.end());
  }
  return failures_;
}

void Player::Fail(const Step& step, const std::string& message) {
  failures_.push_back({step.line, message});
}

void Player::Open() {
  engine_.reset();
  EngineOptions options;
  options.directory = directory_;
  options.durability = Durability::kBuffered;
  options.block_cache_bytes = 8u << 20;
  options.record_cache_bytes = 8u << 20;
  options.large_plural_bytes = large_plural_bytes_;
  options.clock = [now = now_micros_, step = step_micros_] {
    return absl::FromUnixMicros(now->fetch_add(step->load()));
  };
  absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(options);
  if (engine.ok()) {
    engine_ = *std::move(engine);
  } else {
    failures_.push_back({1, absl::StrCat("Engine::Open: ", engine.status().ToString())});
    stopped_ = true;
  }
}

void Player::Setup() {
  Open();
  if (stopped_) return;
  Session host = engine_->HostSession();
  absl::Status status = host.AddClient(NamedClient("owner", {"owner"}));
  bool empty = false;
  for (const Step& step : scenario_.steps) empty = empty || step.directive == "empty";
  if (status.ok() && !empty) {
    status = host.CreateEntityType("user", DefaultUserAttrDefs()).status();
  }
  if (status.ok()) return;
  failures_.push_back({1, absl::StrCat("making the store: ", status.ToString())});
  stopped_ = true;
}

void Player::PlayDirective(const Step& step) {
  if (step.directive == "empty") return;
  if (step.directive == "reopen") return Open();
  if (step.directive == "watch") return watched_.push_back(step.call);
  if (step.directive == "unwatch") return watched_.clear();
  if (step.directive == "rising") return CheckRising(step);
  int64_t micros = 0;
  if (step.directive == "clock" && step.words.size() == 1 &&
      absl::SimpleAtoi(step.words[0], &micros)) {
    return step_micros_->store(micros);
  }
  Session host = engine_->HostSession();
  absl::Status status = absl::InvalidArgumentError("no such directive");
  if (step.directive == "client" && !step.words.empty()) {
    status = host.AddClient(NamedClient(step.words[0], {step.words.begin() + 1, step.words.end()}));
  } else if (step.directive == "type") {
    status = host.CreateEntityType(step.words[0], step.words[1]).status();
  }
  if (status.ok()) return;
  Fail(step, absl::StrCat("@", step.directive, ": ", status.ToString()));
  stopped_ = true;
}

std::optional<api::Request> Player::RequestOf(const Step& step, const Call& call) {
  api::Request request;
  request.path = "/" + call.operation;
  const size_t from = std::min(call.caller.rfind(kFrom), call.caller.size());
  std::optional<std::string> caller = WithCaptures(call.caller.substr(0, from), captures_);
  if (!caller) {
    Fail(step, absl::StrCat(call.text, "\n  a name in ", call.caller, " was not captured"));
    return std::nullopt;
  }
  request.authorization = AuthorizationOf(*caller);
  if (from < call.caller.size()) request.peer_address = call.caller.substr(from + kFrom.size());
  for (const auto& [name, value] : call.parameters) {
    std::optional<std::string> captured = WithCaptures(value, captures_);
    if (!captured) {
      Fail(step, absl::StrCat(call.text, "\n  a name in ", value, " was not captured"));
      return std::nullopt;
    }
    if (name == "?") {
      api::AddForm(*captured, request.parameters);
    } else {
      request.parameters.emplace_back(name, *captured);
    }
  }
  return request;
}

std::optional<JsonValue> Player::Ask(const Step& step, const Call& call) {
  std::optional<api::Request> request = RequestOf(step, call);
  if (!request) return std::nullopt;
  std::string text = api::Api(*engine_).Handle(*request);
  std::optional<JsonValue> answer = ParseJson(text);
  if (!answer || answer->kind != JsonValue::Kind::kObject) {
    Fail(step, absl::StrCat(call.text, "\n  the answer is not a JSON object: ", text));
    return std::nullopt;
  }
  // Existing clients look for this text. Source: clients-on-the-wire.md 10.
  if (!absl::StrContains(text, "\"stat\":\"ok\"") &&
      !absl::StrContains(text, "\"stat\":\"error\"")) {
    Fail(step, absl::StrCat(call.text, "\n  the answer has no compact stat: ", text));
  }
  std::string fault = WordingFault(*answer);
  if (!fault.empty()) Fail(step, absl::StrCat(call.text, "\n  ", fault, ": ", text));
  return answer;
}

std::vector<std::string> Player::WatchedAnswers(const Step& step) {
  std::vector<std::string> answers;
  for (const Call& call : watched_) {
    std::optional<JsonValue> answer = Ask(step, call);
    if (answer && answer->Find("request_id") != nullptr) {
      for (auto& [name, value] : answer->members) {
        if (name == "request_id") value.text = "masked";
      }
    }
    answers.push_back(answer ? ToText(*answer) : "");
  }
  return answers;
}

void Player::CheckWatched(const Step& step, const std::vector<std::string>& before) {
  std::vector<std::string> after = WatchedAnswers(step);
  for (size_t i = 0; i < after.size() && i < before.size(); ++i) {
    if (after[i] == before[i]) continue;
    Fail(step, absl::StrCat(step.call.text, "\n  was refused, but changed ", watched_[i].text,
                            "\n  before: ", before[i], "\n  after:  ", after[i]));
  }
}

void Player::Rewrite(const Step& step, const JsonValue& answer) {
  rewrites_[step.expectation_begin] = {step.expectation_end,
                                       Rewritten(step.expectation, answer, captures_)};
}

void Player::PlayCall(const Step& step) {
  std::vector<std::string> before = WatchedAnswers(step);
  std::optional<api::Request> request = RequestOf(step, step.call);
  std::optional<JsonValue> answer = Ask(step, step.call);
  if (!request || !answer) return;
  std::string answer_text = ToText(*answer);
  std::string& last_answer = last_answers_[KeyOf(*request)];
  std::string difference;
  if (step.expectation == "same\n") {
    if (answer_text != last_answer) {
      difference = last_answer.empty() ? "this call was not made before"
                                       : "expected as before: " + last_answer;
    }
  } else {
    difference = Difference(step.expectation, *answer, captures_);
    if (!difference.empty() && rewrite_) {
      Rewrite(step, *answer);
      difference.clear();
    }
  }
  last_answer = answer_text;
  if (!difference.empty()) {
    Fail(step, absl::StrCat(step.call.text, "\n  ", difference,
                            "\n  expected: ", absl::StripSuffix(step.expectation, "\n"),
                            "\n  got:      ", answer_text));
  }
  if (TextOf(*answer, "stat") == "error") CheckWatched(step, before);
}

void Player::CheckRising(const Step& step) {
  std::optional<int64_t> last;
  for (const std::string& name : step.words) {
    auto captured = captures_.find(name);
    std::optional<int64_t> rank;
    if (captured != captures_.end()) rank = RankOf(captured->second);
    if (!rank) return Fail(step, absl::StrCat("@rising: ", name, " is no captured id or time"));
    if (last && *rank <= *last) {
      Fail(step, absl::StrCat("@rising: ", name, " = ", captured->second.text,
                              " is not above the one before it"));
    }
    last = rank;
  }
}

}  // namespace dossier::scenarios
