// Plays a scenario against a fresh engine and says where the answers differ.
#ifndef DOSSIER_TESTS_SCENARIOS_PLAYER_H_
#define DOSSIER_TESTS_SCENARIOS_PLAYER_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dossier/api.h"
#include "dossier/engine.h"
#include "expectation.h"
#include "scenario.h"

namespace dossier::scenarios {

// One difference, at a line of the scenario.
struct Failure {
  int line = 0;
  std::string message;
};

// Plays one scenario once, in one thread.
class Player {
 public:
  // The store is made in `directory`, which must be empty; a plural with more bytes than
  // `large_plural_bytes` leaves its record. With `rewrite`, differing answers become
  // the new expectations in `scenario.lines` instead of failures.
  Player(Scenario& scenario, std::string directory, size_t large_plural_bytes, bool rewrite);

  // The differences in the order of the file. A step that cannot be played ends the list.
  std::vector<Failure> Play();

 private:
  void Open();
  void Setup();
  void PlayDirective(const Step& step);
  void PlayCall(const Step& step);
  void Fail(const Step& step, const std::string& message);

  // The request that `call` makes; a failure where a name in it was not captured.
  std::optional<api::Request> RequestOf(const Step& step, const Call& call);
  // The answer, checked for the form that every answer has; nothing after a failure.
  std::optional<JsonValue> Ask(const Step& step, const Call& call);
  void CheckRising(const Step& step);
  void CheckWatched(const Step& step, const std::vector<std::string>& before);
  std::vector<std::string> WatchedAnswers(const Step& step);
  void Rewrite(const Step& step, const JsonValue& answer);

  Scenario& scenario_;
  std::string directory_;
  size_t large_plural_bytes_;
  bool rewrite_;
  bool stopped_ = false;
  // Shared with the engine's clock, which outlives no engine but may be read by its threads.
  std::shared_ptr<std::atomic<int64_t>> now_micros_;
  std::shared_ptr<std::atomic<int64_t>> step_micros_;
  std::unique_ptr<Engine> engine_;
  Captures captures_;
  std::map<std::string, std::string> last_answers_;  // by the request's text
  std::vector<Call> watched_;
  std::vector<Failure> failures_;
  std::map<size_t, std::pair<size_t, std::string>> rewrites_;  // begin -> (end, text)
};

}  // namespace dossier::scenarios

#endif  // DOSSIER_TESTS_SCENARIOS_PLAYER_H_
