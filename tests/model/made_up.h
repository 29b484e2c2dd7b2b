// Made-up values: few different ones, so that they meet again, and wrong ones of every kind.
#ifndef DOSSIER_TESTS_MODEL_MADE_UP_H_
#define DOSSIER_TESTS_MODEL_MADE_UP_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "model/attribute.h"
#include "model/operation.h"

namespace dossier::model {

class MadeUp {
 public:
  enum class Mode { kCreate, kUpdate, kReplace };

  explicit MadeUp(uint64_t seed) : random_(seed) {}

  size_t Below(size_t end) { return random_() % end; }
  bool Percent(size_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

  // An array of definitions, and one definition of a name.
  std::string AttrDefs(int depth, bool is_in_plural);
  std::string AttrDef(const std::string& name, int depth, bool is_in_plural);
  std::string Constraints(const std::string& type, bool is_in_plural);
  std::string Name();

  // JSON for the value of a record, an element, an attribute. `old` is what is there, if anything;
  // `names` names the ids in it. With `mistakes` one thing in it may be wrong.
  std::string Object(const std::vector<Attribute>& attributes, const Json* old, Mode mode,
                     const Names& names);
  std::string Value(const Attribute& attribute, const Json* old, Mode mode, const Names& names);
  void set_mistakes(int count) { mistakes_ = count; }

  std::string Scalar(const std::string& type);
  // A literal of a filter.
  std::string Literal(const std::string& type);
  std::string Filter(const std::vector<Attribute>& attributes, const std::vector<uint64_t>& ids,
                     const Names& names, int depth);

  // The schema paths of all attributes: "a.b" or "/a/b".
  std::string Path(const std::vector<Attribute>& attributes);

 private:
  bool Errs();  // whether the next thing is to be the mistake
  std::string Plural(const Attribute& plural, const Json* old, Mode mode, const Names& names);
  std::string Predicate(const std::vector<Attribute>& attributes, const std::vector<uint64_t>& ids,
                        const Names& names);

  std::mt19937_64 random_;
  int mistakes_ = 0;
};

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_MADE_UP_H_
