// What histories showed.
#ifndef DOSSIER_TESTS_LINEAR_REPORT_H_
#define DOSSIER_TESTS_LINEAR_REPORT_H_

#include <cstdint>
#include <string>

#include "linear/call.h"
#include "linear/objects.h"

namespace dossier::linear {

struct Report {
  uint64_t history_count = 0;
  uint64_t call_count = 0;
  uint64_t write_count = 0;        // of those, that were done
  uint64_t refused_count = 0;      // by a precondition or a unique value
  uint64_t overlapping_count = 0;  // began while another on the same slot or code was under way
  // What must not be: slots and codes with a history that cannot have happened one call after the other,
  uint64_t slot_violation_count = 0;
  uint64_t code_violation_count = 0;
  uint64_t lost_update_count = 0;  // conditional writes that the counter does not show
  uint64_t duplicate_count = 0;    // codes that two records had at one moment
  uint64_t torn_read_count = 0;    // records whose twins differ
  uint64_t other_answer_count = 0;
  std::string first_violation = {};  // with its history

  bool is_clean() const { return first_violation.empty(); }
  void Add(const Report& other);
};

std::string TextOf(const Report& report);

// Judges whole histories, in which the last call on a slot is a get. Not thread-safe.
class Judge {
 public:
  explicit Judge(Report& report) : report_(report) {}

  void JudgeHistory(const History& history);

 private:
  void JudgeSlot(int slot, const History& history);
  void JudgeCode(int code, const History& history);
  void JudgeCalls(const History& history);
  void Note(uint64_t& count, uint64_t more, const std::string& what, const History& history);

  Report& report_;
  Checker<SlotObject> slots_;
  Checker<CodeObject> codes_;
};

}  // namespace dossier::linear

#endif  // DOSSIER_TESTS_LINEAR_REPORT_H_
