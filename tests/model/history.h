// Histories on the model and the engine at once, and the shortest part of one that still fails.
#ifndef DOSSIER_TESTS_MODEL_HISTORY_H_
#define DOSSIER_TESTS_MODEL_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/model.h"
#include "model/operation.h"
#include "model/subject.h"

namespace dossier::model {

using History = std::vector<Operation>;

// A model and an engine that go through the same calls.
class Both {
 public:
  explicit Both(size_t configuration) : subject_(configuration) {}

  // Makes one call on both. Returns how they differ, afterwards or in what they answer; empty: they
  // do not.
  std::string Step(const Operation& operation);

  const Model& model() const { return model_; }
  const Names& names() const { return names_; }
  // Of the last call; 0: none.
  int last_code() const { return last_code_; }

 private:
  std::string CompareAll();

  Model model_;
  Subject subject_;
  Names names_;
  int last_code_ = 0;
};

// What becomes of a history from its beginning; empty: nothing worth telling.
std::string Failure(const History& history, size_t configuration);

// Takes out of a history that fails what it fails without.
History Shrunk(History history, size_t configuration);

std::string ToText(const History& history);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_HISTORY_H_
