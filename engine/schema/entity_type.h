// An entity type: a named tree of attributes that records are instances of.
#ifndef DOSSIER_SCHEMA_ENTITY_TYPE_H_
#define DOSSIER_SCHEMA_ENTITY_TYPE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "json/json_value.h"
#include "record/attribute.h"
#include "record/attribute_set.h"
#include "schema/building.h"
#include "schema/compounds.h"
#include "schema/indexes.h"
#include "schema/properties.h"

namespace dossier {

// Immutable once published: a change of a type is a new EntityType of the next version, so a write
// that holds one is judged by one version from end to end.
class EntityType {
 public:
  // A new type from the JSON of a request. Errors: 200 on type_name or attr_defs, 233, 234.
  static absl::StatusOr<EntityType> Declare(TypeId id, std::string_view name,
                                            std::string_view attr_defs);
  // A type from its stored form. Errors: kDataLoss.
  static absl::StatusOr<EntityType> Load(TypeId id, std::string_view stored);

  TypeId id() const { return id_; }
  const std::string& name() const { return name_; }
  uint32_t version() const { return version_; }
  const Shape& root() const { return root_; }
  // Whether records of the type have claims.
  bool has_unique() const { return has_unique_; }
  bool has_locally_unique() const { return has_locally_unique_; }

  // Rules and compound unique constraints, in the order in which they were added.
  const std::vector<Property>& properties() const { return properties_; }
  // The unique ones of them, and what is being built for the type.
  const std::vector<Compound>& compounds() const { return compounds_; }

  // Those that writers keep; readers use the ready ones.
  const IndexList& indexes() const { return indexes_; }

  // {"attr_defs":[..],"name":".."}, the reserved attributes first or left out; of the others those in
  // `only`.
  std::string SchemaJson(bool remove_reserved, const AttributeSet* only = nullptr) const;
  // What Load takes. Shape: {"name","version","next_number","attr_defs","indexes","properties"},
  // without properties where there are none. Without indexes it is the form of format 1: those of
  // the times are still to be built.
  std::string Stored() const;

  // The type of the next version that has the attributes `attr_defs` (in the stored form) in the
  // place of its own; all else stays. Numbers below `next_number` are taken. For
  // schema/evolution.h, which knows the changes that keep records readable. Errors: as Declare, with
  // `argument` as the parameter at fault.
  absl::StatusOr<EntityType> Next(const JsonValue& attr_defs, AttributeNumber next_number,
                                  std::string_view argument) const;
  // The type of the next version that has these properties in the place of its own.
  EntityType Next(std::vector<Property> properties, AttributeNumber next_number) const;
  // The type of the next version that has these indexes in the place of its own.
  EntityType NextIndexes(const IndexList& indexes) const;
  AttributeNumber next_number() const { return next_number_; }

  // The type of the next version that builds `building` (null: nothing), bound or not.
  absl::StatusOr<EntityType> NextBuilding(std::shared_ptr<Building> building, bool is_bound) const;

  // What is being built for the type, not stored; null where nothing is, and in all that follows.
  Building* building() const { return building_.get(); }
  // Whether what is built binds: a write that breaks it is refused, not noted. Stored records may
  // still break it.
  bool is_building_bound() const { return is_building_bound_; }

 private:
  EntityType(TypeId id, std::string name, uint32_t version, AttributeNumber next_number, Shape root,
             std::vector<Property> properties, const IndexList& indexes);
  // What the next version has of its own; it shares all else with this one.
  struct Step {
    const JsonValue& attr_defs;
    AttributeNumber next_number;
    std::string_view argument;
    std::shared_ptr<Building> building;
    bool is_building_bound;
  };
  absl::StatusOr<EntityType> Next(const Step& step) const;
  EntityType Next(std::vector<Property> properties, AttributeNumber next_number,
                  const IndexList& indexes) const;
  void SetBuilding(std::shared_ptr<Building> building, bool is_bound);

  TypeId id_;
  std::string name_;
  uint32_t version_;
  AttributeNumber next_number_;  // the first that no attribute of this type has had
  Shape root_;
  std::vector<Property> properties_;
  std::vector<Compound> compounds_;  // borrow the attributes of root_
  IndexList indexes_;                // so do these
  bool has_unique_ = false;
  bool has_locally_unique_ = false;
  std::shared_ptr<Building> building_;
  bool is_building_bound_ = false;
};

using EntityTypePtr = std::shared_ptr<const EntityType>;

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_ENTITY_TYPE_H_
