// The entity API over maps of JSON: the specification written a second time, with nothing of the
// engine in it.
// Source: entity-api.md; README.md of the specification, Settled.
#ifndef DOSSIER_TESTS_MODEL_MODEL_H_
#define DOSSIER_TESTS_MODEL_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "model/attribute.h"
#include "model/operation.h"
#include "model/outcome.h"
#include "model/path.h"
#include "model/writing.h"

namespace dossier::model {

struct Record {
  uint64_t id = 0;
  std::string uuid = {};
  absl::Time created = {};
  absl::Time last_updated = {};
  Json value = {};  // without what the system sets

  Json Whole() const;  // with it
};

struct EntityType {
  std::vector<Attribute> attributes = {};
  std::map<uint64_t, Record> records = {};
  // What each value claims, and for which record.
  std::map<std::string, uint64_t> claims = {};
  // By client and kind ("read", "write").
  std::map<std::pair<std::string, std::string>, Reach> access_schemas = {};

  // What a record claims from others, taken or given up.
  void Claim(const Record& record);
  void Release(uint64_t id);
};

// What the engine chose in a call: the specification leaves it open.
struct Chosen {
  std::vector<uint64_t> ids = {};  // of new records and elements, rising
  std::vector<std::string> uuids = {};
};

// Ids from here on stand for those of records and elements that the engine did not make.
inline constexpr uint64_t kNotMade = uint64_t{1} << 62;

// A store. `Do` makes one call, whose texts name nothing any more (Names).
class Model {
 public:
  Outcome Do(const Operation& operation, Chosen chosen);

  const std::map<std::string, EntityType>& types() const { return types_; }
  const std::map<std::string, std::vector<std::string>>& clients() const { return clients_; }
  const EntityType* TypeNamed(const std::string& name) const;
  uint64_t last_id() const { return last_id_; }

  // The record that the call is about before it is made; 0: none.
  uint64_t Meant(const Operation& operation) const;
  // The record as JSON; nothing where there is none.
  std::optional<std::string> RecordText(const std::string& type, uint64_t id) const;
  absl::Time Clock(const Operation& operation) const;

  static bool MayCall(const std::vector<std::string>& features, Verb verb);

 private:
  struct Call {
    const Operation& operation;
    Chosen& chosen;
    Outcome& outcome;
    EntityType* type = nullptr;
    const Reach* readable = nullptr;  // null: all
    const Reach* writable = nullptr;
  };
  // What a key and a path lead to.
  struct Aim {
    Record* record = nullptr;
    std::string path = {};  // from the record
  };

  void Dispatch(Call& call);
  void DispatchType(Call& call);
  const Reach* ReachOf(const EntityType& type, const std::string& caller, const char* kind) const;

  // Records (model.cc, records.cc).
  Aim Find(const Call& call, Outcome& outcome) const;
  Record* FindByAttribute(const Call& call, Outcome& outcome) const;
  void FindElement(const Call& call, Aim& aim, Outcome& outcome) const;
  bool IsThere(Call& call, const Aim& aim) const;
  void Create(Call& call);
  // `before` is the type as it was before the call, where its records are made together.
  uint64_t CreateOne(Call& call, const Json& given, const EntityType* before, Outcome& outcome);
  void Get(Call& call);
  void Write(Call& call, Writing::Mode mode);
  void Show(Call& call, const Record& record, const std::string& path);
  void Delete(Call& call);
  void BulkCreate(Call& call);
  uint64_t NextId(Call& call);
  void Touch(const Call& call, Record& record);
  std::string ShownText(const Call& call, const Record& record, const Reach* asked_for) const;

  // Searches (searches.cc).
  void FindRecords(Call& call);
  void Count(Call& call);
  void BulkDelete(Call& call);
  void Purge(Call& call);
  // What takes whole records away must reach all that is in them.
  void MustReachAll(Call& call) const;

  // Types, clients, access schemas (administration.cc).
  void CreateType(Call& call);
  void DeleteType(Call& call);
  void ReadType(Call& call);
  void AddAttribute(Call& call);
  void RemoveAttribute(Call& call);
  void RenameAttribute(Call& call);
  void SetConstraints(Call& call);
  void ChangeIndex(Call& call, bool has_index);
  void AddClient(Call& call);
  void DeleteClient(Call& call);
  void SetFeatures(Call& call);
  void ListClients(Call& call);
  void SetAccessSchema(Call& call);
  void ReadAccessSchema(Call& call, bool deletes);

  std::map<std::string, EntityType> types_;
  std::map<std::string, std::vector<std::string>> clients_;  // their features
  uint64_t last_id_ = 0;
  uint64_t not_made_ = kNotMade;
  std::set<std::string> uuids_;
};

// Of a history's clocks; a whole second.
absl::Time Beginning();

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_MODEL_H_
