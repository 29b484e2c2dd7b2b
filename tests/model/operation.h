// Calls as data: a history of them can be made from a seed, run on the model and on the engine,
// printed and made shorter.
#ifndef DOSSIER_TESTS_MODEL_OPERATION_H_
#define DOSSIER_TESTS_MODEL_OPERATION_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dossier::model {

enum class Verb : uint8_t {
  kCreate,
  kGet,
  kUpdate,
  kReplace,
  kDelete,
  kFind,
  kCount,
  kBulkCreate,
  kBulkDelete,
  kPurge,
  kCreateType,
  kDeleteType,
  kReadType,
  kAddAttribute,
  kRemoveAttribute,
  kRenameAttribute,
  kSetConstraints,
  kAddIndex,
  kRemoveIndex,
  kAddClient,
  kDeleteClient,
  kListClients,
  kSetFeatures,
  kSetAccessSchema,
  kReadAccessSchema,
  kDeleteAccessSchema,
  kDump,    // not a call: the whole store is compared
  kReopen,  // not a call: the store is closed and opened, with other options
};
inline constexpr size_t kVerbCount = static_cast<size_t>(Verb::kReopen) + 1;
std::string_view NameOf(Verb verb);

struct Key {
  enum class By : uint8_t { kId, kUuid, kAttribute };
  By by = By::kId;
  std::string value = {};   // an id, a uuid, or JSON
  std::string path = {};    // of the unique attribute
  std::string plural = {};  // the key is of an element of it; empty: of a record
};

// A precondition on a time: none, that it is what is stored, that it is another one.
enum class Expected : uint8_t { kNothing, kStored, kOther };

// One call. Texts name what the engine has chosen in earlier calls, see Names.
struct Operation {
  size_t number = 0;  // in its history; stays where others are taken out
  Verb verb = Verb::kGet;
  int64_t clock = 0;        // microseconds from the history's beginning
  std::string caller = {};  // a client's id; empty: the host
  std::string type = {};
  Key key = {};
  // Of attributes; an access type; another name; by the verb.
  std::string path = {};
  std::string value = {};               // JSON, a filter, a target; by the verb
  std::vector<std::string> names = {};  // attributes, features
  std::vector<std::string> sort_on = {};
  int64_t first = 0;    // first_result
  int64_t count = 100;  // max_results
  Expected created = Expected::kNothing;
  Expected last_updated = Expected::kNothing;
  // include_record, show_total_count, pretend, remove_reserved, all_or_nothing.
  bool flag = false;
};

std::string ToText(const Operation& operation);

// What the engine chose, by names that hold in a shorter history too: "$12.0" is the id of the record
// that operation 12 made, "$12.1" that of its first element; "$12.0u" is the record's uuid.
class Names {
 public:
  void Add(size_t operation, const std::vector<uint64_t>& ids);
  void AddUuid(uint64_t id, const std::string& uuid) { values_[NameOf(id) + "u"] = uuid; }
  const std::string& NameOf(uint64_t id) const { return names_.at(id); }

  // The text with what each name stands for; a number that is nobody's for a name of nothing.
  std::string Fill(std::string_view text) const;
  Operation Fill(Operation operation) const;

 private:
  std::map<uint64_t, std::string> names_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_OPERATION_H_
