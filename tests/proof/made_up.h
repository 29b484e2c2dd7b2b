// Made-up records and searches of one entity type, which together meet what indexes have trouble
// with: cases that fold, strings and decimals that are alike far beyond what a row of an index keeps,
// bytes 0, the ends of each number's range, nulls of each kind, plurals in plurals.
#ifndef DOSSIER_TESTS_PROOF_MADE_UP_H_
#define DOSSIER_TESTS_PROOF_MADE_UP_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "dossier/query.h"

namespace dossier::testing {

// Time is what the test says it is: that of the write with this number.
absl::Time TimeOf(int64_t write);
std::string TextOf(absl::Time time);

enum class Type : uint8_t {
  kText,
  kInteger,
  kDecimal,
  kBoolean,
  kDate,
  kDateTime,
  kAddress,
  kWriteTime,  // as a write has it
};

// A scalar attribute.
struct Scalar {
  std::string path;
  Type type;
  bool is_in_plural = false;
};
const std::vector<Scalar>& Scalars();  // those that may have an index, and the times of a record

// The definitions of the type's attributes. With `is_unique` the attributes `key`, `number` and
// `mails.address` are unique, else they only happen to be. Each record says its times itself too, in
// `made` and `changed`: there a search that may use no index finds them. `no` tells records apart: ids
// are not the same in two stores, as the building of an index takes some.
std::string AttrDefs(bool is_unique);

class MadeUp {
 public:
  explicit MadeUp(uint64_t seed) : random_(seed) {}

  size_t Below(size_t end) { return random_() % end; }
  bool OneIn(size_t n) { return Below(n) == 0; }
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

  // The value of a record that the write `write` makes, or what it changes; JSON.
  std::string Record(int64_t write, bool is_new);
  std::string Elements(std::string_view plural);  // of tags, w.list or mails

  // Literals of times are those of writes up to `write`. An id is compared with "{n}", by which the
  // id of some record is meant.
  FindOptions Search(int64_t write);
  std::string Filter(int64_t write, int depth);

 private:
  std::string Value(Type type, int64_t write);  // its text, without quotes
  std::string Text();
  std::string Integer();
  std::string Decimal();
  std::string Json(Type type);  // or null
  std::string Predicate(int64_t write);
  std::string Literal(Type type, int64_t write);
  std::string Between(const Scalar& scalar, int64_t write);
  std::vector<std::string> SortOn();

  std::mt19937_64 random_;
  int64_t unique_count_ = 0;
  int64_t record_count_ = 0;
};

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_PROOF_MADE_UP_H_
