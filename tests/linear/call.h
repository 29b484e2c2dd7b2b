// What the threads of a history ask, and what they see.
//
// A history has up to 8 slots, each of which a record may fill, and up to 8 codes, each of which a record
// may hold: both are unique attributes. A record keeps its slot for as long as it lives.
#ifndef DOSSIER_TESTS_LINEAR_CALL_H_
#define DOSSIER_TESTS_LINEAR_CALL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "dossier/session.h"
#include "linear/checker.h"

namespace dossier::linear {

inline constexpr char kType[] = "thing";
inline constexpr char kAttrDefs[] = R"([
  {"name":"slot","type":"string","constraints":["unique"]},
  {"name":"code","type":"string","constraints":["unique"]},
  {"name":"number","type":"integer"},
  {"name":"twin","type":"integer"},
  {"name":"counter","type":"integer"},
  {"name":"items","type":"plural","attr_defs":[{"name":"n","type":"integer"}]}])";

// The first of the engine's clock.
inline const absl::Time kFirstTime = absl::FromUnixSeconds(946'684'800);

inline constexpr int kSlotCount = 8;
inline constexpr int kCodeCount = 8;
inline constexpr int kNone = -1;  // of them

// A record as a call shows it.
struct Record {
  uint64_t id = 0;  // 0: there is none
  int slot = kNone;
  int code = kNone;
  int64_t number = 0;
  int64_t twin = 0;          // always written together with the number
  int64_t counter = 0;       // of the conditional writes since the record was made
  int64_t last_updated = 0;  // microseconds since kFirstTime
  uint64_t items = 0;        // a hash of them, in order

  friend bool operator==(const Record&, const Record&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Record& record) {
    return H::combine(std::move(hash), record.id, record.code, record.number, record.last_updated);
  }
};

struct Call {
  enum class What { kCreate, kGet, kUpdate, kReplace, kDelete };
  enum class By { kSlot, kId, kCode };

  What what = What::kGet;
  uint64_t history = 0;
  By by = By::kSlot;
  int slot = kNone;  // also by id: that of the record; unknown by code
  uint64_t id = 0;
  int by_code = kNone;
  // The precondition on lastUpdated, and what the counter becomes.
  std::optional<int64_t> if_last_updated = std::nullopt;
  std::optional<int64_t> counter = std::nullopt;
  // What create, update and replace write, too.
  int64_t number = 0;
  std::optional<int> code = std::nullopt;
  bool appends = false;  // an item with the number

  bool is_write() const { return what != What::kGet; }
  bool has_value() const { return is_write() && what != What::kDelete; }
};

enum class Answer { kOk, kNotFound, kChanged, kSlotTaken, kCodeTaken, kOther };

// A call and what it saw.
struct Seen {
  Call call;
  Answer answer = Answer::kOther;
  Record record = {};      // where the answer shows one
  std::string error = {};  // of another answer
};

// One history, the calls of each thread in turn.
using History = std::vector<Timed<Seen>>;

// Carries a call out.
Seen Play(Session& session, const Call& call);

// The hash of the items and one more.
uint64_t Appended(uint64_t items, int64_t number);

// For a reader of a failure.
std::string TextOf(const Timed<Seen>& timed);

}  // namespace dossier::linear

#endif  // DOSSIER_TESTS_LINEAR_CALL_H_
