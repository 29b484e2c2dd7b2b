#include "schema/claims.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/errors.h"
#include "schema/constraints.h"

namespace dossier {
namespace {

bool ByKey(const Claim& a, const Claim& b) { return a.key < b.key; }

class Collector {
 public:
  Collector(const EntityType& type, const HashKey& hash_key) : type_(type), hash_key_(hash_key) {}

  void Object(const ObjectView& object, const Shape& shape) {
    for (const Attribute& attribute : shape) {
      if (!attribute.contains_unique) continue;
      const ValueView value = object.Find(attribute.number);
      if (value.at == nullptr) continue;
      if (attribute.kind == Kind::kObject) {
        Object(value.object(), *attribute.children);
      } else if (attribute.kind == Kind::kPlural) {
        Plural(value.plural(), *attribute.children);
      } else {
        claims_.push_back(ClaimOn(type_, attribute, value, hash_key_));
      }
    }
  }

  ClaimList Take() {
    std::sort(claims_.begin(), claims_.end(), ByKey);
    return std::move(claims_);
  }

 private:
  void Plural(const PluralView& plural, const Shape& shape) {
    for (size_t i = 0; i < plural.count(); ++i) Object(plural.element(i), shape);
  }

  const EntityType& type_;
  const HashKey& hash_key_;
  ClaimList claims_;
};

}  // namespace

Claim ClaimOn(const EntityType& type, const Attribute& attribute, const ValueView& value,
              const HashKey& hash_key) {
  thread_local std::string comparable;
  comparable.clear();
  AppendComparable(attribute, value, comparable);
  return {ClaimKey(type.id(), attribute.number, KeyedHash(comparable, hash_key)), &attribute};
}

absl::StatusOr<ClaimList> ClaimsOf(const RecordView& record, const EntityType& type,
                                   const HashKey& hash_key) {
  if (!type.has_unique()) return ClaimList();
  Collector collector(type, hash_key);
  collector.Object(record.root(), type.root());
  ClaimList claims = collector.Take();
  const auto twice = std::adjacent_find(
      claims.begin(), claims.end(), [](const auto& a, const auto& b) { return a.key == b.key; });
  if (twice != claims.end()) return errors::UniqueViolation(PathOf(*twice->attribute), record.id());
  return claims;
}

ClaimList Difference(const ClaimList& a, const ClaimList& b) {
  ClaimList difference;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference),
                      ByKey);
  return difference;
}

}  // namespace dossier
