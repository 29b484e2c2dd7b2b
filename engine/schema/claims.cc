#include "schema/claims.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/errors.h"
#include "schema/constraints.h"

namespace dossier {
namespace {

bool ByKey(const Claim& a, const Claim& b) { return a.key < b.key; }

bool HaveSameBytes(const ValueView& a, const ValueView& b) {
  return a.tag == b.tag && (a.at == nullptr) == (b.at == nullptr) &&
         (a.tag != format::Tag::kSmall || a.offset == b.offset) &&
         (a.at == nullptr || a.bytes() == b.bytes());
}

class Collector {
 public:
  Collector(const EntityType& type, const HashKey& hash_key) : type_(type), hash_key_(hash_key) {}

  void Record(const RecordView& record, const RecordView* other) {
    for (const Attribute& attribute : type_.root()) {
      if (!attribute.contains_unique) continue;
      const ValueView value = record.root().Find(attribute.number);
      if (value.at == nullptr) continue;
      if (other == nullptr || !HaveSameBytes(value, other->root().Find(attribute.number))) {
        Value(value, attribute);
      }
    }
  }

  void Value(const ValueView& value, const Attribute& attribute) {
    if (attribute.kind == Kind::kObject) return Object(value.object(), *attribute.children);
    if (attribute.kind != Kind::kPlural) {
      claims_.push_back(ClaimOn(type_, attribute, value, hash_key_));
      return;
    }
    const PluralView plural = value.plural();
    for (size_t i = 0; i < plural.count(); ++i) Object(plural.element(i), *attribute.children);
  }

  ClaimList Take() {
    std::sort(claims_.begin(), claims_.end(), ByKey);
    return std::move(claims_);
  }

 private:
  void Object(const ObjectView& object, const Shape& shape) {
    for (const Attribute& attribute : shape) {
      if (!attribute.contains_unique) continue;
      const ValueView value = object.Find(attribute.number);
      if (value.at != nullptr) Value(value, attribute);
    }
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
                                   const HashKey& hash_key, const RecordView* other) {
  if (!type.has_unique()) return ClaimList();
  Collector collector(type, hash_key);
  collector.Record(record, other);
  ClaimList claims = collector.Take();
  const auto twice = std::adjacent_find(
      claims.begin(), claims.end(), [](const auto& a, const auto& b) { return a.key == b.key; });
  if (twice != claims.end())
    return errors::UniqueViolation(PathOf(*twice->attribute), /*holder_id=*/0);
  return claims;
}

bool Holds(const RecordView& record, const Claim& claim, const EntityType& type,
           const HashKey& hash_key) {
  const Attribute* root = claim.attribute;
  while (root->parent != nullptr) root = root->parent;
  const ValueView value = record.root().Find(root->number);
  if (value.at == nullptr) return false;
  Collector collector(type, hash_key);
  collector.Value(value, *root);
  const ClaimList claims = collector.Take();
  return std::binary_search(claims.begin(), claims.end(), claim, ByKey);
}

ClaimList Difference(const ClaimList& a, const ClaimList& b) {
  ClaimList difference;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference),
                      ByKey);
  return difference;
}

}  // namespace dossier
