#include "schema/claims.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/coding.h"
#include "base/errors.h"
#include "values/constraints.h"

namespace dossier {
namespace {

bool ByKey(const Claim& a, const Claim& b) { return a.key < b.key; }
bool HaveSameKey(const Claim& a, const Claim& b) { return a.key == b.key; }

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
    for (const Compound& compound : type_.compounds()) {
      if (other == nullptr || MayDiffer(compound, record, *other)) Combinations(compound, record);
    }
  }

  void Combinations(const Compound& compound, const RecordView& record) {
    met_large_ |= !VisitCombinations(
        compound, record, [&](std::string_view comparable) { Combination(compound, comparable); });
  }

  void Value(const ValueView& value, const Attribute& attribute) {
    if (attribute.kind == Kind::kObject) return Object(value.object(), *attribute.children);
    if (attribute.kind != Kind::kPlural) {
      claims_.push_back(ClaimOn(type_, attribute, value, hash_key_));
      return;
    }
    if (value.tag == format::Tag::kLarge) {
      met_large_ = true;
    } else {
      Elements(value.plural(), attribute);
    }
  }

  void Elements(const PluralView& plural, const Attribute& attribute) {
    for (size_t i = 0; i < plural.count(); ++i) Object(plural.element(i), *attribute.children);
  }

  // Those that are in elements of a chunk alone.
  void CombinationsIn(const PluralView& plural, const Attribute& attribute) {
    for (const Compound& compound : type_.compounds()) {
      VisitCombinations(compound, plural, attribute,
                        [&](std::string_view comparable) { Combination(compound, comparable); });
    }
  }

  // Whether there were values that it could not see.
  bool met_large() const { return met_large_; }

  ClaimList Take() {
    std::sort(claims_.begin(), claims_.end(), ByKey);
    return std::move(claims_);
  }

 private:
  void Combination(const Compound& compound, std::string_view comparable) {
    claims_.push_back({ClaimKey(type_.id(), compound.number, KeyedHash(comparable, hash_key_)),
                       compound.attributes.front()});
  }

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
  bool met_large_ = false;
};

// Claims the values of locally-unique attributes in the elements of one plural.
class LocalCollector {
 public:
  LocalCollector(const EntityType& type, const HashKey& hash_key, EntityId owner, ClaimList& claims)
      : type_(type), hash_key_(hash_key), owner_(owner), claims_(claims) {}

  void Object(const ObjectView& object, const Shape& shape) {
    for (const Attribute& attribute : shape) {
      if (!attribute.contains_locally_unique) continue;
      const ValueView value = object.Find(attribute.number);
      if (value.at == nullptr) continue;
      if (attribute.kind == Kind::kObject) {
        Object(value.object(), *attribute.children);
      } else if (attribute.locally_unique || attribute.is_building_local) {
        claims_.push_back(LocalClaimOn(type_, attribute, value, owner_, hash_key_));
      }
    }
  }

 private:
  const EntityType& type_;
  const HashKey& hash_key_;
  EntityId owner_;
  ClaimList& claims_;
};

}  // namespace

Claim ClaimOn(const EntityType& type, const Attribute& attribute, const ValueView& value,
              const HashKey& hash_key) {
  thread_local std::string comparable;
  comparable.clear();
  AppendComparable(attribute, value, comparable);
  return {ClaimKey(type.id(), attribute.number, KeyedHash(comparable, hash_key)), &attribute};
}

Claim LocalClaimOn(const EntityType& type, const Attribute& attribute, const ValueView& value,
                   EntityId owner, const HashKey& hash_key) {
  std::string comparable;
  AppendLittle(comparable, owner);
  AppendComparable(attribute, value, comparable);
  return {LocalClaimKey(type.id(), attribute.number, KeyedHash(comparable, hash_key)), &attribute,
          /*is_local=*/true};
}

bool ClaimsMayDiffer(const RecordView& a, const RecordView& b, const EntityType& type) {
  const auto differs = [&](const Attribute& attribute) {
    return attribute.contains_unique &&
           !HaveSameBytes(a.root().Find(attribute.number), b.root().Find(attribute.number));
  };
  const auto may_differ = [&](const Compound& compound) { return MayDiffer(compound, a, b); };
  return std::any_of(type.root().begin(), type.root().end(), differs) ||
         std::any_of(type.compounds().begin(), type.compounds().end(), may_differ);
}

ClaimList ClaimsOf(const RecordView& record, const EntityType& type, const HashKey& hash_key,
                   const RecordView* other) {
  if (!type.has_unique()) return ClaimList();
  Collector collector(type, hash_key);
  collector.Record(record, other);
  return collector.Take();
}

absl::Status CheckDistinct(const ClaimList& claims) {
  const auto twice = std::adjacent_find(claims.begin(), claims.end(), HaveSameKey);
  if (twice == claims.end()) return absl::OkStatus();
  return errors::UniqueViolation(PathOf(*twice->attribute), /*holder_id=*/0);
}

ClaimList TakeRepeated(ClaimList& claims) {
  ClaimList repeated;
  for (size_t i = 1; i < claims.size(); ++i) {
    if (HaveSameKey(claims[i - 1], claims[i])) repeated.push_back(claims[i]);
  }
  claims.erase(std::unique(claims.begin(), claims.end(), HaveSameKey), claims.end());
  return repeated;
}

void AddClaimsOf(const std::vector<ChunkChange>& changes, SharedBytes ChunkChange::*state,
                 const EntityType& type, const HashKey& hash_key, ClaimList& claims) {
  Collector collector(type, hash_key);
  for (const ChunkChange& change : changes) {
    const Attribute* plural = FindNumber(type.root(), change.plural.attribute);
    if (change.*state == nullptr || plural == nullptr) continue;
    const PluralView elements = ElementsOf(*(change.*state));
    if (plural->contains_unique) collector.Elements(elements, *plural);
    collector.CombinationsIn(elements, *plural);
    if (!plural->contains_locally_unique) continue;
    LocalCollector local(type, hash_key, change.plural.owner, claims);
    for (size_t i = 0; i < elements.count(); ++i) {
      local.Object(elements.element(i), *plural->children);
    }
  }
  const ClaimList found = collector.Take();
  claims.insert(claims.end(), found.begin(), found.end());
  std::sort(claims.begin(), claims.end(), ByKey);
}

bool Holds(const RecordView& record, const Claim& claim, const EntityType& type,
           const HashKey& hash_key) {
  Collector collector(type, hash_key);
  if (claim.is_compound()) {
    for (const Compound& compound : type.compounds()) {
      if (compound.number == claim.number()) collector.Combinations(compound, record);
    }
  } else {
    const Attribute* root = claim.attribute;
    while (root->parent != nullptr) root = root->parent;
    const ValueView value = record.root().Find(root->number);
    if (value.at == nullptr) return false;
    collector.Value(value, *root);
  }
  const ClaimList claims = collector.Take();
  return collector.met_large() || IsAmong(claim, claims);
}

bool IsAmong(const Claim& claim, const ClaimList& claims) {
  return std::binary_search(claims.begin(), claims.end(), claim, ByKey);
}

ClaimList Difference(const ClaimList& a, const ClaimList& b) {
  ClaimList difference;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference),
                      ByKey);
  return difference;
}

}  // namespace dossier
