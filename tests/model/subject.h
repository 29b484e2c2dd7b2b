// The engine under test: makes the calls of a history on a store of its own.
#ifndef DOSSIER_TESTS_MODEL_SUBJECT_H_
#define DOSSIER_TESTS_MODEL_SUBJECT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "dossier/engine.h"
#include "model/operation.h"
#include "model/outcome.h"
#include "support/temporary_directory.h"

namespace dossier::model {

// What must make no difference to any answer.
inline constexpr size_t kConfigurationCount = 6;

// The stored times that preconditions are made of.
struct StoredTimes {
  absl::Time created = {};
  absl::Time last_updated = {};
};

struct NewRecord {
  uint64_t id = 0;
  std::string uuid = {};
};

class Subject {
 public:
  explicit Subject(size_t configuration) { Open(configuration); }

  void Open(size_t configuration);

  // Makes a call at a time; records that it makes are appended to `made`.
  Outcome Do(const Operation& operation, absl::Time now, const StoredTimes& stored,
             std::vector<NewRecord>& made);

  // The record as the host sees it; nothing where it is not there.
  std::optional<std::string> RecordText(const std::string& type, uint64_t id);
  // All records of a type, by rising id; each ends with a new line.
  std::string RecordsText(const std::string& type);
  std::vector<std::string> TypeNames();
  // What the engine finds wrong with its own store; empty: nothing.
  std::string Findings();

 private:
  Outcome DoAs(Session& session, const Operation& operation, const StoredTimes& stored,
               std::vector<NewRecord>& made);
  Outcome DoOnRecord(Session& session, const Operation& operation, const StoredTimes& stored);
  Outcome BulkCreate(Session& session, const Operation& operation, std::vector<NewRecord>& made);
  Outcome Administer(Session& session, const Operation& operation);

  testing::TemporaryDirectory directory_;
  absl::Time now_ = absl::UnixEpoch();
  std::unique_ptr<Engine> engine_;
};

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_SUBJECT_H_
