// Makes up a history, one call after the other, from what the store holds by then.
#ifndef DOSSIER_TESTS_MODEL_MAKER_H_
#define DOSSIER_TESTS_MODEL_MAKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "model/history.h"
#include "model/made_up.h"
#include "model/operation.h"

namespace dossier::model {

class Maker {
 public:
  Maker(uint64_t seed, const Both& both) : made_up_(seed), both_(both) {}

  Operation Next();

 private:
  static constexpr size_t kRecords = 12;  // about so many a type

  // Somewhere in a record, with its path by names.
  struct Spot {
    std::string path;
    const Attribute* attribute;
    const Json* value;
    bool is_element;
  };

  Verb ChooseVerb();
  void Fill(Operation& operation);
  void FillType(Operation& operation);
  void FillClient(Operation& operation);
  void FillRecord(Operation& operation);
  void FillSearch(Operation& operation);
  void FillBulk(Operation& operation);
  void ChooseKey(Operation& operation, const Record& record);
  void ChooseUniqueKey(Key& key);
  void ChooseElementKey(Key& key);
  void SpoilPath(Operation& operation);
  std::string RecordValue(const Json* old, MadeUp::Mode mode);
  std::vector<Spot> SpotsIn(const std::vector<Attribute>& attributes, const Json& object,
                            const std::string& path) const;
  std::string Client();
  std::vector<std::string> Features();
  const Names& names() const { return both_.names(); }

  MadeUp made_up_;
  const Both& both_;
  size_t count_ = 0;
  int64_t clock_ = 0;
  const EntityType* type_ = nullptr;  // of the call that is made up
};

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_MAKER_H_
