// Unique constraints on their way to records that are there already.
#ifndef DOSSIER_SCHEMA_BUILDING_H_
#define DOSSIER_SCHEMA_BUILDING_H_

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "schema/properties.h"

namespace dossier {

class EntityType;

// The numbers of attributes, or of a compound, whose claims are meant: those on unique values, and
// those on locally-unique values of large plurals.
struct ClaimNumbers {
  std::vector<AttributeNumber> unique = {};
  std::vector<AttributeNumber> local = {};

  bool empty() const { return unique.empty() && local.empty(); }
};

// What is being built for a type, shared by its versions of that time. Writers keep the claims that
// are built, and note the records that would break the constraints: the suspects. Thread-safe.
class Building {
 public:
  // `distinct`, null where nothing shall be locally-unique, is a version by whose locally-unique
  // attributes each record is judged.
  Building(ClaimNumbers numbers, std::shared_ptr<const EntityType> distinct)
      : numbers_(std::move(numbers)), distinct_(std::move(distinct)) {}
  // Of a unique property that has its number.
  explicit Building(Property property)
      : numbers_{.unique = {property.number}}, property_(std::move(property)) {}

  const ClaimNumbers& numbers() const { return numbers_; }
  bool Has(AttributeNumber number, bool is_local) const {
    const auto& numbers = is_local ? numbers_.local : numbers_.unique;
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
  }
  const EntityType* distinct() const { return distinct_.get(); }
  const std::optional<Property>& property() const { return property_; }

  // Under the record's lock, before what makes it suspect is committed.
  void NoteSuspect(EntityId id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    suspects_.push_back(id);
  }

  // Those noted since the last time, by rising id, each once.
  std::vector<EntityId> TakeSuspects() {
    std::vector<EntityId> suspects;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      suspects.swap(suspects_);
    }
    std::sort(suspects.begin(), suspects.end());
    suspects.erase(std::unique(suspects.begin(), suspects.end()), suspects.end());
    return suspects;
  }

 private:
  const ClaimNumbers numbers_;
  const std::shared_ptr<const EntityType> distinct_;
  const std::optional<Property> property_;
  std::mutex mutex_;
  std::vector<EntityId> suspects_;
};

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_BUILDING_H_
