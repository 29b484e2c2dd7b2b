// What a call answers, by the model or by the engine.
#ifndef DOSSIER_TESTS_MODEL_OUTCOME_H_
#define DOSSIER_TESTS_MODEL_OUTCOME_H_

#include <string>
#include <utility>

namespace dossier::model {

struct Outcome {
  int code = 0;             // of the error; 0: none
  std::string at = {};      // of an error: its argument, attribute path or type name
  std::string answer = {};  // without an error; JSON for the most part

  bool ok() const { return code == 0; }
  // Only the first mistake counts.
  void Fail(int error, std::string place = "") {
    if (ok()) *this = {error, std::move(place), ""};
  }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_OUTCOME_H_
