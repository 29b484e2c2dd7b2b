// What create, update and replace make of a record, over plain JSON: the specification's table
// written a second time, with nothing of the engine in it.
// Source: entity-api.md 2.1, 2.2, 2.3, 2.10; README.md of the specification, Settled (Merge by id,
// Ids).
#ifndef DOSSIER_TESTS_MODEL_MODEL_H_
#define DOSSIER_TESTS_MODEL_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/json_value.h"

namespace dossier::model {

using Json = scenarios::JsonValue;

enum class Mode { kCreate, kUpdate, kReplace };

Json Null();
bool IsNull(const Json& value);
std::string TypeOf(const Json& definition);
const Json& ChildrenOf(const Json& definition);  // of an object or a plural

// Whether the plural's elements are one string each, so that a bare string stands for one.
bool TakesBareStrings(const Json& plural);

// An object of which nothing is set: null, objects of nulls, empty plurals.
Json UnsetObject(const Json& definitions);

// Something in a record that a path leads to.
struct Target {
  std::string path;
  const Json* definition;  // of the attribute; for an element of its plural
  Json* value;
  Json* plural;  // that the element is one of; null for an attribute
};

// All that paths lead to in `object`, elements included.
std::vector<Target> TargetsIn(const Json& definitions, Json& object,
                              const std::string& prefix = "");

// Applies values that are without mistakes. New elements get the numbers from `next_id` on, in the
// order of the text.
class Model {
 public:
  explicit Model(int64_t next_id) : next_id_(next_id) {}

  int64_t NextId() { return next_id_++; }
  void set_next_id(int64_t next_id) { next_id_ = next_id; }

  // The object after `value`, which is one. The id that an element has stays.
  Json Object(const Json& definitions, const Json& old, const Json& value, Mode mode);

  // The attribute after `value`.
  Json Attribute(const Json& definition, const Json& old, const Json& value, Mode mode);

 private:
  Json Plural(const Json& definition, const Json& old, const Json& value, Mode mode);
  Json NewElement(const Json& definitions, const Json& value, Mode mode);

  int64_t next_id_;
};

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_MODEL_H_
